/// The unbiasing constants of normal samples that limits are computed with. Computed, never typed from a printed table;
/// relative error at most 1e-12.
public enum ControlChartConstants {
  /// d2(2) = 2/√π: mean range of two standard normal values.
  ///
  /// Source: E(R) of a normal sample of two, in closed form (ISO 7870-2:2023, factors for individuals charts).
  public static let d2OfTwo = 2 / Double.pi.squareRoot()

  /// c4(n): mean standard deviation of `sampleSize` standard normal values, √(2/(n-1))·Γ(n/2)/Γ((n-1)/2); nil for
  /// fewer than two values.
  ///
  /// By the recurrence c4(n+1) = √((n-1)/n)/c4(n) from c4(2) = √(2/π), because gamma functions overflow from n = 344
  /// on and their logarithms lose digits; from n = 1000 on by the asymptotic series, whose error is below 1e-13 there.
  public static func c4(sampleSize: Int) -> Double? {
    guard sampleSize >= 2 else { return nil }
    if sampleSize < recurred.count { return recurred[sampleSize] }
    let n = Double(sampleSize)
    return 1 - 1 / (4 * n) - 7 / (32 * n * n) - 19 / (128 * n * n * n)
  }

  /// c4 by sample size below 1000; the first two are no sample sizes.
  private static let recurred: [Double] = {
    var values = [0, 0, (2 / Double.pi).squareRoot()]
    for n in 2..<999 { values.append((Double(n - 1) / Double(n)).squareRoot() / values[n]) }
    return values
  }()
}
