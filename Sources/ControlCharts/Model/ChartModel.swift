/// A chart as it is shown: panels of points with their own lines, signals, gaps and stages. One model feeds the
/// terminal, SVG, CSV, the pages and the print.
public struct ChartModel: Codable, Hashable, Sendable {
  public var title: String
  public var unit: String
  public var design: ChartDesign
  public var panels: [Panel]
  public var stages: [Stage]

  public struct Panel: Codable, Hashable, Sendable {
    public var statistic: PlottedStatistic
    public var points: [Point]

    public init(statistic: PlottedStatistic, points: [Point]) {
      self.statistic = statistic
      self.points = points
    }
  }

  public struct Point: Codable, Hashable, Sendable {
    /// From 0, over all stages; the same in every panel.
    public var index: Int
    /// A lot, a time or a number: what stands below the axis.
    public var label: String
    /// Nil: a gap.
    public var value: Double?
    /// Values in the subgroup, or how much was inspected.
    public var size: Double
    /// The lines that hold for this point; nil while limits are being established, and for a gap.
    public var lines: PanelLines?
    public var signals: [RuleSignal]
    /// Why there is no value, or why the point was left out of the limits.
    public var gapReason: String?
    public var exclusionReason: String?
    /// Index into `stages`.
    public var stage: Int

    public init(
      index: Int, label: String, value: Double?, size: Double, lines: PanelLines?, signals: [RuleSignal] = [],
      gapReason: String? = nil, exclusionReason: String? = nil, stage: Int = 0
    ) {
      self.index = index
      self.label = label
      self.value = value
      self.size = size
      self.lines = lines
      self.signals = signals
      self.gapReason = gapReason
      self.exclusionReason = exclusionReason
      self.stage = stage
    }
  }

  public struct Stage: Codable, Hashable, Sendable {
    public var label: String
    public var firstIndex: Int
    public var baseline: ChartBaseline?
    /// Nil where the limits were given.
    public var estimate: BaselineEstimate?

    public init(label: String, firstIndex: Int, baseline: ChartBaseline?, estimate: BaselineEstimate?) {
      self.label = label
      self.firstIndex = firstIndex
      self.baseline = baseline
      self.estimate = estimate
    }
  }

  public init(title: String, unit: String, design: ChartDesign, panels: [Panel], stages: [Stage]) {
    self.title = title
    self.unit = unit
    self.design = design
    self.panels = panels
    self.stages = stages
  }
}

/// The lines that one point is held to. A missing limit, and one clipped at the end of what is possible, never fires.
public struct PanelLines: Codable, Hashable, Sendable {
  public var center: Double
  public var lowerThreeSigma: Double?
  public var lowerTwoSigma: Double?
  public var lowerOneSigma: Double?
  public var upperOneSigma: Double?
  public var upperTwoSigma: Double?
  public var upperThreeSigma: Double?

  public init(
    center: Double, lowerThreeSigma: Double? = nil, lowerTwoSigma: Double? = nil, lowerOneSigma: Double? = nil,
    upperOneSigma: Double? = nil, upperTwoSigma: Double? = nil, upperThreeSigma: Double? = nil
  ) {
    self.center = center
    self.lowerThreeSigma = lowerThreeSigma
    self.lowerTwoSigma = lowerTwoSigma
    self.lowerOneSigma = lowerOneSigma
    self.upperOneSigma = upperOneSigma
    self.upperTwoSigma = upperTwoSigma
    self.upperThreeSigma = upperThreeSigma
  }
}

/// An estimated baseline with how it was come by.
public struct BaselineEstimate: Codable, Hashable, Sendable {
  public var method: SigmaMethod
  /// Degrees of freedom of sigma.
  public var degreesOfFreedom: Double
  /// Subgroups and single values the estimate rests on.
  public var subgroups: Int
  public var values: Int
  public var exclusions: [Exclusion]

  /// A point that was left out of the limits; it stays on the chart.
  public struct Exclusion: Codable, Hashable, Sendable {
    public var index: Int
    public var reason: String

    public init(index: Int, reason: String) {
      self.index = index
      self.reason = reason
    }
  }

  public init(
    method: SigmaMethod, degreesOfFreedom: Double, subgroups: Int, values: Int, exclusions: [Exclusion] = []
  ) {
    self.method = method
    self.degreesOfFreedom = degreesOfFreedom
    self.subgroups = subgroups
    self.values = values
    self.exclusions = exclusions
  }
}
