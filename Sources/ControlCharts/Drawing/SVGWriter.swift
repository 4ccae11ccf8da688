/// Builds the text of an SVG 1.1 figure. Presentation attributes only, no style sheet and no script: it shows under the
/// strictest content security policy.
struct SVGWriter {
  private(set) var lines: [String] = []

  mutating func add(_ line: String) { lines.append(line) }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String, dashes: String? = nil) {
    let dash = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    add(
      "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\""
        + " stroke=\"\(stroke)\"\(dash)/>")
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, width: Double, height: Double, fill: String, kind: String? = nil, title: String? = nil
  ) {
    let attributes =
      "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\""
      + " height=\"\(Self.number(height))\" fill=\"\(fill)\""
    element("rect", Self.classed(kind) + attributes, title)
  }

  mutating func path(_ data: String, fill: String = "none", stroke: String = "none", dashes: String? = nil) {
    guard !data.isEmpty else { return }
    let dash = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    add("<path d=\"\(data)\" fill=\"\(fill)\" stroke=\"\(stroke)\"\(dash)/>")
  }

  enum Anchor: String { case start, middle, end }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, size: Double = 11, anchor: Anchor = .start, fill: String = "#222222",
    isBold: Bool = false, kind: String? = nil
  ) {
    let weight = isBold ? " font-weight=\"bold\"" : ""
    let place = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    add(
      "<text \(Self.classed(kind))x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(Self.number(size))\""
        + " fill=\"\(fill)\"\(weight)\(place)>\(Self.escaped(text))</text>")
  }

  /// An element with attributes as text, and what a pointer resting on it and a screen reader are told.
  mutating func element(_ name: String, _ attributes: String, _ title: String? = nil) {
    add(
      title.map { "<\(name) \(attributes)><title>\(Self.escaped($0))</title></\(name)>" } ?? "<\(name) \(attributes)/>")
  }

  static func classed(_ kind: String?) -> String { kind.map { "class=\"\($0)\" " } ?? "" }

  /// Hundredths of a pixel are more than any screen shows.
  static func number(_ value: Double) -> String { DecimalText((value * 100).rounded() / 100).significant(8) }

  /// Characters that XML gives a meaning are replaced by their entity, those that it forbids by U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
