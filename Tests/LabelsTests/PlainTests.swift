import Testing

@testable import Labels

@Suite struct PlainTests {
  static let rules = [
    SiteRule(prefix: "P-", meaning: .badge, strip: true),
    SiteRule(prefix: "LOT-", meaning: .lot, strip: false),
    SiteRule(prefix: "LOTWIRE:", meaning: .card, strip: false),
    SiteRule(prefix: "M:", meaning: .material, strip: true),
  ]

  @Test func siteRulesInOrder() {
    #expect(read("P-4711", rules: Self.rules).meaning == .badge)
    #expect(read("P-4711", rules: Self.rules).text == "4711")
    #expect(read("LOT-1", rules: Self.rules).meaning == .lot)
    #expect(read("LOT-1", rules: Self.rules).text == "LOT-1")
    #expect(read("LOTWIRE:END", rules: Self.rules).meaning == .card)
    #expect(read("p-4711", rules: Self.rules).meaning == .unknown)
    #expect(read("M:", rules: Self.rules).fault?.name == .onlyPrefix)
    #expect(read("]C0M:7", rules: Self.rules).text == "7")
    #expect(read("]C0M:7", rules: Self.rules).aimIdentifier == "]C0")
  }

  @Test(arguments: ["it's \"quoted\"", "批次 42", " lead", "]x", "; DROP TABLE lots", "<script>", "\u{202E}abc"])
  func anyTextIsKept(_ text: String) {
    let reading = read(text)
    #expect(reading.fault == nil)
    #expect(reading.text == text)
    #expect(reading.scheme == .plain)
  }

  /// ITF-14 (GS1 General Specifications, symbology identifiers; ISO/IEC 15424: I0 no check, I1 check verified and sent).
  @Test func interleavedTwoOfFive() {
    for aim in ["]I1", "]I0"] {
      let good = read(aim + "19521234543210")
      #expect(good.scheme == .gtin)
      #expect(good.key(.gtin) == "19521234543210")
      #expect(good.fault == nil)
      #expect(good.flags.contains(.guessed) == (aim == "]I0"))
      #expect(read(aim + "1234567890").scheme == .plain)
    }
    #expect(read("]I1" + "19521234543211").fault?.name == .checkDigit)
    #expect(read("]I0" + "19521234543211").scheme == .plain)
    #expect(read("]I0" + "19521234543211").fault == nil)
    let rules = [SiteRule(prefix: "195", meaning: .lot, strip: false)]
    #expect(read("]I0" + "19521234543210", rules: rules).meaning == .lot)
  }

  static let unreadable: [([UInt8], LabelFault.Name)] = [
    ([], .empty), ([0x41, 0x00, 0x42], .controlCharacter), ([0x41, 0x0A], .controlCharacter),
    ([0x1B, 0x5B, 0x41], .controlCharacter), ([0x7F], .controlCharacter), ([0xC3, 0x28], .notText),
    ([0xFF], .notText), ([0xED, 0xA0, 0x80], .notText), (Array("]C1".utf8), .empty),
  ]

  @Test(arguments: [513, 1_000_000]) func longInputIsNamed(_ count: Int) {
    let raw = [UInt8](repeating: 0x31, count: count)
    let reading = LabelReader().read(raw, referenceYear: 2026)
    #expect(reading.fault?.name == .tooManyBytes)
    #expect(reading.raw.count == count)
  }

  @Test(arguments: unreadable) func unreadableInputIsNamed(_ raw: [UInt8], _ name: LabelFault.Name) {
    let reading = LabelReader().read(raw, referenceYear: 2026)
    #expect(reading.fault?.name == name)
    #expect(reading.raw == raw)
    #expect(reading.fault?.words.english.contains("\u{1B}") == false)
  }

  @Test func longestLabelIsRead() {
    #expect(LabelReader().read(Array(repeating: 0x41, count: 512), referenceYear: 2026).fault == nil)
  }

  @Test func faultNamesAreUnique() {
    #expect(Set(LabelFault.Name.allCases.map(\.rawValue)).count == LabelFault.Name.allCases.count)
  }
}
