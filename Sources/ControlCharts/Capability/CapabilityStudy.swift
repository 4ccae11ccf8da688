/// A capability study: values of one characteristic, its specification and, for Cp and Cpk, the sigma within subgroups.
public struct CapabilityStudy: Codable, Hashable, Sendable {
  /// s needs two values; the upper bound keeps a study within seconds and some megabytes.
  public static let valueCounts = 2...1_000_000
  /// Below this many values a study is marked.
  public static let sufficientValues = 30

  /// Beyond this the specification is in another unit than the values.
  public static let largestIndex = 1_000_000.0

  public var values: [Double]
  public var specification: Specification
  /// Nil: overall indices only.
  public var within: WithinSigma?
  public var confidence: Double
  /// Signals of the chart over these values that nobody has resolved.
  public var unresolvedSignals: Int
  /// Anderson-Darling takes its place for more values than Shapiro-Wilk can judge; the report names the one used.
  public var normalityTest: NormalityTest.Method
  /// A normality test with p below this marks the report.
  public var normalityLevel: Double
  public var percentileDefinition: PercentileDefinition
  /// Whether a doubtful result is refused instead of marked.
  public var refusesDoubt: Bool

  public init(
    values: [Double], specification: Specification, within: WithinSigma? = nil, confidence: Double = 0.95,
    unresolvedSignals: Int = 0, normalityTest: NormalityTest.Method = .andersonDarling, normalityLevel: Double = 0.05,
    percentileDefinition: PercentileDefinition = .weibull, refusesDoubt: Bool = false
  ) {
    self.values = values
    self.specification = specification
    self.within = within
    self.confidence = confidence
    self.unresolvedSignals = unresolvedSignals
    self.normalityTest = normalityTest
    self.normalityLevel = normalityLevel
    self.percentileDefinition = percentileDefinition
    self.refusesDoubt = refusesDoubt
  }

  /// A study of subgroups with their pooled sigma.
  ///
  /// - Throws: what ``WithinSigma/pooled(_:isUnbiased:)`` throws.
  public init(subgroups: [[Double]], specification: Specification, isUnbiased: Bool = true) throws(CapabilityFault) {
    let within = try WithinSigma.pooled(subgroups, isUnbiased: isUnbiased)
    self.init(values: subgroups.flatMap { $0 }, specification: specification, within: within)
  }

  /// - Throws: a fault that names the field and the remedy; `.doubtful` with `refusesDoubt` alone.
  public func report() throws(CapabilityFault) -> CapabilityReport {
    try checkParameters()
    let moments = try checkedMoments()
    let mean = moments.mean
    let s = moments.standardDeviation
    let overall = indices(mean: mean, sigma: s, degreesOfFreedom: Double(values.count - 1))
    let inner = within.map { indices(mean: mean, sigma: $0.sigma, degreesOfFreedom: $0.degreesOfFreedom) }
    for found in [overall, inner].compactMap({ $0 }) {
      guard found.largest <= Self.largestIndex else { throw .unitsDoNotFit(index: found.largest) }
    }
    let sorted = values.sorted()
    var report = CapabilityReport(
      specification: specification, confidence: confidence, count: values.count, mean: mean, standardDeviation: s,
      minimum: sorted[0], maximum: sorted[sorted.count - 1], within: within, cp: inner?.potential,
      cpk: inner?.actual, pp: overall.potential, ppk: overall.actual,
      ppl: specification.lower.map { side((mean - $0) / (3 * s)) },
      ppu: specification.upper.map { side(($0 - mean) / (3 * s)) }, cpm: cpm(moments),
      percentiles: PercentileCapability(
        sorted: sorted, specification: specification, definition: percentileDefinition),
      normality: normality(sorted), observed: observed(),
      expectedOverall: expected(mean: mean, sigma: s),
      expectedWithin: within.map { expected(mean: mean, sigma: $0.sigma) }, marks: [])
    report.marks = marks(of: report)
    if refusesDoubt, report.isDoubtful { throw .doubtful(report.marks.filter(\.isDoubt)) }
    return report
  }

