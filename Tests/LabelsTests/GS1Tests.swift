import Testing

@testable import Labels

@Suite struct GS1Tests {
  @Test func everythingOnAMaterialLabel() {
    let reading = read("]d2010952123454321317261200" + "10AB-12/3~21SN007~30144~3102001250~240X-9")
    #expect(reading.fault == nil)
    #expect(reading.scheme == .gs1)
    #expect(reading.aimIdentifier == "]d2")
    #expect(reading.key(.gtin) == "09521234543213")
    #expect(reading.lot == "AB-12/3")
    #expect(reading.serial == "SN007")
    #expect(reading.expiry == LabelDate(year: 2026, month: 12, day: 31, precision: .month, digits: "261200"))
    #expect(reading.quantity?.count == 144)
    #expect(reading.quantity?.isCount == true)
    #expect(reading.measure?.description == "12.50 kg")
    #expect(reading.other == [LabelElement(identifier: "240", value: "X-9")])
    #expect(reading.flags.contains(.dayZero))
    #expect(reading.flags.contains(.needlessSeparator))
    #expect(reading.raw == bytes("]d2010952123454321317261200" + "10AB-12/3~21SN007~30144~3102001250~240X-9"))
  }

  @Test(arguments: ["]C1", "]d2", "]Q3", "]J1", "]e0"]) func aimIdentifierDecides(_ aim: String) {
    #expect(read("10L1", aim: aim).lot == "L1")
    #expect(read(aim + "10L1").lot == "L1")
    #expect(read("10L1", aim: aim).scheme == .gs1)
  }

  static let faults: [(String, LabelFault.Name, Int)] = [
    ("]C10109521234543214", .checkDigit, 5),
    ("]C1010952123454321", .tooShort, 18),
    ("]C101095212345432A3", .badCharacter, 17),
    ("]C100006141411234567891", .checkDigit, 5),
    ("]C117261301", .badDate, 5),
    ("]C117260230", .badDate, 5),
    ("]C17003260200", .tooShort, 13),
    ("]C170032602001200", .badDate, 7),
    ("]C170032602282460", .linterTime, 13),
    ("]C10599", .unknownIdentifier, 3),
    ("]C1ABC", .unknownIdentifier, 3),
    ("]C110", .emptyField, 5),
    ("]C110~21X", .emptyField, 5),
    ("]C110A~~21X", .doubleSeparator, 7),
    ("]C110A~10B", .repeatedDiffers, 9),
    ("]C110ABCDEFGHIJKLMNOPQRSTU", .tooLong, 25),
    ("]C110AB CD", .badCharacter, 7),
    ("]C110AB\u{202E}CD", .badCharacter, 7),
    ("]C13012A", .badCharacter, 7),
    ("]C142215610L1", .missingSeparator, 9),
    ("]C1", .empty, 3),
    ("]C1~", .empty, 4),
    ("]C18010ab", .badCharacter, 7),
  ]

  @Test(arguments: faults) func faultIsNamedAndPlaced(_ text: String, _ name: LabelFault.Name, _ offset: Int) {
    let reading = read(text)
    #expect(reading.fault?.name == name)
    #expect(reading.fault?.byteOffset == offset)
    #expect(reading.fault?.words.english.isEmpty == false)
    #expect(reading.fault?.words.chinese.isEmpty == false)
    #expect(reading.lot == nil)
    #expect(reading.raw == bytes(text))
  }

  @Test func guessedOnlyWhenEverythingFits() {
    let good = read("010952123454321310LOT42")
    #expect(good.scheme == .gs1)
    #expect(good.flags.first == .guessed)
    #expect(good.lot == "LOT42")
    #expect(read("010952123454321410LOT42").scheme == .plain)
    #expect(read("010952123454321310LOT 42").scheme == .plain)
    #expect(read("10LOT42").scheme == .plain)
    #expect(read("0042").scheme == .plain)
    #expect(read("0123").fault == nil)
  }

  @Test func bracketForm() {
    let reading = read("(01)09521234543213(10)A(B)C(17)270131")
    #expect(reading.scheme == .gs1)
    #expect(reading.lot == "A(B)C")
    #expect(reading.expiry == LabelDate(year: 2027, month: 1, day: 31, digits: "270131"))
    #expect(reading.flags == [.guessed, .brackets])
    #expect(read("(01)09521234543214(10)A").scheme == .plain)
    #expect(read("(hello)").scheme == .plain)
    #expect(read("(").scheme == .plain)
  }

