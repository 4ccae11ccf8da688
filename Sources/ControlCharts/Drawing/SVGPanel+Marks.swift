extension SVGPanel {
  /// A line of a panel: where it lies, what it is called and how it is drawn.
  private struct NamedLine {
    var name: String
    var value: (PanelLines) -> Double?
    var stroke: String
    var dashes: String?
  }

  private var namedLines: [NamedLine] {
    [
      NamedLine(
        name: drawing.words.upperLimit(panel.statistic), value: \.upperThreeSigma, stroke: "#b00020", dashes: "7 4"),
      NamedLine(name: "CL", value: { $0.center }, stroke: "#1b6e20", dashes: nil),
      NamedLine(name: "LCL", value: \.lowerThreeSigma, stroke: "#b00020", dashes: "7 4"),
    ]
  }

  /// Centre line and limits as steps, with their values at the right end; those of earlier stages at their own end.
  mutating func drawLines() {
    let segments = segments
    let inner: [(PanelLines) -> Double?] = [
      \.upperTwoSigma, \.upperOneSigma, \.lowerOneSigma, \.lowerTwoSigma,
    ]
    for value in inner {
      writer.path(steps(segments, value), stroke: "#d8d8c8")
    }
    for line in namedLines {
      writer.path(steps(segments, line.value), stroke: line.stroke, dashes: line.dashes)
    }
    guard let last = segments.last else { return }
    var labels = namedLines.compactMap { line in
      line.value(last.lines).map { (text: "\(line.name) \($0.shortText)", y: y($0), fill: line.stroke) }
    }
    Self.spread(&labels)
    for label in labels {
      writer.text(label.text, frame.right + 6, label.y + 4, size: 10.5, fill: label.fill, isBold: true, kind: "limit")
    }
    drawEarlierValues(segments)
  }

  private mutating func drawEarlierValues(_ segments: [(positions: Range<Int>, lines: PanelLines)]) {
    var ends: [Int: (position: Int, lines: PanelLines, isSteady: Bool)] = [:]
    for segment in segments {
      let stage = panel.points[segment.positions.lowerBound].stage
      let isSteady = ends[stage] == nil
      ends[stage] = (segment.positions.upperBound - 1, segment.lines, isSteady)
    }
    let lastStage = segments.last.map { panel.points[$0.positions.lowerBound].stage }
    for (stage, end) in ends.sorted(by: { $0.key < $1.key }) where stage != lastStage && end.isSteady {
      for line in namedLines {
        guard let value = line.value(end.lines) else { continue }
        writer.text(
          "\(line.name) \(value.shortText)", x(end.position) + slot / 2 - 2, y(value) - 3, size: 9, anchor: .end,
          fill: line.stroke, kind: "limit")
      }
    }
  }

  private func steps(
    _ segments: [(positions: Range<Int>, lines: PanelLines)], _ value: (PanelLines) -> Double?
  ) -> String {
    var data = ""
    var end: (position: Int, stage: Int)?
    for segment in segments {
      guard let value = value(segment.lines), value.isFinite else {
        end = nil
        continue
      }
      let stage = panel.points[segment.positions.lowerBound].stage
      let from = SVGWriter.number(x(segment.positions.lowerBound) - slot / 2)
      let height = SVGWriter.number(y(value))
      let isJoined = end.map { $0.position == segment.positions.lowerBound && $0.stage == stage } ?? false
      data += isJoined ? "V\(height)" : "M\(from) \(height)"
      data += "H\(SVGWriter.number(x(segment.positions.upperBound - 1) + slot / 2))"
      end = (segment.positions.upperBound, stage)
    }
    return data
  }

  /// Labels keep a distance in which they can be read.
  private static func spread(_ labels: inout [(text: String, y: Double, fill: String)]) {
    labels.sort { $0.y < $1.y }
    for index in labels.indices.dropFirst() where labels[index].y - labels[index - 1].y < 13 {
      labels[index].y = labels[index - 1].y + 13
    }
  }

  /// The points of a stretch without gap or stage are joined; signals stand above all else.
  mutating func drawPoints() {
    var data = ""
    var previous: Int?
    for (position, point) in panel.points.enumerated() {
      guard let value = point.value else {
        previous = nil
        continue
      }
      let isJoined = previous.map { $0 == position - 1 && panel.points[$0].stage == point.stage } ?? false
      data += "\(isJoined ? "L" : "M")\(SVGWriter.number(x(position))) \(SVGWriter.number(y(value)))"
      previous = position
    }
    writer.path(data, stroke: "#33507a")
    for (position, point) in panel.points.enumerated() where point.signals.isEmpty {
      drawPlain(point, at: position)
    }
    for (position, point) in panel.points.enumerated() where !point.signals.isEmpty {
      drawSignal(point, at: position)
    }
  }

  private mutating func drawPlain(_ point: ChartModel.Point, at position: Int) {
    guard let value = point.value else { return }
    let isExcluded = point.exclusionReason != nil
    let radius = SVGWriter.number(isExcluded ? 4 : min(3.2, max(1.2, slot / 2.5)))
    element(
      "circle", isExcluded ? "excluded" : "point",
      "cx=\"\(SVGWriter.number(x(position)))\" cy=\"\(SVGWriter.number(y(value)))\" r=\"\(radius)\""
        + " fill=\"\(isExcluded ? "#ffffff" : "#33507a")\" stroke=\"#33507a\"", point, value)
  }

  /// A violation is a red diamond, anything less a triangle; an excluded point is hollow. The numbers are those of the
  /// legend.
  private mutating func drawSignal(_ point: ChartModel.Point, at position: Int) {
    guard let value = point.value else { return }
    let isViolation = point.signals.contains { $0.severity == .violation }
    let colour = isViolation ? "#c00000" : "#b45f06"
    let (px, py) = (SVGWriter.number(x(position)), y(value))
    let shape =
      isViolation
      ? "M\(px) \(SVGWriter.number(py - 6))l6 6l-6 6l-6 -6z" : "M\(px) \(SVGWriter.number(py - 6))l6 10h-12z"
    let kinds = ["signal", isViolation ? nil : "warning", point.exclusionReason == nil ? nil : "excluded"]
    element(
      "path", kinds.compactMap { $0 }.joined(separator: " "),
      "d=\"\(shape)\" fill=\"\(point.exclusionReason == nil ? colour : "#ffffff")\" stroke=\"\(colour)\"", point, value)
    let marks = drawing.marks(point)
    let isLikeBefore =
      position > 0 && !panel.points[position - 1].signals.isEmpty && drawing.marks(panel.points[position - 1]) == marks
    // In a dense figure the numbers stand where they change; every mark keeps its own text for the pointer.
    if slot < 12, isLikeBefore { return }
    let isLow = (point.lines?.center).map { value < $0 } ?? false
    writer.text(
      marks.map { "\($0 + 1)" }.joined(separator: ","), x(position), isLow ? py + 18 : py - 9, size: 9.5,
      anchor: .middle, fill: colour, isBold: true, kind: "mark")
  }

  private mutating func element(
    _ name: String, _ kind: String, _ attributes: String, _ point: ChartModel.Point, _ value: Double
  ) {
    let words = drawing.words
    var parts = ["\(point.label): \(value.shortText)" + (drawing.model.unit.isEmpty ? "" : " \(drawing.model.unit)")]
    parts += point.signals.map { signal in
      words.sentence(signal.rule) + (signal.side.map { words.choose(", ", "，") + words.side($0) } ?? "")
    }
    if let reason = point.exclusionReason { parts.append(words.choose("left out of the limits: ", "不计入控制限：") + reason) }
    writer.element(name, SVGWriter.classed(kind) + attributes, parts.joined(separator: words.choose("; ", "；")))
  }
}
