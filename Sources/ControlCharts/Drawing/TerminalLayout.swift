/// Where the points of a chart stand in the columns of a terminal.
struct TerminalLayout {
  let drawing: ChartDrawing
  let columns: Int
  /// Columns before the axis, and behind the last point.
  let left: Int
  let right: Int
  /// Column of each point, counted from the axis; the same in every panel.
  let places: [Int]
  /// Columns in which a stage begins, with its name.
  let stages: [(column: Int, label: String)]
  /// Columns of the plot, the axis not counted.
  var plot: Int { columns - left - right - 1 }

  private static let widestStep = 4

  init(drawing: ChartDrawing, columns: Int) {
    self.drawing = drawing
    self.columns = columns
    let ticks = drawing.panels.flatMap { panel in panel.scale.ticks.map { TextCells.width(panel.scale.text($0)) } }
    left = (ticks.max() ?? 1) + 1
    right =
      1
      + (drawing.panels.flatMap { panel in
        Self.lineNames(panel, drawing.words).map { TextCells.width($0.text) }
      }.max() ?? 0)

    let points = drawing.panels.first?.points ?? []
    let room = columns - left - right - 1
    let step = min(Self.widestStep, max(1, points.isEmpty ? 1 : (room - 1) / points.count))
    var places: [Int] = []
    var stages: [(column: Int, label: String)] = []
    var column = step > 1 ? 1 : 0
    for point in points {
      if let label = drawing.stageBeginning(at: point) {
        // Between two points there is room only where they do not touch.
        if step == 1 { column += 1 }
        stages.append((column - 1, label))
      }
      places.append(column)
      column += step
    }
    self.places = places
    self.stages = stages
  }

  /// How many columns are too few for the points.
  var excess: Int { max(0, (places.last ?? 0) + 1 - plot) }

  var fits: Bool { excess == 0 }

  /// The names and values of the lines that hold for the last point which has any.
  static func lineNames(_ panel: ChartDrawing.Panel, _ words: ChartWords) -> [(text: String, value: Double)] {
    guard let lines = panel.points.last(where: { $0.lines != nil })?.lines else { return [] }
    return [
      lines.upperThreeSigma.map { ("\(words.upperLimit(panel.statistic)) \($0.shortText)", $0) },
      ("CL \(lines.center.shortText)", lines.center),
      lines.lowerThreeSigma.map { ("LCL \($0.shortText)", $0) },
    ].compactMap { $0 }
  }

  // MARK: Labels below the axis

  private static let longestLabel = 12

  /// The axis with its ticks, and the labels of as many points as have room.
  func labelLines(isASCII: Bool) -> [String] {
    let points = drawing.panels.first?.points ?? []
    var labels: [(start: Int, text: String, tick: Int)] = []
    var free = -left
    for (position, point) in points.enumerated() {
      let ellipsis = isASCII ? "~" : "…"
      let text = TextCells.shortened(TextCells.printable(point.label), to: Self.longestLabel, ellipsis: ellipsis)
      let width = TextCells.width(text)
      let start = min(max(-left, places[position] - width / 2), plot + right - width)
      guard start >= free else { continue }
      labels.append((start, text, places[position]))
      free = start + width + 2
    }
    let ticks = Set(labels.map(\.tick))
    let (corner, line, tick): (String, String, String) = isASCII ? ("+", "-", "+") : ("└", "─", "┬")
    let axis = (0..<plot).map { ticks.contains($0) ? tick : line }.joined()
    var text = ""
    for label in labels {
      // The axis itself takes a column.
      text = TextCells.padded(text, to: left + 1 + label.start) + label.text
    }
    return [String(repeating: " ", count: left) + corner + axis, text] + stageLines
  }

  private var stageLines: [String] {
    guard !stages.isEmpty else { return [] }
    var text = ""
    for stage in stages {
      let label = TextCells.shortened(TextCells.printable(stage.label), to: 16)
      let start = left + 1 + stage.column
      guard TextCells.width(text) <= start, start + TextCells.width(label) <= columns else { continue }
      text = TextCells.padded(text, to: start) + label
    }
    return text.isEmpty ? [] : [text]
  }
}
