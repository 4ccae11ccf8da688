import Devices
import FaultDisk
import Ledger
import Shopfloor
import Synchronization

@testable import Recorder

/// A recorder without a thread on a ledger of its own, with one row that the ERP is owed: the hold of a lot.
final class DecidingLine {
  let disk = FaultDisk(seed: 1)
  let clock = ManualClock()
  let core: RecorderCore
  let store: LedgerStore

  init() throws {
    var setup = Recorder.Setup(ledgerPath: "/plant/lotwire.sqlite", programVersion: "test", bootID: "boot")
    setup.disk = disk
    store = try LedgerStore(path: setup.ledgerPath, on: disk)
    core = try RecorderCore(setup: setup, store: store, clock: clock, subscriber: { _ in })
    core.start()
    _ = perform(.updatePeople(LineFixture.people))
    _ = perform(.updateWork(WorkChange(orders: [LineFixture.order])))
    _ = perform(.hold(lot: "L-1", person: "P-2", reason: "check"))
  }

  func perform(_ command: Command) -> CommandAnswer? {
    clock.move(1_000)
    let answers = Mutex<[CommandAnswer]>([])
    var load = InboxLoad()
    load.commands = [
      PendingCommand(
        input: .init(command, actor: "person P-2", at: clock.now().utc),
        answer: { answer in answers.withLock { $0.append(answer) } })
    ]
    _ = core.step(load)
    return answers.withLock { $0.first }
  }

  /// The code of the refusal; nil where it was carried out.
  func decide(
    _ row: Int64, _ action: DeliveryDecision.Action, person: PersonID = "P-2", reason: String = "put right"
  ) -> Refusal.Code? {
    let decision = DeliveryDecision(
      outboxRow: row, idempotencyKey: "", action: action, person: person, reason: reason, at: clock.now().utc)
    if case .refused(let refusal)? = perform(.decideDelivery(decision)) { return refusal.code }
    return nil
  }

  func report(_ row: OutboxRow, _ outcome: DeliveryReport.Outcome) {
    _ = perform(
      .reportDelivery(
        DeliveryReport(
          outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: row.lot, connector: "tryton", outcome: outcome)))
  }

  func rows() throws -> [OutboxRow] {
    try store.reader.outboxRows(in: [.pending, .blocked, .refused, .setAside, .delivered], limit: 100)
  }
}
