import Devices
import Foundation
import GRDB
import Harness
import Ledger
import Shopfloor
import Synchronization
import Testing

@testable import Recorder

@Suite("Recorder", .timeLimit(.minutes(2)))
struct RecorderTests {
  let folder: TemporaryFolder
  let clock = SystemClock()
  var path: String { folder.file("lotwire.sqlite").path }

  init() throws { folder = try TemporaryFolder("recorder") }

  private func open(
    bounds: InboxBounds = InboxBounds(), subscriber: @escaping Recorder.Subscriber = { _ in }
  ) throws -> Recorder {
    var setup = Recorder.Setup(ledgerPath: path, programVersion: "test", bootID: "boot")
    setup.bounds = bounds
    return try Recorder(setup, clock: clock, subscriber: subscriber)
  }

  private func prepare(_ recorder: Recorder) async {
    let options = LineFixture.Options(expected: 0)
    #expect(await recorder.apply(LineFixture.plan(options), digest: "plan-1", changes: [], at: now).isAccepted)
    #expect(await recorder.perform(.updatePeople(LineFixture.people), actor: "configuration", at: now).isAccepted)
    #expect(await recorder.takeWork(WorkChange(orders: [LineFixture.order]), settings: [], at: now).isAccepted)
  }

  private var now: Timestamp { clock.now().utc }

  private func scan(_ recorder: Recorder, _ text: String) async -> CommandAnswer {
    await recorder.perform(.scan(ScannedLabel(text: text), station: "sealer"), actor: "device scanner-1", at: now)
  }

  private func batch(_ values: [Double], key: UInt64? = nil) -> ReadingBatch {
    let now = clock.now()
    return ReadingBatch(
      device: "plc-1", receivedAt: now.utc, monotonicMicroseconds: now.monotonicMicroseconds, messageKey: key,
      readings: values.map { Reading(parameter: LineFixture.temperature, time: now.utc, value: $0) })
  }

  /// Offers and waits for what becomes of it.
  private func record(_ recorder: Recorder, _ batch: ReadingBatch) async -> RecorderOutcome {
    await withCheckedContinuation { continuation in
      if !recorder.offer([batch], acknowledge: { continuation.resume(returning: $0) }) {
        continuation.resume(returning: .failed)
      }
    }
  }

