import Labels
import Scanners
import Shopfloor
import Testing

@Suite struct ScannedLabelTests {
  private func label(_ text: String, rules: [SiteRule] = []) -> ScannedLabel {
    ScannedLabel(LabelReader(siteRules: rules).read(Array(text.utf8), referenceYear: 2026))
  }

  @Test func materialLabel() {
    let scanned = label("]d20109521234543213172612311030AB\u{1D}30144")
    #expect(scanned.scheme == "gs1")
    #expect(scanned.itemCodes.first == "09521234543213")
    #expect(scanned.lot == "30AB")
    #expect(scanned.quantity == Quantity(144))
    #expect(scanned.unusableFrom == Timestamp(iso8601: "2027-01-01"))
    #expect(scanned.fault == nil)
  }

  @Test func expiryEndsTheDayOrTheMinute() {
    #expect(label("]C117240229").unusableFrom == Timestamp(iso8601: "2024-03-01"))
    #expect(label("]C117260200").unusableFrom == Timestamp(iso8601: "2026-03-01"))
    #expect(label("]C170032603051430").unusableFrom == Timestamp(iso8601: "2026-03-05T14:30:00Z"))
  }

  @Test func siteRuleGivesKindAndName() {
    let rules = [SiteRule(prefix: "P-", meaning: .badge, strip: true)]
    #expect(label("P-4711", rules: rules).kind == .badge)
    #expect(label("P-4711", rules: rules).text == "4711")
    #expect(label("X-4711", rules: rules).kind == .unknown)
    #expect(label("LOTWIRE:END").text == CommandCard.end.rawValue)
  }

  @Test func faultIsCarriedInBothLanguages() {
    let scanned = label("]C10109521234543214")
    #expect(scanned.fault?.code == "gs1.check_digit")
    #expect(scanned.fault?.words.english.contains("check digit") == true)
    #expect(scanned.fault?.words.chinese.contains("校验位") == true)
    #expect(scanned.text == "0109521234543214")
  }

  @Test func unreadableBytesStayBounded() {
    let scanned = ScannedLabel(LabelReader().read(Array(repeating: 0xFF, count: 1_000_000), referenceYear: 2026))
    #expect(scanned.fault?.code == "scan.too_long")
    #expect(scanned.text.unicodeScalars.count == 512)
  }
}
