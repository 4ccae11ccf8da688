/// A taken scanner and the text that stands unfinished. Everything of it goes away together, so a scanner pulled out in
/// mid-scan leaves no half label behind.
///
/// A scanner may be taken over in mid-label. Until it has been silent for ``settlingMicroseconds`` everything it sends
/// is thrown away: the end of a label whose beginning nobody read must not pass for a whole one.
struct AttachedScanner {
  /// Longer than any gap within a label of a scanner on a cable.
  static let settlingMicroseconds: Int64 = 100_000

  let token: USBDesk.Token
  let identity: USBIdentity
  let attachment: any ScannerAttachment
  private(set) var reader: ReportReader
  /// Nil once it has been silent.
  private var settledAt: Int64?
  private var skippedReports: UInt64 = 0

  /// - Parameter now: when it was taken over, monotonic microseconds.
  init(
    token: USBDesk.Token, identity: USBIdentity, attachment: any ScannerAttachment, reader: ReportReader, at now: Int64
  ) {
    self.token = token
    self.identity = identity
    self.attachment = attachment
    self.reader = reader
    settledAt = now + Self.settlingMicroseconds
  }

  var isSettled: Bool { settledAt == nil }

  var counters: ScanCounters {
    var counters = reader.counters
    counters.skippedReports += skippedReports
    return counters
  }

  /// When ``takeReports(lookedAt:tell:)`` has something to do though nothing came, monotonic microseconds.
  var deadline: Int64? { settledAt ?? reader.deadline }

  // MARK: Reports

  /// Reads what waits; time passes for the label under way only where nothing did.
  ///
  /// - Parameters:
  ///   - now: the time just before it was looked whether something waits; nil where that failed.
  ///   - tell: told of every report that is read.
  mutating func takeReports(lookedAt now: Int64?, tell: (ArrivedReport) -> Void) -> [ScanEvent] {
    let reports = attachment.drain()
    // Of a scanner that failed or is gone it cannot be said that nothing more was coming.
    if let now, reports.isEmpty, attachment.condition == .running { return passTime(now) }
    return reports.flatMap { take($0, tell: tell) }
  }

  /// Reads what waits; what stands unfinished then goes with the scanner.
  mutating func detached() -> [ScanEvent] {
    attachment.drain().flatMap { take($0) { _ in } } + reader.detached()
  }

  private mutating func passTime(_ now: Int64) -> [ScanEvent] {
    guard let settledAt else { return reader.passTime(now) }
    if now >= settledAt { self.settledAt = nil }
    return []
  }

  private mutating func take(_ report: ArrivedReport, tell: (ArrivedReport) -> Void) -> [ScanEvent] {
    if let settledAt {
      guard report.isTimeExact, report.at >= settledAt else {
        self.settledAt = max(settledAt, report.at + Self.settlingMicroseconds)
        skippedReports += 1
        return []
      }
      self.settledAt = nil
    }
    tell(report)
    if !report.isTimeExact { reader.heldUp(at: report.at) }
    return reader.take(report.bytes, at: report.at)
  }

  // MARK: Words

  /// Why it is not read any more, for the audit.
  var lossWords: String {
    attachment.condition == .failed
      ? "reading failed at port \(identity.portPath)" : "pulled out of port \(identity.portPath)"
  }

  /// Mode and way, for the status.
  func words(_ route: USBDesk.Route) -> String {
    switch (reader.mode, route) {
    case (.pointOfSale, _): "in HID POS mode"
    case (_, .usb): "in keyboard mode"
    case (_, .inputDevice): "in keyboard mode, through the kernel's input device,"
    }
  }
}
