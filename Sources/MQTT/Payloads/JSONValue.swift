import Devices

/// A JSON text (RFC 8259) as a tree of its own. Numbers keep their digits, so that a 64-bit message id stays exact. For
/// the many messages of sensors see ``JSONDocument``.
indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  /// The bare words NaN, Infinity and -Infinity, which RFC 8259 forbids and several encoders write nevertheless.
  case notANumber
  case string(String)
  case array([JSONValue])
  /// In the order of the text; a name may stand twice (RFC 8259 section 4 only advises against it).
  case object([Member])

  struct Member: Hashable, Sendable {
    var name: String
    var value: JSONValue
  }
}

extension JSONValue {
  /// Nesting is bounded by the scanner.
  init(_ item: JSONItem) {
    switch item.kind {
    case .null: self = .null
    case .yes: self = .bool(true)
    case .no: self = .bool(false)
    case .number: self = .number(item.plainText ?? "")
    case .notANumber: self = .notANumber
    case .string: self = .string(item.plainText ?? "")
    case .array: self = .array(item.elements.map { JSONValue($0) })
    case .object:
      self = .object(item.members.map { Member(name: $0.name.plainText ?? "", value: JSONValue($0.value)) })
    }
  }

  /// What stands at the path; nil where the path leads nowhere or a name on the way stands twice, because then nobody
  /// can say which one the sensor meant.
  func value(at path: JSONPath) -> JSONValue? {
    var here = self
    for step in path.steps {
      switch (step, here) {
      case (.name(let name), .object(let members)):
        let found = members.filter { $0.name.utf8.elementsEqual(name.utf8) }
        guard found.count == 1 else { return nil }
        here = found[0].value
      case (.index(let index), .array(let elements)):
        guard elements.indices.contains(index) else { return nil }
        here = elements[index]
      case (.element(let name, let text), .array(let elements)):
        let found = elements.filter { $0.hasMember(name, text) }
        guard found.count == 1 else { return nil }
        here = found[0]
      default: return nil
      }
    }
    return here
  }

  private func hasMember(_ name: String, _ text: String) -> Bool {
    guard case .object(let members) = self else { return false }
    return members.contains { $0.name.utf8.elementsEqual(name.utf8) && $0.value.plainText == text }
  }

  /// A text, a number as written, `true` or `false`; nil for everything else.
  var plainText: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .null, .notANumber, .array, .object: nil
    }
  }
}

extension NumberText {
  init(_ json: JSONValue?) {
    switch json {
    case .number(let text), .string(let text): self.init(Array(text.utf8))
    case .bool(let flag): self = .value(flag ? 1 : 0)
    case .notANumber: self = .notANumber
    case .null, .array, .object, nil: self = .unreadable
    }
  }
}
