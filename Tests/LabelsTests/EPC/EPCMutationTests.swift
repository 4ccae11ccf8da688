import Testing

@testable import Labels

/// A word with a changed bit is refused, or it is a word that the standard itself would write for what was read: writing
/// the result with the encoder of the tests gives the same bits back. So nothing malformed passes, and nothing is read
/// twice.
@Suite struct EPCMutationTests {
  @Test(arguments: EPCEncoder.tables.keys.sorted()) func everyChangedBitIsSeenOrMeansSomethingElse(
    _ name: String
  ) throws {
    var random = SeededGenerator(seed: 0xB17)
    var refused = 0
    for _ in 0..<4 {
      let hex = EPCEncoder.hexadecimal(tagURI: EPCPropertyTests.tagURI(name, &random))
      for bit in 0..<(hex.utf8.count * 4) {
        let changed = Self.flipped(hex, bit)
        guard let tag = Self.decoded(changed) else {
          refused += 1
          continue
        }
        #expect(Self.isWhatAnEncoderWrites(tag, changed), "\(changed)")
      }
    }
    #expect(refused > 0)
  }

  @Test(arguments: EPCPlusEncoder.headers.keys.sorted()) func everyChangedBitOfAPlusWordIsSeenOrMeansSomethingElse(
    _ scheme: String
  ) throws {
    var random = SeededGenerator(seed: 0xB18)
    for _ in 0..<4 {
      let hex = try #require(EPCPropertyTests.plus(scheme, &random).hexadecimal)
      for bit in 0..<(hex.utf8.count * 4) {
        let changed = Self.flipped(hex, bit)
        if let tag = Self.decoded(changed) { #expect(Self.isWhatAnEncoderWrites(tag, changed), "\(changed)") }
      }
    }
  }

  @Test func randomWordsPassOnlyAsWhatAnEncoderWrites() {
    var random = SeededGenerator(seed: 0x5EED)
    var passed = 0
    for _ in 0..<8_000 {
      let header = String(EPCScheme.table.randomElement(using: &random)?.header ?? 0x30, radix: 16, uppercase: true)
      let length = [24, 28, 32, 44, 52].randomElement(using: &random) ?? 24
      var word = header
      for _ in 2..<length { word += String(Int.random(in: 0..<16, using: &random), radix: 16, uppercase: true) }
      guard let tag = Self.decoded(word) else { continue }
      passed += 1
      #expect(Self.isWhatAnEncoderWrites(tag, word), "\(word)")
    }
    #expect(passed > 50)
  }

  @Test func aCutOrLongerWordIsRefused() {
    var random = SeededGenerator(seed: 0xC07)
    for name in EPCEncoder.tables.keys.sorted() {
      let hex = EPCEncoder.hexadecimal(tagURI: EPCPropertyTests.tagURI(name, &random))
      #expect(Self.decoded(hex + "0000") == nil)
      #expect(Self.decoded(String(hex.dropLast())) == nil)
      if name != "cpi-var" { #expect(Self.decoded(String(hex.dropLast(4))) == nil) }
    }
  }

  // MARK: The judge

  static func decoded(_ hex: String) -> EPCTag? {
    // A refusal is one of the two right answers.
    try? EPCTag(hexadecimal: Array(hex.utf8)[...])
  }

  static func isWhatAnEncoderWrites(_ tag: EPCTag, _ hex: String) -> Bool {
    let written: [String]
    if let uri = tag.tagURI {
      written = [EPCEncoder.hexadecimal(tagURI: uri)]
    } else {
      let data = tag.data.map { ($0.identifier, String(decoding: $0.value, as: UTF8.self)) }
      written = (0..<(data.isEmpty ? 6 : 36)).compactMap { alphabets in
        EPCPlusEncoder(
          scheme: tag.scheme.name, filter: Int(tag.filter ?? 0), date: date(of: tag),
          key: String(decoding: tag.reference, as: UTF8.self), serial: String(decoding: tag.serial, as: UTF8.self),
          alphabet: alphabets % 6, data: data, dataAlphabet: alphabets / 6
        ).hexadecimal
      }
    }
    return written.contains { $0 == hex || $0.hasPrefix(hex) && $0.dropFirst(hex.count).allSatisfy { $0 == "0" } }
  }

  private static func date(of tag: EPCTag) -> (type: Int, digits: String)? {
    guard let date = tag.date,
      let type = ["11", "13", "15", "16", "17", "7006", "7007"].firstIndex(of: date.identifier)
    else { return nil }
    return (type, String(decoding: date.value, as: UTF8.self))
  }

  static func flipped(_ hex: String, _ bit: Int) -> String {
    var digits = Array(hex)
    let value = digits[bit / 4].hexDigitValue ?? 0
    digits[bit / 4] = Character(String(value ^ (8 >> (bit % 4)), radix: 16, uppercase: true))
    return String(digits)
  }
}
