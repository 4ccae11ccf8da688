import Testing

@testable import Labels

@Suite struct GS1ItemTests {
  private func join(_ texts: String..., profile: LabelProfile = .strict) throws(LabelFault) -> LabelReading {
    try GS1Item(texts.map { read($0, profile: profile) }, profile: profile, referenceYear: 2026).joined
  }

  @Test func itemAndLotOnTwoSymbolsAreOneDevice() throws {
    let joined = try join("]C10109521234543213", "]C11727013110LOT-1~21S1")
    #expect(joined.faults == [])
    #expect(joined.key(.gtin) == "09521234543213")
    #expect(joined.lot == "LOT-1")
    #expect(joined.serial == "S1")
    #expect(joined.expiry == LabelDate(year: 2027, month: 1, day: 31, digits: "270131"))
    #expect(!joined.flags.contains(.noItem))
  }

  @Test func anyGS1SchemeJoins() throws {
    let joined = try join(
      "]E09521234543213", "https://id.gs1.org/01/09521234543213/10/A%2FB", "(01)09521234543213(30)5")
    #expect(joined.faults == [])
    #expect(joined.keys == [LabelKey(.gtin, "09521234543213")])
    #expect(joined.lot == "A/B")
    #expect(joined.quantity?.count == 5)
    #expect(joined.flags.contains(.repeatedField))
  }

  @Test func whatContradictsIsNamed() throws {
    #expect(try join("]C10109521234543213", "]C10109520123456788").fault?.name == .repeatedDiffers)
    #expect(try join("]C10109521234543213", "]C137144").faults.map(\.name).contains(.excludes))
    #expect(try join("]C110A", "]C121B").fault?.name == .requires)
    #expect(try join("]C110A", "]C121B", profile: .receiving).fault == nil)
  }

  @Test func whatCannotBeUsedIsRefused() {
    #expect(throws: LabelFault.self) { try join("]C10109521234543214", "]C110A") }
    #expect(throws: LabelFault.self) { try join("]C10109521234543213", "P-4711") }
    #expect(throws: LabelFault.self) { try join() }
  }
}
