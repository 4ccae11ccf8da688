/// What every drawing of a chart decides in the same way: which points are shown, how far the axes reach, and by which
/// mark each rule goes.
struct ChartDrawing {
  let model: ChartModel
  let words: ChartWords
  /// The first index that is shown; what lies before is counted below.
  let firstIndex: Int
  let hiddenPoints: Int
  let hiddenSignals: Int
  let panels: [Panel]
  /// Every rule that fired on the chart, in the order of the design: the position is its mark.
  let rules: [RunRule]

  struct Panel {
    var statistic: PlottedStatistic
    var points: [ChartModel.Point]
    var scale: AxisScale
  }

  /// A point on which rules fired, with its panel.
  struct SignalPoint {
    var statistic: PlottedStatistic
    var point: ChartModel.Point
  }

  /// - Parameter maximumPoints: at most so many of the last points are shown.
  init(_ model: ChartModel, language: ChartLanguage, maximumPoints: Int, tickCount: Int) {
    self.model = model
    words = ChartWords(language: language)
    let indices = model.panels.first?.points.map(\.index) ?? []
    hiddenPoints = max(0, indices.count - max(1, maximumPoints))
    let first = hiddenPoints < indices.count ? indices[hiddenPoints] : 0
    firstIndex = first
    hiddenSignals = model.panels.reduce(0) { sum, panel in
      sum + panel.points.count { $0.index < first && !$0.signals.isEmpty }
    }
    panels = model.panels.map { panel in
      let shown = panel.points.filter { $0.index >= first }
      let values = shown.flatMap { point -> [Double] in
        [point.value, point.lines?.center, point.lines?.lowerThreeSigma, point.lines?.upperThreeSigma]
          .compactMap { $0 }.filter(\.isFinite)
      }
      return Panel(
        statistic: panel.statistic, points: shown, scale: AxisScale(values: values, tickCount: tickCount))
    }
    var fired: [RunRule] = []
    let designed = (model.design.rules.rules + model.design.dispersionRules.rules).map(\.rule)
    let signalled = Set(model.panels.flatMap(\.points).flatMap(\.signals).map(\.rule))
    for rule in designed where signalled.contains(rule) && !fired.contains(rule) { fired.append(rule) }
    for rule in model.panels.flatMap(\.points).flatMap(\.signals).map(\.rule) where !fired.contains(rule) {
      fired.append(rule)
    }
    rules = fired
  }

  /// The marks of the rules that fired on a point, the first the one by which it is drawn.
  func marks(_ point: ChartModel.Point) -> [Int] {
    rules.indices.filter { position in point.signals.contains { $0.rule == rules[position] } }
  }

  /// Whether the rule fired as a violation anywhere on the chart.
  func isViolation(_ rule: RunRule) -> Bool {
    model.panels.contains { panel in
      panel.points.contains { $0.signals.contains { $0.rule == rule && $0.severity == .violation } }
    }
  }

  /// A point without a value is a gap where a reason stands; the first moving range merely does not exist.
  static func isGap(_ point: ChartModel.Point) -> Bool { point.value == nil && point.gapReason != nil }

  /// Every point with signals, hidden ones as well, in the order of the points.
  var signalPoints: [SignalPoint] {
    model.panels.flatMap { panel in
      panel.points.filter { !$0.signals.isEmpty }.map { SignalPoint(statistic: panel.statistic, point: $0) }
    }.enumerated().sorted { ($0.element.point.index, $0.offset) < ($1.element.point.index, $1.offset) }.map(\.element)
  }

  /// Whether a stage begins with this point, and what it is called; the first stage needs no line.
  func stageBeginning(at point: ChartModel.Point) -> String? {
    guard point.index > firstIndex, let stage = model.stages.first(where: { $0.firstIndex == point.index }) else {
      return nil
    }
    return stage.label
  }

  /// Nil where everything is shown.
  var hiddenSentence: String? {
    guard hiddenPoints > 0 else { return nil }
    let first = words.choose(
      hiddenPoints == 1 ? "The first point is not shown" : "The first \(hiddenPoints) points are not shown",
      "未显示最早的 \(hiddenPoints) 个点")
    let signals = words.choose(
      hiddenSignals == 1 ? "1 of them has signals" : "\(hiddenSignals) of them have signals",
      "其中 \(hiddenSignals) 个有信号")
    return first + (hiddenSignals == 0 ? "" : words.choose("; ", "；") + signals) + words.choose(".", "。")
  }

  var title: String {
    let unit = model.unit.isEmpty ? "" : " [\(model.unit)]"
    return (model.title.isEmpty ? "" : model.title + unit + ": ") + words.kind(model.design.kind)
      + (model.title.isEmpty ? unit : "")
  }

  /// How many points, gaps and signals there are.
  var countSentence: String {
    let points = model.panels.first?.points ?? []
    let gaps = points.count(where: Self.isGap)
    let signals = Set(model.panels.flatMap(\.points).filter { !$0.signals.isEmpty }.map(\.index)).count
    return words.choose(
      [
        ChartWords.plural(points.count, "point"), ChartWords.plural(gaps, "gap"),
        ChartWords.plural(signals, "point") + " with signals",
      ].joined(separator: ", "),
      "共 \(points.count) 点，缺失 \(gaps) 点，有信号 \(signals) 点")
  }

  /// One line for each stage: how it came by its limits.
  var stageSentences: [String] {
    model.stages.map { stage in
      let name = model.stages.count == 1 && stage.label.isEmpty ? words.choose("Limits", "控制限") : stage.label
      return name + words.choose(": ", "：") + words.limits(of: stage)
    }
  }
}
