import ControlCharts
import Testing

/// A table of constants: a row for each sample size, by the letters of the printed tables.
private struct ConstantTable: Decodable {
  var source: String
  /// Greatest error: of the value itself, or of its ratio.
  var absolute: Double?
  var relative: Double?
  var rows: [[String: Double]]

  func holds(_ value: Double, _ expected: Double) -> Bool {
    if let relative { return expected == 0 ? value == 0 : abs(value / expected - 1) <= relative }
    return abs(value - expected) <= absolute ?? 0
  }
}

@Suite struct SampleConstantsTests {
  @Test(arguments: ["constants", "constants-published"]) func tables(_ name: String) throws {
    let table = try ChartCaseFolder.decode(ConstantTable.self, name)
    #expect(!table.rows.isEmpty)
    for row in table.rows {
      let size = Int(try #require(row["size"]))
      let constants = try #require(ControlChartConstants.constants(sampleSize: size))
      #expect(constants.size == size)
      var byLetter = Dictionary(uniqueKeysWithValues: constants.lettered.map { ($0.letter, $0.value) })
      byLetter["median deviation"] = constants.deviationOfMedian
      for (letter, expected) in row where letter != "size" {
        let value = try #require(byLetter[letter], "\(letter)")
        #expect(table.holds(value, expected), "\(letter)(\(size)) = \(value), not \(expected)")
      }
    }
  }

  @Test func everySizeOfRangeChartsIsInTheTable() throws {
    let table = try ChartCaseFolder.decode(ConstantTable.self, "constants")
    #expect(table.rows.compactMap { $0["size"] }.map { Int($0) } == Array(ControlChartConstants.tabulatedSizes))
    #expect(table.rows.allSatisfy { $0.count == 20 })
    #expect(table.relative == 1e-12)
  }

  @Test(arguments: [-1, 0, 1, 26, 1_000]) func otherSizesHaveNone(_ size: Int) {
    #expect(ControlChartConstants.constants(sampleSize: size) == nil)
  }

  @Test func closedForms() throws {
    let two = try #require(ControlChartConstants.constants(sampleSize: 2))
    #expect(two.d2 == 2 / Double.pi.squareRoot())
    #expect(abs(two.d3 - (2 - 4 / Double.pi).squareRoot()) < 1e-13)
    #expect(abs(two.deviationOfMedian - 0.5.squareRoot()) < 1e-14)
    let three = try #require(ControlChartConstants.constants(sampleSize: 3))
    #expect(abs(three.d2 - 3 / Double.pi.squareRoot()) < 1e-13)
  }

  @Test(arguments: [(1_000, 1e-12), (100_000, 1e-9)]) func deviationOfDeviationsShrinks(size: Int, tolerance: Double)
    throws
  {
    let c5 = try #require(ControlChartConstants.c5(sampleSize: size))
    let c4 = try #require(ControlChartConstants.c4(sampleSize: size))
    #expect(abs(c4 * c4 + c5 * c5 - 1) < tolerance)
    #expect(abs(c5 * (2 * Double(size)).squareRoot() - 1) < 1 / Double(size))
  }
}
