/// One panel in the cells of a terminal.
struct TerminalPanel {
  let panel: ChartDrawing.Panel
  let layout: TerminalLayout
  let marks: TerminalMarks
  let rows: Int
  let hasColour: Bool

  private func row(_ value: Double) -> Int {
    Int(((1 - panel.scale.fraction(value)) * Double(rows - 1)).rounded())
  }

  var lines: [String] {
    var grid = TerminalGrid(columns: layout.plot, rows: rows)
    drawLines(&grid)
    for stage in layout.stages {
      for row in 0..<rows { grid.set(marks.stage, column: stage.column, row: row, .faint) }
    }
    drawPoints(&grid)
    let ticks = tickTexts
    let names = nameTexts
    return (0..<rows).map { row in
      let tick = ticks[row]
      let axis = tick == nil ? marks.axis : marks.tick
      return TextCells.aligned(right: tick ?? "", to: layout.left - 1) + " \(axis)"
        + grid.line(row, hasColour: hasColour) + (names[row].map { " " + $0 } ?? "")
    }
  }

  /// Lines are steps: each point has its own, drawn over the columns that are nearest to it.
  private func drawLines(_ grid: inout TerminalGrid) {
    var latest: PanelLines?
    for (position, point) in panel.points.enumerated() {
      // Up to a gap the lines of the point before it go on.
      guard let lines = point.lines ?? latest else { continue }
      latest = point.lines
      let from = position == 0 ? 0 : layout.places[position - 1] + 1
      let isLast = position == panel.points.count - 1
      for column in from...(isLast ? max(from, layout.plot - 1) : layout.places[position]) {
        for limit in [lines.lowerThreeSigma, lines.upperThreeSigma] {
          if let limit { grid.set(marks.limit, column: column, row: row(limit), .limit) }
        }
        grid.set(marks.center, column: column, row: row(lines.center), .center)
      }
    }
  }

  private func drawPoints(_ grid: inout TerminalGrid) {
    for (position, point) in panel.points.enumerated() {
      let column = layout.places[position]
      guard let value = point.value else {
        guard ChartDrawing.isGap(point) else { continue }
        for row in 0..<rows { grid.set(marks.gap, column: column, row: row, .faint) }
        continue
      }
      if let mark = layout.drawing.marks(point).first, let letter = TerminalMarks.letter(mark).first {
        let isViolation = point.signals.contains { $0.severity == .violation }
        grid.set(letter, column: column, row: row(value), isViolation ? .violation : .warning)
      } else {
        let isExcluded = point.exclusionReason != nil
        grid.set(isExcluded ? marks.excluded : marks.point, column: column, row: row(value), .point)
      }
    }
  }

  private var tickTexts: [Int: String] {
    Dictionary(panel.scale.ticks.map { (row($0), panel.scale.text($0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Names of lines at their rows; where two fall on one row the further ones go to the nearest free row.
  private var nameTexts: [Int: String] {
    var texts: [Int: String] = [:]
    for (text, value) in TerminalLayout.lineNames(panel, layout.drawing.words) {
      let wanted = row(value)
      let free = (0..<rows).filter { texts[$0] == nil }.min { abs($0 - wanted) < abs($1 - wanted) }
      if let free { texts[free] = text }
    }
    return texts
  }
}
