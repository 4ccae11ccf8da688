import Foundation
import Ledger
import Shopfloor

@testable import BatchRecord
@testable import ERP

/// Outbox rows as the ledger writes them, for the orders of the simulated factory.
struct TrytonRows {
  private var next: Int64 = 1

  mutating func movement(_ name: String, _ material: String, _ fields: [String: Any] = [:]) throws -> OutboxRow {
    var content = fields
    content["movement"] = name
    content["material_lot"] = material
    content["person"] = "P-12"
    return try row(MaterialMovement.kind, "movement", "material:\(material)", nil, content)
  }

  /// The film for WO-4711 arrives as ML-000001.
  mutating func filmReceipt() throws -> OutboxRow {
    try movement(
      "receipt", "ML-000001",
      [
        "item": "FILM-70", "quantity": "500.25", "supplier_lot": "S-1009", "delivery": "PO-55-1",
        "unusable_from": "2032-01-01T00:00:00.000000Z",
      ])
  }

  mutating func report(_ name: String, lot: String, order: String, _ fields: [String: Any] = [:]) throws -> OutboxRow {
    var content = fields
    content["report"] = name
    content["lot"] = lot
    content["work_order"] = order
    return try row(ProductionReportMessage.kind, "report", "lot:\(lot)", lot, content)
  }

  private mutating func row(
    _ kind: String, _ word: String, _ orderKey: String, _ lot: String?, _ fields: [String: Any]
  ) throws -> OutboxRow {
    var content = fields
    content["at"] = "2026-11-20T10:00:00.000000Z"
    content["event"] = next
    content["event_hash"] = "00112233aabbccdd"
    let bytes = [UInt8](try JSONSerialization.data(withJSONObject: content, options: [.sortedKeys]))
    let place = String(repeating: "0", count: 12 - String(next).count) + String(next)
    let row = OutboxRow(
      id: next, kind: kind, lot: try lot.map { try LotNumber($0) }, orderKey: orderKey,
      idempotencyKey: "lotwire:\(word):\(place):00112233aabbccdd", payloadSHA256: lowerCaseSHA256(bytes),
      payload: bytes,
      state: .pending, attempts: 0, createdAt: Timestamp(microseconds: 0), nextAttemptAt: Timestamp(microseconds: 0),
      lastAnswer: nil)
    next += 1
    return row
  }

  /// One consumption: material lot, item, quantity and its place in the ledger.
  struct Use {
    var material: String
    var item: String
    /// Nil: nobody counted it.
    var quantity: String?
    var event: Int
    /// How much had been picked for which order.
    var shares: KeyValuePairs<String, String> = [:]
    var substituteFor: String?
    /// Nil: the first one of the order.
    var run: String?
  }

  struct Made {
    var lot: String
    var order: String
    var lots: [String]
    var ordered = "2000"
    var good: String?
    var uses: [Use]
    /// Lowest and highest of the mean temperature.
    var temperatures = ["180", "181.5"]
    /// Of other orders, in the same runs.
    var lotsOfOthers: [String] = []
    /// The orders of the runs where there are several; the first one names them.
    var orders: [String] = []
  }

