import Testing

@testable import Labels

/// Data behind an EPC of a "+" scheme.
@Suite struct EPCDataTests {
  static func word(_ data: [(identifier: String, value: String)], alphabet: Int = 1) -> EPCPlusEncoder {
    EPCPlusEncoder(
      scheme: "sgtin+", filter: 1, key: "79521141123453", serial: "1A", alphabet: alphabet, data: data)
  }

  @Test func lotAndDatesReachTheNeutralRecord() throws {
    let data = [
      ("10", "ABC123"), ("17", "270131"), ("11", "260100"), ("30", "0144"), ("3102", "001250"), ("240", "F00"),
    ]
    let hex = try #require(Self.word(data).hexadecimal)
    let reading = read(hex)
    #expect(reading.faults.isEmpty)
    #expect(reading.key(.gtin) == "79521141123453")
    #expect(reading.serial == "1A")
    #expect(reading.lot == "ABC123")
    #expect(reading.expiry == LabelDate(year: 2027, month: 1, day: 31, digits: "270131"))
    #expect(reading.made == LabelDate(year: 2026, month: 1, day: 31, precision: .month, digits: "260100"))
    #expect(reading.quantity?.value == "144")
    #expect(reading.other.contains(LabelElement(identifier: "3102", value: "001250")))
    #expect(reading.other.contains(LabelElement(identifier: "240", value: "F00")))
    #expect(reading.flags == [.guessed, .centuryInferred, .dayZero])
    let tag = try EPCTag(hexadecimal: Array(hex.utf8)[...])
    #expect(tag.elements.dropFirst(2).map(\.identifier) == data.map(\.0))
    #expect(tag.uri == "https://id.gs1.org/01/79521141123453/21/1A")
  }

  @Test func whatIsWrittenIsRead() throws {
    var random = SeededGenerator(seed: 0xDA7A)
    let alphabet = Array("0123456789ABCDEF")
    for _ in 0..<500 {
      let candidates: [(identifier: String, value: String)] = [
        ("10", EPCPropertyTests.text(alphabet, Int.random(in: 1...20, using: &random), &random)),
        ("22", EPCPropertyTests.text(alphabet, Int.random(in: 1...20, using: &random), &random)),
        ("17", "28022" + String(Int.random(in: 0...9, using: &random))), ("13", "750630"),
        ("20", EPCPropertyTests.digits(2, &random)),
        ("37", EPCPropertyTests.digits(Int.random(in: 1...8, using: &random), &random)),
        ("3\(Int.random(in: 1...6, using: &random))05", EPCPropertyTests.digits(6, &random)),
        ("400", EPCPropertyTests.text(alphabet, Int.random(in: 1...30, using: &random), &random)),
      ]
      let data = Array(candidates.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)))
      let hex = try #require(Self.word(data).hexadecimal)
      let tag = try EPCTag(hexadecimal: Array(hex.utf8)[...])
      #expect(tag.data.map(\.identifier) == data.map(\.identifier))
      #expect(tag.data.map { String(decoding: $0.value, as: UTF8.self) } == data.map(\.value))
    }
  }

  @Test func everyChangedBitIsSeenOrMeansSomethingElse() throws {
    let hex = try #require(Self.word([("10", "AB12"), ("17", "270131"), ("3103", "000999")]).hexadecimal)
    for bit in 0..<(hex.utf8.count * 4) {
      let changed = EPCMutationTests.flipped(hex, bit)
      guard let tag = EPCMutationTests.decoded(changed) else { continue }
      #expect(EPCMutationTests.isWhatAnEncoderWrites(tag, changed), "\(changed)")
    }
  }

  @Test func faults() throws {
    func fault(_ hex: String) -> LabelFault.Name? {
      do {
        _ = try EPCTag(hexadecimal: Array(hex.utf8)[...])
        return nil
      } catch {
        return error.name
      }
    }
    let good = try #require(Self.word([("10", "AB12")]).hexadecimal)
    #expect(fault(good) == nil)
    #expect(fault(good + "0000") == .epcLengthForScheme)
    // The toggle bit without data, and data without the toggle bit.
    let none = try #require(Self.word([]).hexadecimal)
    #expect(fault("F79" + none.dropFirst(3)) == .epcRestBits)
    #expect(fault("F71" + good.dropFirst(3)) == .epcLengthForScheme)
    let twice = try #require(Self.word([("10", "AB12"), ("10", "AB12")]).hexadecimal)
    #expect(fault(twice) == .repeatedDiffers)
    let unknown = try #require(Self.word([("422", "000276")]).hexadecimal)
    #expect(fault(unknown) == .epcRestBits)
    let decimals = try #require(Self.word([("3109", "000276")]).hexadecimal)
    #expect(fault(decimals) == .epcRestBits)
    let badDate = try #require(Self.word([("17", "270230")]).hexadecimal)
    #expect(fault(badDate) == .epcFieldRange)
  }
}