  private func checkParameters() throws(CapabilityFault) {
    guard values.count >= Self.valueCounts.lowerBound else { throw .tooFewValues(values.count) }
    guard values.count <= Self.valueCounts.upperBound else { throw .tooManyValues(values.count) }
    guard ToleranceFactor.shares.contains(confidence) else { throw .share(field: "confidence", confidence) }
    guard normalityLevel > 0, normalityLevel < 1 else { throw .share(field: "normalityLevel", normalityLevel) }
    if let index = values.firstIndex(where: { !$0.isFinite }) { throw .valueNotFinite(index: index) }
    if let within {
      guard within.sigma > 0, within.sigma.isFinite else { throw .withinSigma(within.sigma) }
      guard WithinSigma.possibleDegreesOfFreedom.contains(within.degreesOfFreedom) else {
        throw .withinDegreesOfFreedom(within.degreesOfFreedom)
      }
    }
  }

  private func checkedMoments() throws(CapabilityFault) -> Moments {
    guard values.contains(where: { $0 != values[0] }) else { throw .noSpread }
    let moments = Moments(values)
    guard moments.mean.isFinite, moments.sumOfSquares.isFinite else { throw .valuesTooLarge }
    // Squares of tiny differences can vanish.
    guard moments.standardDeviation > 0 else { throw .noSpread }
    return moments
  }

  private func indices(
    mean: Double, sigma: Double, degreesOfFreedom: Double
  ) -> (potential: CapabilityIndex?, actual: CapabilityIndex, largest: Double) {
    let distances = [specification.upper.map { $0 - mean }, specification.lower.map { mean - $0 }].compactMap { $0 }
    let nearest = distances.min() ?? .infinity
    let farthest = distances.map(abs).max() ?? .infinity
    return (
      potential: specification.width.map {
        .chiSquare($0 / (6 * sigma), degreesOfFreedom: degreesOfFreedom, confidence: confidence)
      },
      actual: .bissell(
        nearest / (3 * sigma), count: values.count, degreesOfFreedom: degreesOfFreedom, confidence: confidence),
      largest: farthest / (3 * sigma)
    )
  }

  private func side(_ value: Double) -> CapabilitySide {
    CapabilitySide(value: value, count: values.count, confidence: confidence)
  }

  private func cpm(_ moments: Moments) -> CapabilityIndex? {
    guard let target = specification.target, let width = specification.width else { return nil }
    return .cpm(moments, width: width, target: target, confidence: confidence)
  }

  private func normality(_ sorted: [Double]) -> NormalityTest? {
    switch normalityTest {
    case .andersonDarling: .andersonDarling(sorted: sorted)
    case .shapiroWilk: .shapiroWilk(sorted: sorted) ?? .andersonDarling(sorted: sorted)
    }
  }

  private func observed() -> CapabilityReport.Nonconforming {
    func partsPerMillion(_ count: Int) -> Double { Double(count) / Double(values.count) * 1e6 }
    return CapabilityReport.Nonconforming(
      belowLowerPPM: specification.lower.map { limit in partsPerMillion(values.count { $0 < limit }) },
      aboveUpperPPM: specification.upper.map { limit in partsPerMillion(values.count { $0 > limit }) })
  }

  private func expected(mean: Double, sigma: Double) -> CapabilityReport.Nonconforming {
    CapabilityReport.Nonconforming(
      belowLowerPPM: specification.lower.map { NormalDistribution.probability(below: ($0 - mean) / sigma) * 1e6 },
      aboveUpperPPM: specification.upper.map { NormalDistribution.probability(above: ($0 - mean) / sigma) * 1e6 })
  }

  private func marks(of report: CapabilityReport) -> [CapabilityMark] {
    var marks: [CapabilityMark] = []
    if unresolvedSignals > 0 { marks.append(.unresolvedSignals(unresolvedSignals)) }
    if values.count < Self.sufficientValues { marks.append(.fewValues(values.count)) }
    if let normality = report.normality, normality.probability < normalityLevel {
      marks.append(.notNormal(test: normality.method, probability: normality.probability))
    }
    let needed = percentileDefinition.valuesNeeded(PercentileCapability.lowerShare)
    if values.count < needed { marks.append(.percentilesAreExtremes(count: values.count, needed: needed)) }
    if within == nil { marks.append(.noWithinSigma) }
    let outside = values.count { $0 < specification.lower ?? $0 || $0 > specification.upper ?? $0 }
    if outside > 0 { marks.append(.observedNonconforming(outside)) }
    return marks
  }
}
