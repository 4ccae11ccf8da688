import Testing

@testable import Labels

@Suite struct LabelPropertyTests {
  /// Random bytes and mutated good labels: never a trap, raw always kept, a fault or a sound reading.
  @Test(arguments: 1...20) func anyBytesAreRead(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let good = bytes("]d2010952123454321317261231" + "10AB-12/3~21SN007~3014")
    let alphabet = bytes("]Cd210(0)~17 3A\u{0}\u{202E}")
    for _ in 0..<500 {
      var raw = good
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        let place = Int.random(in: 0..<max(raw.count, 1), using: &generator)
        switch UInt8.random(in: 0...3, using: &generator) {
        case 0: raw.insert(alphabet.randomElement(using: &generator) ?? 0, at: min(place, raw.count))
        case 1 where !raw.isEmpty: raw.remove(at: place)
        case 2 where !raw.isEmpty: raw[place] = UInt8.random(in: 0...255, using: &generator)
        default: raw = Array(raw.prefix(place))
        }
      }
      let reading = LabelReader().read(raw, referenceYear: 2026)
      #expect(reading.raw == raw)
      if let fault = reading.fault { #expect((0...raw.count).contains(fault.byteOffset)) }
      if reading.fault == nil, reading.scheme == .gs1, let gtin = reading.key(.gtin) {
        #expect(CheckDigit.isRight(Array(gtin.utf8)))
      }
    }
  }

  /// What is written by the rules is read back, and any single wrong digit in a GTIN is found.
  @Test(arguments: 1...10) func writtenLabelIsReadBack(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let set82 = (UInt8(0x21)...0x7A).filter { CharacterSet.set82.allows($0) }
    for _ in 0..<100 {
      var digits = (0..<13).map { _ in UInt8.random(in: 0x30...0x39, using: &generator) }
      digits += (UInt8(0x30)...0x39).filter { CheckDigit.isRight(digits + [$0]) }
      #expect(digits.count == 14)
      let lot = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
        set82.randomElement(using: &generator) ?? 0x41
      }
      let reading = LabelReader().read(
        Array("]d201".utf8) + digits + Array("10".utf8) + lot + [groupSeparator] + Array("17300615".utf8),
        referenceYear: 2026)
      #expect(reading.fault == nil)
      #expect(reading.lot == String(decoding: lot, as: UTF8.self))
      #expect(reading.expiry == LabelDate(year: 2030, month: 6, day: 15, digits: "300615"))
      var wrong = digits
      let place = Int.random(in: 0..<14, using: &generator)
      wrong[place] = 0x30 + (wrong[place] - 0x30 + UInt8.random(in: 1...9, using: &generator)) % 10
      #expect(LabelReader().read(Array("]d201".utf8) + wrong, referenceYear: 2026).fault?.name == .checkDigit)
    }
  }
}