  @Test("what takes long while a former ledger is opened is told before recording begins")
  func tellsOfMigration() throws {
    let former = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Cases/ledger-files/v4/lotwire.sqlite.gz").standardizedFileURL
    try Data().write(to: folder.file("lotwire.sqlite"))
    let output = try FileHandle(forWritingTo: folder.file("lotwire.sqlite"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", former.path]
    process.standardOutput = output
    try process.run()
    process.waitUntilExit()
    try output.close()
    let told = Mutex<[String]>([])
    var setup = Recorder.Setup(ledgerPath: path, programVersion: "test", bootID: "boot")
    setup.tell = { words in told.withLock { $0.append(words) } }
    let recorder = try Recorder(setup, clock: clock, subscriber: { _ in })
    recorder.stop()
    #expect(told.withLock { $0 } == ["a copy of the ledger of version 4 is kept in \(path).v4.backup"])
  }

  private func eventually(_ condition: () throws -> Bool) async throws {
    for _ in 0..<3_000 where try !condition() { try await Task.sleep(for: .milliseconds(10)) }
    #expect(try condition())
  }

  private func storedValues() throws -> [Double] {
    try LedgerReader(path: path).groups(after: 0, limit: 10_000).flatMap(\.batches).flatMap(\.readings).map(\.value)
  }

  private func alter(_ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
    try queue.close()
  }

  @Test("an answer or an acknowledgement comes after the commit")
  func durable() async throws {
    let recorder = try open()
    await prepare(recorder)
    #expect(await scan(recorder, "badge-1").isAccepted)
    #expect(await scan(recorder, "L-1").isAccepted)
    #expect(try recorder.reader.events(about: .run("R-000001")).count == 1)
    #expect(await record(recorder, batch([180, 181])) == .durable)
    #expect(try storedValues() == [180, 181])
    #expect(await !scan(recorder, "nothing known").isAccepted)
    #expect(try recorder.reader.events(after: 0, limit: 1_000).last?.event.kind == .commandRefused)
    recorder.stop()
  }

  @Test("subscribers are told every event once, in order")
  func subscribers() async throws {
    let told = Mutex<[Int64]>([])
    let recorder = try open { events in told.withLock { $0 += events.map(\.sequence) } }
    await prepare(recorder)
    recorder.stop()
    let count = try LedgerReader(path: path).counts().events
    #expect(told.withLock { $0 } == Array(1...count))
  }

  @Test("a message that comes again is kept once, after a restart too")
  func duplicates() async throws {
    var recorder = try open()
    await prepare(recorder)
    for key in [7, 8, 7] as [UInt64] {
      #expect(await record(recorder, batch([Double(key)], key: key)) == .durable)
    }
    recorder.stop()
    recorder = try open()
    for key in [8, 9] as [UInt64] { #expect(await record(recorder, batch([Double(key)], key: key)) == .durable) }
    #expect(await record(recorder, batch([1])) == .durable)
    recorder.stop()
    #expect(recorder.status.counters.duplicateMessages == 1)
    #expect(try storedValues() == [7, 8, 9, 1])
  }

  @Test("a restart brings back the open run and alarms, with and without a checkpoint", arguments: [true, false])
  func restart(hasCheckpoint: Bool) async throws {
    var recorder = try open()
    await prepare(recorder)
    _ = await scan(recorder, "badge-1")
    _ = await scan(recorder, "L-1")
    #expect(await record(recorder, batch([195])) == .durable)
    let before = await recorder.inspect { $0.floor }
    recorder.stop()
    if !hasCheckpoint { try alter("DELETE FROM checkpoint") }
    recorder = try open()
    #expect(await recorder.inspect { $0.floor } == before)
    #expect(before.station("sealer").activeRun?.lots == ["L-1"])
    #expect(before.alarms.values.map(\.run) == ["R-000001"])
    #expect(recorder.status.counters.replayDifferences == 0)
    #expect(recorder.status.counters.replayedGroups == 0 || !hasCheckpoint)
    #expect(await record(recorder, batch([180])) == .durable)
    #expect(try recorder.reader.events(about: .alarm("A-000001")).map(\.event.kind) == [.alarmRaised, .alarmReturned])
    recorder.stop()
  }

  @Test("the inbox turns away what is over its bound, and that is an event")
  func bound() async throws {
    var bounds = InboxBounds()
    bounds.maximumReadings = 10
    let recorder = try open(bounds: bounds)
    await prepare(recorder)
    #expect(!recorder.offer([batch(Array(repeating: 180, count: 11))], acknowledge: nil))
    try await eventually {
      try recorder.reader.events(about: .recorder).contains {
        if case .readingsDropped(let dropped) = $0.event {
          dropped.device == "plc-1" && dropped.batches == 1
        } else {
          false
        }
      }
    }
    #expect(await record(recorder, batch(Array(repeating: 180, count: 10))) == .durable)
    recorder.stop()
    #expect(recorder.status.counters.turnedAwayBatches == 1)
    #expect(try storedValues().count == 10)
  }

  @Test("a second recorder on the same ledger is refused")
  func second() async throws {
    let recorder = try open()
    #expect { try open() } throws: { ($0 as? LedgerError)?.code == "ledger.already_in_use" }
    recorder.stop()
    try open().stop()
  }

  @Test("stop commits what waits, refuses what comes after, and still shows the state")
  func stop() async throws {
    let recorder = try open()
    await prepare(recorder)
    let outcomes = Mutex<[RecorderOutcome]>([])
    for number in 0..<100 {
      let isTaken = recorder.offer([batch([Double(number)])]) { outcome in outcomes.withLock { $0.append(outcome) } }
      #expect(isTaken)
    }
    recorder.stop()
    #expect(outcomes.withLock { $0 } == Array(repeating: .durable, count: 100))
    #expect(try storedValues() == (0..<100).map(Double.init))
    #expect(!recorder.offer([batch([1])], acknowledge: nil))
    #expect(await scan(recorder, "badge-1") == .refused(Recorder.busy))
    #expect(await recorder.inspect { $0.floor.people.count } == 2)
    #expect(try LedgerReader(path: path).events(about: .recorder).last?.event.kind != .recordingStarted)
  }

  @Test("a ledger that fails acknowledges nothing, says so, recovers by itself and keeps what nobody else keeps")
  func failingLedger() async throws {
    let recorder = try open()
    await prepare(recorder)
    #expect(await record(recorder, batch([1])) == .durable)
    try alter("ALTER TABLE commit_group RENAME TO away")
    #expect(await record(recorder, batch([2])) == .failed)
    #expect(recorder.offer([batch([3])], acknowledge: nil))
    #expect(await record(recorder, batch([4])) == .failed)
    #expect(recorder.offer([batch([5])], acknowledge: nil))
    guard case .refused(let refusal) = await scan(recorder, "badge-1") else {
      Issue.record("a scan was taken without a ledger")
      return
    }
    #expect(refusal.code == .recorderStopped)
    #expect(!recorder.status.isRecording)
    #expect(recorder.status.problem != nil)
    #expect(await !recorder.inspect { engine in engine.isDurable })
    try alter("ALTER TABLE away RENAME TO commit_group")
    try await eventually { recorder.status.isRecording }
    #expect(await record(recorder, batch([6])) == .durable)
    #expect(await recorder.inspect { engine in engine.isDurable })
    #expect(await scan(recorder, "badge-1").isAccepted)
    recorder.stop()
    #expect(try storedValues() == [1, 3, 5, 6])
    #expect(recorder.status.counters.failedCommits >= 1)
    let started = try LedgerReader(path: path).events(about: .recorder).filter { $0.event.kind == .recordingStarted }
    #expect(started.count == 2)
    try open().stop()
  }

  @Test("readings that came back do not keep the owner spinning, however many there are")
  func held() {
    var bounds = InboxBounds()
    bounds.maximumReadingsPerCommit = 2
    let inbox = BoundedInbox(bounds: bounds)
    inbox.putBack([PendingReadings(batches: [batch([1, 2, 3])], acknowledge: nil)], holdMicroseconds: 60_000_000)
    let latest = BoundedInbox.monotonicMicroseconds() + 50_000
    _ = inbox.take(notAfter: latest)
    #expect(BoundedInbox.monotonicMicroseconds() >= latest)
  }
}
