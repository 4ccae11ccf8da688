/// One panel of the figure: zones, lines, points and marks.
struct SVGPanel {
  struct Frame {
    var width: Double
    var top: Double
    var height: Double
    var left: Double { 64 }
    /// Room for the names and values of the lines on the right.
    var right: Double { width - 120 }
  }

  let drawing: ChartDrawing
  let panel: ChartDrawing.Panel
  let gapFill: String
  let frame: Frame
  var writer = SVGWriter()

  init(drawing: ChartDrawing, panel: ChartDrawing.Panel, gapFill: String, frame: Frame) {
    self.drawing = drawing
    self.panel = panel
    self.gapFill = gapFill
    self.frame = frame
  }

  var slot: Double { (frame.right - frame.left) / Double(max(1, panel.points.count)) }

  func x(_ position: Int) -> Double { frame.left + (Double(position) + 0.5) * slot }

  func y(_ value: Double) -> Double { frame.top + (1 - panel.scale.fraction(value)) * frame.height }

  mutating func draw(showsLabels: Bool) {
    writer.text(drawing.words.statistic(panel.statistic), frame.left, frame.top - 5, isBold: true)
    drawZones()
    drawGaps()
    drawAxis(showsLabels: showsLabels)
    drawStages()
    drawLines()
    drawPoints()
  }

  /// Positions of neighbouring points that are held to the same lines.
  var segments: [(positions: Range<Int>, lines: PanelLines)] {
    var result: [(positions: Range<Int>, lines: PanelLines)] = []
    for (position, point) in panel.points.enumerated() {
      // A gap has no lines of its own; the lines go through where they are the same on both sides.
      guard let lines = point.lines ?? linesAcross(position) else { continue }
      if let last = result.last, last.positions.upperBound == position, last.lines == lines,
        panel.points[position - 1].stage == point.stage
      {
        result[result.count - 1].positions = last.positions.lowerBound..<(position + 1)
      } else {
        result.append((position..<(position + 1), lines))
      }
    }
    return result
  }

  private func linesAcross(_ gap: Int) -> PanelLines? {
    let stage = panel.points[gap].stage
    let before = panel.points[..<gap].last { $0.lines != nil }
    let after = panel.points[(gap + 1)...].first { $0.lines != nil }
    guard let before, let after, before.stage == stage, after.stage == stage else { return nil }
    return before.lines == after.lines ? before.lines : nil
  }

  /// Whether points of one stage are held to different lines.
  static func linesVary(_ points: [ChartModel.Point]) -> Bool {
    var first: [Int: PanelLines] = [:]
    for point in points {
      guard let lines = point.lines else { continue }
      if let known = first[point.stage] {
        if known != lines { return true }
      } else {
        first[point.stage] = lines
      }
    }
    return false
  }

  private mutating func drawZones() {
    for (positions, lines) in segments {
      let from = x(positions.lowerBound) - slot / 2
      let width = slot * Double(positions.count)
      // Without inner zones the outer one is no warning.
      let outer = lines.upperTwoSigma == nil && lines.lowerTwoSigma == nil ? "#f3f6f9" : "#fdf3ec"
      let bands = [
        (lines.lowerThreeSigma, lines.upperThreeSigma, outer),
        (lines.lowerTwoSigma, lines.upperTwoSigma, "#fbfae8"),
        (lines.lowerOneSigma, lines.upperOneSigma, "#eef7ee"),
      ]
      for (lower, upper, fill) in bands {
        guard let upper = upper ?? lower.map({ _ in lines.center }), upper.isFinite else { continue }
        let top = y(upper)
        let bottom = y(lower ?? lines.center)
        if bottom > top { writer.rectangle(from, top, width: width, height: bottom - top, fill: fill, kind: "zone") }
      }
    }
  }

  private mutating func drawGaps() {
    for (position, point) in panel.points.enumerated() where ChartDrawing.isGap(point) {
      let reason = point.gapReason ?? ""
      let width = max(3, slot)
      writer.rectangle(
        x(position) - width / 2, frame.top, width: width, height: frame.height, fill: gapFill, kind: "gap",
        title: point.label + drawing.words.choose(": no value", "：无数值")
          + (reason.isEmpty ? "" : drawing.words.choose(", ", "，") + reason))
    }
  }

  private mutating func drawAxis(showsLabels: Bool) {
    for tick in panel.scale.ticks {
      writer.line(frame.left - 4, y(tick), frame.left, y(tick), stroke: "#555555")
      writer.text(panel.scale.text(tick), frame.left - 7, y(tick) + 4, size: 10, anchor: .end)
    }
    let bottom = frame.top + frame.height
    writer.line(frame.left, frame.top, frame.left, bottom, stroke: "#555555")
    writer.line(frame.left, bottom, frame.right, bottom, stroke: "#555555")
    guard showsLabels else { return }
    let labels = panel.points.map { TextCells.shortened($0.label, to: 14) }
    let widest = 6.5 * Double(labels.map { TextCells.width($0) }.max() ?? 1) + 10
    let step = max(1, Int((widest / slot).rounded(.up)))
    for position in stride(from: 0, to: labels.count, by: step) {
      writer.line(x(position), bottom, x(position), bottom + 4, stroke: "#555555")
      writer.text(labels[position], x(position), bottom + 16, size: 10, anchor: .middle)
    }
  }

  private mutating func drawStages() {
    for (position, point) in panel.points.enumerated() {
      guard let label = drawing.stageBeginning(at: point) else { continue }
      let edge = x(position) - slot / 2
      writer.line(edge, frame.top - 12, edge, frame.top + frame.height, stroke: "#555555", dashes: "2 3")
      writer.text(
        TextCells.shortened(label, to: 24), edge + 3, frame.top - 5, size: 10, fill: "#555555", kind: "stage")
    }
  }
}
