import Ledger
import Shopfloor

/// One count of what an operation made of the lot.
struct QuantitySection {
  let counted: QuantityReported
  let sequence: Int64
  /// A later count of the same operation took its place.
  let isReplaced: Bool

  /// Every count in the order in which they came; the last of each operation holds.
  static func sections(in evidence: OrderedEvidence) -> [QuantitySection] {
    let counts = evidence.events.compactMap { record -> (counted: QuantityReported, sequence: Int64)? in
      guard case .quantityReported(let counted) = record.event, counted.lot == evidence.lot else { return nil }
      return (counted, record.sequence)
    }
    let latest = Dictionary(counts.map { ($0.counted.operation, $0.sequence) }, uniquingKeysWith: { max($0, $1) })
    return counts.map { count in
      QuantitySection(
        counted: count.counted, sequence: count.sequence,
        isReplaced: latest[count.counted.operation] != count.sequence)
    }
  }

  var json: CanonicalJSON {
    .object([
      "at": .time(counted.at), "operation": .name(counted.operation),
      "station": counted.station.map { .name($0) } ?? .null, "run": counted.run.map { .name($0) } ?? .null,
      "good": counted.good.map { .string($0.description) } ?? .null, "scrap": Self.json(counted.scrap),
      "rework": Self.json(counted.rework), "person": .name(counted.person),
      "correction": counted.correction.map { .string($0) } ?? .null, "replaced": .bool(isReplaced),
      "event": .whole(sequence),
    ])
  }

  private static func json(_ rejected: [RejectedQuantity]) -> CanonicalJSON {
    .array(
      rejected.map { .object(["quantity": .string($0.quantity.description), "reason": .string($0.reason)]) })
  }
}
