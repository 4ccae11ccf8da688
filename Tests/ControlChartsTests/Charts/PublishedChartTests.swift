import ControlCharts
import Testing

/// A worked chart: points from 1, as books number them.
private struct PublishedChart: Decodable {
  var says: String
  var source: String
  var design: Design
  var samples: [Sample?]
  /// Label of the stage of each point; nil: one stage.
  var stages: [String]?
  var excluded: [Int]?
  /// Limits that are given; nil: estimated.
  var baseline: Given?
  var expected: Expected

  struct Design: Decodable {
    var kind: ChartKind
    var subgroupSize: Int?
    var sigmaMethod: SigmaMethod?
    var movingRangeSpan: Int?
    var gapPolicy: GapPolicy?
    var rules: String?
    var ewma: ChartDesign.EWMAParameters?
    var cusum: ChartDesign.CUSUMParameters?
    var variables: Int?
    var alpha: Double?
  }

  struct Given: Decodable {
    var mean: Double
    var sigma: Double?
    var parts: [ChartBaseline.Part]?
  }

  /// A list of values, a count in something inspected, or the values of a part.
  struct Sample: Decodable {
    var sample: ChartSample

    private enum Key: CodingKey { case count, inspected, part, values }

    init(from decoder: any Decoder) throws {
      if let number = try? decoder.singleValueContainer().decode(Double.self) {  // Another shape is tried next.
        sample = .values([number])
      } else if let values = try? decoder.singleValueContainer().decode([Double].self) {  // Likewise.
        sample = .values(values)
      } else {
        let fields = try decoder.container(keyedBy: Key.self)
        if fields.contains(.part) {
          sample = .part(
            try fields.decode(String.self, forKey: .part), values: try fields.decode([Double].self, forKey: .values))
        } else {
          sample = .count(
            try fields.decode(Double.self, forKey: .count),
            inspected: try fields.decode(Double.self, forKey: .inspected))
        }
      }
    }
  }

  struct Expected: Decodable {
    /// How far a figure may be off, half a unit of the last printed digit unless it says otherwise.
    var within: Double
    var mean: Double?
    var sigma: Double?
    var degreesOfFreedom: Double?
    var panels: [String: Panel]

    struct Panel: Decodable {
      /// Points with signals; nil: not printed.
      var signals: [Int]?
      /// Printed values, centres and limits by number of the point.
      var values: [String: Double]?
      var centers: [String: Double]?
      var lower: [String: Double]?
      var upper: [String: Double]?
    }
  }

  func chartDesign() throws -> ChartDesign {
    let rules = try design.rules.map { try #require(RuleSet.preset(named: $0)) } ?? .shewhart
    return ChartDesign(
      kind: design.kind, subgroupSize: design.subgroupSize ?? 1, rules: rules, dispersionRules: .dispersion,
      gapPolicy: design.gapPolicy ?? .break, sigmaMethod: design.sigmaMethod,
      movingRangeSpan: design.movingRangeSpan ?? 2, ewma: design.ewma, cusum: design.cusum,
      variables: design.variables ?? 1, alpha: design.alpha ?? 0.0027)
  }
}

@Suite struct PublishedChartTests {
  @Test func thereAreCases() throws { #expect(try ChartCaseFolder.names().count >= 20) }

  @Test(arguments: try ChartCaseFolder.names()) func theStudyGivesWhatIsPrinted(_ name: String) throws {
    let one = try ChartCaseFolder.decode(PublishedChart.self, name)
    #expect(!one.source.isEmpty && !one.says.isEmpty)
    let points = studyPoints(one.samples.map { $0?.sample }) { one.stages?[$0] ?? "" }
    let model = try study(
      points, try one.chartDesign(),
      baseline: one.baseline.map { ChartBaseline(mean: $0.mean, sigma: $0.sigma ?? 0, parts: $0.parts ?? []) },
      exclusions: (one.excluded ?? []).map { .init(index: $0 - 1, reason: "as published") })
    let expected = one.expected
    func check(_ value: Double?, _ printed: Double?, _ what: String) {
      guard let printed else { return }
      #expect(value.map { abs($0 - printed) <= expected.within } ?? false, "\(what): \(String(describing: value))")
    }
    check(model.stages[0].baseline?.mean, expected.mean, "mean")
    check(model.stages[0].baseline?.sigma, expected.sigma, "sigma")
    check(model.stages[0].estimate?.degreesOfFreedom, expected.degreesOfFreedom, "degrees of freedom")
    for (statistic, printed) in expected.panels {
      let panel = try #require(model.panels.first { $0.statistic.rawValue == statistic }, "\(statistic)")
      if let signals = printed.signals {
        #expect(panel.points.filter { !$0.signals.isEmpty }.map { $0.index + 1 } == signals, "\(statistic)")
      }
      func checkAll(_ printed: [String: Double]?, _ what: String, _ figure: (ChartModel.Point) -> Double?) throws {
        for (number, value) in printed ?? [:] {
          let index = try #require(Int(number)) - 1
          check(figure(panel.points[index]), value, "\(statistic), \(what) of point \(number)")
        }
      }
      try checkAll(printed.values, "value") { $0.value }
      try checkAll(printed.centers, "centre") { $0.lines?.center }
      try checkAll(printed.lower, "lower limit") { $0.lines?.lowerThreeSigma }
      try checkAll(printed.upper, "upper limit") { $0.lines?.upperThreeSigma }
    }
  }
}
