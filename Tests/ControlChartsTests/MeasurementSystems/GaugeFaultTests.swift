import ControlCharts
import Testing

@Suite struct GaugeFaultTests {
  static let sound = [[[1.0, 1.1], [1.2, 1.0]], [[2.0, 2.1], [2.2, 2.0]], [[3.0, 3.2], [3.1, 3.0]]]

  @Test func theMissingCellIsNamed() {
    var rows = measurements(Self.sound)
    rows.removeAll { $0.part == "P2" && $0.person == "B" }
    #expect(throws: GaugeFault.cellMissing(part: "P2", person: "B")) { try GaugeStudy(measurements: rows).report() }
  }

  @Test func theUnevenCellIsNamed() throws {
    var rows = measurements(Self.sound)
    rows.remove(at: try #require(rows.firstIndex { $0.part == "P3" && $0.person == "A" }))
    #expect(throws: GaugeFault.cellUneven(part: "P3", person: "A", found: 1, expected: 2)) {
      try GaugeStudy(measurements: rows).report()
    }
  }

  @Test(arguments: [
    ([[[Double]]](), GaugeFault.tooFewParts(0)), ([[[1, 2], [3, 4]]], .tooFewParts(1)),
    ([[[1, 2]], [[3, 4]]], .tooFewPeople(1)), ([[[1], [2]], [[3], [4]]], .tooFewTrials(1)),
    ([[[1, 2], [3, 4]], [[.nan, 2], [3, 4]]], .valueNotFinite(part: "P2", person: "A")),
    ([[[7, 7], [7, 7]], [[7, 7], [7, 7]]], .noSpread),
    ([[[1e200, -1e200], [0, 0]], [[0, 0], [0, 0]]], .valuesTooLarge),
  ])
  func whatCannotBeStudiedIsNamed(values: [[[Double]]], fault: GaugeFault) {
    #expect(throws: fault) { try GaugeStudy(measurements: measurements(values)).report() }
  }

  @Test func badParametersAreNamed() {
    let rows = measurements(Self.sound)
    #expect(throws: GaugeFault.tolerance(0)) { try GaugeStudy(measurements: rows, tolerance: 0).report() }
    #expect(throws: GaugeFault.sigmas(-6)) { try GaugeStudy(measurements: rows, sigmas: -6).report() }
    #expect(throws: GaugeFault.poolingLevel(25)) { try GaugeStudy(measurements: rows, poolsAbove: 25).report() }
    let many = [GaugeStudy.Measurement](repeating: rows[0], count: GaugeStudy.maximumMeasurements + 1)
    #expect(throws: GaugeFault.tooMany(many.count)) { try GaugeStudy(measurements: many).report() }
  }

  static let faults: [GaugeFault] = [
    .tooFewParts(1), .tooFewPeople(1), .tooFewTrials(1), .tooMany(1), .cellMissing(part: "P1", person: "A"),
    .cellUneven(part: "P1", person: "A", found: 1, expected: 2), .valueNotFinite(part: "P1", person: "A"),
    .valuesTooLarge, .noSpread, .tolerance(0), .sigmas(0), .poolingLevel(2),
  ]

  @Test(arguments: faults)
  func faultsAreSaidInBothLanguages(fault: GaugeFault) {
    #expect(fault.description == "\(fault.field): \(fault.english)")
    #expect(fault.english.hasSuffix("."))
    #expect(fault.chinese.hasSuffix("。"))
  }

  @Test(arguments: GaugeReport.Verdict.allCases)
  func verdictsAreSaidInBothLanguages(verdict: GaugeReport.Verdict) {
    #expect(verdict.english.contains("%") && verdict.chinese.contains("%"))
  }
}
