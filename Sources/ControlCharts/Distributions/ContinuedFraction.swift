/// Continued fractions a1/(b1 + a2/(b2 + …)).
enum ContinuedFraction {
  /// Reached only where a parameter is beyond any use; the value is then not a number.
  private static let maximumTerms = 1_000_000

  /// The method of Lentz as changed by Thompson and Barnett (1986).
  ///
  /// - Parameter term: the pair (a, b) at an index that counts from 1.
  static func value(term: (Double) -> (a: Double, b: Double)) -> Double {
    let tiny = 1e-300
    var value = tiny
    var c = tiny
    var d = 0.0
    for index in 1...maximumTerms {
      let (a, b) = term(Double(index))
      d = b + a * d
      if d == 0 { d = tiny }
      c = b + a / c
      if c == 0 { c = tiny }
      d = 1 / d
      value *= c * d
      if abs(c * d - 1) < 2e-16 { return value }
    }
    return .nan
  }
}
