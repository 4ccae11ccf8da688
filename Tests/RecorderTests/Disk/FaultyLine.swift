import Devices
import FaultDisk
import Ledger
import Shopfloor
import Synchronization

@testable import Recorder

/// Time that passes only when told to.
final class SteppedClock: WallClock {
  private let passed = Mutex<Int64>(0)

  func now() -> ClockReading {
    let passed = passed.withLock { $0 }
    return ClockReading(
      utc: Timestamp(microseconds: 1_795_000_000_000_000 + passed), monotonicMicroseconds: 1_000_000 + passed)
  }

  func pass(microseconds: Int64) { passed.withLock { $0 += microseconds } }
}

final class Counter: Sendable {
  private let count = Mutex(0)

  func add() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}

/// The numbers of the events that a subscriber was told of.
final class ToldEvents: Sendable {
  private let list = Mutex<[Int64]>([])

  var sequences: [Int64] { list.withLock { $0 } }

  @Sendable func take(_ events: [EventRecord]) { list.withLock { $0 += events.map(\.sequence) } }
}

/// A recorder without a thread on a disk with faults, and everything that was offered to it.
final class FaultyLine {
  static let path = "/plant/lotwire.sqlite"
  let disk: FaultDisk
  let clock = SteppedClock()
  let core: RecorderCore
  private var queue: InboxQueue
  private(set) var offered: [Double] = []
  private(set) var turnedAway = 0
  let refused = Counter()
  /// What the subscriber was told, in order.
  let told = ToldEvents()

  init(_ disk: FaultDisk, bounds: InboxBounds = InboxBounds()) throws {
    self.disk = disk
    var setup = Recorder.Setup(ledgerPath: Self.path, programVersion: "test", bootID: "boot")
    setup.disk = disk
    setup.reserveBytes = 1 << 20
    core = try RecorderCore(
      setup: setup, store: LedgerStore(path: Self.path, on: disk), clock: clock, subscriber: told.take)
    queue = InboxQueue(bounds: bounds)
    core.start()
    let plan = LineFixture.plan(LineFixture.Options(expected: 0))
    _ = queue.submit(
      PendingCommand(
        input: .init(.applyPlan(plan, digest: "plan-1", changes: []), actor: "configuration", at: clock.now().utc),
        plan: plan, answer: { _ in }))
    turn()
  }

  /// One reading that nobody else keeps.
  func offer() {
    let now = clock.now()
    let value = Double(offered.count) / 8
    let batch = ReadingBatch(
      device: "plc-1", receivedAt: now.utc, monotonicMicroseconds: now.monotonicMicroseconds,
      readings: [Reading(parameter: LineFixture.temperature, time: now.utc, value: value)])
    if queue.offer(PendingReadings(batches: [batch], acknowledge: nil), now: now.monotonicMicroseconds) == .turnedAway {
      turnedAway += 1
    } else {
      offered.append(value)
    }
  }

  func scan() {
    _ = queue.submit(
      PendingCommand(
        input: .init(
          .scan(ScannedLabel(text: "L-1"), station: "sealer"), actor: "device scanner-1", at: clock.now().utc),
        answer: { [refused] answer in if case .refused = answer { refused.add() } }))
  }

  /// A quarter of a second passes, then the owner takes what is due.
  func turn() {
    clock.pass(microseconds: RecorderCore.tickMicroseconds)
    let now = clock.now().monotonicMicroseconds
    let turn = core.step(queue.take(now: now))
    queue.putBack(turn.putBack, holdMicroseconds: RecorderCore.tickMicroseconds, now: now)
  }

  func turns(_ count: Int, offering: Bool = true) {
    for _ in 0..<count {
      if offering { offer() }
      turn()
    }
  }

  /// Ends the recorder when everything is taken; whether it ended at all.
  func end() -> Bool {
    queue.stop()
    for _ in 0..<100 {
      clock.pass(microseconds: RecorderCore.tickMicroseconds)
      let now = clock.now().monotonicMicroseconds
      let turn = core.step(queue.take(now: now))
      queue.putBack(turn.putBack, holdMicroseconds: RecorderCore.tickMicroseconds, now: now)
      if turn.isLast {
        core.stop()
        return true
      }
    }
    return false
  }

  // MARK: What the ledger holds

  func stored() throws -> [Double] {
    try groups().flatMap(\.batches).flatMap(\.readings).map(\.value)
  }

  func events() throws -> [Event] { try groups().flatMap(\.events).map(\.event) }

  private func groups() throws -> [LedgerReader.StoredGroup] {
    try LedgerReader(path: Self.path, on: disk).groups(after: 0, limit: 100_000)
  }
}
