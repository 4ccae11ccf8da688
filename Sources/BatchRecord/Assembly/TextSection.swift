import Ledger
import Shopfloor

/// What a text point said at a station of the lot: during a run, or last before it began.
struct TextSection {
  let recorded: TextRecorded
  let sequence: Int64

  /// The latest text of every parameter at the start of each run, and every change within it.
  static func sections(in evidence: OrderedEvidence) -> [TextSection] {
    evidence.events.compactMap { record in
      guard case .textRecorded(let recorded) = record.event else { return nil }
      return TextSection(recorded: recorded, sequence: record.sequence)
    }
  }

  var json: CanonicalJSON {
    .object([
      "station": .name(recorded.station), "parameter": .name(recorded.parameter), "device": .name(recorded.device),
      "text": .string(recorded.text), "words": .string(recorded.words), "at": .time(recorded.at),
      "event": .whole(sequence),
    ])
  }
}
