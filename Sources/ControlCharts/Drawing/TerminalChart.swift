/// A chart as text for a terminal, of at most so many columns. Lines are named at their right end, signals are letters
/// that the list below explains; nothing is left out without a word.
public struct TerminalChart: Sendable {
  public static let defaultColumns = 80
  /// Narrower than this no chart can be read.
  public static let minimumColumns = 48
  /// Most points with signals that are listed, the last ones.
  public static let maximumListedSignals = 20

  public var columns: Int
  public var language: ChartLanguage
  /// Only characters of ASCII, apart from labels and words.
  public var isASCII: Bool
  public var hasColour: Bool

  public init(
    columns: Int = TerminalChart.defaultColumns, language: ChartLanguage = .english, isASCII: Bool = false,
    hasColour: Bool = false
  ) {
    self.columns = max(Self.minimumColumns, columns)
    self.language = language
    self.isASCII = isASCII
    self.hasColour = hasColour
  }

  /// The chart with its signals, gaps, exclusions and limits; ends without a line feed.
  public func text(of model: ChartModel) -> String {
    let layout = layout(of: model)
    let drawing = layout.drawing
    var lines = wrapped(drawing.title)
    for (position, panel) in drawing.panels.enumerated() {
      lines.append("")
      lines += wrapped(drawing.words.statistic(panel.statistic))
      lines +=
        TerminalPanel(
          panel: panel, layout: layout, marks: marks, rows: position == 0 ? 15 : 9, hasColour: hasColour
        ).lines
    }
    lines += layout.labelLines(isASCII: isASCII)
    lines.append("")
    lines += wrapped(drawing.countSentence)
    if let hidden = drawing.hiddenSentence { lines += wrapped(hidden) }
    lines += drawing.gapSentences(mark: String(marks.gap)).flatMap(wrapped)
    lines += drawing.exclusionSentences(mark: String(marks.excluded)).flatMap(wrapped)
    lines += drawing.stageSentences.flatMap(wrapped)
    lines += signalLines(drawing)
    return lines.map(TextCells.trimmed).joined(separator: "\n")
  }

  var marks: TerminalMarks { isASCII ? .ascii : .unicode }

  private func wrapped(_ text: String) -> [String] {
    TextCells.wrapped(TextCells.printable(text), to: columns, indent: "  ")
  }

  // MARK: Layout

  /// The window of points depends on the room beside the axis, and that on the values in the window: settled in a few
  /// rounds, in each of which the window only gets smaller.
  private func layout(of model: ChartModel) -> TerminalLayout {
    var maximum = columns
    while true {
      let drawing = ChartDrawing(model, language: language, maximumPoints: maximum, tickCount: 5)
      let layout = TerminalLayout(drawing: drawing, columns: columns)
      if layout.fits || maximum <= 1 { return layout }
      maximum = min(maximum - 1, max(1, drawing.panels.first.map { $0.points.count - layout.excess } ?? 1))
    }
  }

  // MARK: Signals

  private func signalLines(_ drawing: ChartDrawing) -> [String] {
    let words = drawing.words
    guard !drawing.rules.isEmpty else { return wrapped(words.choose("No signals.", "无信号。")) }
    var lines = [""]
    for (position, rule) in drawing.rules.enumerated() {
      lines += wrapped("\(TerminalMarks.letter(position))  \(words.sentence(rule))")
    }
    let points = drawing.signalPoints
    let unlisted = points.count - Self.maximumListedSignals
    if unlisted > 0 {
      lines += wrapped(
        words.choose(
          "Listed are the last \(Self.maximumListedSignals) points with signals; \(unlisted) earlier ones are not.",
          "仅列出最后 \(Self.maximumListedSignals) 个有信号的点；较早的 \(unlisted) 个未列出。"))
    }
    for signalled in points.suffix(Self.maximumListedSignals) {
      let point = signalled.point
      let value = point.value.map(\.shortText) ?? "-"
      let rules = point.signals.map { signal -> String in
        let position = drawing.rules.firstIndex(of: signal.rule) ?? 0
        let side = signal.side.map { " " + words.side($0) } ?? ""
        let limit = words.choose(", line ", "，界线 ") + signal.limit.shortText
        return TerminalMarks.letter(position) + side + (signal.limit == signal.value ? "" : limit)
      }
      lines += wrapped(
        "  \(point.label)  \(words.statistic(signalled.statistic))  \(value):  "
          + rules.joined(separator: words.choose("; ", "；")))
    }
    return lines
  }
}

/// The characters of a chart in a terminal.
struct TerminalMarks {
  var point: Character
  var excluded: Character
  var gap: Character
  var limit: Character
  var center: Character
  var axis: Character
  var tick: Character
  var stage: Character

  static let unicode = TerminalMarks(
    point: "●", excluded: "○", gap: "░", limit: "┄", center: "─", axis: "│", tick: "┤", stage: "┆")
  static let ascii = TerminalMarks(
    point: "*", excluded: "o", gap: ":", limit: "-", center: "=", axis: "|", tick: "+", stage: "!")

  /// A to Z, then a to f: a set has at most 32 rules. Two sets on one chart can have more; those share the plus sign.
  static func letter(_ position: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return letters.indices.contains(position) ? String(letters[position]) : "+"
  }
}
