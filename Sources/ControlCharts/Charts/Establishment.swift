/// The first points of a chart, kept until its limits can be estimated.
struct Establishment: Codable, Hashable, Sendable {
  /// How many points are asked for.
  private let points: Int
  /// In order; nil where a gap breaks the sequence.
  private var samples: [ChartSample?] = []
  private var taken = 0

  init(points: Int) { self.points = points }

  mutating func take(_ sample: ChartSample) {
    samples.append(sample)
    taken += 1
  }

  mutating func breakSequence() {
    if let last = samples.last, last != nil { samples.append(nil) }
  }

  /// Nil until there are enough points. Where sums of extreme values leave the range of doubles, or as many points again
  /// show nothing to estimate from, collecting begins anew.
  mutating func estimate(
    _ design: ChartDesign
  ) -> (baseline: ChartBaseline, estimate: BaselineEstimate)? {
    guard taken >= points else { return nil }
    do throws(ControlChartFault) {
      return try BaselineEstimator(design: design, points: samples).estimate()
    } catch {
      if case .limitsNotFinite = error { self = Establishment(points: points) }
      if taken >= 2 * StreamingChart.establishingPoints.upperBound { self = Establishment(points: points) }
      return nil
    }
  }
}
