import ControlCharts
import Shopfloor

/// Characteristics and chart limits, computed again where the record says that they follow from it.
enum CharacteristicProof {
  private struct Cycle {
    var start: Timestamp
    var end: Timestamp
    var durationMicroseconds: Int64
  }

  static func check(_ record: DocumentPlace, _ runs: [DecodedRun]) throws(Misfit) {
    let areCarried = try record.member("readings").member("carried").bool()
    let exceptions = try ListedException.all(in: record)
    for run in runs {
      let runID = try run.place.member("id").text()
      var cycles: [Int64: Cycle] = [:]
      for place in try run.place.member("cycles").elements() {
        cycles[try place.member("cycle").integer()] = Cycle(
          start: try place.member("start").time(), end: try place.member("end").time(),
          durationMicroseconds: try place.member("durationMicroseconds").integer())
      }
      for characteristic in try run.place.member("characteristics").elements() {
        try checkChart(try characteristic.member("chart"))
        for point in try characteristic.member("points").elements() {
          let basisPlace = try point.member("basis")
          switch FeatureRecomputation.Basis(rawValue: try basisPlace.text()) {
          case .readings: try recompute(point, of: characteristic, in: run, cycles)
          case .ledger:
            guard !areCarried else { throw basisPlace.misfit("a basis in the readings, which the record carries") }
          case .recorder:
            let sequence = try point.member("event").integer()
            let isListed = exceptions.contains {
              $0.kind == .characteristicNotRecomputed && $0.run == runID && $0.events.contains(sequence)
            }
            guard isListed else {
              throw basisPlace.misfit("an exception, because the value does not follow from the readings")
            }
          case nil:
            throw basisPlace.misfit(
              FeatureRecomputation.Basis.allCases.map(\.rawValue).joined(separator: " or "))
          }
        }
      }
    }
  }

  private static func recompute(
    _ point: DocumentPlace, of characteristic: DocumentPlace, in run: DecodedRun, _ cycles: [Int64: Cycle]
  ) throws(Misfit) {
    let valuePlace = try point.member("value")
    let value = try valuePlace.decimal()
    let featurePlace = try characteristic.member("feature")
    guard let feature = CharacteristicPlan.Feature(rawValue: try featurePlace.text()) else {
      throw featurePlace.misfit(CharacteristicPlan.Feature.allCases.map(\.rawValue).joined(separator: " or "))
    }
    if let (start, end) = try window(point) {
      return try recompute(value, valuePlace, feature, point, of: characteristic, in: run, from: start, to: end)
    }
    let cyclePlace = try point.member("cycle")
    guard let cycle = cycles[try cyclePlace.integer()] else { throw cyclePlace.misfit("a cycle of the run") }
    if feature == .duration {
      let unit = try characteristic.member("unit").text()
      guard FeatureRecomputation.fits(duration: value, unit: unit, microseconds: cycle.durationMicroseconds) else {
        throw valuePlace.misfit("the duration of the cycle, \(cycle.durationMicroseconds) microseconds, in \(unit)")
      }
      return
    }
    try recompute(value, valuePlace, feature, point, of: characteristic, in: run, from: cycle.start, to: cycle.end)
  }

  /// The window of time that a value was taken over; nil where it was a cycle, and in records of older versions.
  private static func window(_ point: DocumentPlace) throws(Misfit) -> (Timestamp, Timestamp)? {
    guard point.has("from"), let from = try point.member("from").present else { return nil }
    return (try from.time(), try point.member("at").time())
  }

  private static func recompute(
    _ value: Double, _ valuePlace: DocumentPlace, _ feature: CharacteristicPlan.Feature, _ point: DocumentPlace,
    of characteristic: DocumentPlace, in run: DecodedRun, from start: Timestamp, to end: Timestamp
  ) throws(Misfit) {
    let parameterPlace = try characteristic.member("parameter")
    let parameter = try parameterPlace.text()
    guard let readings = run.series.first(where: { $0.parameter == parameter })?.readings else {
      throw parameterPlace.misfit("a parameter whose readings the record carries")
    }
    let slice = FeatureRecomputation.slice(readings, from: start, to: end)
    let count = Int(try point.member("readings").integer())
    guard FeatureRecomputation.fits(feature, value: value, readingCount: count, from: slice) else {
      let statistics = ReadingStatistics(of: slice)
      let computed: Double? =
        switch feature {
        case .minimum: statistics.minimum
        case .maximum: statistics.maximum
        case .mean: statistics.mean
        case .end, .duration: statistics.last
        }
      throw Misfit(
        path: valuePlace.path,
        expected: "\(computed.flatMap(DecimalText.of) ?? "no value") from \(statistics.goodCount) good readings",
        found: "\(DecimalText.of(value) ?? "?") from \(count) good readings")
    }
  }

  /// The control limits of a chart follow from its centre and sigma.
  private static func checkChart(_ place: DocumentPlace) throws(Misfit) {
    guard let chart = place.present, let centerPlace = try chart.member("center").present else { return }
    let sigmaPlace = try chart.member("sigma")
    // Other charts have lines of their own at every point.
    guard try chart.member("kind").text() == "individuals" else { return }
    // Limits that are no numbers cannot stand in a record; the misfit below says so.
    guard let limits = try? ControlLimits(center: try centerPlace.decimal(), sigma: try sigmaPlace.decimal()) else {
      throw sigmaPlace.misfit("a centre and a sigma that make limits")
    }
    try chart.member("lowerControlLimit").require(.decimal(limits.lowerControlLimit))
    try chart.member("upperControlLimit").require(.decimal(limits.upperControlLimit))
  }
}
