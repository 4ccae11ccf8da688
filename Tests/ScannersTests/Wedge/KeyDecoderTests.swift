import Scanners
import Testing

@Suite struct KeyDecoderTests {
  private static let release = ScannerTyping.release

  private func report(_ usages: [UInt8], _ modifiers: UInt8 = 0) -> [UInt8] {
    [modifiers, 0] + usages + [UInt8](repeating: 0, count: 6 - usages.count)
  }

  /// Each usage pressed and released.
  private func press(_ usages: [UInt8], _ modifiers: UInt8 = 0) -> [[UInt8]] {
    usages.flatMap { [report([$0], modifiers), Self.release] }
  }

  private func type(_ text: String, _ layout: String = "us") throws -> [[UInt8]] {
    var random = SeededGenerator(seed: 1)
    let keyboard = try #require(WindowsKeyboard.all.first { $0.layout.name == layout })
    return ScannerTyping(keyboard: keyboard).reports(for: text, &random)
  }

  private func events(_ reports: [[UInt8]], _ decoder: inout KeyDecoder) -> [ScanEvent] {
    reports.flatMap { decoder.take($0, at: 0) }
  }

  /// The one label of the reports and an Enter; nil where there is none.
  private func label(
    _ reports: [[UInt8]], _ form: ScannerTextForm = ScannerTextForm(layout: .us)
  ) -> ScannedText? {
    var decoder = KeyDecoder(form)
    let events = events(reports + press([0x28]), &decoder)
    guard events.count == 1, case .label(let text) = events[0] else { return nil }
    return text
  }

  private func plain(_ text: String) -> ScannedText { ScannedText(bytes: Array(text.utf8)) }

  // MARK: Keys

  @Test func keyHeldOverSeveralReportsIsTypedOnce() {
    #expect(label([report([0x04]), report([0x04, 0x05]), report([0x05, 0x06]), Self.release]) == plain("abc"))
    #expect(label([report([0x04, 0x04]), Self.release]) == plain("a"))
    #expect(label(press([0x1F, 0x1F, 0x20, 0x20])) == plain("2233"))
  }

  @Test func capsLockIsOursAndOffAtAttach() {
    let typed = press([0x39, 0x04]) + press([0x05], 0x02) + press([0x1E, 0x39, 0x06])
    #expect(label(typed) == plain("Ab1c"))
    var decoder = KeyDecoder(ScannerTextForm(layout: .us))
    _ = events(press([0x39]), &decoder)
    _ = decoder.detached()
    #expect(events(press([0x04, 0x28]), &decoder) == [.label(plain("a"))])
  }

  @Test func keypadAndNumLock() {
    let keys = Array(UInt8(0x54)...0x57) + Array(0x59...0x63)
    #expect(label(press(keys.flatMap { [0x53, $0] })) == plain("/*-+1234567890."))
    var decoder = KeyDecoder(ScannerTextForm(layout: .us))
    #expect(events(press([0x04, 0x58]), &decoder) == [.label(plain("a"))])
  }

  @Test func reportsThatLoseKeysSpoilTheirLabelAlone() {
    for lossy in [report([1, 1, 1, 1, 1, 1]), [0, 0, 4], []] {
      var decoder = KeyDecoder(ScannerTextForm(layout: .us))
      let spoiled = ScannedText(bytes: Array("ab".utf8), flags: [.incomplete])
      let reports = press([0x04]) + [lossy, Self.release] + press([0x05, 0x28])
      #expect(events(reports, &decoder) == [.label(spoiled)])
      // The first key of a label may be lost as well.
      #expect(events([lossy, Self.release] + press([0x04, 0x05, 0x28]), &decoder) == [.label(spoiled)])
      #expect(events(press([0x04, 0x28]), &decoder) == [.label(plain("a"))])
      #expect(decoder.counters.ignoredReports == 2)
      #expect(decoder.counters.unreadableKeys == 0)
    }
  }

  @Test func keysLostLongAgoSpoilNothing() {
    var decoder = KeyDecoder(ScannerTextForm(layout: .us))
    _ = decoder.take([0, 0, 4], at: 0)
    #expect(press([0x04, 0x28]).flatMap { decoder.take($0, at: 5_000_000) } == [.label(plain("a"))])
  }

