/// What a chart says of one point.
public struct ChartVerdict: Hashable, Sendable, Codable {
  /// The plotted statistics in order: location, dispersion, then an EWMA and the two sums of a CUSUM where the design has
  /// them. Empty for a gap; a panel without a value for this point (R of a single value, a moving range after a gap) is
  /// left out.
  public var panels: [Panel]
  /// Whether this point completed the ones that the limits are established from.
  public var didEstablish: Bool

  public struct Panel: Hashable, Sendable, Codable {
    public var statistic: PlottedStatistic
    public var value: Double
    /// Values in the subgroup or in the moving range, or how much was inspected.
    public var size: Double
    /// Nil while limits are being established.
    public var lines: PanelLines?
    public var signals: [RuleSignal]

    public init(
      statistic: PlottedStatistic, value: Double, size: Double, lines: PanelLines?, signals: [RuleSignal] = []
    ) {
      self.statistic = statistic
      self.value = value
      self.size = size
      self.lines = lines
      self.signals = signals
    }
  }

  public init(panels: [Panel] = [], didEstablish: Bool = false) {
    self.panels = panels
    self.didEstablish = didEstablish
  }

  /// Every signal with the statistic it is of, in the order of the panels and of their rules.
  public var signals: [(statistic: PlottedStatistic, signal: RuleSignal)] {
    panels.flatMap { panel in panel.signals.map { (panel.statistic, $0) } }
  }
}
