import Devices
import FaultDisk
import Ledger
import Shopfloor
import Synchronization
import Testing

@testable import Recorder

/// A clock that moves when it is told to.
final class ManualClock: WallClock {
  private let milliseconds = Mutex<Int64>(0)

  func now() -> ClockReading { LineFixture.clock(milliseconds.withLock { $0 }) }
  func move(_ step: Int64) { milliseconds.withLock { $0 += step } }
}

@Suite("Recorder without a thread") struct RecorderCoreTests {
  /// Its free space is always the same, as that of this machine is not.
  let disk = FaultDisk(seed: 1)
  let path = "/plant/lotwire.sqlite"
  let clock = ManualClock()

  private func core() throws -> RecorderCore {
    var setup = Recorder.Setup(ledgerPath: path, programVersion: "test", bootID: "boot")
    setup.disk = disk
    let store = try LedgerStore(path: setup.ledgerPath, on: setup.disk)
    return try RecorderCore(setup: setup, store: store, clock: clock, subscriber: { _ in })
  }

  private func kinds() throws -> [EventKind] {
    try LedgerReader(path: path, on: disk).events(after: 0, limit: 100).map(\.event.kind)
  }

  @Test("time moves by the injected clock alone: a turn commits nothing before something is due")
  func deadlines() throws {
    let core = try core()
    core.start()
    for _ in 0..<59 {
      clock.move(1_000)
      _ = core.step(InboxLoad())
    }
    #expect(try kinds() == [.recordingStarted])
    clock.move(1_000)
    _ = core.step(InboxLoad())
    #expect(try kinds() == [.recordingStarted, .readingsAnchored])
    #expect(core.state.counters.commits == 2)
    var last = InboxLoad()
    last.isStopping = true
    #expect(core.step(last).isLast)
    core.stop()
    #expect(try kinds() == [.recordingStarted, .readingsAnchored, .recordingStopped, .readingsAnchored])
  }

  @Test("a command is answered in its turn, after the commit") func command() throws {
    let core = try core()
    core.start()
    let answers = Mutex<[CommandAnswer]>([])
    var load = InboxLoad()
    load.commands = [
      PendingCommand(
        input: .init(.updatePeople(LineFixture.people), actor: "configuration", at: clock.now().utc),
        answer: { answer in answers.withLock { $0.append(answer) } })
    ]
    #expect(core.step(load).putBack.isEmpty)
    #expect(answers.withLock { $0.map(\.isAccepted) } == [true])
    #expect(try kinds().filter { $0 == .personUpdated }.count == 2)
    core.stop()
  }
}
