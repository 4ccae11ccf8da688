/// What a control plan says of one chart, without its limits: those are a ``ChartBaseline``.
public struct ChartDesign: Codable, Hashable, Sendable {
  public var kind: ChartKind
  /// Values in a full subgroup; 1 for charts of single values. Attribute charts take the size with each sample.
  public var subgroupSize: Int
  /// Rules of the panel of location (or of the only panel).
  public var rules: RuleSet
  /// Rules of the panel of dispersion (R, s, moving range).
  public var dispersionRules: RuleSet
  public var gapPolicy: GapPolicy
  /// Nil: the default of the kind.
  public var sigmaMethod: SigmaMethod?
  /// Values in a moving range; 2 unless told.
  public var movingRangeSpan: Int
  /// An EWMA or CUSUM beside the chart, on its points of location; for charts of those kinds their own parameters.
  public var ewma: EWMAParameters?
  public var cusum: CUSUMParameters?
  /// Number of variables of a T² chart, and its false-alarm probability for one point.
  public var variables: Int
  public var alpha: Double

  /// Weight of the newest value, and width of the limits in sigmas of the statistic.
  public struct EWMAParameters: Codable, Hashable, Sendable {
    public var lambda: Double
    public var width: Double

    /// λ 0.2 and L 2.962: ARL0 of 500 with asymptotic limits (published tables; held to the exact value by the tests).
    public init(lambda: Double = 0.2, width: Double = 2.962) {
      self.lambda = lambda
      self.width = width
    }
  }

  /// Reference value, decision interval and head start, all in sigmas of the plotted statistic.
  public struct CUSUMParameters: Codable, Hashable, Sendable {
    public var reference: Double
    public var decisionInterval: Double
    /// 0: none; h/2 is the customary fast initial response (Lucas and Crosier 1982).
    public var headStart: Double

    public init(reference: Double = 0.5, decisionInterval: Double = 5, headStart: Double = 0) {
      self.reference = reference
      self.decisionInterval = decisionInterval
      self.headStart = headStart
    }
  }

  public init(
    kind: ChartKind, subgroupSize: Int = 1, rules: RuleSet, dispersionRules: RuleSet, gapPolicy: GapPolicy = .break,
    sigmaMethod: SigmaMethod? = nil, movingRangeSpan: Int = 2, ewma: EWMAParameters? = nil,
    cusum: CUSUMParameters? = nil, variables: Int = 1, alpha: Double = 0.0027
  ) {
    self.kind = kind
    self.subgroupSize = subgroupSize
    self.rules = rules
    self.dispersionRules = dispersionRules
    self.gapPolicy = gapPolicy
    self.sigmaMethod = sigmaMethod
    self.movingRangeSpan = movingRangeSpan
    self.ewma = ewma
    self.cusum = cusum
    self.variables = variables
    self.alpha = alpha
  }
}

/// The frozen limits of a chart, as mean and sigma alone: every line follows from them and the size of the subgroup.
public struct ChartBaseline: Codable, Hashable, Sendable {
  /// Counts up with every change; 0 where the limits were established by the chart itself.
  public var version: Int
  /// Mean of the single values; the proportion, count or rate of an attribute chart; the mean of a g or t chart.
  public var mean: Double
  /// Sigma of the single values, not of the plotted statistic. For attribute charts of the kinds Laney the factor sigma
  /// z; for the other attribute charts, g and t, where sigma follows from the mean, 0.
  public var sigma: Double
  /// Targets and sigmas of a short-run chart by part; empty for all others.
  public var parts: [Part]
  /// Mean vector and covariance of a T² chart, row by row; empty for all others.
  public var meanVector: [Double]
  public var covariance: [Double]
  /// How many observations the estimate rests on, where it was estimated; T² phase II limits need it.
  public var observations: Int?

  public struct Part: Codable, Hashable, Sendable {
    public var name: String
    public var target: Double
    public var sigma: Double

    public init(name: String, target: Double, sigma: Double) {
      self.name = name
      self.target = target
      self.sigma = sigma
    }
  }

  public init(
    version: Int = 0, mean: Double, sigma: Double, parts: [Part] = [], meanVector: [Double] = [],
    covariance: [Double] = [], observations: Int? = nil
  ) {
    self.version = version
    self.mean = mean
    self.sigma = sigma
    self.parts = parts
    self.meanVector = meanVector
    self.covariance = covariance
    self.observations = observations
  }
}

/// One point as it enters a chart.
public enum ChartSample: Codable, Hashable, Sendable {
  /// A subgroup of measured values; one value for charts of single values; the p variables of a T² chart.
  case values([Double])
  /// Nonconforming items or nonconformities found in so much inspected: p, np, c, u and Laney.
  case count(Double, inspected: Double)
  /// A value of a part with a target of its own: short runs.
  case part(String, values: [Double])
}
