/// Puts the panels of a model together, stage by stage.
struct ChartModelBuilder {
  private let design: ChartDesign
  private let exclusionReasons: [Int: String]
  private var panels: [ChartModel.Panel]
  private var stages: [ChartModel.Stage] = []

  init(design: ChartDesign, exclusions: [BaselineEstimate.Exclusion]) {
    self.design = design
    exclusionReasons = Dictionary(exclusions.map { ($0.index, $0.reason) }) { first, _ in first }
    panels = design.statistics.map { ChartModel.Panel(statistic: $0, points: []) }
  }

  /// Judges the points of a stage with frozen limits. Where the limits were estimated from these very points, T² takes the
  /// limit for that.
  mutating func add(
    _ points: ArraySlice<StudyPoint>, label: String, baseline: ChartBaseline, estimate: BaselineEstimate?
  ) throws(ControlChartFault) {
    var chart = try StreamingChart(design: design, baseline: baseline)
    if estimate != nil { chart.tSquared = TSquaredJudge(baseline, design, phase: .estimation) }
    stages.append(
      ChartModel.Stage(label: label, firstIndex: points.startIndex, baseline: baseline, estimate: estimate))
    for (index, point) in zip(points.indices, points) {
      switch point.content {
      case .gap(let reason):
        chart.recordGap()
        add(index, point.label, ChartVerdict(), gapReason: reason)
      case .sample(let sample):
        let verdict = try chart.take(sample)
        // Sums of extreme values leave the range of doubles.
        add(index, point.label, verdict, gapReason: verdict.panels.isEmpty ? "out of the range of numbers" : nil)
      }
    }
  }

  private mutating func add(_ index: Int, _ label: String, _ verdict: ChartVerdict, gapReason: String?) {
    for position in panels.indices {
      let found = verdict.panels.first { $0.statistic == panels[position].statistic }
      panels[position].points.append(
        ChartModel.Point(
          index: index, label: label, value: found?.value, size: found?.size ?? 0, lines: found?.lines,
          signals: found?.signals ?? [], gapReason: gapReason, exclusionReason: exclusionReasons[index],
          stage: stages.count - 1))
    }
  }

  func model(title: String, unit: String) -> ChartModel {
    ChartModel(title: title, unit: unit, design: design, panels: panels, stages: stages)
  }
}

extension ChartDesign {
  /// What the panels of a chart of this design plot, in order.
  public var statistics: [PlottedStatistic] {
    var statistics: [PlottedStatistic] = kind == .ewma || kind == .cusum ? [] : [kind.location]
    if let dispersion = kind.dispersion(subgroupSize: subgroupSize) { statistics.append(dispersion) }
    if ewmaParameters != nil { statistics.append(.ewma) }
    if cusumParameters != nil { statistics += [.cusumHigh, .cusumLow] }
    return statistics
  }
}
