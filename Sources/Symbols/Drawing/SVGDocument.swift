/// A page as SVG 1.1, in millimetres: what a browser or a printer's software shows without anything else.
public struct SVGDocument: Hashable, Sendable {
  public let widthMillimetres: Double
  public let heightMillimetres: Double
  private var parts: [String] = []

  public init(widthMillimetres: Double, heightMillimetres: Double) {
    self.widthMillimetres = widthMillimetres
    self.heightMillimetres = heightMillimetres
  }

  /// How a text stands: its size is that of the font, in millimetres; `x` is its left end, or its middle.
  public struct TextStyle: Hashable, Sendable {
    public var sizeMillimetres: Double
    public var isBold: Bool
    public var isCentred: Bool
    public var colour: String
    /// A longer text is squeezed to this width.
    public var maximumWidthMillimetres: Double?

    public init(
      sizeMillimetres: Double, isBold: Bool = false, isCentred: Bool = false, colour: String = "#000000",
      maximumWidthMillimetres: Double? = nil
    ) {
      self.sizeMillimetres = sizeMillimetres
      self.isBold = isBold
      self.isCentred = isCentred
      self.colour = colour
      self.maximumWidthMillimetres = maximumWidthMillimetres
    }
  }

  /// - Parameter y: the line that the text stands on.
  public mutating func text(_ text: String, x: Double, y: Double, _ style: TextStyle) {
    var attributes = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    attributes += " font-size=\"\(Self.number(style.sizeMillimetres))\" fill=\"\(style.colour)\""
    if style.isBold { attributes += " font-weight=\"bold\"" }
    if style.isCentred { attributes += " text-anchor=\"middle\"" }
    if let maximum = style.maximumWidthMillimetres, Self.estimatedWidth(text, style) > maximum {
      attributes += " textLength=\"\(Self.number(maximum))\" lengthAdjust=\"spacingAndGlyphs\""
    }
    parts.append("<text \(attributes)>\(Self.escaped(text))</text>")
  }

  public mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, fill: String = "none", stroke: String? = nil,
    strokeMillimetres: Double = 0.3, cornerMillimetres: Double = 0
  ) {
    var attributes = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\""
    attributes += " height=\"\(Self.number(height))\" fill=\"\(fill)\""
    if cornerMillimetres > 0 { attributes += " rx=\"\(Self.number(cornerMillimetres))\"" }
    if let stroke { attributes += " stroke=\"\(stroke)\" stroke-width=\"\(Self.number(strokeMillimetres))\"" }
    parts.append("<rect \(attributes)/>")
  }

  /// A closed figure through points.
  public mutating func polygon(_ points: [(x: Double, y: Double)], fill: String) {
    let text = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    parts.append("<polygon points=\"\(text)\" fill=\"\(fill)\"/>")
  }

  public mutating func circle(x: Double, y: Double, radius: Double, fill: String) {
    parts.append(
      "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" fill=\"\(fill)\"/>")
  }

  /// A symbol whose first module, after the quiet zone, has its corner at `x` and `y`. Edges are not smoothed: a
  /// half-grey module is what a scanner stumbles over.
  ///
  /// - Parameter heightMillimetres: of a row of modules; nil: modules are squares.
  public mutating func symbol(
    _ matrix: ModuleMatrix, x: Double, y: Double, moduleMillimetres: Double, heightMillimetres: Double? = nil
  ) {
    let height = heightMillimetres ?? moduleMillimetres
    var path = ""
    for row in 0..<matrix.rows {
      for run in matrix.darkRuns(inRow: row) {
        let width = Self.number(Double(run.count) * moduleMillimetres)
        path += "M\(Self.number(x + Double(run.lowerBound) * moduleMillimetres)) "
        path += "\(Self.number(y + Double(row) * height))h\(width)v\(Self.number(height))h-\(width)z"
      }
    }
    parts.append("<path d=\"\(path)\" fill=\"#000000\" shape-rendering=\"crispEdges\"/>")
  }

  public var text: String {
    let (width, height) = (Self.number(widthMillimetres), Self.number(heightMillimetres))
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)mm" height="\(height)mm" viewBox="0 0 \(width) \(height)" \
      font-family="Noto Sans, Noto Sans CJK SC, Microsoft YaHei, DejaVu Sans, sans-serif">
      <rect width="\(width)" height="\(height)" fill="#ffffff"/>
      \(parts.joined(separator: "\n"))
      </svg>

      """
  }

  // MARK: Text

  /// At most three decimals, as the shortest text: a micrometre is finer than any printer.
  static func number(_ value: Double) -> String {
    let thousandths = Int((value * 1_000).rounded())
    let sign = thousandths < 0 ? "-" : ""
    let (whole, rest) = (abs(thousandths) / 1_000, abs(thousandths) % 1_000)
    guard rest > 0 else { return "\(sign)\(whole)" }
    var decimals = String(1_000 + rest).dropFirst()
    while decimals.last == "0" { decimals = decimals.dropLast() }
    return "\(sign)\(whole).\(decimals)"
  }

  /// Text as XML may have it; control characters, which it may not have, become U+FFFD.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value & 0xFFFE == 0xFFFE: escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A generous guess: 0.62 of the size a character of a Latin font, the whole size a Chinese one.
  static func estimatedWidth(_ text: String, _ style: TextStyle) -> Double {
    let ems = text.unicodeScalars.reduce(0.0) { $0 + ($1.value >= 0x2E80 ? 1 : style.isBold ? 0.66 : 0.62) }
    return ems * style.sizeMillimetres
  }
}
