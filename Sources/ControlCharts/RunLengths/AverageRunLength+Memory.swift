/// Charts with memory: the average run length solves an integral equation, here at Gauss-Legendre nodes (Crowder 1987 for the
/// EWMA; Brook and Evans 1972, Vance 1986 for the CUSUM).
extension AverageRunLength {
  private static let nodes = 64

  /// Of an EWMA with its asymptotic limits, from the target on. The exact limits are narrower at the start and signal a
  /// little sooner.
  ///
  /// - Throws: `.parameter` naming what is not possible.
  public init(of ewma: ChartDesign.EWMAParameters, shift: Double = 0) throws(ControlChartFault) {
    try ewma.check()
    try Self.check(shift: shift)
    let lambda = ewma.lambda
    let limit = ewma.width * (lambda / (2 - lambda)).squareRoot()
    // The kernel is as narrow as lambda: nodes enough to see it.
    let rule = LegendreRule(min(400, max(Self.nodes, Int(12 * limit / lambda))))
    let points = rule.nodes.map { $0 * limit }
    func kernel(_ to: Double, from: Double) -> Double {
      mathNormalDensity((to - (1 - lambda) * from) / lambda - shift) / lambda
    }
    let rows = points.indices.map { row in
      points.indices.map { column in
        (row == column ? 1 : 0) - limit * rule.weights[column] * kernel(points[column], from: points[row])
      }
    }
    guard let lengths = LinearSystem.solve(rows, [Double](repeating: 1, count: points.count)) else {
      throw .parameter(field: "width of the EWMA", value: ewma.width, need: "a width for which a run length exists")
    }
    var length = 1.0
    for index in points.indices {
      length += limit * rule.weights[index] * kernel(points[index], from: 0) * lengths[index]
    }
    self.init(points: length, precision: .exact)
  }

  /// Of a two-sided CUSUM, from its head start on.
  ///
  /// - Throws: `.parameter` naming what is not possible.
  public init(of cusum: ChartDesign.CUSUMParameters, shift: Double = 0) throws(ControlChartFault) {
    try cusum.check()
    try Self.check(shift: shift)
    guard let high = Self.oneSided(cusum, shift: shift), let low = Self.oneSided(cusum, shift: -shift) else {
      throw .parameter(
        field: "decision interval of the CUSUM", value: cusum.decisionInterval,
        need: "an interval for which a run length exists")
    }
    // Both sums together, from the one-sided lengths (van Dobben de Bruyn 1968; Lucas and Crosier 1982).
    let points =
      (high.started * low.zero + low.started * high.zero - high.zero * low.zero) / (high.zero + low.zero)
    self.init(points: points, precision: .exact)
  }

  /// The lengths of one sum from zero and from the head start.
  private static func oneSided(
    _ cusum: ChartDesign.CUSUMParameters, shift: Double
  ) -> (zero: Double, started: Double)? {
    let half = cusum.decisionInterval / 2
    let rule = LegendreRule(min(400, max(nodes, Int(12 * cusum.decisionInterval))))
    let points = rule.nodes.map { half * ($0 + 1) }
    let drift = shift - cusum.reference
    func density(_ to: Double, from: Double) -> Double { mathNormalDensity(to - from - drift) }
    func zero(from: Double) -> Double { mathNormalCumulative(-from - drift) }
    // The unknown length at zero stands first.
    var rows: [[Double]] = []
    for (row, from) in ([0] + points).enumerated() {
      var line = [-zero(from: from)]
      for column in points.indices { line.append(-half * rule.weights[column] * density(points[column], from: from)) }
      line[row] += 1
      rows.append(line)
    }
    guard let lengths = LinearSystem.solve(rows, [Double](repeating: 1, count: rows.count)) else { return nil }
    var started = 1 + lengths[0] * zero(from: cusum.headStart)
    for index in points.indices {
      started += half * rule.weights[index] * density(points[index], from: cusum.headStart) * lengths[index + 1]
    }
    return (lengths[0], started)
  }
}