  @Test func separatorIsNeverGuessed() {
    let swallowed = read("]C1010952123454321310LOT4217270131")
    #expect(swallowed.lot == "LOT4217270131")
    #expect(swallowed.expiry == nil)
    #expect(swallowed.flags == [.noSeparatorSeen, .lotMayHaveSwallowed])
    #expect(read("]C1010952123454321310LOT42").flags == [])
    #expect(read("]C1010952123454321310LOT42~17270131").flags == [])
  }

  /// A separator behind the last field shows nothing of those that were lost before.
  @Test(arguments: ["10LOT4217270131~", "21SN17270131~", "240X17270131~", "10LOT17270131", "30" + "12101"])
  func aTrailingSeparatorIsNoProof(_ text: String) {
    #expect(read("]C10109521234543213" + text).flags == [.noSeparatorSeen, .lotMayHaveSwallowed])
  }

  /// Every field is looked at; where separators came, only a date, a key or a measure is evidence.
  @Test func oneForgottenSeparator() {
    for text in ["10LOT17270131~21SN", "21SN~10LOT17270131", "10LOT3103004500~21SN", "10LOT1727013121SN~30" + "5"] {
      let reading = read("]C10109521234543213" + text)
      #expect(reading.flags == [.lotMayHaveSwallowed], "\(text)")
      #expect(reading.fault == nil)
    }
    for text in ["10LOT2026~21SN", "10AB2145~30" + "5", "10A3012~21SN", "10LOT17270231~21SN", "21SN~10LOT"] {
      #expect(read("]C10109521234543213" + text).flags == [], "\(text)")
    }
  }

  static let centuries: [(Int, String, Int)] = [
    (2026, "75", 2075), (2026, "76", 2076), (2026, "77", 1977), (2026, "00", 2000), (2099, "01", 2101),
    (2001, "99", 1999), (2050, "00", 2100),
  ]

  @Test(arguments: centuries) func centuryFollowsTheReferenceYear(_ reference: Int, _ digits: String, _ year: Int) {
    let reading = LabelReader().read(Array("]C117\(digits)0101".utf8), referenceYear: reference)
    #expect(reading.expiry?.year == year)
  }

  @Test func dayZeroIsTheLastDayOfTheMonth() {
    #expect(read("]C117280200").expiry?.day == 29)
    #expect(read("]C117270200").expiry?.day == 28)
    #expect(read("]C117270400").expiry?.day == 30)
  }

  @Test func expiryWithTime() {
    #expect(
      read("]C170032703051430").expiry
        == LabelDate(
          year: 2027, month: 3, day: 5, minuteOfDay: 870, precision: .minute, digits: "2703051430"))
  }

  @Test func sameFieldTwiceWithOneValue() {
    let reading = read("]C110A~10A")
    #expect(reading.fault == nil)
    #expect(reading.lot == "A")
  }

  @Test func aCountAndAWeightAreKeptApart() {
    let both = read("]d20109521234543213310300450030" + "12")
    #expect(both.quantity == LabelQuantity(digits: "12".utf8, isCount: true))
    #expect(both.quantity?.unit == nil)
    #expect(both.measure == LabelQuantity(digits: "004500".utf8, decimals: 3, unit: "kg"))
    let weight = read("]d201095212345432133103004500")
    #expect(weight.quantity == weight.measure)
    #expect(weight.quantity?.isCount == false)
    #expect(read("]d2010952123454321330" + "12").measure == nil)
    let two = read("]d2010952123454321331030045003150000002")
    #expect(two.measure?.description == "4.500 kg")
    #expect(two.other == [LabelElement(identifier: "3150", value: "000002")])
  }

  /// "Net weight (or volume), ounces": no unit of volume is claimed.
  @Test func ouncesMayBeWeightOrVolume() {
    #expect(read("]d201095212345432133571000125").measure?.description == "12.5 oz")
  }

  @Test func logisticUnit() {
    let reading = read("00106141412345678908")
    #expect(reading.key(.sscc) == "106141412345678908")
    #expect(read("]C1020952123454321337144").quantity?.count == 144)
  }
}
