/// The sigma within subgroups that Cp and Cpk rest on, with how it was come by.
public struct WithinSigma: Codable, Hashable, Sendable {
  /// What a sigma can rest on; a fraction comes from ranges.
  public static let possibleDegreesOfFreedom = 0.1...100_000_000

  public var sigma: Double
  public var method: SigmaMethod
  public var degreesOfFreedom: Double
  /// Whether the bias of s was taken out, by c4(degrees of freedom + 1). Both forms of the pooled sigma are in use and
  /// differ visibly, so every report says which it is.
  public var isUnbiased: Bool

  public init(sigma: Double, method: SigmaMethod, degreesOfFreedom: Double, isUnbiased: Bool = true) {
    self.sigma = sigma
    self.method = method
    self.degreesOfFreedom = degreesOfFreedom
    self.isUnbiased = isUnbiased
  }

  /// The pooled standard deviation of subgroups: s² = Σ(n-1)s²/Σ(n-1), divided by c4(Σ(n-1) + 1) where unbiased. Subgroups
  /// of one value are left out; they say nothing of the spread within.
  ///
  /// - Throws: `.noSubgroups`, `.valueNotFinite` with the index over all values, `.noSpread`.
  public static func pooled(_ subgroups: [[Double]], isUnbiased: Bool = true) throws(CapabilityFault) -> WithinSigma {
    var squares = 0.0
    var degrees = 0
    var offset = 0
    for subgroup in subgroups {
      if let index = subgroup.firstIndex(where: { !$0.isFinite }) { throw .valueNotFinite(index: offset + index) }
      offset += subgroup.count
      guard subgroup.count > 1 else { continue }
      squares += Moments(subgroup).sumOfSquares
      degrees += subgroup.count - 1
    }
    guard degrees > 0, let c4 = ControlChartConstants.c4(sampleSize: degrees + 1) else { throw .noSubgroups }
    guard squares > 0 else { throw .noSpread }
    let sigma = (squares / Double(degrees)).squareRoot()
    return WithinSigma(
      sigma: isUnbiased ? sigma / c4 : sigma, method: .pooled, degreesOfFreedom: Double(degrees),
      isUnbiased: isUnbiased)
  }
}

/// Mean and sum of squared deviations, in two passes with the rest of the first put right: the same values in the same
/// order always give the same bits.
struct Moments {
  let count: Int
  let mean: Double
  let sumOfSquares: Double

  /// At least one value.
  init(_ values: [Double]) {
    count = values.count
    let first = values.reduce(0, +) / Double(count)
    let rest = values.reduce(0) { $0 + ($1 - first) } / Double(count)
    let center = first + rest
    mean = center
    sumOfSquares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  }

  /// s with divisor N - 1.
  var standardDeviation: Double { (sumOfSquares / Double(count - 1)).squareRoot() }
}
