/// Estimates the mean and sigma of a chart from points of a stage.
struct BaselineEstimator: Sendable {
  let design: ChartDesign
  /// In order; nil where a gap or an excluded point breaks the sequence.
  let points: [ChartSample?]
  let exclusions: [BaselineEstimate.Exclusion]

  /// - Throws: `.estimateNotPossible` where there are too few points, `.limitsNotFinite` where sums leave the range of
  ///   doubles, `.sampleNotPossible` for a point that does not fit the kind.
  init(
    design: ChartDesign, points: [ChartSample?], exclusions: [BaselineEstimate.Exclusion] = []
  ) throws(ControlChartFault) {
    for case let point? in points { try point.check(for: design) }
    self.design = design
    self.points = points
    self.exclusions = exclusions
  }

  func estimate() throws(ControlChartFault) -> (baseline: ChartBaseline, estimate: BaselineEstimate) {
    let found: (baseline: ChartBaseline, freedom: Double)
    switch design.kind {
    case .individuals, .xbarRange, .xbarStandardDeviation, .median, .ewma, .cusum: found = try measured()
    case .p, .np, .c, .u, .laneyP, .laneyU: found = try attribute()
    case .g, .t: found = (ChartBaseline(mean: ChartSample.mean(try allValues()), sigma: 0), 0)
    case .shortRunZ: found = try shortRun()
    case .hotellingTSquared: found = try multivariate()
    }
    try found.baseline.validate(for: design)
    let samples = points.compactMap { $0 }
    return (
      found.baseline,
      BaselineEstimate(
        method: design.effectiveSigmaMethod, degreesOfFreedom: found.freedom, subgroups: samples.count,
        values: samples.reduce(0) { $0 + $1.valueCount }, exclusions: exclusions)
    )
  }

  func fault(_ problem: String, _ remedy: String) -> ControlChartFault {
    .estimateNotPossible(kind: design.kind, problem: problem, remedy: remedy)
  }

  /// The values of every point, a nil for every break.
  var subgroups: [[Double]?] {
    points.map { point in
      switch point {
      case .values(let values), .part(_, let values): values
      default: nil
      }
    }
  }

  func allValues() throws(ControlChartFault) -> [Double] {
    let values = subgroups.flatMap { $0 ?? [] }
    guard !values.isEmpty else { throw fault("there is no point", "Give at least one point that is no gap") }
    return values
  }

  // MARK: Measured values

  private func measured() throws(ControlChartFault) -> (ChartBaseline, Double) {
    let values = try allValues()
    let sigma = try measuredSigma(values)
    return (ChartBaseline(mean: center(values), sigma: sigma.sigma), sigma.degreesOfFreedom)
  }

  /// The mean of all values, so that large subgroups weigh more; for a median chart the mean of the medians, weighted so.
  private func center(_ values: [Double]) -> Double {
    guard design.kind == .median else { return ChartSample.mean(values) }
    let medians = subgroups.compactMap { $0.map { ChartSample.median($0) * Double($0.count) } }
    return medians.reduce(0, +) / Double(values.count)
  }

  private func measuredSigma(_ values: [Double]) throws(ControlChartFault) -> SigmaEstimation {
    let method = design.effectiveSigmaMethod
    if method == .overall {
      guard let squares = ChartSample.sumOfSquares(values) else {
        throw fault("one value has no standard deviation", "Give at least two")
      }
      let freedom = Double(values.count - 1)
      return SigmaEstimation(sigma: (squares / freedom).squareRoot(), degreesOfFreedom: freedom)
    }
    guard design.subgroupSize > 1 else {
      guard let sigma = movingRangeSigma(subgroups.map { $0?.first }, method) else {
        let span = design.movingRangeSpan
        throw fault(
          "no \(span) values follow each other without a gap", "Give at least \(span) neighbouring points")
      }
      return sigma
    }
    guard let sigma = SubgroupSigma(subgroups.compactMap { $0 }).estimate(method) else {
      throw fault(
        "subgroup size is 1 everywhere, so nothing shows the spread within a subgroup",
        "Give subgroups of at least two values, or use the kind individuals")
    }
    return sigma
  }

