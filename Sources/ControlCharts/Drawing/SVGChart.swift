/// A chart as an SVG figure: the same model gives the same bytes. Every meaning has a shape and a text beside its colour,
/// and the figure says in words what it shows.
public struct SVGChart: Sendable {
  /// At most so many points are drawn, the last ones; the figure says how many are not shown.
  public static let defaultMaximumPoints = 1_000
  public static let defaultWidth = 960.0

  public var language: ChartLanguage
  public var maximumPoints: Int
  /// In pixels.
  public var width: Double
  /// Goes before the ids within the figure, so that several figures can stand in one page.
  public var identifier: String

  public init(
    language: ChartLanguage = .english, maximumPoints: Int = SVGChart.defaultMaximumPoints,
    width: Double = SVGChart.defaultWidth, identifier: String = "chart"
  ) {
    self.language = language
    self.maximumPoints = maximumPoints
    self.width = width
    self.identifier = identifier
  }

  static let firstPanelHeight = 260.0
  static let furtherPanelHeight = 150.0
  private static let top = 34.0
  private static let panelGap = 34.0
  private static let lineHeight = 15.0
  /// Widest text of the legend, in columns of about 6.6 pixels.
  private var legendColumns: Int { max(40, Int(width / 6.8)) }

  /// The figure, as a document of its own.
  public func text(of model: ChartModel) -> String {
    let drawing = ChartDrawing(model, language: language, maximumPoints: maximumPoints, tickCount: 6)
    var writer = SVGWriter()
    var y = Self.top
    for (position, panel) in drawing.panels.enumerated() {
      let height = position == 0 ? Self.firstPanelHeight : Self.furtherPanelHeight
      var drawn = SVGPanel(
        drawing: drawing, panel: panel, gapFill: "url(#\(identifier)-gap)",
        frame: SVGPanel.Frame(width: width, top: y + 16, height: height))
      drawn.draw(showsLabels: position == drawing.panels.count - 1)
      drawn.writer.lines.forEach { writer.add($0) }
      y += 16 + height + (position == drawing.panels.count - 1 ? 40 : Self.panelGap)
    }
    for line in legend(drawing) {
      writer.text(line, 12, y, size: 11, kind: "legend")
      y += Self.lineHeight
    }
    return document(drawing, height: y, body: writer.lines)
  }

  private func document(_ drawing: ChartDrawing, height: Double, body: [String]) -> String {
    let (w, h) = (SVGWriter.number(width), SVGWriter.number(height))
    let id = SVGWriter.escaped(identifier)
    let title = SVGWriter.escaped(drawing.title)
    let words = ([drawing.countSentence] + drawing.rules.map(drawing.words.sentence))
      .joined(separator: drawing.words.choose("; ", "；"))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" xml:lang="\(language.rawValue)" role="img" \
      aria-labelledby="\(id)-title \(id)-desc" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)" \
      font-family="Noto Sans, Noto Sans CJK SC, Microsoft YaHei, DejaVu Sans, sans-serif">
      <title id="\(id)-title">\(title)</title>
      <desc id="\(id)-desc">\(SVGWriter.escaped(words))</desc>
      <defs><pattern id="\(id)-gap" width="6" height="6" patternUnits="userSpaceOnUse" \
      patternTransform="rotate(45)"><rect width="6" height="6" fill="#f4f4f4"/>\
      <line x1="0" y1="0" x2="0" y2="6" stroke="#b0b0b0" stroke-width="2"/></pattern></defs>
      <rect width="\(w)" height="\(h)" fill="#ffffff"/>
      <text x="12" y="22" font-size="15" font-weight="bold" fill="#222222">\(title)</text>
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  /// Numbers of the rules that fired, gaps and exclusions with their reasons, and how the limits came about.
  private func legend(_ drawing: ChartDrawing) -> [String] {
    let words = drawing.words
    var lines = [drawing.countSentence]
    if let hidden = drawing.hiddenSentence { lines.append(hidden) }
    lines += drawing.rules.enumerated().map { position, rule in
      (drawing.isViolation(rule) ? "◆" : "▲") + " \(position + 1): " + words.sentence(rule)
    }
    lines += drawing.gapSentences(mark: words.choose("Hatched", "阴影"))
    lines += drawing.exclusionSentences(mark: "○")
    lines += drawing.stageSentences
    if drawing.panels.contains(where: { SVGPanel.linesVary($0.points) }) {
      lines.append(
        words.choose(
          "Limits differ from point to point; the printed values are those of the last point.",
          "控制限逐点不同；所印数值为最后一点的控制限。"))
    }
    return lines.flatMap { TextCells.wrapped($0, to: legendColumns, indent: "    ") }
  }
}
