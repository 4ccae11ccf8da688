import ControlCharts
import Foundation
import Testing

@Suite struct GaugeStudyTests {
  struct Row: Decodable {
    var name: String
    var tolerance, poolsAbove: Double?
    var sigmas: Double
    /// By part, operator, trial.
    var values: [[[Double]]]
    var sumsOfSquares: [String: Double]
    var interactionProbability, partRatio, personRatio, personProbability: Double
    var isPooled: Bool
    var variances: [String: Double]
    var distinctCategories: Int

    var study: GaugeStudy {
      GaugeStudy(
        measurements: measurements(values), tolerance: tolerance, sigmas: sigmas, poolsAbove: poolsAbove)
    }
  }

  @Test func tablesAndComponentsAreThoseOfLeastSquares() throws {
    for row in try CapabilityCases<Row>("gauge-studies").rows {
      let report = try row.study.report()
      let table = report.table
      let lines = [
        "parts": table.parts, "people": table.people, "interaction": table.interaction,
        "repeatability": table.repeatability, "total": table.total,
      ]
      for (name, line) in lines {
        #expect(relativeError(line.sumOfSquares, try #require(row.sumsOfSquares[name])) < 1e-9, "\(row.name) \(name)")
      }
      #expect((table.pooled != nil) == row.isPooled, "\(row.name)")
      #expect(relativeError(try #require(table.interaction.probability), row.interactionProbability) < 1e-8)
      #expect(relativeError(try #require(table.parts.ratio), row.partRatio) < 1e-9)
      #expect(relativeError(try #require(table.people.ratio), row.personRatio) < 1e-9)
      #expect(relativeError(try #require(table.people.probability), row.personProbability) < 1e-8)
      for component in report.components {
        let expected = try #require(row.variances[component.source.rawValue])
        #expect(relativeError(component.variance, expected) < 1e-9, "\(row.name) \(component.source)")
        #expect(relativeError(component.spread, row.sigmas * expected.squareRoot()) < 1e-9)
      }
      #expect(report.distinctCategories == row.distinctCategories)
    }
  }

  /// The worked example of AIAG MSA as analysis programs print it.
  @Test func printedFiguresOfTheWorkedExample() throws {
    let row = try #require(try CapabilityCases<Row>("gauge-studies").rows.first)
    let report = try row.study.report()
    func rounded(_ value: Double?, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value ?? .nan) }
    #expect(rounded(report.table.parts.sumOfSquares, 4) == "88.3619")
    #expect(rounded(report.table.people.sumOfSquares, 4) == "3.1673")
    #expect(rounded(report.table.interaction.sumOfSquares, 4) == "0.3590")
    #expect(rounded(report.table.repeatability.sumOfSquares, 4) == "2.7589")
    #expect(rounded(report.table.total.sumOfSquares, 4) == "94.6471")
    #expect(rounded(report.table.interaction.ratio, 3) == "0.434")
    #expect(rounded(report.table.interaction.probability, 3) == "0.974")
    #expect(rounded(report.table.parts.ratio, 3) == "245.614")
    #expect(rounded(report.table.people.ratio, 3) == "39.617")
    let printed: [GaugeReport.Source: (variance: String, contribution: String, study: String, tolerance: String)] = [
      .gauge: ("0.09143", "7.76", "27.86", "22.68"), .repeatability: ("0.03997", "3.39", "18.42", "14.99"),
      .reproducibility: ("0.05146", "4.37", "20.90", "17.01"), .parts: ("1.08645", "92.24", "96.04", "78.17"),
      .total: ("1.17788", "100.00", "100.00", "81.40"),
    ]
    for (source, figures) in printed {
      let component = try #require(report.component(source))
      #expect(rounded(component.variance, 5) == figures.variance)
      #expect(rounded(component.contributionPercent, 2) == figures.contribution)
      #expect(rounded(component.studyPercent, 2) == figures.study)
      #expect(rounded(component.tolerancePercent, 2) == figures.tolerance)
    }
    #expect(report.distinctCategories == 4)
    #expect(report.verdict == .marginal)
  }

  /// Every sum of squares term by term over all measurements, each mean taken anew from the rows it belongs to.
  @Test func sumsOfSquaresAreTheDefinitionsForAnyBalancedStudy() throws {
    var generator = SeededGenerator(seed: 77)
    for _ in 0..<20 {
      let (parts, people, trials) = (
        Int.random(in: 2...7, using: &generator), Int.random(in: 2...4, using: &generator),
        Int.random(in: 2...4, using: &generator)
      )
      let values = (0..<parts).map { part in
        (0..<people).map { person in (0..<trials).map { _ in Double(part * person) + generator.normal() } }
      }
      var rows = measurements(values)
      rows.shuffle(using: &generator)
      let table = try GaugeStudy(measurements: rows, poolsAbove: nil).report().table
      func mean(_ belongs: (GaugeStudy.Measurement) -> Bool) -> Double {
        let chosen = rows.filter(belongs)
        return chosen.reduce(0) { $0 + $1.value } / Double(chosen.count)
      }
      let grand = mean { _ in true }
      var sums = (parts: 0.0, people: 0.0, interaction: 0.0, repeatability: 0.0, total: 0.0)
      for row in rows {
        let part = mean { $0.part == row.part }
        let person = mean { $0.person == row.person }
        let cell = mean { $0.part == row.part && $0.person == row.person }
        sums.parts += (part - grand) * (part - grand)
        sums.people += (person - grand) * (person - grand)
        sums.interaction += (cell - part - person + grand) * (cell - part - person + grand)
        sums.repeatability += (row.value - cell) * (row.value - cell)
        sums.total += (row.value - grand) * (row.value - grand)
      }
      #expect(relativeError(table.parts.sumOfSquares, sums.parts) < 1e-10)
      #expect(relativeError(table.people.sumOfSquares, sums.people) < 1e-10)
      #expect(relativeError(table.interaction.sumOfSquares, sums.interaction) < 1e-10)
      #expect(relativeError(table.repeatability.sumOfSquares, sums.repeatability) < 1e-10)
      #expect(relativeError(table.total.sumOfSquares, sums.total) < 1e-10)
    }
  }

  @Test func aNegativeComponentStandsAsZeroAndIsMarked() throws {
    let rows = try CapabilityCases<Row>("gauge-studies").rows
    let kept = try rows[1].study.report()
    #expect(kept.component(.interaction)?.variance == 0)
    #expect(kept.component(.interaction)?.isClipped == true)
    #expect(kept.table.pooled == nil)
    let people = try #require(try rows[4].study.report().component(.people))
    #expect(people.variance == 0 && people.isClipped)
  }

  @Test func aGaugeWithoutSpreadHasNoCategories() throws {
    let report = try GaugeStudy(measurements: measurements([[[1, 1], [1, 1]], [[2, 2], [2, 2]]])).report()
    #expect(report.distinctCategories == nil)
    #expect(report.categoryRatio == nil)
    #expect(report.table.parts.ratio == nil)
    #expect(report.verdict == .acceptable)
    let stored = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(GaugeReport.self, from: stored) == report)
  }
}

/// Parts "P1", "P2" …, operators "A", "B" …
func measurements(_ values: [[[Double]]]) -> [GaugeStudy.Measurement] {
  var rows: [GaugeStudy.Measurement] = []
  for (part, people) in values.enumerated() {
    for (person, trials) in people.enumerated() {
      let name = String(Character(Unicode.Scalar(UInt8(65 + person))))
      rows += trials.map { GaugeStudy.Measurement(part: "P\(part + 1)", person: name, value: $0) }
    }
  }
  return rows
}
