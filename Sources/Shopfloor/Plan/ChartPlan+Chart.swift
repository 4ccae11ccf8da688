public import ControlCharts

extension ChartPlan {
  /// What the chart is, with the defaults of a plan that says nothing of it: individuals, 1 beyond 3 sigma and the run.
  public var completeDesign: ChartDesign {
    design
      ?? ChartDesign(
        kind: .individuals,
        rules: RuleSet(name: "", rules: [RatedRule(.beyondLimits), RatedRule(.run(points: runLength))]),
        dispersionRules: RuleSet(name: "", rules: []))
  }

  /// The chart at its beginning.
  ///
  /// - Throws: what the chart room refuses: limits that are no numbers, a subgroup too small for the kind.
  public func makeChart() throws(ControlChartFault) -> StreamingChart {
    switch limits {
    case .frozen(let center, let sigma):
      try StreamingChart(design: completeDesign, baseline: ChartBaseline(mean: center, sigma: sigma))
    case .baseline(let baseline): try StreamingChart(design: completeDesign, baseline: baseline)
    case .establish(let points): try StreamingChart(design: completeDesign, establishing: points)
    }
  }
}
