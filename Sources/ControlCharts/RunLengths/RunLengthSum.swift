/// The mean of a run length from its distribution, point by point.
enum RunLengthSum {
  static let maximumPoints = 1_000_000

  /// Σ P(T > t). Once the share of surviving runs that end within a period no longer changes, the rest of the sum is
  /// geometric: so charts with run lengths of many thousands need some hundred steps.
  ///
  /// - Parameter fired: takes one more point and gives the share of all runs that ends with it.
  static func points(period: Int = 1, _ fired: () -> Double) -> Double {
    var sum = 0.0
    var survivors = 1.0
    var previousHazard = -1.0
    var steady = 0
    for _ in stride(from: 0, to: maximumPoints, by: period) {
      var inPeriod = 0.0
      var firedInPeriod = 0.0
      let before = survivors
      for _ in 0..<period {
        inPeriod += survivors
        let part = fired()
        firedInPeriod += part
        survivors -= part
      }
      // Against the rounding of the differences, in runs that are nearly all over.
      guard before > 1e-15 else { break }
      let hazard = firedInPeriod / before
      steady = abs(hazard - previousHazard) <= 1e-13 * hazard && hazard > 0 ? steady + 1 : 0
      previousHazard = hazard
      if steady == 40 { return sum + inPeriod / hazard }
      sum += inPeriod
    }
    return sum
  }
}
