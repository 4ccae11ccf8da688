import Ledger
import Shopfloor

/// The events of a record: their stored bytes as text, so that an auditor can hash them again.
enum EventExcerpt {
  /// The name of the event's kind, "alarmRaised": the name of its case in ``Event``, which never changes.
  static func kind(of event: Event) -> String { Mirror(reflecting: event).children.first?.label ?? "unknown" }

  /// Events of people carry badges, which no record may hold: such an event stands with its hash alone.
  static func json(of record: EventRecord) -> CanonicalJSON {
    var members: [String: CanonicalJSON] = [
      "sequence": .whole(record.sequence), "at": .time(record.time), "actor": .string(record.actor),
      "derived": .bool(record.derived), "kind": .string(kind(of: record.event)),
      "hash": .string(Hexadecimal.text(of: record.hash)), "canonical": .null,
    ]
    if case .personUpdated = record.event {
      members["withheld"] = .string("personal data")
    } else if let text = String(validating: record.canonicalBytes, as: UTF8.self) {
      members["canonical"] = .string(text)
    } else {
      members["canonicalHex"] = .string(Hexadecimal.text(of: record.canonicalBytes))
    }
    return .object(members)
  }
}
