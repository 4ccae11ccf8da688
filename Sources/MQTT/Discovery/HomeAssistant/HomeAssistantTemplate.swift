import Devices

/// The part of Home Assistant's value templates that says where a value stands: `{{ value }}`, `{{ value_json.a.b }}`,
/// `{{ value_json['a'][0] }}`. Everything that calculates is refused: a calculation belongs into the mapping, where a
/// person sees it.
struct HomeAssistantTemplate: Hashable {
  /// Nil: the whole payload.
  var path: JSONPath?
  /// Filters that change the number and are left out: what is recorded is what was sent.
  var leftOut: [String] = []

  struct Fault: Error, Hashable {
    var reason: String
  }

  /// Filters that turn a text into a number, as every mapping does by itself.
  private static let harmless: Set<String> = ["float", "is_defined", "string"]
  private static let rounding: Set<String> = ["int", "round"]

  init(_ text: String?) throws(Fault) {
    guard let text else { return }
    let trimmed = Self.trimmed(text[...])
    guard trimmed.hasPrefix("{{"), trimmed.hasSuffix("}}"), trimmed.count >= 4,
      !trimmed.dropFirst(2).dropLast(2).contains(where: { "{}".contains($0) })
    else { throw Fault(reason: "the template is more than one expression: \(text)") }
    let parts = trimmed.dropFirst(2).dropLast(2).split(separator: "|", omittingEmptySubsequences: false)
    let expression = Self.trimmed(parts[0])
    for filter in parts.dropFirst() {
      let name = Self.trimmed(filter.prefix { $0 != "(" })
      if Self.rounding.contains(name) {
        leftOut.append(name)
      } else if !Self.harmless.contains(name) {
        throw Fault(reason: "the filter \"\(name)\" calculates; write scale and offset, or words, in the mapping")
      }
    }
    if expression == "value" { return }
    guard expression.hasPrefix("value_json") else {
      throw Fault(reason: "the template is no plain place in the message: \(text)")
    }
    path = try Self.path(expression.dropFirst("value_json".count), of: text)
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  private static func path(_ steps: Substring, of text: String) throws(Fault) -> JSONPath {
    let fault = Fault(reason: "the template is no plain place in the message: \(text)")
    var rest = steps
    var path = ""
    while let sign = rest.first {
      if sign == "." {
        let name = rest.dropFirst().prefix { $0 == "_" || $0.isLetter || $0.isNumber }
        guard !name.isEmpty, let step = NumberPaths.step(named: String(name)) else { throw fault }
        path = NumberPaths.join(path, step)
        rest = rest[name.endIndex...]
        continue
      }
      guard sign == "[", let end = rest.firstIndex(of: "]") else { throw fault }
      let inside = rest[rest.index(after: rest.startIndex)..<end]
      if let quote = inside.first, quote == "'" || quote == "\"" {
        let name = inside.dropFirst().dropLast()
        guard inside.count > 2, inside.last == quote, let step = NumberPaths.step(named: String(name)) else {
          throw fault
        }
        path = NumberPaths.join(path, step)
      } else {
        guard !inside.isEmpty, inside.allSatisfy({ ("0"..."9").contains($0) }) else { throw fault }
        path += "[\(inside)]"
      }
      rest = rest[rest.index(after: end)...]
    }
    do throws(JSONPathFault) {
      return try JSONPath(path)
    } catch {
      throw fault
    }
  }
}
