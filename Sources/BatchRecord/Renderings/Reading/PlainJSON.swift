/// JSON of which nothing is required but that it is JSON: numbers keep the text that they were written with.
///
/// For the payloads of events and for documents of others; the records themselves are ``CanonicalJSON``.
indirect enum PlainJSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// As it stands there: "0.25", "1e-7".
  case number(String)
  case string(String)
  case array([PlainJSON])
  /// In the order of the text.
  case object([Member])

  struct Member: Hashable, Sendable {
    var name: String
    var value: PlainJSON
  }

  subscript(name: String) -> PlainJSON { members.first { $0.name == name }?.value ?? .null }

  var members: [Member] { if case .object(let members) = self { members } else { [] } }

  var elements: [PlainJSON] { if case .array(let elements) = self { elements } else { [] } }

  var isNull: Bool { self == .null }

  var text: String? { if case .string(let text) = self { text } else { nil } }

  var integer: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }

  /// A number, or a text that is one, without exponent: "0.25".
  var plainNumber: String? {
    switch self {
    case .number(let text), .string(let text): Double(text).flatMap(DecimalText.of)
    default: nil
    }
  }

  /// Equal members in any order.
  func isSame(as other: PlainJSON) -> Bool {
    guard case .object(let left) = self, case .object(let right) = other else { return self == other }
    return Set(left) == Set(right)
  }
}
