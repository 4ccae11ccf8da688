import Testing

@testable import Scanners

@Suite struct AttachedScannerTests {
  /// Gives what the test puts into it.
  private final class Attachment: ScannerAttachment {
    var condition = AttachmentCondition.running
    let descriptors: [Int32] = []
    var reports: [ArrivedReport] = []
    var hasNews: Bool { !reports.isEmpty }

    func drain() -> [ArrivedReport] {
      defer { reports = [] }
      return reports
    }
    func markGone() { condition = .gone }
    func close(turn: () -> Void, elapsedMicroseconds: () -> Int64) {}
  }

  private let attachment = Attachment()

  private func scanner(_ reader: ReportReader, settled: Bool = true) -> AttachedScanner {
    var scanner = AttachedScanner(
      token: 1, identity: USBIdentity(vendor: 1, product: 2, serialNumber: nil, portPath: "1-1"),
      attachment: attachment, reader: reader, at: 0)
    if settled { _ = scanner.takeReports(lookedAt: 100_000) { _ in } }
    return scanner
  }

  private func keyboard(idleEnd: Int64? = nil) -> ReportReader {
    .keyboard(KeyDecoder(ScannerTextForm(layout: .us, idleEndMicroseconds: idleEnd)))
  }

  /// Boot reports of letters from a on, by their usages.
  private func typed(_ usages: [UInt8], at: Int64, isTimeExact: Bool = false) -> [ArrivedReport] {
    usages.flatMap { [[0, 0, $0, 0, 0, 0, 0, 0], [UInt8](repeating: 0, count: 8)] }
      .map { ArrivedReport(bytes: $0, at: at, isTimeExact: isTimeExact) }
  }

  private func take(_ scanner: inout AttachedScanner, _ reports: [ArrivedReport], lookedAt now: Int64) -> [ScanEvent] {
    attachment.reports = reports
    return scanner.takeReports(lookedAt: now) { _ in }
  }

  private func label(_ text: String, _ flags: Set<ScannedText.Flag> = []) -> ScanEvent {
    .label(ScannedText(bytes: Array(text.utf8), flags: flags))
  }

  // MARK: A loop that was held up

  @Test func reportsThatWaitGoBeforeTheGap() {
    var scanner = scanner(keyboard(idleEnd: 100_000))
    #expect(take(&scanner, typed([4, 5], at: 200_000), lookedAt: 200_000) == [])
    // The loop comes back late; the rest came in time and was stamped then.
    #expect(take(&scanner, typed([6], at: 210_000, isTimeExact: true), lookedAt: 3_000_000) == [])
    #expect(take(&scanner, [], lookedAt: 3_000_001) == [label("abc")])
  }

  @Test func restThatIsFoundLateMakesNoLabelOfEitherPart() {
    for idleEnd in [100_000, nil] as [Int64?] {
      var scanner = scanner(keyboard(idleEnd: idleEnd))
      #expect(take(&scanner, typed([4, 5], at: 200_000), lookedAt: 200_000) == [])
      // libusb stamps nothing: whether this belongs to the same label cannot be known.
      let events = take(&scanner, typed([6, 0x28], at: 3_000_000), lookedAt: 3_000_000)
      #expect(events == [label("abc", [.incomplete])])
      #expect(take(&scanner, typed([4, 0x28], at: 3_100_000), lookedAt: 3_100_000) == [label("a")])
    }
  }

  @Test func gapThatTheKernelStampedEndsALabel() {
    var scanner = scanner(keyboard(idleEnd: 100_000))
    #expect(take(&scanner, typed([4], at: 200_000, isTimeExact: true), lookedAt: 200_000) == [])
    #expect(take(&scanner, typed([5], at: 300_000, isTimeExact: true), lookedAt: 900_000) == [label("a")])
    #expect(take(&scanner, [], lookedAt: 400_000) == [label("b")])
  }

  @Test func noTimePassesWhereNobodyCouldLook() {
    var scanner = scanner(keyboard(idleEnd: 100_000))
    #expect(take(&scanner, typed([4], at: 200_000), lookedAt: 200_000) == [])
    #expect(scanner.takeReports(lookedAt: nil) { _ in } == [])
    attachment.condition = .failed
    #expect(take(&scanner, [], lookedAt: 900_000) == [])
    #expect(scanner.detached() == [.partialDropped(.detached)])
  }

  // MARK: Taken over in mid-label

  @Test func endOfALabelUnderWayIsThrownAway() {
    for isTimeExact in [false, true] {
      var scanner = scanner(keyboard(), settled: false)
      #expect(take(&scanner, typed([4, 5], at: 50_000, isTimeExact: isTimeExact), lookedAt: 50_000) == [])
      #expect(scanner.deadline == 150_000)
      #expect(take(&scanner, typed([6, 0x28], at: 140_000, isTimeExact: isTimeExact), lookedAt: 149_000) == [])
      #expect(!scanner.isSettled)
      #expect(scanner.counters.skippedReports == 8)
      #expect(take(&scanner, [], lookedAt: 240_000) == [])
      #expect(scanner.isSettled)
      #expect(take(&scanner, typed([7, 0x28], at: 240_001), lookedAt: 240_001) == [label("d")])
    }
  }

  @Test func restOfAPointOfSaleLabelUnderWayIsThrownAway() {
    let reports = PointOfSaleReports.of([UInt8](repeating: 0x41, count: 100))
    var scanner = scanner(.pointOfSale(PointOfSaleAssembler()), settled: false)
    let rest = ArrivedReport(bytes: reports[1], at: 20_000, isTimeExact: false)
    #expect(take(&scanner, [rest], lookedAt: 20_000) == [])
    #expect(take(&scanner, [], lookedAt: 120_000) == [])
    let whole = reports.map { ArrivedReport(bytes: $0, at: 130_000, isTimeExact: false) }
    #expect(take(&scanner, whole, lookedAt: 130_000).count == 1)
    #expect(scanner.counters.skippedReports == 1)
  }

  @Test func idleScannerIsReadyAfterTheSettlingTime() {
    var scanner = scanner(keyboard(), settled: false)
    #expect(scanner.deadline == 100_000)
    #expect(take(&scanner, [], lookedAt: 99_999) == [])
    #expect(!scanner.isSettled)
    #expect(take(&scanner, [], lookedAt: 100_000) == [])
    #expect(scanner.isSettled)
    #expect(take(&scanner, typed([4, 0x28], at: 100_001), lookedAt: 100_001) == [label("a")])
    // The kernel's stamp alone says that it was silent.
    var stamped = self.scanner(keyboard(), settled: false)
    let events = take(&stamped, typed([4, 0x28], at: 100_000, isTimeExact: true), lookedAt: 100_001)
    #expect(events == [label("a")])
  }
}