  mutating func record(_ made: Made, revision: Int = 0, key: SigningKey = Self.key) throws -> OutboxRow {
    let orders = made.orders.isEmpty ? [made.order] : made.orders
    let name = "R-\(orders[0])"
    let run: [String: Any] = [
      "id": name, "workOrders": orders, "station": "sealer-1", "operation": "seal",
      "lots": made.lots + made.lotsOfOthers,
      "start": Self.time(0), "end": Self.time(90), "startedBy": "P-1", "endedBy": "P-1", "completedOperation": true,
      "characteristics": [
        Self.characteristic("seal.temperature.mean", made.temperatures),
        Self.characteristic("seal.pressure.max", ["3", "2.9"]), Self.characteristic("seal.duration", ["1", "0.8"]),
      ],
    ]
    let inspection: [String: Any] = [
      "id": "\(name)-2", "workOrders": orders, "station": "inspection-1", "operation": "inspect",
      "lots": made.lots + made.lotsOfOthers,
      "start": Self.time(100), "end": Self.time(142), "startedBy": "P-1", "endedBy": "P-1", "completedOperation": true,
      "characteristics": [Any](),
    ]
    let record: [String: Any] = [
      "format": ["name": BatchRecordFormat.name, "version": BatchRecordFormat.version] as [String: Any],
      "lot": made.lot, "revision": revision, "site": "Suzhou", "line": "Line 1",
      "workOrder": [
        "number": made.order, "quantity": made.ordered, "unit": "u", "operations": ["seal", "inspect"],
        "lots": made.lots, "deviceIdentifier": "04012345678901",
      ] as [String: Any],
      "product": ["item": "POUCH-200", "name": "Sterile pouch"], "runs": [run, inspection],
      "materials": made.uses.map { Self.material($0, run: name) },
      "quantities": made.good.map { good in
        [["at": Self.time(150), "operation": "inspect", "good": good, "scrap": [Any](), "rework": [Any]()]]
      } ?? [],
      "exceptions": [Any](),
    ]
    let sealed = try Self.sealed(record, lot: made.lot, revision: revision, with: key)
    let row = OutboxRow(
      id: next, kind: "batch-record", lot: try LotNumber(made.lot), orderKey: "lot:\(made.lot)",
      idempotencyKey: "lotwire:record:\(made.lot):\(revision):\(sealed.digest.prefix(16))",
      payloadSHA256: lowerCaseSHA256(sealed.bytes), payload: sealed.bytes,
      state: .pending, attempts: 0, createdAt: Timestamp(microseconds: 0), nextAttemptAt: Timestamp(microseconds: 0),
      lastAnswer: nil)
    next += 1
    return row
  }

  static let key = SigningKey()

  private static func sealed(
    _ record: [String: Any], lot: String, revision: Int, with key: SigningKey
  ) throws -> (bytes: [UInt8], digest: String) {
    let json = try CanonicalJSONParser.parse([UInt8](try JSONSerialization.data(withJSONObject: record)))
    let digest = lowerCaseSHA256(json.canonicalBytes)
    let message = RecordSeal.message(lot: lot, revision: Int64(revision), digestSHA256: digest)
    let seal: CanonicalJSON = .object([
      "domain": .string(BatchRecordFormat.sealDomain), "digestAlgorithm": .string(BatchRecordFormat.digestAlgorithm),
      "digestSHA256": .string(digest), "signatureAlgorithm": .string(BatchRecordFormat.signatureAlgorithm),
      "keyID": .string(key.keyID), "publicKey": .string(key.verifyingKey.base64),
      "signature": .string(Data(try key.signature(of: message)).base64EncodedString()),
    ])
    return (CanonicalJSON.object(["record": json, "seal": seal]).canonicalBytes, digest)
  }

  private static func material(_ use: Use, run: String) -> [String: Any] {
    var material: [String: Any] = [
      "event": use.event, "run": use.run ?? run, "materialLot": use.material, "item": use.item,
      "quantity": use.quantity as Any? ?? NSNull(), "substituteFor": use.substituteFor as Any? ?? NSNull(),
      "undone": false,
    ]
    if !use.shares.isEmpty { material["fromPicked"] = use.shares.map { ["workOrder": $0.key, "quantity": $0.value] } }
    return material
  }

  private static func characteristic(_ name: String, _ values: [String]) -> [String: Any] {
    [
      "name": name, "unit": "u", "specification": NSNull(), "points": values.map { ["value": $0] },
      "measurements": [Any](),
    ]
  }

  /// 2026-11-20T08:00:00Z and so many seconds.
  private static func time(_ seconds: Int) -> [String: Any] {
    ["microseconds": 1_795_161_600_000_000 + seconds * 1_000_000, "text": ""]
  }
}
