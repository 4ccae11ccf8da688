import Ledger
import Shopfloor
import Synchronization
import Testing

@testable import ERP

/// The daemon ends while a batch is under way.
@Suite struct EndInABatchTests {
  /// Takes the first row, and is at the second when the end comes.
  private final class InterruptedERP: ERPConnector {
    let name = "interrupted"
    let isAtSecond = Mutex(false)

    func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate { WorkUpdate() }

    func deliver(_ row: OutboxRow, _ journal: any DeliveryJournal) async throws(ERPFailure) -> DeliveryVerdict {
      guard row.id > 1 else { return .delivered(receipt: "one") }
      isAtSecond.withLock { $0 = true }
      while !Task.isCancelled {
        // Cancellation is what is waited for.
        _ = try? await Task.sleep(for: .seconds(60))
      }
      throw ERPFailure(.outcomeUnknown, problem: "cut off", remedy: "Wait")
    }

    func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] { [] }

    func close() async {}
  }

  @Test func whatIsKnownIsKeptAndNothingElseIsSaid() async throws {
    let erp = InterruptedERP()
    let outbox = MemoryOutbox([outboxRow(1, lot: "A"), outboxRow(2, lot: "B"), outboxRow(3, lot: "C")])
    let service = ERPService(connector: erp, ports: outbox.ports())
    try await whileRunning({ try await service.run() }) {
      try await eventually("at the second row") { erp.isAtSecond.withLock { $0 } }
      #expect(await outbox.reports.isEmpty)
    }
    #expect(await outbox.row(1)?.state == .delivered)
    for id in Int64(2)...3 {
      #expect(await outbox.row(id)?.state == .pending)
      #expect(await outbox.row(id)?.attempts == 0)
    }
    #expect(service.status().deliveryError == nil)
  }
}
