/// What a capability study found, with the method of every figure.
public struct CapabilityReport: Codable, Hashable, Sendable {
  public var specification: Specification
  /// Two-sided for the intervals, one-sided for the lower bounds.
  public var confidence: Double
  public var count: Int
  public var mean: Double
  /// Overall s, divisor N - 1.
  public var standardDeviation: Double
  public var minimum: Double
  public var maximum: Double
  public var within: WithinSigma?

  /// Nil without within sigma or, for Cp, with one limit only.
  public var cp: CapabilityIndex?
  public var cpk: CapabilityIndex?
  /// Nil with one limit only.
  public var pp: CapabilityIndex?
  public var ppk: CapabilityIndex
  /// The sides of Ppk that have a limit.
  public var ppl: CapabilitySide?
  public var ppu: CapabilitySide?
  /// Boyles (1991): (USL-LSL)/(6√(Σ(x-T)²/N)), divisor N. Nil without target or with one limit only.
  public var cpm: CapabilityIndex?
  /// By the values' own percentiles: for values that are not normal.
  public var percentiles: PercentileCapability
  /// Nil for fewer values than the test can judge.
  public var normality: NormalityTest?

  public var observed: Nonconforming
  /// Of a normal distribution with the mean and the overall or the within sigma.
  public var expectedOverall: Nonconforming
  public var expectedWithin: Nonconforming?

  public var marks: [CapabilityMark]

  /// Nonconforming parts per million; nil on a side without limit.
  public struct Nonconforming: Codable, Hashable, Sendable {
    public var belowLowerPPM: Double?
    public var aboveUpperPPM: Double?

    public init(belowLowerPPM: Double?, aboveUpperPPM: Double?) {
      self.belowLowerPPM = belowLowerPPM
      self.aboveUpperPPM = aboveUpperPPM
    }

    public var totalPPM: Double { (belowLowerPPM ?? 0) + (aboveUpperPPM ?? 0) }
  }

  /// Whether a mark says that the figures may not be relied on.
  public var isDoubtful: Bool { marks.contains(where: \.isDoubt) }
}
