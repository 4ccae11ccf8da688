import Scanners
import Testing

/// Input reports as a HID POS scanner sends them, report id included.
enum PointOfSaleReports {
  static func of(
    _ text: [UInt8], aim: String = "]d2", symbology: UInt8 = 0x77, shift: Int = 0, reportBytes: Int = 64
  ) -> [[UInt8]] {
    let pieces = stride(from: 0, to: max(text.count, 1), by: 56).map { Array(text[$0..<min(text.count, $0 + 56)]) }
    return pieces.enumerated().map { index, piece in
      var report = [UInt8](repeating: 0, count: reportBytes + shift)
      report[0] = 2
      report[1 + shift] = UInt8(piece.count)
      report.replaceSubrange((2 + shift)..<(5 + shift), with: aim.isEmpty ? [0, 0, 0] : Array(aim.utf8))
      report.replaceSubrange((5 + shift)..<(5 + shift + piece.count), with: piece)
      report[61 + shift] = symbology
      report[63 + shift] = index + 1 < pieces.count ? 1 : 0
      return report
    }
  }
}

@Suite struct PointOfSaleAssemblerTests {
  private let long = Array(("0109521234543213" + String(repeating: "10LOT\u{1D}21", count: 20)).utf8)

  private func events(_ reports: [[UInt8]], _ assembler: inout PointOfSaleAssembler) -> [ScanEvent] {
    reports.enumerated().flatMap { assembler.take($0.element, at: Int64($0.offset) * 1000) }
  }