  private func movingRangeSigma(_ values: [Double?], _ method: SigmaMethod) -> SigmaEstimation? {
    switch method {
    case .medianMovingRange: MovingRanges(values, span: design.movingRangeSpan).median
    case .successiveDifferences: MovingRanges(values, span: 2).meanSquare
    default: MovingRanges(values, span: design.movingRangeSpan).mean
    }
  }

  // MARK: Counts

  private func attribute() throws(ControlChartFault) -> (ChartBaseline, Double) {
    var counts = 0.0
    var inspected = 0.0
    var points = 0
    var firstInspected: Double?
    for case .count(let count, let size)? in self.points {
      counts += count
      inspected += size
      points += 1
      if design.kind == .c, let firstInspected, firstInspected != size {
        throw fault("inspected varies from \(firstInspected) to \(size)", "Use the kind u, which takes it into account")
      }
      firstInspected = firstInspected ?? size
    }
    guard points > 0 else { throw fault("there is no point", "Give at least one point that is no gap") }
    let mean = design.kind == .c ? counts / Double(points) : counts / inspected
    let baseline = ChartBaseline(mean: mean, sigma: 0)
    guard design.kind == .laneyP || design.kind == .laneyU else { return (baseline, 0) }
    return try laney(mean)
  }

  /// Laney 2002: sigma z = mean moving range of z / d2, z = (x - mean)/sigma of the point. Where the mean leaves no spread
  /// (all 0, or all nonconforming), sigma z is 0.
  private func laney(_ mean: Double) throws(ControlChartFault) -> (ChartBaseline, Double) {
    let single = ChartBaseline(mean: mean, sigma: 1)
    let standardized: [Double?] = points.map { point in
      guard case .count(let count, let inspected)? = point else { return nil }
      let scale = single.location(design, size: inspected)
      return scale.sigma == 0 ? 0 : (count / inspected - mean) / scale.sigma
    }
    guard let sigma = MovingRanges(standardized, span: 2).mean else {
      throw fault("no two points follow each other without a gap", "Give at least two neighbouring points")
    }
    return (ChartBaseline(mean: mean, sigma: sigma.sigma), sigma.degreesOfFreedom)
  }

  // MARK: Short runs

  /// Each part by its own points, in order; its points need not follow each other.
  private func shortRun() throws(ControlChartFault) -> (ChartBaseline, Double) {
    var names: [String] = []
    var values: [String: [[Double]]] = [:]
    for case .part(let name, let subgroup)? in points {
      if values[name] == nil { names.append(name) }
      values[name, default: []].append(subgroup)
    }
    guard !names.isEmpty else { throw fault("there is no point", "Give at least two points of a part") }
    var parts: [ChartBaseline.Part] = []
    var freedom = 0.0
    for name in names {
      let subgroups = values[name] ?? []
      let sigma =
        design.subgroupSize == 1
        ? MovingRanges(subgroups.map(\.first), span: 2).mean
        : SubgroupSigma(subgroups).estimate(.weightedStandardDeviation)
      guard let sigma, sigma.sigma > 0 else {
        throw fault(
          "the values of part \"\(name)\" show no spread",
          "Give at least two different values of it, or enter its target and sigma")
      }
      parts.append(
        ChartBaseline.Part(name: name, target: ChartSample.mean(subgroups.flatMap { $0 }), sigma: sigma.sigma))
      freedom += sigma.degreesOfFreedom
    }
    return (ChartBaseline(mean: 0, sigma: 1, parts: parts), freedom)
  }

  // MARK: T²

  /// Mean vector and covariance with the divisor m - 1.
  private func multivariate() throws(ControlChartFault) -> (ChartBaseline, Double) {
    let vectors = subgroups.compactMap { $0 }
    let size = design.variables
    guard vectors.count > size + 1 else {
      throw fault(
        "\(vectors.count) points for \(size) variables leave nothing to judge by", "Give at least \(size + 2) points")
    }
    let count = Double(vectors.count)
    let means = (0..<size).map { column in vectors.reduce(0) { $0 + $1[column] } / count }
    var covariance = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        let sum = vectors.reduce(0) { $0 + ($1[row] - means[row]) * ($1[column] - means[column]) }
        covariance[row * size + column] = sum / (count - 1)
        covariance[column * size + row] = sum / (count - 1)
      }
    }
    return (
      ChartBaseline(mean: 0, sigma: 1, meanVector: means, covariance: covariance, observations: vectors.count),
      count - 1
    )
  }
}
