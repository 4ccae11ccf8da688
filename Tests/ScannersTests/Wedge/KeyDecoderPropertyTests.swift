import Scanners
import Testing

/// Any text typed in any supported layout comes back.
@Suite struct KeyDecoderPropertyTests {
  /// Characters a text is made of: everything the layout types, and what only Alt codes can.
  private func alphabet(_ keyboard: WindowsKeyboard) -> [Unicode.Scalar] {
    let ascii = (0x20...0x7E).compactMap { Unicode.Scalar(UInt8($0)) }
    let own = keyboard.levels.flatMap { $0 }.filter { $0 != " " }
    let accented = keyboard.dead.flatMap { dead in
      WindowsKeyboard.accented[dead.accent, default: []].flatMap { Array($0.to.unicodeScalars) }
    }
    return ascii + ascii + own + accented + ["\u{1D}", "\u{1D}", "\u{1E}", "\u{04}"]
  }

  private func text(_ alphabet: [Unicode.Scalar], _ random: inout SeededGenerator) -> String {
    var scalars: [Unicode.Scalar] = []
    for _ in 0..<Int.random(in: 1...60, using: &random) {
      guard let scalar = alphabet.randomElement(using: &random) else { continue }
      // Doubled characters often: a decoder that only compares key sets loses them.
      scalars += [Unicode.Scalar](repeating: scalar, count: [1, 1, 2, 3].randomElement(using: &random) ?? 1)
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private func decode(_ reports: [[UInt8]], _ layout: KeyLayout) -> [ScanEvent] {
    var decoder = KeyDecoder(ScannerTextForm(layout: layout))
    var now: Int64 = 0
    return reports.flatMap { report in
      now += 8_000
      return decoder.take(report, at: now)
    }
  }

  @Test(arguments: KeyLayoutTests.names, [false, true]) func textComesBack(_ name: String, isRough: Bool) throws {
    let keyboard = try #require(WindowsKeyboard.all.first { $0.layout.name == name })
    let alphabet = alphabet(keyboard)
    for seed in 1...30 as ClosedRange<UInt64> {
      var random = SeededGenerator(seed: seed)
      let separator = ScannerTyping.Separator.allCases[Int(seed % 3)]
      let typing = ScannerTyping(keyboard: keyboard, separator: separator, isRough: isRough)
      let texts = (0..<3).map { _ in text(alphabet, &random) }
      let reports = typing.reports(for: texts.map { $0 + "\r" }.joined(), &random)
      #expect(
        decode(reports, keyboard.layout) == texts.map { .label(ScannedText(bytes: Array($0.utf8))) },
        "seed \(seed), \(texts)")
    }
  }

  @Test(arguments: KeyLayoutTests.names) func wrongLayoutGivesOtherTextAndNeverATrap(_ name: String) throws {
    let keyboard = try #require(WindowsKeyboard.all.first { $0.layout.name == name })
    let alphabet = alphabet(keyboard)
    for layout in KeyLayout.all where layout.name != name {
      for seed in 1...10 as ClosedRange<UInt64> {
        var random = SeededGenerator(seed: seed)
        let reports = ScannerTyping(keyboard: keyboard, isRough: true)
          .reports(for: text(alphabet, &random) + "\r", &random)
        for case .label(let label) in decode(reports, layout) {
          #expect(String(validating: label.bytes, as: UTF8.self) != nil)
        }
      }
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>) func anyReports(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let layout = KeyLayout.all[Int(seed) % KeyLayout.all.count]
    var decoder = KeyDecoder(
      ScannerTextForm(layout: layout, idleEndMicroseconds: seed.isMultiple(of: 2) ? 100_000 : nil))
    var labels: UInt64 = 0, lost: UInt64 = 0
    var now: Int64 = 0
    for _ in 0..<3000 {
      now += Int64.random(in: 0...150_000, using: &random)
      let report = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 0...0x70, using: &random) }
      for event in decoder.take(report, at: now) {
        switch event {
        case .label(let label):
          labels += 1
          #expect(String(validating: label.bytes, as: UTF8.self) != nil)
        case .partialDropped: lost += 1
        }
      }
    }
    #expect(decoder.counters.labels == labels)
    #expect(decoder.counters.droppedPartials == lost)
  }
}
