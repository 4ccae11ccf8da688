import Shopfloor

/// The payload of an event as attributes, one for every value, named by its path: "step.consumed._0.item".
struct PayloadAttributes {
  /// The most attributes of one event; how many more there are is an attribute of its own. The record has them all.
  static let maximumCount = 64
  /// The longest text of an attribute, in characters; the record has the rest.
  static let maximumCharacters = 4_096

  private(set) var attributes: [BatchMLEvent.Attribute] = []
  private var leftOut = 0

  init(_ data: PlainJSON) {
    add(data, path: "data")
    guard leftOut > 0 else { return }
    attributes.append(
      BatchMLEvent.Attribute(
        id: "data left out", description: "Values of the payload that stand in the record only",
        value: BatchMLValue(String(leftOut), type: "integer")))
  }

  private mutating func add(_ value: PlainJSON, path: String) {
    switch value {
    case .null: break
    case .object(let members):
      for member in members { add(member.value, path: "\(path).\(member.name)") }
    case .array(let elements):
      for (index, element) in elements.enumerated() { add(element, path: "\(path).\(index)") }
    case .bool(let bool): keep(path, String(bool), "boolean")
    case .number(let text):
      if let time = Self.time(value, name: path) {
        keep(path, time, "dateTime")
      } else {
        keep(path, value.plainNumber ?? text, value.integer == nil ? "decimal" : "integer")
      }
    case .string(let text): keep(path, String(text.prefix(Self.maximumCharacters)), "string")
    }
  }

  private mutating func keep(_ path: String, _ text: String, _ type: String) {
    guard attributes.count < Self.maximumCount else {
      leftOut += 1
      return
    }
    attributes.append(BatchMLEvent.Attribute(id: path, value: BatchMLValue(text, type: type)))
  }

  private static let timeNames: Set<String> = [
    "at", "from", "to", "since", "until", "first", "last", "unusableFrom", "effectiveFrom",
  ]

  /// Instants are whole microseconds in the ledger, under names that say so.
  private static func time(_ value: PlainJSON, name path: String) -> String? {
    guard let microseconds = value.integer, let name = path.split(separator: ".").last.map(String.init),
      timeNames.contains(name) || name.hasSuffix("At")
    else { return nil }
    return Timestamp(microseconds: microseconds).rendered
  }
}
