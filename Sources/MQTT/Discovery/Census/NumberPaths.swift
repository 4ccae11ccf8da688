import Devices
import Shopfloor

/// The places of a JSON payload at which a number stands, in the order of the text. Bounded.
struct NumberPaths {
  /// Most values that are listed of one message, and the longest path, in characters.
  static let maximumValues = 16
  static let maximumCharacters = 200
  /// Deepest nesting that is looked into, in steps.
  static let maximumDepth = 12

  private(set) var values: [RecognisedValue] = []
  private(set) var further = 0
  private let unitOfTemperature: String?

  /// Members that say how the message came, not what was measured.
  private let left: Set<String>

  init(_ json: JSONValue, below prefix: String = "", leaving left: Set<String> = [], temperature unit: String? = nil) {
    self.left = left
    unitOfTemperature = unit
    walk(json, prefix, name: "", siblings: [], depth: 0)
  }

  private mutating func walk(
    _ value: JSONValue, _ path: String, name: String, siblings: [JSONValue.Member], depth: Int
  ) {
    guard depth <= Self.maximumDepth else {
      further += 1
      return
    }
    switch value {
    case .object(let members):
      for member in members where !left.contains(member.name) {
        guard let step = Self.step(named: member.name) else {
          further += 1
          continue
        }
        walk(member.value, Self.join(path, step), name: member.name, siblings: members, depth: depth + 1)
      }
    case .array(let elements):
      for (index, element) in elements.prefix(Self.maximumValues + 1).enumerated() {
        walk(
          element, path + (Self.elementStep(element, among: elements) ?? "[\(index)]"), name: name, siblings: [],
          depth: depth + 1)
      }
      further += max(0, elements.count - Self.maximumValues - 1)
    case .number, .string, .bool, .notANumber:
      add(value, path, name, siblings)
    case .null: break
    }
  }

  private mutating func add(_ value: JSONValue, _ path: String, _ name: String, _ siblings: [JSONValue.Member]) {
    guard case .value = NumberText(value) else { return }
    // A text of digits beside numbers is more often a number of something than a measured value; it is listed, a person
    // decides.
    guard values.count < Self.maximumValues, path.count <= Self.maximumCharacters else {
      further += 1
      return
    }
    values.append(
      RecognisedValue(
        path: path.isEmpty ? nil : path, sample: Self.sample(value), unit: unit(of: name, beside: siblings)))
  }

  /// The unit that stands beside the value, in one of the usual members.
  private func unit(of name: String, beside siblings: [JSONValue.Member]) -> String? {
    let lowered = name.lowercased()
    let names = ["\(lowered)_unit", "\(lowered)unit", "unit", "units", "uom", "engunit", "unit_of_measurement"]
    let isOnlyValue = ["value", "v", "val", "reading", "measurement"].contains(lowered)
    for sibling in siblings {
      guard case .string(let text) = sibling.value, !text.isEmpty, text.count <= 20 else { continue }
      let key = sibling.name.lowercased()
      if names.prefix(2).contains(key) || (isOnlyValue && names.contains(key)) { return text }
    }
    return lowered == "temperature" || lowered == "dewpoint" ? unitOfTemperature : nil
  }

  static func sample(_ value: JSONValue) -> String {
    displayable(value.plainText ?? "NaN", maximumCharacters: RecognisedValue.maximumSampleCharacters)
  }

  // MARK: Paths

  /// The name as a step; nil where no path can say it.
  static func step(named name: String) -> String? {
    guard !name.isEmpty, !name.contains("\"") else { return nil }
    return name.contains(where: { ".[]".contains($0) }) ? "[\"\(name)\"]" : name
  }

  static func join(_ path: String, _ step: String) -> String {
    path.isEmpty || step.hasPrefix("[") ? path + step : "\(path).\(step)"
  }

  /// `[id="Oven.Temperature"]` where every element of the list has such a name of its own: places in a list that names
  /// its elements may change.
  private static func elementStep(_ element: JSONValue, among elements: [JSONValue]) -> String? {
    for name in ["id", "name", "tag", "n"] {
      let texts = elements.prefix(maximumValues + 1).map { text(name, of: $0) }
      guard !texts.contains(nil), Set(texts).count == texts.count, let own = text(name, of: element),
        !own.contains("\""), !own.isEmpty
      else { continue }
      return "[\(name)=\"\(own)\"]"
    }
    return nil
  }

  private static func text(_ name: String, of element: JSONValue) -> String? {
    guard case .object(let members) = element, let member = members.first(where: { $0.name == name }),
      case .string(let text) = member.value
    else { return nil }
    return text
  }
}
