import Testing

@testable import Labels

@Suite struct HIBCVectorTests {
  struct Row: Decodable, Sendable {
    var label: String
    var item: String?
    var link: String?
    var lot: String?
    var serial: String?
    var expiry: String?
    var made: String?
    var quantity: String?
    var source: String
  }

  static func text(_ date: LabelDate?) -> String? {
    guard let date else { return nil }
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    let hour = date.minuteOfDay.map { " \($0 / 60)" } ?? ""
    return "\(date.year)-\(two(date.month))-\(two(date.day)) \(date.precision.rawValue)\(hour) \(date.digits)"
  }

  @Test func examples() throws {
    let rows = try SchemeCases<Row>(area: "labels-hibc", name: "examples").rows
    #expect(rows.count > 30)
    for row in rows {
      for (aim, text) in [(nil, row.label), ("]C0", row.label), ("]d1", row.label), (nil, "]Q1" + row.label)] {
        let reading = read(text, aim: aim)
        #expect(reading.faults.isEmpty, "\(row.label)")
        #expect(reading.scheme == .hibc)
        #expect(reading.key(.hibcItem) == row.item, "\(row.label)")
        #expect(reading.key(.hibcLabeller) == row.item.map { String($0.prefix(4)) })
        #expect(reading.lot == row.lot, "\(row.label)")
        #expect(reading.serial == row.serial, "\(row.label)")
        #expect(Self.text(reading.expiry) == row.expiry, "\(row.label)")
        #expect(Self.text(reading.made) == row.made, "\(row.label)")
        #expect(reading.quantity?.value == row.quantity, "\(row.label)")
        #expect(reading.other.first { $0.identifier == "link" }?.value == row.link, "\(row.label)")
        #expect(reading.flags.contains(.unlinkedSecondary) == (row.link != nil))
        #expect(reading.flags.contains(.noItem) == (row.link != nil))
        #expect(reading.flags.contains(.guessed) == (text == row.label && aim == nil))
      }
    }
  }

  struct FaultRow: Decodable, Sendable {
    var label: String
    var fault: String
    var place: Int
    var why: String
  }

  @Test func faultsAreNamedAndPlaced() throws {
    for row in try SchemeCases<FaultRow>(area: "labels-hibc", name: "faults").rows {
      let fault = #expect(throws: LabelFault.self, "\(row.why)") {
        try HIBCLabel(Array(row.label.utf8)[...], referenceYear: 2026)
      }
      #expect(fault?.name.rawValue == row.fault, "\(row.why): \(row.label)")
      #expect(fault?.byteOffset == row.place, "\(row.why): \(row.label)")
      #expect(fault?.words.english.isEmpty == false)
      #expect(fault?.words.chinese.isEmpty == false)
    }
  }

  @Test func aFaultyLabelIsStillOfItsScheme() {
    let reading = read("+A123BJC5D6E71H")
    #expect(reading.scheme == .hibc)
    #expect(reading.fault?.name == .hibcCheck)
    #expect(reading.keys.isEmpty)
    #expect(reading.raw == bytes("+A123BJC5D6E71H"))
  }

  @Test func thePlaceCountsFromTheStartOfTheRawLabel() {
    #expect(read("]C0+A123BJC5D6E71H").fault?.byteOffset == 17)
  }

  @Test func nothingIsTrimmed() {
    #expect(read("+$$52001510X3+ ").faults.isEmpty)
    #expect(read("+$$52001510X3+").fault?.name == .hibcCheck)
    #expect(read("+A123BJC5D6E71G ").fault?.name == .hibcCheck)
  }

  @Test func thePrintUnderTheBars() {
    let space = read("*+$$52001510X3+_*")
    #expect(space.faults.isEmpty)
    #expect(space.lot == "10X3")
    #expect(space.flags.contains(.guessed))
    #expect(read("*+A123BJC5D6E71G*").key(.hibcItem) == "A123BJC5D6E71")
    #expect(read("+$$52001510X3+_").fault?.name == .hibcBadCharacter)
    #expect(read("*A123*").scheme == .plain)
  }

  /// What a primary and a secondary label are joined by, in the form of the bars and of the print under them.
  @Test func linkOrCheckCharacter() {
    for text in ["+A123BJC5D6E71G", "*+A123BJC5D6E71G*", "]C0+A123BJC5D6E71G"] {
      #expect(read(text).linkCharacter == "G", "\(text)")
      #expect(read(text).isPrimaryAlone)
    }
    for text in ["+$$52001510X3GD", "*+$$52001510X3GD*"] {
      #expect(read(text).linkCharacter == "G", "\(text)")
      #expect(!read(text).isPrimaryAlone)
    }
    let combined = read("+A99912345/$10X3/16D20111231/14D202001313")
    #expect(combined.linkCharacter == nil && !combined.isPrimaryAlone)
    #expect(read("plain").linkCharacter == nil)
  }

  /// The items of a combined label that say nothing but production or quantity are no primary label alone.
  @Test(arguments: ["+A99912345/16D20111231", "+A99912345/Q12"]) func combinedWithoutLot(_ data: String) throws {
    let check = try #require(HIBCCheckCharacter.following(Array(data.utf8)[...]))
    let reading = read(data + String(decoding: [check], as: UTF8.self))
    #expect(reading.faults.isEmpty)
    #expect(reading.linkCharacter == nil && !reading.isPrimaryAlone)
  }

  /// A primary label whose check character is a space, and a secondary label with it as link: both as bars and as print.
  @Test func aSpaceLinks() throws {
    let space = UInt8(ascii: " ")
    let body = try #require(
      (0...42).lazy.map { Array("+A123B\($0)1".utf8) }.first { HIBCCheckCharacter.following($0[...]) == space })
    let primary = String(decoding: body, as: UTF8.self)
    let check = try #require(HIBCCheckCharacter.following(Array("+$LOT1 ".utf8)[...]))
    let last = check == space ? "_" : String(decoding: [check], as: UTF8.self)
    for (one, other) in [
      (primary + " ", "+$LOT1 " + String(decoding: [check], as: UTF8.self)), ("*\(primary)_*", "*+$LOT1_\(last)*"),
    ] {
      #expect(read(one).linkCharacter == " ", "\(one)")
      #expect(read(one).isPrimaryAlone)
      #expect(read(other).linkCharacter == " ", "\(other)")
      #expect(read(other).lot == "LOT1")
      #expect(try HIBCPair(primary: read(one), secondary: read(other)).joined.lot == "LOT1")
    }
  }

  @Test func centuriesFollowTheReferenceYear() {
    let reader = LabelReader()
    #expect(reader.read(Array("+$$52001510X3GD".utf8), referenceYear: 2026).expiry?.year == 2020)
    #expect(reader.read(Array("+$$52001510X3GD".utf8), referenceYear: 1969).expiry?.year == 1920)
    #expect(reader.read(Array("+$$52001510X3GD".utf8), referenceYear: 1970).expiry?.year == 2020)
    #expect(read("+$$52001510X3GD").flags.contains(.centuryInferred))
    #expect(!read("+A99912345/$10X3/16D20111231/14D202001313").flags.contains(.centuryInferred))
  }

  @Test func aRuleOfTheSiteComesFirst() {
    let reading = read("+A123BJC5D6E71G", rules: [SiteRule(prefix: "+A", meaning: .card, strip: false)])
    #expect(reading.scheme == .plain)
    #expect(reading.meaning == .card)
  }
}
