/// What the panels of a chart remember within a stage.
struct PanelState: Codable, Hashable, Sendable {
  var location = RuleHistory()
  var dispersion = RuleHistory()
  /// The last values, for the next moving range.
  var recent: [Double] = []
  var ewma: EWMAState?
  var ewmaRules = RuleHistory()
  var cusum: CUSUMState?
  var cusumHighRules = RuleHistory()
  var cusumLowRules = RuleHistory()

  /// The moving range that ends with this value; nil until there are as many values as it spans.
  mutating func movingRange(_ value: Double, span: Int) -> Double? {
    recent.append(value)
    guard recent.count >= span else { return nil }
    let range = ChartSample.range(recent)
    recent.removeFirst(recent.count - span + 1)
    return range.isFinite ? range : nil
  }

  /// EWMA and CUSUM stay: a gap is no update.
  mutating func gap(_ policy: GapPolicy) {
    location.gap(policy: policy)
    dispersion.gap(policy: policy)
    ewmaRules.gap(policy: policy)
    cusumHighRules.gap(policy: policy)
    cusumLowRules.gap(policy: policy)
    if policy == .break { recent = [] }
  }
}

/// The rules of a design, compiled: derived from it alone.
struct PanelRules: Hashable, Sendable {
  let location: CompiledRules
  let dispersion: CompiledRules
  /// For an EWMA or a CUSUM beside the chart.
  let limits: CompiledRules

  init(_ design: ChartDesign) throws(ControlChartFault) {
    location = try CompiledRules(design.rules)
    dispersion = try CompiledRules(design.dispersionRules)
    limits = try CompiledRules(.ewma)
  }
}
