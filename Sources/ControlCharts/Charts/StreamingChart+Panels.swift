extension ChartDesign {
  /// Parameters of the EWMA, of the chart itself or beside it; nil where there is none.
  var ewmaParameters: EWMAParameters? { ewma ?? (kind == .ewma ? EWMAParameters() : nil) }
  var cusumParameters: CUSUMParameters? { cusum ?? (kind == .cusum ? CUSUMParameters() : nil) }
}

/// The panels of one point.
extension StreamingChart {
  /// A CUSUM counts so many sigmas of one point at most: its sums stay finite numbers for ever.
  private static let largestStandardized = 1e15
  /// Larger sigmas have no square among doubles.
  private static let largestSigma = 1e150

  mutating func judge(_ point: ChartStatistic, _ baseline: ChartBaseline) -> [ChartVerdict.Panel] {
    let scale = baseline.location(design, size: point.size)
    var panels: [ChartVerdict.Panel] = []
    if design.kind != .ewma, design.kind != .cusum {
      let lines = baseline.locationLines(design, size: point.size)
      panels.append(
        Self.panel(design.kind.location, point.location, size: point.size, lines, &state.location, rules.location))
    }
    if let dispersion = dispersion(point, baseline) { panels.append(dispersion) }
    if let ewma = ewma(point, scale) { panels.append(ewma) }
    panels += cusum(point, scale)
    return panels
  }

  /// The same panels without lines, while limits are being established.
  mutating func unjudged(_ point: ChartStatistic) -> [ChartVerdict.Panel] {
    guard design.kind != .ewma, design.kind != .cusum else { return [] }
    let location = ChartVerdict.Panel(
      statistic: design.kind.location, value: point.location, size: point.size, lines: nil)
    let dispersion = dispersionValue(point).map {
      ChartVerdict.Panel(statistic: $0.statistic, value: $0.value, size: $0.size, lines: nil)
    }
    return [location] + (dispersion.map { [$0] } ?? [])
  }

  static func panel(
    _ statistic: PlottedStatistic, _ value: Double, size: Double, _ lines: PanelLines, _ history: inout RuleHistory,
    _ rules: CompiledRules
  ) -> ChartVerdict.Panel {
    let ruleLines = RuleLines(lines)
    let fired = history.take(value, lines: ruleLines, rules: rules)
    let signals = fired.isEmpty ? [] : rules.signals(of: fired, value: value, lines: ruleLines)
    return ChartVerdict.Panel(statistic: statistic, value: value, size: size, lines: lines, signals: signals)
  }

  // MARK: Dispersion

  private mutating func dispersionValue(
    _ point: ChartStatistic
  ) -> (statistic: PlottedStatistic, value: Double, size: Double)? {
    guard let statistic = design.kind.dispersion(subgroupSize: design.subgroupSize) else { return nil }
    if statistic == .movingRange {
      let span = design.movingRangeSpan
      return state.movingRange(point.location, span: span).map { (statistic, $0, Double(span)) }
    }
    guard let value = point.dispersion, value.isFinite else { return nil }
    return (statistic, value, point.size)
  }

  /// A single value has no R or s: a gap on that panel.
  private mutating func dispersion(_ point: ChartStatistic, _ baseline: ChartBaseline) -> ChartVerdict.Panel? {
    guard let found = dispersionValue(point), let lines = baseline.dispersionLines(design, size: point.size) else {
      state.dispersion.gap(policy: design.gapPolicy)
      return nil
    }
    return Self.panel(found.statistic, found.value, size: found.size, lines, &state.dispersion, rules.dispersion)
  }

  // MARK: EWMA and CUSUM

  private mutating func ewma(_ point: ChartStatistic, _ scale: StatisticScale) -> ChartVerdict.Panel? {
    guard let parameters = design.ewmaParameters, var ewma = state.ewma else { return nil }
    ewma.take(point.location, sigma: min(scale.sigma, Self.largestSigma), parameters: parameters)
    state.ewma = ewma
    let limits = ewma.limits(target: scale.center, parameters: parameters)
    let lines = PanelLines(
      center: scale.center, lowerThreeSigma: limits.lower.isFinite ? limits.lower : nil,
      upperThreeSigma: limits.upper.isFinite ? limits.upper : nil)
    let rules = design.kind == .ewma ? rules.location : rules.limits
    return Self.panel(.ewma, ewma.average, size: point.size, lines, &state.ewmaRules, rules)
  }

  /// Both sums count upwards in sigmas of the point, against the decision interval; the lower one signals on the low side.
  private mutating func cusum(_ point: ChartStatistic, _ scale: StatisticScale) -> [ChartVerdict.Panel] {
    guard let parameters = design.cusumParameters, var cusum = state.cusum else { return [] }
    let standardized = (point.location - scale.center) / scale.sigma
    let bounded = max(-Self.largestStandardized, min(Self.largestStandardized, standardized))
    cusum.take(bounded, target: 0, sigma: 1, parameters: parameters)
    state.cusum = cusum
    let lines = PanelLines(center: 0, upperThreeSigma: parameters.decisionInterval)
    let rules = design.kind == .cusum ? rules.location : rules.limits
    let high = Self.panel(.cusumHigh, cusum.high, size: point.size, lines, &state.cusumHighRules, rules)
    var low = Self.panel(.cusumLow, cusum.low, size: point.size, lines, &state.cusumLowRules, rules)
    for index in low.signals.indices { low.signals[index].side = .low }
    return [high, low]
  }
}
