import ControlCharts

/// Models to draw, made by hand: drawing must not depend on how signals were found.
enum DrawnModel {
  static let lines = PanelLines(
    center: 10, lowerThreeSigma: 7, lowerTwoSigma: 8, lowerOneSigma: 9, upperOneSigma: 11, upperTwoSigma: 12,
    upperThreeSigma: 13)

  static let rules = RuleSet(
    name: "test", rules: [RatedRule(.beyondLimits), RatedRule(.run(points: 9), severity: .warning)])

  static func design(_ kind: ChartKind = .individuals) -> ChartDesign {
    ChartDesign(kind: kind, rules: rules, dispersionRules: RuleSet(name: "limits", rules: [RatedRule(.beyondLimits)]))
  }

  static func beyond(_ value: Double) -> RuleSignal {
    RuleSignal(
      rule: .beyondLimits, severity: .violation, side: value > 10 ? .high : .low, value: value,
      limit: value > 10 ? 13 : 7, span: 1)
  }

  static func run(_ value: Double) -> RuleSignal {
    RuleSignal(rule: .run(points: 9), severity: .warning, side: .high, value: value, limit: 10, span: 9)
  }

  /// Two stages, a gap, an exclusion, a point with two signals, a warning, and a label that XML must not take as its own.
  static func mixed() -> ChartModel {
    let values: [Double?] = [10, 11, 9.5, 13.5, nil, 10.5, 9, 8.5, 10, 10.5, 11, 6.5]
    let points = values.enumerated().map { index, value in
      var point = ChartModel.Point(
        index: index, label: index == 1 ? "<L&\"2'>" : "L\(index + 1)", value: value, size: 1,
        lines: value == nil ? nil : lines, stage: index < 8 ? 0 : 1)
      if value == nil { point.gapReason = "sensor <torn> off" }
      if index == 2 { point.exclusionReason = "wrong gauge" }
      if index == 3 { point.signals = [beyond(13.5), run(13.5)] }
      if index == 10 { point.signals = [run(11)] }
      if index == 11 { point.signals = [beyond(6.5)] }
      return point
    }
    let ranges = points.map { point in
      ChartModel.Point(
        index: point.index, label: point.label, value: point.value.map { ($0 - 10).magnitude }, size: 1,
        lines: point.value.map { _ in PanelLines(center: 1.5, upperThreeSigma: 4.9) }, gapReason: point.gapReason,
        stage: point.stage)
    }
    let baseline = ChartBaseline(version: 0, mean: 10, sigma: 1)
    return ChartModel(
      title: "Seal force", unit: "N", design: design(),
      panels: [
        ChartModel.Panel(statistic: .value, points: points), ChartModel.Panel(statistic: .movingRange, points: ranges),
      ],
      stages: [
        ChartModel.Stage(
          label: "WO-1", firstIndex: 0, baseline: baseline,
          estimate: BaselineEstimate(
            method: .meanMovingRange, degreesOfFreedom: 5.5, subgroups: 6, values: 6,
            exclusions: [BaselineEstimate.Exclusion(index: 2, reason: "wrong gauge")])),
        ChartModel.Stage(
          label: "WO-2", firstIndex: 8, baseline: ChartBaseline(version: 3, mean: 10, sigma: 1), estimate: nil),
      ])
  }

  /// So many points of one stage, each tenth beyond the upper limit.
  static func long(_ count: Int) -> ChartModel {
    let points = (0..<count).map { index in
      let value = index % 10 == 9 ? 14 : 10 + Double(index % 3 - 1)
      return ChartModel.Point(
        index: index, label: "\(index + 1)", value: value, size: 1, lines: lines,
        signals: value > 13 ? [beyond(value)] : [])
    }
    return ChartModel(
      title: "", unit: "", design: design(), panels: [ChartModel.Panel(statistic: .value, points: points)],
      stages: [ChartModel.Stage(label: "", firstIndex: 0, baseline: nil, estimate: nil)])
  }

  /// Limits that follow the size of each subgroup.
  static func stairs() -> ChartModel {
    let points = (0..<12).map { index in
      let width = index % 4 < 2 ? 2.0 : 3.0
      return ChartModel.Point(
        index: index, label: "\(index)", value: 10 + Double(index % 5) - 2, size: 5,
        lines: PanelLines(center: 10, lowerThreeSigma: 10 - width, upperThreeSigma: 10 + width))
    }
    return ChartModel(
      title: "", unit: "mm", design: design(.xbarRange), panels: [ChartModel.Panel(statistic: .mean, points: points)],
      stages: [ChartModel.Stage(label: "", firstIndex: 0, baseline: nil, estimate: nil)])
  }
}
