/// Finds where the tail of a distribution has a given probability.
enum TailSolver {
  /// Most steps of one search; bisection alone needs about sixty.
  private static let maximumSteps = 400

  /// u with tail(u) = `target`, by Newton steps on the logarithm of the tail, held in a bracket.
  ///
  /// - Parameters:
  ///   - isUpper: whether the tail falls with u.
  ///   - evaluate: the probability of the tail at u, and the density there.
  static func solve(
    target: Double, start: Double, isUpper: Bool, evaluate: (Double) -> (tail: Double, density: Double)
  ) -> Double {
    var low = -Double.infinity
    var high = Double.infinity
    var u = start
    for _ in 0..<maximumSteps {
      let (tail, density) = evaluate(u)
      if tail.isNaN { return .nan }
      if tail == target { return u }
      if (tail > target) == isUpper { low = u } else { high = u }
      let newton =
        tail > 0 && density > 0 ? u + (isUpper ? 1 : -1) * mathLog(tail / target) * tail / density : Double.nan
      let next = newton > low && newton < high ? newton : middle(low, high)
      if abs(next - u) <= 2e-16 * max(1, abs(u)) { return next }
      u = next
    }
    return u
  }

  /// Halfway, or further out while one end is still unknown.
  private static func middle(_ low: Double, _ high: Double) -> Double {
    if low.isInfinite { return high - max(1, abs(high)) }
    if high.isInfinite { return low + max(1, abs(low)) }
    return low + (high - low) / 2
  }

  /// x in `range` with function(x) = 0, where the function changes its sign once (Illinois variant of the secant
  /// method, Dowell and Jarratt 1971); nil where it does not change its sign.
  static func root(in range: ClosedRange<Double>, of function: (Double) -> Double) -> Double? {
    var (low, high) = (range.lowerBound, range.upperBound)
    var (atLow, atHigh) = (function(low), function(high))
    if atLow == 0 { return low }
    if atHigh == 0 { return high }
    guard (atLow < 0) != (atHigh < 0) else { return nil }
    for step in 0..<maximumSteps {
      // Every third step halves, so that no shape of function can hold the search up.
      let secant = high - atHigh * (high - low) / (atHigh - atLow)
      let x = step % 3 == 2 || !(secant > low && secant < high) ? low + (high - low) / 2 : secant
      if x == low || x == high || high - low <= 4e-16 * max(abs(low), abs(high)) { return x }
      let atX = function(x)
      if atX == 0 { return x }
      if (atX < 0) == (atLow < 0) {
        (low, atLow) = (x, atX)
        atHigh /= 2
      } else {
        (high, atHigh) = (x, atX)
        atLow /= 2
      }
    }
    return low + (high - low) / 2
  }
}