  @Test func bothBackslashKeysAndTheKeyBesideShift() {
    #expect(label(press([0x31, 0x32, 0x64])) == plain("\\\\\\"))
    #expect(label(press([0x31, 0x32, 0x64]), ScannerTextForm(layout: .de)) == plain("##<"))
  }

  // MARK: Control characters

  @Test(arguments: KeyLayoutTests.names) func controlKeysOfEveryLayout(_ name: String) {
    let form = ScannerTextForm(layout: KeyLayout.named(name))
    #expect(label(press([0x30], 0x01) + press([0x30], 0x10), form) == plain("\u{1D}\u{1D}"))
    #expect(label(press([0x23], 0x01) + press([0x07], 0x01), form) == plain("\u{1E}\u{04}"))
    #expect(label(press([0x31], 0x01) + press([0x2F], 0x01), form) == plain("\u{1C}\u{1B}"))
  }

  @Test func rsAndUSByTheirCharactersToo() {
    #expect(label(press([0x23], 0x03) + press([0x2D], 0x03)) == plain("\u{1E}\u{1F}"))
  }

  @Test func ctrlCodesEndALabelLikeKeys() {
    var decoder = KeyDecoder(ScannerTextForm(layout: .us))
    // STX with Ctrl+B, ETX with Ctrl+C, CR with Ctrl+M, LF with Ctrl+J.
    let typed =
      press([0x05], 1) + press([0x04]) + press([0x06], 1) + press([0x04]) + press([0x10], 1) + press([0x0D], 1)
    #expect(events(typed, &decoder) == [.label(plain("a")), .label(plain("a"))])
  }

  @Test func onlyConfiguredFormsOfTheSeparatorAreUnderstood() {
    let altCode = [report([], 4)] + [0x62, 0x5A, 0x61].flatMap { [report([$0], 4), report([], 4)] } + [Self.release]
    let forms: [(SeparatorForm, [[UInt8]])] = [
      (.controlBracket, press([0x30], 1)), (.f8, press([0x41])), (.altCode, altCode),
    ]
    for (form, keys) in forms {
      let typed = press([0x04]) + keys + press([0x05])
      #expect(label(typed) == plain("a\u{1D}b"))
      #expect(label(typed, ScannerTextForm(layout: .us, separators: [form])) == plain("a\u{1D}b"))
      for (other, _) in forms where other != form {
        #expect(label(typed, ScannerTextForm(layout: .us, separators: [other]))?.flags == [.unreadableKey])
      }
    }
  }

