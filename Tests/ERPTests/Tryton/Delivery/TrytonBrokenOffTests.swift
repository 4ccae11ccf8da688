import Harness
import Ledger
import Shopfloor
import Synchronization
import Testing

@testable import ERP

/// Attempts that break off between the copies that a proxy made of one request: what they leave behind, the next one clears.
@Suite("A real Tryton with copies that are left behind", .serialized)
struct TrytonBrokenOffTests {
  @Test("every request is carried out twice, and every withdrawal of a copy fails once: nothing is there twice")
  func nothingIsLeftTwice() async throws {
    try await TrytonBench.using("broken-off") { bench in
      let calls = BrokenOffCalls(calls: bench.link)
      let connector = TrytonBench.connector(calls, bench.settings)
      let owed = try Self.rows()
      for row in owed {
        var answer = ""
        for _ in 1...20 where answer != "delivered" {
          answer = await bench.deliver([row], through: connector)[0]
          // Nobody is asked for what mends itself.
          #expect(!answer.hasPrefix("blocked"), "\(row.idempotencyKey)")
        }
        #expect(answer == "delivered", "\(row.idempotencyKey)")
      }
      let broken = Set(calls.brokenOff.map(\.method))
      #expect(
        broken.isSuperset(of: [
          "ir.note.delete", "quality.inspection.delete", "ir.attachment.delete", "stock.lot.delete",
          "stock.shipment.in.write", "stock.shipment.internal.write", "production.work.cycle.delete",
        ]), "\(broken.sorted())")
      try Self.expectNothingTwice(bench)
      let before = try bench.server.dump()
      #expect(await bench.deliver(owed) == owed.map { _ in "delivered" })
      #expect(try bench.server.dump() == before)
    }
  }

  private static func rows() throws -> [OutboxRow] {
    var rows = TrytonRows()
    let made = TrytonRows.Made(
      lot: "WO-4711", order: "WO-4711", lots: ["WO-4711"], good: "1990",
      uses: [
        .init(material: "ML-000001", item: "FILM-70", quantity: "250.5", event: 4),
        .init(material: "M-VALVE-1", item: "VALVE-CS", quantity: "1998", event: 5),
      ])
    return [
      try rows.filmReceipt(),
      try rows.movement("release", "ML-000001", ["status": "released", "reason": "good"]),
      try rows.movement("quarantine", "ML-000001", ["status": "quarantined", "reason": "doubt"]),
      try rows.movement("release", "ML-000001", ["status": "released", "reason": "fine"]),
      try rows.movement(
        "pick", "ML-000001",
        [
          "item": "FILM-70", "quantity": "260", "work_order": "WO-4711", "picked_in_all": "260", "consumed_in_all": "0",
        ]),
      try rows.report(
        "operation", lot: "WO-4711", order: "WO-4711", ["operation": "seal", "completed_operation": true]),
      try rows.record(made),
    ]
  }

  private static func expectNothingTwice(_ bench: TrytonBench) throws {
    for (model, fields) in [
      ("ir.note", ["resource", "message"]), ("ir.attachment", ["resource", "name"]),
      ("stock.lot", ["number", "product"]), ("stock.shipment.in", ["reference"]),
      ("stock.shipment.internal", ["reference"]),
      ("quality.inspection", ["reference"]), ("production.work.cycle", ["work", "duration"]),
    ] {
      // What was withdrawn is cancelled and says so.
      let states: [Any] = model.hasPrefix("stock.shipment.") ? [["state", "!=", "cancelled"]] : []
      let there = try bench.look.search(model, states, fields: fields).map { row in
        fields.map { "\(row[$0] ?? "-")" }.joined(separator: " ")
      }
      #expect(!there.isEmpty && Set(there).count == there.count, "\(model): \(there.sorted())")
    }
  }
}

/// Carries out every change twice and gives back what the second one was answered; ends each withdrawal of a copy before it
/// is sent, once.
private final class BrokenOffCalls: TrytonCalls {
  struct Withdrawal: Hashable, Sendable {
    var method: String
    var parameters: [TrytonValue]
  }

  private let calls: any TrytonCalls
  private let seen = Mutex<Set<Withdrawal>>([])

  init(calls: any TrytonCalls) { self.calls = calls }

  var brokenOff: Set<Withdrawal> { seen.withLock { $0 } }

  func call(
    _ method: String, _ parameters: [TrytonValue], context: [String: TrytonValue]
  ) async throws(ERPFailure) -> TrytonAnswer {
    guard !method.hasSuffix(".search_read") else {
      return try await calls.call(method, parameters, context: context)
    }
    let isWithdrawal = method.hasSuffix(".delete") || "\(parameters)".contains("withdrawn copy of")
    if isWithdrawal, seen.withLock({ $0.insert(Withdrawal(method: method, parameters: parameters)).inserted }) {
      throw ERPFailure(.outcomeUnknown, problem: "the connection broke", remedy: "none")
    }
    _ = try await calls.call(method, parameters, context: context)
    return try await calls.call(method, parameters, context: context)
  }
}
