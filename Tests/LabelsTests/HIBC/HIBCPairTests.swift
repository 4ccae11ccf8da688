import Testing

@testable import Labels

@Suite struct HIBCPairTests {
  @Test func aSecondaryIsJoinedToItsPrimary() throws {
    let primary = read("+A123BJC5D6E71G", aim: "]C0")
    let secondary = read("+$$52001510X3GD", aim: "]C0")
    let pair = try HIBCPair(primary: primary, secondary: secondary)
    #expect(pair.joined.key(.hibcItem) == "A123BJC5D6E71")
    #expect(pair.joined.lot == "10X3")
    #expect(pair.joined.expiry?.year == 2020)
    #expect(pair.joined.flags == [.centuryInferred])
    #expect(pair.joined.faults.isEmpty)
    #expect(pair.joined.raw == secondary.raw)
    #expect(pair.primary == primary)
    #expect(pair.secondary == secondary)
  }

  @Test func linkCharactersOfAllKinds() throws {
    // Check characters that are a plus sign and a space.
    let pair = try HIBCPair(primary: read("+A123BJCMD6E79+"), secondary: read("+$$52001510X3+ "))
    #expect(pair.joined.lot == "10X3")
    let printed = try HIBCPair(primary: read("*+A123BJCMD6E79+*"), secondary: read("*+$$52001510X3+_*"))
    #expect(printed.joined.lot == "10X3")
  }

  @Test func anotherPrimaryIsRefused() {
    let fault = #expect(throws: LabelFault.self) {
      try HIBCPair(primary: read("+A123BJCMD6E79+"), secondary: read("+$$52001510X3GD"))
    }
    #expect(fault?.name == .hibcLink)
    #expect(fault?.read == "G")
    #expect(fault?.byteOffset == 13)
  }

  static let wrong = [
    ("+$$52001510X3GD", "+$$52001510X3GD"), ("+A123BJC5D6E71G", "+A123BJC5D6E71G"),
    ("+A99912345/$$52001510X33", "+$$52001510X3GD"), ("+A123BJC5D6E71H", "+$$52001510X3GD"),
    ("+A123BJC5D6E71G", "+$$52001510X3GE"), ("+A123BJC5D6E71G", "LOT4711"), ("", "+$$52001510X3GD"),
  ]

  @Test(arguments: wrong) func onlyAPrimaryAndASecondaryAreAPair(_ first: String, _ second: String) {
    let fault = #expect(throws: LabelFault.self) { try HIBCPair(primary: read(first), secondary: read(second)) }
    #expect(fault?.name == .hibcUnlinked)
  }

  @Test func theStrictProfileNeedsThePrimary() throws {
    let strict = LabelReader(profile: .strict)
    let secondary = strict.read(Array("+$$52001510X3GD".utf8), referenceYear: 2026)
    #expect(secondary.fault?.name == .hibcUnlinked)
    let primary = strict.read(Array("+A123BJC5D6E71G".utf8), referenceYear: 2026)
    #expect(primary.faults.isEmpty)
    #expect(try HIBCPair(primary: primary, secondary: secondary).joined.faults.isEmpty)
  }
}
