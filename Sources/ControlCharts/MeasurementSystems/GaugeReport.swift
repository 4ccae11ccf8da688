/// What a gauge study found.
public struct GaugeReport: Codable, Hashable, Sendable {
  public var parts: Int
  public var people: Int
  public var trials: Int
  public var sigmas: Double
  public var tolerance: Double?
  public var table: VarianceTable
  /// In the order of ``Source``.
  public var components: [Component]
  /// √2·σ(parts)/σ(gauge), before it is cut to a whole number; nil where the gauge shows no spread at all.
  public var categoryRatio: Double?
  /// Number of distinct categories: the ratio without its decimals, at least 1.
  public var distinctCategories: Int?
  public var verdict: Verdict

  /// Where spread comes from. The raw values are stored.
  public enum Source: String, Codable, Hashable, Sendable, CaseIterable {
    /// Repeatability and reproducibility together.
    case gauge
    case repeatability
    /// Operators and their interaction with parts together.
    case reproducibility
    case people
    case interaction
    case parts
    case total
  }

  public struct Component: Codable, Hashable, Sendable {
    public var source: Source
    public var variance: Double
    /// The estimate was negative and stands as 0.
    public var isClipped: Bool
    /// Share of the total variance, in percent.
    public var contributionPercent: Double
    public var standardDeviation: Double
    /// Sigmas times the standard deviation, in the unit of the values.
    public var spread: Double
    /// Share of the total spread, in percent. These shares do not add up to 100.
    public var studyPercent: Double
    /// Share of the tolerance, in percent; nil without tolerance.
    public var tolerancePercent: Double?
  }

  /// By the share of the gauge in the total spread: below 10 %, up to 30 %, above (AIAG MSA, 4th edition, guidelines).
  public enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
    case acceptable
    case marginal
    case unacceptable

    public var english: String {
      switch self {
      case .acceptable: "The gauge is generally acceptable: below 10 % of the spread."
      case .marginal: "The gauge may be acceptable for this use: 10 to 30 % of the spread."
      case .unacceptable:
        "The gauge is not acceptable: more than 30 % of the spread. Improve it or the way of measuring."
      }
    }

    public var chinese: String {
      switch self {
      case .acceptable: "量具一般可接受：低于总变差的 10%。"
      case .marginal: "量具在此用途下或可接受：占总变差的 10% 至 30%。"
      case .unacceptable: "量具不可接受：超过总变差的 30%。请改进量具或测量方法。"
      }
    }
  }

  public func component(_ source: Source) -> Component? { components.first { $0.source == source } }

  init(table: VarianceTable, cells: GaugeCells, tolerance: Double?, sigmas: Double) {
    (parts, people, trials) = (cells.parts.count, cells.people.count, cells.trials)
    (self.table, self.tolerance, self.sigmas) = (table, tolerance, sigmas)
    let estimates = Self.estimates(table, cells)
    let variances = Self.variances(estimates)
    let totalVariance = variances[.total] ?? 0
    components = Source.allCases.map { source in
      let variance = variances[source] ?? 0
      let deviation = variance.squareRoot()
      return Component(
        source: source, variance: variance, isClipped: (estimates[source] ?? 0) < 0,
        contributionPercent: 100 * variance / totalVariance, standardDeviation: deviation,
        spread: sigmas * deviation, studyPercent: 100 * (variance / totalVariance).squareRoot(),
        tolerancePercent: tolerance.map { 100 * sigmas * deviation / $0 })
    }
    let gauge = variances[.gauge] ?? 0
    let ratio = gauge > 0 ? (2 * (variances[.parts] ?? 0) / gauge).squareRoot() : nil
    categoryRatio = ratio
    distinctCategories = ratio.map { max(1, Int(min($0, 1e9))) }
    let share = (gauge / totalVariance).squareRoot()
    verdict = share < 0.1 ? .acceptable : share <= 0.3 ? .marginal : .unacceptable
  }

  /// By the expected mean squares of a two-way random model; an estimate can be negative.
  private static func estimates(_ table: VarianceTable, _ cells: GaugeCells) -> [Source: Double] {
    let (parts, people, trials) = (Double(cells.parts.count), Double(cells.people.count), Double(cells.trials))
    let error = table.error.meanSquare
    let denominator = table.denominator.meanSquare
    return [
      .repeatability: error,
      .interaction: table.pooled == nil ? (denominator - error) / trials : 0,
      .people: (table.people.meanSquare - denominator) / (parts * trials),
      .parts: (table.parts.meanSquare - denominator) / (people * trials),
    ]
  }

  private static func variances(_ estimates: [Source: Double]) -> [Source: Double] {
    var variances = estimates.mapValues { max(0, $0) }
    func sum(_ sources: Source...) -> Double { sources.reduce(0) { $0 + (variances[$1] ?? 0) } }
    variances[.reproducibility] = sum(.people, .interaction)
    variances[.gauge] = sum(.repeatability, .reproducibility)
    variances[.total] = sum(.gauge, .parts)
    return variances
  }
}
