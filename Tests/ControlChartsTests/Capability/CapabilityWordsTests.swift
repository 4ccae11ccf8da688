import ControlCharts
import Testing

@Suite struct CapabilityWordsTests {
  static let faults: [CapabilityFault] = [
    .tooFewValues(1), .tooManyValues(2), .valueNotFinite(index: 0), .valuesTooLarge, .noSpread, .withinSigma(0),
    .withinDegreesOfFreedom(0), .noSubgroups, .noSpecification, .specificationNotFinite(field: "lower"),
    .limitsCrossed(lower: 2, upper: 1), .targetOutside(target: 1), .unitsDoNotFit(index: 1e7),
    .share(field: "confidence", 2), .toleranceCount(1),
    .requiredIndex(required: 2, expected: 1), .sampleTooLarge, .doubtful([.fewValues(3)]),
  ]
  static let marks: [CapabilityMark] = [
    .unresolvedSignals(1), .fewValues(2), .notNormal(test: .andersonDarling, probability: 0.0123456),
    .percentilesAreExtremes(count: 3, needed: 740), .noWithinSigma, .observedNonconforming(1),
  ]

  /// What is wrong, and in another sentence or clause what to do.
  @Test(arguments: faults)
  func faultsNameTheFieldAndTheRemedy(fault: CapabilityFault) {
    #expect(!fault.field.isEmpty)
    #expect(fault.description == "\(fault.field): \(fault.english)")
    #expect(fault.english.hasSuffix(".") && fault.english.split(separator: " ").count > 6)
    #expect(fault.chinese.hasSuffix("。"))
    #expect(fault.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
  }

  @Test(arguments: marks)
  func marksAreSaidInBothLanguages(mark: CapabilityMark) {
    #expect(mark.english.hasSuffix("."))
    #expect(mark.chinese.hasSuffix("。"))
    #expect(mark.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
  }

  /// No two methods of a figure read alike, in either language.
  @Test func methodsHaveNamesOfTheirOwn() {
    let indices = CapabilityIndex.Method.allCases
    #expect(Set(indices.map(\.english)).count == indices.count && Set(indices.map(\.chinese)).count == indices.count)
    let definitions = PercentileDefinition.allCases
    #expect(Set(definitions.map(\.english)).count == definitions.count)
    #expect(Set(definitions.map(\.chinese)).count == definitions.count)
    let factors = ToleranceFactor.Method.allCases
    #expect(Set(factors.map(\.english)).count == factors.count && Set(factors.map(\.chinese)).count == factors.count)
    let sources = GaugeReport.Source.allCases
    #expect(Set(sources.map(\.english)).count == sources.count && Set(sources.map(\.chinese)).count == sources.count)
  }

  @Test func probabilitiesAreShort() {
    #expect(Self.marks[2].english.contains("p = 0.0123)"))
    #expect(CapabilityMark.notNormal(test: .andersonDarling, probability: 1e-9).english.contains("p < 0.0001"))
  }
}
