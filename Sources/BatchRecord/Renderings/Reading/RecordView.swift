import Shopfloor

/// Looks into JSON of which older versions have less: what is missing is nil or empty.
struct RecordView {
  let value: CanonicalJSON

  init(_ value: CanonicalJSON) { self.value = value }

  subscript(name: String) -> RecordView {
    guard case .object(let object) = value else { return RecordView(.null) }
    return RecordView(object[name] ?? .null)
  }

  var list: [RecordView] {
    guard case .array(let elements) = value else { return [] }
    return elements.map { RecordView($0) }
  }

  var isNull: Bool { value == .null }

  /// The text exactly as it stands there; nil for anything else.
  var text: String? {
    guard case .string(let text) = value else { return nil }
    return text
  }

  var texts: [String] { list.compactMap(\.text) }

  var integer: Int64? {
    guard case .integer(let integer) = value else { return nil }
    return integer
  }

  var bool: Bool? {
    guard case .bool(let bool) = value else { return nil }
    return bool
  }

  /// The number of a decimal text, for comparing only.
  var decimal: Double? { text.flatMap(DecimalText.value) }

  /// The instant of an object with microseconds, or of a text in ISO 8601.
  var time: Timestamp? {
    if let text { return Timestamp(iso8601: text) }
    return self["microseconds"].integer.map { Timestamp(microseconds: $0) }
  }
}
