import ControlCharts
import Testing

/// Whole studies against figures computed in high precision from the definitions.
@Suite struct CapabilityStudyCaseTests {
  struct Row: Decodable {
    var name: String
    var values: [Double]
    var lower, upper, target: Double?
    var confidence: Double
    var within: WithinSigma?
    var expected: Expected
  }

  struct Expected: Decodable {
    var mean, standardDeviation: Double
    /// Value, lower and upper end.
    var cp, cpk, pp, cpm: [Double]?
    var ppk: [Double]
    /// Value and lower bound.
    var ppl, ppu: [Double]?
    var expectedOverall, observed: [Double?]
    var expectedWithin: [Double?]?
    var andersonDarling: Double?
    /// W and its p-value.
    var shapiroWilk: [Double]?
    /// By definition: the 0.135, 50 and 99.865 % points.
    var percentiles: [String: [Double]]
  }

  @Test func everyFigureIsTheDefinitions() throws {
    let rows = try CapabilityCases<Row>("studies").rows
    #expect(rows.count == 10)
    for row in rows {
      let report = try study(row).report()
      let expected = row.expected
      #expect(relativeError(report.mean, expected.mean) < 1e-14, "\(row.name)")
      #expect(relativeError(report.standardDeviation, expected.standardDeviation) < 1e-8, "\(row.name)")
      compare(report.cp.map(numbers), expected.cp, row.name)
      compare(report.cpk.map(numbers), expected.cpk, row.name)
      compare(report.pp.map(numbers), expected.pp, row.name)
      compare(numbers(report.ppk), expected.ppk, row.name)
      compare(report.cpm.map(numbers), expected.cpm, row.name)
      compare(report.ppl.map { [$0.value, $0.lowerBound] }, expected.ppl, row.name)
      compare(report.ppu.map { [$0.value, $0.lowerBound] }, expected.ppu, row.name)
      compare(report.expectedOverall, expected.expectedOverall, row.name)
      compare(report.observed, expected.observed, row.name)
      if let within = expected.expectedWithin { compare(try #require(report.expectedWithin), within, row.name) }
      compare(report.normality.map { [$0.statistic] }, expected.andersonDarling.map { [$0] }, row.name)
    }
  }

  @Test func shapiroWilkIsThatOfRoyston() throws {
    for row in try CapabilityCases<Row>("studies").rows {
      var study = try study(row)
      study.normalityTest = .shapiroWilk
      let test = try study.report().normality
      #expect(test == nil || test?.method == .shapiroWilk)
      compare(test.map { [$0.statistic, $0.probability] }, row.expected.shapiroWilk, row.name)
    }
  }

  @Test(arguments: PercentileDefinition.allCases)
  func percentilesAreThoseOfTheNamedDefinition(definition: PercentileDefinition) throws {
    for row in try CapabilityCases<Row>("studies").rows {
      var study = try study(row)
      study.percentileDefinition = definition
      let percentiles = try study.report().percentiles
      #expect(percentiles.definition == definition)
      compare(
        [percentiles.low, percentiles.median, percentiles.high], row.expected.percentiles[definition.rawValue],
        row.name)
    }
  }

  private func study(_ row: Row) throws -> CapabilityStudy {
    CapabilityStudy(
      values: row.values, specification: try Specification(lower: row.lower, upper: row.upper, target: row.target),
      within: row.within, confidence: row.confidence)
  }

  private func numbers(_ index: CapabilityIndex) -> [Double] { [index.value, index.lower, index.upper] }

  private func compare(_ found: CapabilityReport.Nonconforming, _ expected: [Double?], _ name: String) {
    compare(found.belowLowerPPM.map { [$0] }, expected[0].map { [$0] }, name)
    compare(found.aboveUpperPPM.map { [$0] }, expected[1].map { [$0] }, name)
  }

  private func compare(_ found: [Double]?, _ expected: [Double]?, _ name: String) {
    #expect((found == nil) == (expected == nil), "\(name)")
    for (value, reference) in zip(found ?? [], expected ?? []) {
      // The data sets with a large offset lose digits in the differences themselves.
      #expect(relativeError(value, reference) < 1e-7, "\(name)")
    }
  }
}
