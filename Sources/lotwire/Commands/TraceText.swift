import Devices
import Ledger
import Shopfloor

/// The events of a lot in the order in which they happened, a line each.
struct TraceText {
  let evidence: LotEvidence

  init(_ evidence: LotEvidence) { self.evidence = evidence }

  /// One event in words, for other programs.
  struct Line: Encodable {
    var sequence: Int64
    var time: Timestamp
    var kind: EventKind
    var words: String
  }

  private var words: EventWords {
    EventWords(names: Dictionary(evidence.people.map { ($0.id.text, $0.name) }) { first, _ in first })
  }

  var lines: [Line] {
    evidence.events.compactMap { record in
      words.of(record.event).map {
        Line(sequence: record.sequence, time: record.time, kind: record.event.kind, words: $0)
      }
    }
  }

  var text: String {
    var lines = ["Lot \(evidence.lot)"]
    if let order = evidence.workOrder {
      lines.append(
        "  work order \(order.number): \(order.quantity) \(order.unit) of \(order.productName) (\(order.product))")
    }
    lines += self.lines.map { "  \($0.time)  #\($0.sequence)  \($0.words)" }
    return lines.joined(separator: "\n")
  }
}
