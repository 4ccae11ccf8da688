/// A place in a JSON text: names joined by ".", list elements as "[0]": `air.sensors[0].temperature`. A name that holds
/// one of `. [ ] "` is written in brackets and quotes: `["temperature:0"].tC`. An element of a list may also be named by
/// one of its members: `values[id="Oven.Temperature"].v`.
public struct JSONPath: Hashable, Sendable {
  public enum Step: Hashable, Sendable {
    case name(String)
    case index(Int)
    /// The only element of a list whose member of this name is this text: a text, a number as written, or true or false.
    case element(where: String, equals: String)
  }

  public let text: String
  public let steps: [Step]

  /// Largest number of steps of a path.
  public static let maximumSteps = 32

  public init(_ text: String) throws(JSONPathFault) {
    self.text = text
    var rest = Substring(text)
    var steps: [Step] = []
    guard !rest.isEmpty else { throw JSONPathFault(path: text, problem: "it is empty") }
    while !rest.isEmpty {
      steps.append(try Self.step(&rest, isFirst: steps.isEmpty, of: text))
    }
    guard steps.count <= Self.maximumSteps else {
      throw JSONPathFault(path: text, problem: "it has \(steps.count) steps; at most \(Self.maximumSteps) are allowed")
    }
    self.steps = steps
  }

  private static func step(_ rest: inout Substring, isFirst: Bool, of text: String) throws(JSONPathFault) -> Step {
    if rest.first == "[" { return try bracket(&rest, of: text) }
    if !isFirst {
      guard rest.first == "." else { throw JSONPathFault(path: text, problem: "a \".\" is missing after \"]\"") }
      rest.removeFirst()
    }
    let name = rest.prefix { !".[]\"".contains($0) }
    guard !name.isEmpty else { throw JSONPathFault(path: text, problem: "a name is empty") }
    rest = rest[name.endIndex...]
    guard rest.isEmpty || rest.first == "." || rest.first == "[" else {
      throw JSONPathFault(path: text, problem: "\"]\" or a quote stands where none belongs")
    }
    return .name(String(name))
  }

  private static func bracket(_ rest: inout Substring, of text: String) throws(JSONPathFault) -> Step {
    rest.removeFirst()
    if rest.first == "\"" {
      rest.removeFirst()
      guard let quote = rest.firstIndex(of: "\""), rest[rest.index(after: quote)...].first == "]" else {
        throw JSONPathFault(path: text, problem: "a name in brackets does not end with a quote and \"]\"")
      }
      let name = rest[..<quote]
      rest = rest[rest.index(quote, offsetBy: 2)...]
      return .name(String(name))
    }
    if let element = element(&rest) { return element }
    guard let end = rest.firstIndex(of: "]"), rest[..<end].allSatisfy({ ("0"..."9").contains($0) }),
      let index = Int(rest[..<end])
    else { throw JSONPathFault(path: text, problem: "the brackets hold no number from 0 on") }
    rest = rest[rest.index(after: end)...]
    return .index(index)
  }

  /// `id="Oven.Temperature"]`, behind the opening bracket; nil where it is no such thing.
  private static func element(_ rest: inout Substring) -> Step? {
    let name = rest.prefix { !".[]\"=".contains($0) }
    let behind = rest[name.endIndex...]
    guard !name.isEmpty, behind.hasPrefix("=\"") else { return nil }
    let value = behind.dropFirst(2).prefix { $0 != "\"" }
    guard behind[value.endIndex...].hasPrefix("\"]") else { return nil }
    rest = behind[value.endIndex...].dropFirst(2)
    return .element(where: String(name), equals: String(value))
  }
}

/// Why a text is no path into a JSON payload.
public struct JSONPathFault: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var problem: String

  public var description: String {
    "the path \"\(path)\" cannot be read: \(problem); write it like air.sensors[0].temperature"
  }
}
