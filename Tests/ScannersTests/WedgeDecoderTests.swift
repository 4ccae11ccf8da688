import Scanners
import Testing

/// Reports as a scanner with the US layout sends them.
enum Keys {
  static let release = [UInt8](repeating: 0, count: 8)

  static func report(_ usages: [UInt8], modifiers: UInt8 = 0) -> [UInt8] {
    [modifiers, 0] + usages + [UInt8](repeating: 0, count: 6 - usages.count)
  }

  static func typing(_ text: String) -> [[UInt8]] {
    text.unicodeScalars.flatMap { scalar -> [[UInt8]] in
      for (usage, key) in KeyLayout.us.keys {
        if key.plain == scalar { return [report([usage]), release] }
        if key.shifted == scalar { return [report([usage], modifiers: 0x02), release] }
      }
      if scalar == "\r" { return [report([0x28]), release] }
      if scalar == "\u{1D}" { return [report([0x30], modifiers: 0x01), release] }
      return []
    }
  }
}

@Suite struct WedgeDecoderTests {
  private func text(_ reports: [[UInt8]]) -> String {
    var decoder = WedgeDecoder()
    return String(decoding: reports.flatMap { decoder.take($0) }, as: UTF8.self)
  }

  @Test func wholeAlphabet() {
    let typed = "Lot-0042 aB!\"#$%&'()*+,-./09:;<=>?@[\\]^_`{|}~\r"
    #expect(text(Keys.typing(typed)) == typed)
  }

  @Test func doubledCharacters() { #expect(text(Keys.typing("2233aa\r")) == "2233aa\r") }

  @Test func keyHeldOverSeveralReportsIsTypedOnce() {
    #expect(text([Keys.report([0x04]), Keys.report([0x04, 0x05]), Keys.report([0x05, 0x06]), Keys.release]) == "abc")
  }

  @Test func capsLockIsOursAndTurnsLettersOnly() {
    let caps = [Keys.report([0x39]), Keys.release]
    #expect(text(caps + Keys.typing("aB1") + caps + Keys.typing("aB1")) == "Ab1aB1")
  }

  @Test func keypad() {
    let usages = Array(UInt8(0x54)...0x63)
    #expect(text(usages.flatMap { [Keys.report([$0]), Keys.release] }) == "/*-+\r1234567890.")
    #expect(text([Keys.report([0x53]), Keys.release]) == "")
  }

  @Test func everyFormOfTheSeparator() {
    #expect(text([Keys.report([0x30], modifiers: 0x01), Keys.release]) == "\u{1D}")
    #expect(text([Keys.report([0x30], modifiers: 0x10), Keys.release]) == "\u{1D}")
    #expect(text([Keys.report([0x41]), Keys.release]) == "\u{1D}")
    let alt029 = [UInt8(0x62), 0x5A, 0x61].flatMap { [Keys.report([$0], modifiers: 0x04), [4, 0, 0, 0, 0, 0, 0, 0]] }
    #expect(text(alt029 + [Keys.release] + Keys.typing("1")) == "\u{1D}1")
  }

  @Test func rolloverAndShortReportsAreIgnored() {
    var decoder = WedgeDecoder()
    #expect(decoder.take(Keys.report([0x04])) == [0x61])
    #expect(decoder.take(Keys.report([1, 1, 1, 1, 1, 1])).isEmpty)
    #expect(decoder.take([0, 0, 4]).isEmpty)
    #expect(decoder.take(Keys.report([0x04])).isEmpty)
    #expect(decoder.ignoredReports == 2)
  }

  @Test func altGrWritesNothingInTheUSLayout() { #expect(text([Keys.report([0x04], modifiers: 0x40)]) == "") }

  /// Any reports: no trap, UTF-8 out, and never more than six characters a report beyond an Alt code.
  @Test(arguments: 1...20) func anyReports(_ seed: UInt64) {
    var state = seed
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    var decoder = WedgeDecoder()
    var assembler = LabelAssembler()
    for round in 0..<2000 {
      let report = (0..<Int(next() % 12)).map { _ in UInt8(truncatingIfNeeded: next()) }
      let typed = decoder.take(report)
      #expect(typed.count <= 7)
      #expect(String(validating: typed, as: UTF8.self) != nil)
      for label in assembler.take(typed, at: Int64(round)) { #expect(!label.isEmpty) }
    }
  }
}
