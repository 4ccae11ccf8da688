import Devices
import Foundation
import Ledger
import Shopfloor

/// What an ERP is owed after two days without it: for each lot a receipt and its release, a pick, consumption, two
/// reports of operations, one of quantities, and the sealed record. The orders are those that the factory adds.
struct ExchangeWorkload {
  /// The first order that the factory adds is WO-5000.
  static let firstOrder = 5_000
  static let kinds = ["receipt", "release", "pick", "consumption", "reports", "record"]

  var lots: Int
  private let start: Int64

  init(lots: Int) {
    self.lots = lots
    start = SystemClock().now().utc.microseconds - 2 * 86_400_000_000
  }

  /// Writes the events of two days, and with them the rows that they owe.
  ///
  /// - Returns: how many rows wait.
  func fill(_ path: String) throws -> Int {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    // Lots are worked on side by side: their rows lie between each other.
    let together = 4
    for first in stride(from: 0, to: lots, by: together) {
      let numbers = first..<min(lots, first + together)
      for step in 0..<Self.steps {
        for number in numbers { try commit(step, of: number, into: store) }
      }
    }
    return try store.reader.outboxBacklog().waitingRows
  }

  private static let steps = 8

  private func time(_ number: Int, _ step: Int) -> Timestamp {
    let share = Double(number * Self.steps + step) / Double(lots * Self.steps)
    return Timestamp(microseconds: start + Int64(share * 2 * 86_400_000_000 * 0.99))
  }

  private func commit(_ step: Int, of number: Int, into store: LedgerStore) throws {
    let at = time(number, step)
    var group = CommitGroup(clock: ClockReading(utc: at, monotonicMicroseconds: at.microseconds - start + 1))
    if step == Self.steps - 1 {
      let record = try record(of: number)
      group.records = [record]
      group.events = [.init(.recordSealed(record.notice), actor: "recorder")]
    } else {
      group.events = [.init(try event(step, number, at), actor: "person P-1")]
    }
    _ = try store.commit(group)
  }

  private func event(_ step: Int, _ number: Int, _ at: Timestamp) throws -> Event {
    let material = try MaterialLotNumber("ML-\(number)")
    let order = try WorkOrderNumber("WO-\(Self.firstOrder + number)")
    let lot = try LotNumber("WO-\(Self.firstOrder + number)")
    let film: ItemCode = "FILM-70"
    switch step {
    case 0:
      return .materialReceived(
        MaterialReceived(
          material: material, item: film, supplierLot: "S-\(number)", quantity: Quantity(millionths: 2_000_000),
          unusableFrom: at.advanced(byMicroseconds: 400 * 86_400_000_000), delivery: "PO-55-1", station: "dock",
          person: "P-1", at: at))
    case 1:
      return .materialDisposed(
        MaterialDisposed(material: material, status: .released, person: "P-2", reason: "good", at: at))
    case 2:
      return .materialPicked(
        MaterialPicked(
          order: order, material: material, item: film, quantity: Quantity(millionths: 1_500_000), station: "store",
          person: "P-1", at: at,
          totals: MaterialTotals(order: order, pickedInAll: Quantity(millionths: 1_500_000), consumedInAll: .zero)))
    case 3:
      return .materialConsumed(
        MaterialConsumed(
          run: try RunID("R-\(number)"), materialLot: material, item: film, person: "P-1", quantity: 1.25, serial: nil,
          at: at,
          totals: MaterialTotals(
            order: order, pickedInAll: Quantity(millionths: 250_000), consumedInAll: Quantity(millionths: 1_250_000))))
    case 4, 5:
      var report = ProductionReport(.operation, lot: lot, workOrder: order, person: "P-1", at: at)
      report.station = step == 4 ? "sealer-1" : "inspection-1"
      report.operation = step == 4 ? "seal" : "inspect"
      report.run = try RunID("R-\(number)\(step == 4 ? "" : "-2")")
      report.startedAt = at.advanced(byMicroseconds: -600_000_000)
      report.endedAt = at
      report.completedOperation = true
      return .productionReported(report)
    default:
      var report = ProductionReport(.quantities, lot: lot, workOrder: order, person: "P-1", at: at)
      report.operation = "inspect"
      report.good = Quantity(millionths: 98_000_000)
      report.scrap = [RejectedQuantity(quantity: Quantity(millionths: 2_000_000), reason: "seal torn")]
      report.unit = "u"
      return .productionReported(report)
    }
  }

  // MARK: The record

  private func record(of number: Int) throws -> CommitGroup.SealedRecord {
    let lot = "WO-\(Self.firstOrder + number)"
    let content: [String: Any] = [
      "record": try body(number, lot),
      "seal": ["digestSHA256": String(repeating: "ab", count: 32), "keyID": "0011223344556677"],
    ]
    let bytes = [UInt8](try JSONSerialization.data(withJSONObject: content, options: [.sortedKeys]))
    let number = String(number)
    let digest = String(repeating: "0", count: 64 - number.count) + number
    return CommitGroup.SealedRecord(
      notice: SealedRecordNotice(
        lot: try LotNumber(lot), revision: 0, digestSHA256: digest, keyID: "0011223344556677", byteCount: bytes.count,
        exceptionCount: 0, throughSequence: 1), bytes: bytes)
  }

  private func body(_ number: Int, _ lot: String) throws -> [String: Any] {
    func instant(_ seconds: Int64) -> [String: Any] { ["microseconds": start + seconds * 1_000_000, "text": ""] }
    func run(_ id: String, _ station: String, _ operation: String, _ from: Int64, _ characteristics: [Any]) -> [String:
      Any]
    {
      [
        "id": id, "station": station, "operation": operation, "lots": [lot], "start": instant(from),
        "end": instant(from + 90), "startedBy": "P-1", "endedBy": "P-1", "completedOperation": true,
        "characteristics": characteristics,
      ]
    }
    func characteristic(_ name: String, _ values: [String]) -> [String: Any] {
      [
        "name": name, "unit": "u", "specification": NSNull(), "points": values.map { ["value": $0] },
        "measurements": [Any](),
      ]
    }
    func use(_ event: Int, _ material: String, _ item: String, _ quantity: String) -> [String: Any] {
      [
        "event": event, "run": "R-\(number)", "materialLot": material, "item": item, "quantity": quantity,
        "undone": false,
      ]
    }
    let counted: [String: Any] = [
      "at": instant(150), "operation": "inspect", "good": "98", "scrap": [Any](), "rework": [Any](),
    ]
    return [
      "lot": lot, "revision": 0, "site": "bench", "line": "bench",
      "workOrder": [
        "number": lot, "quantity": "100", "unit": "u", "operations": ["seal", "inspect"], "lots": [lot],
        "deviceIdentifier": "04012345678901",
      ] as [String: Any],
      "product": ["item": "POUCH-200", "name": "Sterile pouch"],
      "runs": [
        run(
          "R-\(number)", "sealer-1", "seal", 0,
          [
            characteristic("seal.temperature.mean", ["180", "181.5"]),
            characteristic("seal.pressure.max", ["3", "2.9"]),
            characteristic("seal.duration", ["1", "0.8"]),
          ]), run("R-\(number)-2", "inspection-1", "inspect", 100, []),
      ],
      "materials": [
        use(1, "ML-\(number)", "FILM-70", "1.25"), use(2, "M-VALVE-1", "VALVE-CS", "1"),
      ], "quantities": [counted], "exceptions": [Any](),
      // As much as the events, statistics and digests of a record of some hours take.
      "evidence": String(repeating: "0123456789abcdef", count: 4_096),
    ]
  }
}
