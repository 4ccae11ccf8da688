import Ledger
import Shopfloor

/// The ERP: releases work, takes deliveries, refuses some, and loses some of its answers. It keeps each key once.
struct SimulatedERP {
  private var random: SplitMix64
  private(set) var orderCount = 0
  private var lotCount = 0
  private var materialCount = 0
  private var receiptCount = 0
  /// Changes that the recorder has not confirmed; sent again, the oldest first.
  var unconfirmed: [WorkChange] = []
  /// What was delivered, by our key: the digest of the payload.
  private(set) var received: [String: String] = [:]

  init(random: SplitMix64) { self.random = random }

  mutating func pause() -> Int64 { random.microseconds(30...900) }

  /// Releases more work where little is left.
  mutating func plan(openLots: Int) {
    guard openLots < 8 else { return }
    orderCount += 1
    let lots = (0..<Int.random(in: 2...4, using: &random)).map { _ in
      lotCount += 1
      return LotNumber(stringLiteral: "L-\(lotCount)")
    }
    let order = WorkOrder(
      number: WorkOrderNumber(stringLiteral: "WO-\(orderCount)"), product: "pouch", productName: "Pouch", quantity: 100,
      unit: "pcs", operations: random.chance(0.8) ? ["seal", "cure"] : ["seal"], lots: lots,
      materials: [BillOfMaterialsLine(item: "film", quantityPerUnit: 0.1)])
    materialCount += 1
    let material = MaterialLot(
      number: MaterialLotNumber(stringLiteral: "M-\(materialCount)"), item: "film",
      status: random.chance(0.8) ? .released : .quarantined, quantity: Quantity(40))
    unconfirmed.append(WorkChange(orders: [order], materials: [material]))
    // The same message of the ERP may come twice.
    if random.chance(0.2) { unconfirmed.append(WorkChange(orders: [order], materials: [material])) }
  }

  enum Answer {
    case report(DeliveryReport.Outcome)
    /// It took the delivery, and nobody heard.
    case lost
  }

  /// One attempt to deliver. Throws where another content comes under a known key.
  mutating func take(
    _ row: OutboxRow, payloadSHA256: String, at now: Timestamp
  ) throws(BrokenPromise) -> Answer {
    let retry = now.advanced(byMicroseconds: random.microseconds(1...60))
    switch Double.random(in: 0..<1, using: &random) {
    case ..<0.1: return .report(.failed(reason: "unreachable", retryAt: retry))
    case ..<0.12 where received[row.idempotencyKey] == nil: return .report(.blocked(reason: "not accepted"))
    default: break
    }
    if let known = received[row.idempotencyKey], known != payloadSHA256 {
      throw BrokenPromise(.owedOnce, "\(row.idempotencyKey) came again with another content")
    }
    received[row.idempotencyKey] = payloadSHA256
    if random.chance(0.1) { return .lost }
    receiptCount += 1
    return .report(.delivered(receipt: "receipt-\(receiptCount)"))
  }
}
