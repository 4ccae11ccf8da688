import ControlCharts
import Testing

/// Published examples of the EWMA and the CUSUM, to the digits printed.
@Suite struct StreamCaseTests {
  /// Rows are "value ; average ; variance or nothing ; side or nothing".
  @Test(arguments: try SPCCase.all(chart: "ewma")) func theAverageIsThePublishedOne(spcCase: SPCCase) throws {
    let target = try spcCase.numbers("target")[0]
    let sigma = try spcCase.numbers("sigma")[0]
    let numbers = try spcCase.numbers("ewma")
    let parameters = ChartDesign.EWMAParameters(lambda: numbers[0], width: numbers[1])
    var state = EWMAState(target: target)
    for row in spcCase.rows {
      let value = row.fields[0].split(separator: "/").map(String.init)
      state.take(
        try SPCCase.number(value[0]), size: value.count > 1 ? try SPCCase.number(value[1]) : 1, sigma: sigma,
        parameters: parameters)
      expectPrinted(row.fields[1], state.average, spcCase, row)
      if row.fields.count > 2, !row.fields[2].isEmpty {
        expectPrinted(row.fields[2], state.limits(target: target, parameters: parameters).upper, spcCase, row)
      }
      let side = state.side(target: target, parameters: parameters)?.rawValue ?? ""
      #expect(side == (row.fields.count > 3 ? row.fields[3] : ""), "\(spcCase), line \(row.line)")
    }
  }

  /// Rows are "value ; C⁺ ; N⁺ ; C⁻ ; N⁻ ; side that signals, or nothing".
  @Test(arguments: try SPCCase.all(chart: "cusum")) func theSumsAreThePublishedOnes(spcCase: SPCCase) throws {
    let target = try spcCase.numbers("target")[0]
    let sigma = try spcCase.numbers("sigma")[0]
    let numbers = try spcCase.numbers("cusum")
    let parameters = ChartDesign.CUSUMParameters(
      reference: numbers[0], decisionInterval: numbers[1], headStart: numbers[2])
    var state = CUSUMState(parameters: parameters)
    for row in spcCase.rows {
      state.take(try SPCCase.number(row.fields[0]), target: target, sigma: sigma, parameters: parameters)
      expectPrinted(row.fields[1], state.high, spcCase, row)
      #expect(String(state.pointsHigh) == row.fields[2], "\(spcCase), line \(row.line)")
      expectPrinted(row.fields[3], state.low, spcCase, row)
      #expect(String(state.pointsLow) == row.fields[4], "\(spcCase), line \(row.line)")
      let sides = [ChartSide.high, .low].filter { state.signals($0, parameters: parameters) }.map(\.rawValue)
      #expect(sides.joined(separator: " ") == (row.fields.count > 5 ? row.fields[5] : ""), "\(spcCase), \(row.line)")
    }
  }

  @Test func thereAreCases() throws {
    #expect(try SPCCase.all(chart: "ewma").count >= 2)
    #expect(try SPCCase.all(chart: "cusum").count >= 2)
  }

  /// Half a unit of the last digit printed, and the rounding of the sum itself.
  private func expectPrinted(_ text: String, _ value: Double, _ spcCase: SPCCase, _ row: SPCCase.Row) {
    let decimals = text.split(separator: ".").count > 1 ? text.split(separator: ".")[1].count : 0
    var unit = 1.0
    for _ in 0..<decimals { unit /= 10 }
    guard let printed = Double(text) else {
      Issue.record("\(spcCase), line \(row.line): \(text) is no number")
      return
    }
    #expect(abs(value - printed) <= unit * 0.5 + 1e-12, "\(spcCase), line \(row.line): \(value), not \(text)")
  }
}
