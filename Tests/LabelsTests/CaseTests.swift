import Testing

/// Worked examples of the standards and the cases that readers get wrong, as data.
@Suite struct CaseTests {
  @Test(arguments: LabelCaseFile.names("labels-gs1")) func elementStrings(_ name: String) throws {
    for entry in try LabelCaseFile.entries("labels-gs1", name) { #expect(entry.unfulfilled() == []) }
  }

  @Test(arguments: LabelCaseFile.names("labels-digital-link")) func digitalLinks(_ name: String) throws {
    for entry in try LabelCaseFile.entries("labels-digital-link", name) { #expect(entry.unfulfilled() == []) }
  }

  @Test func thereAreCases() {
    #expect(LabelCaseFile.names("labels-gs1").count >= 6)
    #expect(LabelCaseFile.names("labels-digital-link").count >= 4)
  }
}