  @Test func oneReport() {
    var assembler = PointOfSaleAssembler()
    let events = events(PointOfSaleReports.of(Array("10AB\u{1D}21S1".utf8)), &assembler)
    #expect(
      events == [
        .label(ScannedText(bytes: Array("10AB\u{1D}21S1".utf8), aimIdentifier: "]d2", vendorSymbology: 0x77))
      ])
    #expect(assembler.counters.labelsWithSeparator == 1)
  }

  @Test(arguments: [0, 1]) func severalReportsInBothForms(shift: Int) {
    var assembler = PointOfSaleAssembler()
    let events = events(PointOfSaleReports.of(long, shift: shift), &assembler)
    #expect(events == [.label(ScannedText(bytes: long, aimIdentifier: "]d2", vendorSymbology: 0x77))])
    #expect(assembler.variant?.rawValue == shift)
    #expect(!assembler.hasPartial)
  }

  @Test func variantIsRememberedForLabelsWithoutAIMIdentifier() {
    var assembler = PointOfSaleAssembler()
    let text = Array("LOT-1".utf8)
    _ = events(PointOfSaleReports.of(text, shift: 1), &assembler)
    var again = PointOfSaleAssembler(variant: assembler.variant)
    let events = events(PointOfSaleReports.of(text, aim: "", symbology: 0, shift: 1), &again)
    #expect(events == [.label(ScannedText(bytes: text))])
  }

  @Test func pulledOutInMidLabel() {
    var assembler = PointOfSaleAssembler()
    let reports = PointOfSaleReports.of(long)
    #expect(assembler.take(reports[0], at: 0) == [])
    #expect(assembler.detached() == [.partialDropped(.detached)])
    #expect(assembler.detached() == [])
    #expect(assembler.counters.droppedPartials == 1)
  }

  @Test func silenceNeverEndsALabelAndAtLastThrowsItAway() {
    var assembler = PointOfSaleAssembler()
    let reports = PointOfSaleReports.of(long)
    #expect(assembler.take(reports[0], at: 0) == [])
    #expect(assembler.passTime(1_999_999) == [])
    #expect(assembler.deadline == 2_000_000)
    #expect(assembler.passTime(2_000_000) == [.partialDropped(.stale)])
    #expect(!assembler.hasPartial)
  }

  @Test func restOfAStaleLabelIsNoLabel() {
    var assembler = PointOfSaleAssembler()
    let reports = PointOfSaleReports.of(long)
    _ = assembler.take(reports[0], at: 0)
    #expect(assembler.take(reports[1], at: 2_500_000) == [.partialDropped(.stale)])
    #expect(reports[2...].dropLast().flatMap { assembler.take($0, at: 2_600_000) } == [])
    #expect(reports.last.map { assembler.take($0, at: 2_700_000) } == [.partialDropped(.skipped)])
    #expect(assembler.take(PointOfSaleReports.of([0x41])[0], at: 2_800_000).count == 1)
    #expect(assembler.counters.labels == 1)
    #expect(assembler.counters.droppedPartials == 2)
    #expect(assembler.counters.skippedReports == 3)
  }

  @Test func restOfALabelWithABadBeginningIsNoLabel() {
    var assembler = PointOfSaleAssembler()
    var reports = PointOfSaleReports.of(long)
    reports[0][1] = 57
    #expect(events(reports, &assembler) == [.partialDropped(.skipped)])
    #expect(events(PointOfSaleReports.of([0x41]), &assembler).count == 1)
    #expect(assembler.counters.skippedReports == 3)
  }

  @Test func skippingEndsAfterSilenceAndNoWholeLabelGoesUntold() {
    let whole = PointOfSaleReports.of([0x41])[0]
    var assembler = PointOfSaleAssembler()
    _ = assembler.take(PointOfSaleReports.of(long)[0], at: 0)
    #expect(assembler.passTime(2_000_000) == [.partialDropped(.stale)])
    #expect(assembler.deadline == 4_000_000)
    // May be the end of the lost label: thrown away, and told.
    var hasty = assembler
    #expect(hasty.take(whole, at: 3_999_999) == [.partialDropped(.skipped)])
    #expect(hasty.take(whole, at: 4_000_000).count == 1)
    #expect(hasty.counters.labels == 1)
    // After silence the next report begins a label.
    #expect(assembler.passTime(4_000_000) == [])
    #expect(assembler.deadline == nil)
    #expect(assembler.take(whole, at: 4_000_001).count == 1)
    #expect(assembler.counters.labels == 1)
    // What was skipped without an end is told when silence ends it.
    _ = assembler.take([2, 57] + [UInt8](repeating: 0, count: 62), at: 5_000_000)
    _ = assembler.take(PointOfSaleReports.of(long)[1], at: 5_100_000)
    #expect(assembler.passTime(7_099_999) == [])
    #expect(assembler.passTime(7_100_000) == [.partialDropped(.skipped)])
  }

  @Test func reportWithAnImpossibleLengthSpoilsTheWholeLabel() {
    var assembler = PointOfSaleAssembler()
    var reports = PointOfSaleReports.of(long)
    reports[1][1] = 57
    #expect(events(reports, &assembler) == [.partialDropped(.broken), .partialDropped(.skipped)])
    #expect(events(PointOfSaleReports.of([0x41]), &assembler).count == 1)
    #expect(assembler.counters.ignoredReports == 1)
  }

  @Test func otherAIMIdentifierBeginsANewLabel() {
    var assembler = PointOfSaleAssembler()
    let reports = [PointOfSaleReports.of(long)[0]] + PointOfSaleReports.of([0x41], aim: "]C0", symbology: 0)
    #expect(
      events(reports, &assembler) == [
        .partialDropped(.broken), .label(ScannedText(bytes: [0x41], aimIdentifier: "]C0")),
      ])
  }

  @Test func shortReportsAreBelievedWhereNothingIsMissing() {
    var assembler = PointOfSaleAssembler()
    #expect(
      assembler.take([2, 2] + Array("]C0AB".utf8), at: 0) == [
        .label(ScannedText(bytes: Array("AB".utf8), aimIdentifier: "]C0"))
      ])
    #expect(assembler.take([2, 3] + Array("]C0AB".utf8), at: 0) == [])
    #expect(assembler.take([2, 56] + Array("]C0".utf8) + [UInt8](repeating: 0x41, count: 56), at: 0) == [])
    #expect(assembler.take([], at: 0) == [])
    #expect(assembler.take([3, 1] + Array("]C0A".utf8), at: 0) == [])
    #expect(assembler.counters.ignoredReports == 4)
  }

  @Test func terminatorOfKeyboardModeIsTakenOff() {
    var assembler = PointOfSaleAssembler()
    for end in ["\r", "\n", "\r\n"] {
      let events = events(PointOfSaleReports.of(Array(("A" + end).utf8), symbology: 0), &assembler)
      #expect(
        events == [
          .label(ScannedText(bytes: [0x41], received: Array(("A" + end).utf8), aimIdentifier: "]d2"))
        ])
    }
  }

  @Test func endlessLabelStaysBoundedAndTooLong() {
    var assembler = PointOfSaleAssembler()
    var report = PointOfSaleReports.of([UInt8](repeating: 0x41, count: 56))[0]
    report[63] = 1
    for round in 0..<10_000 { #expect(assembler.take(report, at: Int64(round)) == []) }
    report[63] = 0
    guard case .label(let text)? = assembler.take(report, at: 10_000).first else {
      Issue.record("no label came")
      return
    }
    #expect(text.bytes.count > 512 && text.bytes.count < 1024)
  }

  @Test func startReportsOfVendors() {
    #expect(PointOfSaleStart.of(vendor: 0x0C2E)?.featureReport == [1])
    #expect(PointOfSaleStart.of(vendor: 0x23D0)?.featureReportID == 254)
    #expect(PointOfSaleStart.of(vendor: 0x05E0) == nil)
  }
}