  @Test func substituteBecomesTheSeparator() throws {
    let form = ScannerTextForm(layout: .us, separators: [.substitute("~")])
    #expect(
      label(try type("10AB~21S1"), form)
        == ScannedText(bytes: Array("10AB\u{1D}21S1".utf8), received: Array("10AB~21S1".utf8)))
    let wide = ScannerTextForm(layout: .de, separators: [.substitute("§")])
    #expect(
      label(try type("a§b", "de"), wide)
        == ScannedText(bytes: Array("a\u{1D}b".utf8), received: Array("a§b".utf8)))
  }

  // MARK: Keys that write nothing

  @Test func keyWithoutACharacterLeavesAFlag() {
    let unknown = ScannedText(bytes: Array("ab".utf8), flags: [.unreadableKey])
    // AltGr+A is nothing in the German layout; F5, the arrows and Escape are nothing in any, within a label.
    #expect(label(press([0x04]) + press([0x04], 0x40) + press([0x05]), ScannerTextForm(layout: .de)) == unknown)
    for key: UInt8 in [0x3E, 0x4F, 0x29, 0x2A, 0x65] { #expect(label(press([0x04, key, 0x05])) == unknown) }
    #expect(label(press([0x3E, 0x4F, 0x04, 0x05])) == plain("ab"))
  }

  @Test func altCodesThatAreNoCharacterLeaveAFlag() {
    func code(_ digits: [UInt8]) -> [[UInt8]] {
      [report([], 4)] + digits.flatMap { [report([$0], 4), report([], 4)] } + [Self.release]
    }
    #expect(label(press([0x04]) + code([0x62, 0x5E, 0x5D])) == plain("aA"))
    // 0128, 02900, and a letter while Alt is held.
    for digits in [[0x62, 0x59, 0x5A, 0x60], [0x62, 0x5A, 0x61, 0x62, 0x62], [0x04]] as [[UInt8]] {
      #expect(label(press([0x04]) + code(digits))?.flags == [.unreadableKey])
    }
    #expect(label(press([0x04]) + code([])) == plain("a"))
  }

  @Test func aLoneUnknownKeyLongAgoSpoilsNoLabel() {
    var decoder = KeyDecoder(ScannerTextForm(layout: .de))
    for report in press([0x04], 0x40) { _ = decoder.take(report, at: 0) }
    let events = press([0x04, 0x28]).flatMap { decoder.take($0, at: 5_000_000) }
    #expect(events == [.label(plain("a"))])
    #expect(decoder.counters.unreadableKeys == 1)
  }

  // MARK: Dead keys

  @Test func accentsBySpaceLetterAndAlone() {
    let form = ScannerTextForm(layout: .de)
    #expect(label(press([0x35, 0x2C, 0x35, 0x04, 0x35, 0x1E]), form) == plain("^â^1"))
    #expect(label(press([0x35, 0x35, 0x2C, 0x2E]), form) == plain("^^´"))
  }

  @Test func accentAtTheEndOfALabelThatAGapEnds() {
    var decoder = KeyDecoder(ScannerTextForm(layout: .de, idleEndMicroseconds: 100_000))
    _ = events(press([0x04, 0x35]), &decoder)
    #expect(decoder.passTime(100_000) == [.label(plain("a^"))])
    #expect(decoder.take(report([0x05]), at: 100_001) == [])
    #expect(decoder.passTime(300_000) == [.label(plain("b"))])
  }

  // MARK: Labels

  @Test func prefixAndSuffixAreTakenOffOrMissed() throws {
    var decoder = KeyDecoder(ScannerTextForm(layout: .us, prefix: Array("B".utf8), suffix: Array("C".utf8)))
    let typed = try type("BLOT-1C\rLOT-2\r]C1B10AC\r")
    #expect(
      events(typed, &decoder) == [
        .label(ScannedText(bytes: Array("LOT-1".utf8), received: Array("BLOT-1C".utf8))),
        .label(ScannedText(bytes: Array("LOT-2".utf8), flags: [.prefixMissing, .suffixMissing])),
        .label(ScannedText(bytes: Array("]C110A".utf8), received: Array("]C1B10AC".utf8))),
      ])
  }

  @Test func withoutLayoutEveryLabelIsFlagged() throws {
    #expect(
      label(try type("A\u{1D}B"), ScannerTextForm())
        == ScannedText(bytes: Array("A\u{1D}B".utf8), flags: [.uncalibrated]))
  }

  @Test func separatorsAreCounted() throws {
    var decoder = KeyDecoder(ScannerTextForm(layout: .us))
    _ = events(try type("A\rB\r"), &decoder)
    #expect(decoder.counters.noSeparatorSeen)
    _ = events(try type("A\u{1D}B\r"), &decoder)
    #expect(decoder.counters.labels == 3)
    #expect(decoder.counters.labelsWithoutSeparator == 2)
    #expect(!decoder.counters.noSeparatorSeen)
  }

  @Test func unfinishedLabelIsDroppedOnceWithItsReason() throws {
    var decoder = KeyDecoder(ScannerTextForm(layout: .us))
    _ = events(try type("HALF"), &decoder)
    #expect(decoder.deadline == 2_000_000)
    #expect(decoder.passTime(2_000_000) == [.partialDropped(.stale)])
    #expect(decoder.passTime(9_000_000) == [])
    for report in try type("HALF") { _ = decoder.take(report, at: 9_000_000) }
    #expect(decoder.detached() == [.partialDropped(.detached)])
    #expect(decoder.detached() == [])
    #expect(decoder.counters.droppedPartials == 2)
  }
}
