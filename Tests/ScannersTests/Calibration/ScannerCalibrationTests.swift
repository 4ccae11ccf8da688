import Scanners
import Testing

@Suite struct ScannerCalibrationTests {
  private typealias Outcome = Result<CalibratedForm, CalibrationRefusal>

  private func learn(_ reports: [[UInt8]], step: Int64 = 8_000) -> Outcome? {
    var calibration = ScannerCalibration()
    var now: Int64 = 1_000_000
    for report in reports {
      #expect(calibration.result(at: now) == nil)
      calibration.take(report, at: now)
      now += step
    }
    guard let deadline = calibration.deadline else { return nil }
    #expect(calibration.result(at: deadline - 1) == nil)
    return calibration.result(at: deadline)
  }

  private func type(
    _ text: String, _ layout: String, separator: ScannerTyping.Separator = .controlBracket, isRough: Bool = false
  ) throws -> [[UInt8]] {
    let keyboard = try #require(WindowsKeyboard.all.first { $0.layout.name == layout })
    var random = SeededGenerator(seed: 7)
    return ScannerTyping(keyboard: keyboard, separator: separator, isRough: isRough).reports(for: text, &random)
  }

  @Test(arguments: KeyLayoutTests.names, ScannerTyping.Separator.allCases)
  func everyLayoutWithEveryForm(_ name: String, _ separator: ScannerTyping.Separator) throws {
    for isRough in [false, true] {
      let reports = try type(CalibrationSymbol.text + "\r", name, separator: separator, isRough: isRough)
      let learned = try #require(try learn(reports)?.get())
      #expect(learned.form.layout?.keys == KeyLayout.named(name)?.keys)
      #expect(
        learned.separator?.word
          == ["ctrl-bracket", "f8", "alt-029"][ScannerTyping.Separator.allCases.firstIndex(of: separator) ?? 0])
      #expect(learned.terminators == [0x0D])
      #expect(learned.form.prefix.isEmpty && learned.form.suffix.isEmpty)
      #expect(learned.form.idleEndMicroseconds == nil)
      // What was learned reads the same scan.
      var decoder = KeyDecoder(learned.form)
      let events = reports.flatMap { decoder.take($0, at: 0) }
      #expect(events == [.label(ScannedText(bytes: Array(CalibrationSymbol.text.utf8)))])
    }
  }

  @Test func prefixSuffixAndIdentifier() throws {
    for start in ["B]C0", "]C0B"] {
      let learned = try #require(try learn(try type("\(start)\(CalibrationSymbol.text)\"C\r", "de"))?.get())
      #expect(learned.sendsAIMIdentifier)
      #expect(
        learned.configurationLines == ["layout: de", "separator: ctrl-bracket", "prefix: \"B\"", "suffix: \"\\\"C\""])
      var decoder = KeyDecoder(learned.form)
      let events = try type("\(start)X1\"C\r", "de").flatMap { decoder.take($0, at: 0) }
      let received = Array("\(start)X1\"C".utf8)
      #expect(events == [.label(ScannedText(bytes: Array("]C0X1".utf8), received: received))])
    }
  }

  @Test func everyTerminator() throws {
    let tab = try #require(try learn(try type(CalibrationSymbol.text + "\t", "fr"))?.get())
    #expect(tab.terminators == [0x09])
    let gap = try #require(try learn(try type(CalibrationSymbol.text, "fr"), step: 40_000)?.get())
    #expect(gap.terminators.isEmpty)
    #expect(gap.configurationLines == ["layout: fr", "separator: ctrl-bracket", "idle_end_ms: 200"])
  }

  @Test func substituteAndLostSeparator() throws {
    let substituted = CalibrationSymbol.text.replacing("\u{1D}", with: "~")
    let learned = try #require(try learn(try type(substituted + "\r", "us"))?.get())
    #expect(learned.separator == .substitute("~"))
    #expect(learned.configurationLines.contains("separator: \"~\""))
    #expect(learned.equalLayouts == ["zh-office"])
    let lost = try #require(
      try learn(try type(CalibrationSymbol.text.replacing("\u{1D}", with: "") + "\r", "us"))?.get())
    #expect(lost.separator == nil)
    #expect(lost.remarks.contains { $0.contains("No group separator came") })
    #expect(lost.configurationLines.count == 2)
  }

  @Test func otherTextIsRefusedWithWhatCame() throws {
    let refused = try #require(learn(try type("LOT-0042\r", "us")))
    guard case .failure(.nothingFits(_, let readAs)) = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect(readAs.hasSuffix("<d>"))
    let lettered = CalibrationSymbol.text.replacing("\u{1D}", with: "x")
    guard case .failure(.nothingFits)? = learn(try type(lettered + "\r", "us")) else {
      Issue.record("a letter cannot stand for the separator")
      return
    }
  }

  @Test func swappedCaseIsNamed() throws {
    let swapped = String(
      CalibrationSymbol.text.map { $0.isUppercase ? Character($0.lowercased()) : Character($0.uppercased()) })
    #expect(learn(try type(swapped + "\r", "uk")) == .failure(.caseSwapped(layout: "uk")))
  }

  @Test func altCodesLeaveTheLayoutOpen() throws {
    var reports: [[UInt8]] = []
    for byte in CalibrationSymbol.text.utf8 {
      reports.append([0x04, 0, 0, 0, 0, 0, 0, 0])
      for digit in ("0" + String(byte)).utf8 {
        let usage: UInt8 = digit == 0x30 ? 0x62 : digit - 0x31 + 0x59
        reports += [[0x04, 0, usage, 0, 0, 0, 0, 0], [0x04, 0, 0, 0, 0, 0, 0, 0]]
      }
      reports.append(ScannerTyping.release)
    }
    let enter: [[UInt8]] = [[0, 0, 0x28, 0, 0, 0, 0, 0], ScannerTyping.release]
    #expect(learn(reports + enter) == .failure(.undecided(layouts: KeyLayoutTests.names)))
  }

  @Test func nothingAndTooMuchAreRefused() {
    #expect(ScannerCalibration().deadline == nil)
    #expect(learn([[0, 0, 0x4F, 0, 0, 0, 0, 0]]) == .failure(.noText))
    #expect(learn([[UInt8]](repeating: ScannerTyping.release, count: 5000)) == .failure(.tooMuch(reports: 5000)))
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>) func anyReports(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let reports = (0..<500).map { _ in
      (0..<Int.random(in: 0...10, using: &random)).map { _ in UInt8.random(in: 0...0x70, using: &random) }
    }
    guard case .failure(let refusal)? = learn(reports) else {
      Issue.record("noise was taken for the symbol")
      return
    }
    #expect(refusal.description.count > 40)
  }
}
