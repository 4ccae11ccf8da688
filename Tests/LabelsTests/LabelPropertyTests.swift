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

  /// A message of every identifier of the table, built with values that its row allows, comes back as it was written.
  @Test(arguments: 1...4) func whatIsBuiltIsReadBack(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let table = AITable.shared
    // Rules too narrow to be met by chance; the case folders have examples of them.
    let neverBuilt: Set = ["7041", "7258", "8007", "8110", "8112"]
    for row in table.rows {
      for _ in 0..<3 {
        guard let value = RandomValues.value(of: row, using: &generator) else {
          #expect(neverBuilt.contains(row.text), "\(row.text)")
          continue
        }
        let raw = Array("]C1\(row.text)".utf8) + value
        let message = ElementString(parsing: raw.span, from: 3)
        #expect(message.faults == [], "\(row.text) \(String(decoding: value, as: UTF8.self))")
        #expect(message.elements.map { Array(raw[$0.start..<$0.end]) } == [value])
        #expect(message.elements.first.map { table.rows[$0.row].text } == row.text)
      }
    }
  }

  /// Any single wrong digit in a number with check digit is found.
  @Test(arguments: 1...10) func wrongDigitIsFound(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let digits = (0..<13).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
      let gtin = Array((digits + checkDigit(digits)).utf8)
      #expect(LabelReader().read(Array("]d201".utf8) + gtin, referenceYear: 2026).fault == nil)
      var wrong = gtin
      let place = Int.random(in: 0..<14, using: &generator)
      wrong[place] = 0x30 + (wrong[place] - 0x30 + UInt8.random(in: 1...9, using: &generator)) % 10
      #expect(LabelReader().read(Array("]d201".utf8) + wrong, referenceYear: 2026).fault?.name == .checkDigit)
    }
  }

  /// What the strict profile accepts, an independent slow judgement accepts too; and it accepts what that accepts.
  @Test(arguments: 1...6) func strictAgreesWithTheSlowJudgement(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let reader = LabelReader(profile: .strict)
    var accepted = 0
    var refused = 0
    for _ in 0..<250 {
      let message = RandomValues.mutated(RandomValues.message(using: &generator), using: &generator)
      guard let judgement = ReferenceValidator.accepts(message) else { continue }
      let reading = reader.read(Array("]C1\(message)".utf8), referenceYear: 2026)
      #expect((reading.fault == nil) == judgement, "\(message.debugDescription): \(String(describing: reading.fault))")
      if judgement { accepted += 1 } else { refused += 1 }
    }
    #expect(accepted > 10)
    #expect(refused > 10)
  }
}
