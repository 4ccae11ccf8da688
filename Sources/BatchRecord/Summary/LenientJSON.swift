import Shopfloor

/// Looks into JSON that may lack anything: what is missing is null. For showing only, never for judging.
struct LenientJSON: Sendable {
  private let value: CanonicalJSON

  init(_ value: CanonicalJSON) { self.value = value }

  subscript(name: String) -> LenientJSON {
    guard case .object(let object) = value else { return LenientJSON(.null) }
    return LenientJSON(object[name] ?? .null)
  }

  var list: [LenientJSON] {
    guard case .array(let elements) = value else { return [] }
    return elements.map { LenientJSON($0) }
  }

  var isNull: Bool { value == .null }

  var decimal: Double? {
    guard case .string(let text) = value else { return nil }
    return DecimalText.value(of: text)
  }

  /// On one line and without invisible characters, which in a terminal could hide or forge text.
  var shown: String {
    switch value {
    case .string(let text): displayable(text, maximumCharacters: 1_000)
    case .integer(let integer): String(integer)
    case .bool(let bool): bool ? "true" : "false"
    case .null, .array, .object: "-"
    }
  }
}
