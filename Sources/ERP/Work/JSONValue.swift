import FoundationEssentials

/// JSON as it came, before anybody believes it.
enum JSONValue: Hashable, Sendable, Decodable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
      return
    }
    // Each attempt fails silently where the value is of another kind.
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let flag = try? container.decode(Bool.self) {  // another kind: see above
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {  // another kind: see above
      self = .number(number)
    } else if let list = try? container.decode([JSONValue].self) {  // another kind: see above
      self = .list(list)
    } else if let members = try? container.decode([String: JSONValue].self) {  // another kind: see above
      self = .object(members)
    } else {
      // A number beyond every Double: no value, and its field says so.
      self = .number(.nan)
    }
  }

  /// Nil where the bytes are no JSON. Nesting is bounded by the decoder (512 levels).
  static func parse(_ bytes: some Sequence<UInt8>) -> JSONValue? {
    // The only thing to say of a failure is that this is no JSON.
    try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
  }

  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// What was found, for messages.
  var kindName: String {
    switch self {
    case .null: "null"
    case .flag: "true or false"
    case .number: "a number"
    case .text: "a text"
    case .list: "a list"
    case .object: "an object"
    }
  }
}
