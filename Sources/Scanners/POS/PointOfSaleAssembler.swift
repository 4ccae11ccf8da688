/// Puts labels together from the input reports of a HID POS bar code scanner (usage page 0x8C, usage 2). Pure; one
/// assembler for each attached handle, gone with it.
///
/// Offsets behind the report id, in the form that readers for Honeywell, Zebra, Datalogic and Youjie share: 0 length,
/// 1-3 AIM identifier, 4-59 data, 60 vendor symbology, 62 more reports follow. Some devices put everything one byte
/// later; which form a device has shows where `]` stands, and is remembered.
public struct PointOfSaleAssembler: Sendable {
  /// Where the fields stand.
  public enum Variant: Int, Hashable, Sendable {
    case standard = 0
    /// Everything one byte later.
    case shifted = 1
  }

  /// The report that carries scanned data.
  public static let reportID: UInt8 = 2
  /// Bytes of data in one report.
  public static let maximumDataBytes = 56
  /// An unfinished label that no report followed for this long is thrown away; no gap ever ends a label. After the
  /// same silence a label whose beginning was lost is over, wherever its end is.
  static let staleMicroseconds: Int64 = 2_000_000

  /// Known once a report had an AIM identifier. Hand it to the next assembler of the same device.
  public private(set) var variant: Variant?
  public private(set) var counters = ScanCounters()

  private struct Partial {
    var bytes: [UInt8] = []
    var aimIdentifier: [UInt8]?
    var vendorSymbology: UInt8?
    var lastReportAt: Int64
  }

  /// The rest of a label whose beginning was lost: it is thrown away up to its last report, or until silence.
  private struct Rest {
    var reports: UInt64 = 0
    var lastReportAt: Int64
  }

  private var partial: Partial?
  private var rest: Rest?

  public init(variant: Variant? = nil) { self.variant = variant }

  public var hasPartial: Bool { partial != nil }

  /// Takes one input report, report id included, that came at a time in monotonic microseconds.
  public mutating func take(_ report: [UInt8], at now: Int64) -> [ScanEvent] {
    var events = passTime(now)
    guard report.first == Self.reportID else {
      counters.ignoredReports += 1
      return events
    }
    guard let piece = piece(in: report) else {
      counters.ignoredReports += 1
      // What was missing cannot be known, the end of the label least of all: what follows is no label either.
      rest = Rest(reports: rest?.reports ?? 0, lastReportAt: now)
      return events + drop(.broken)
    }
    if rest != nil { return events + skip(piece, at: now) }
    if let known = partial?.aimIdentifier, let aim = piece.aimIdentifier, aim != known { events += drop(.broken) }
    var label = partial ?? Partial(lastReportAt: now)
    label.lastReportAt = now
    label.aimIdentifier = label.aimIdentifier ?? piece.aimIdentifier
    label.vendorSymbology = label.vendorSymbology ?? piece.vendorSymbology
    label.bytes += piece.data.prefix(max(0, LabelAssembler.maximumKeptBytes - label.bytes.count))
    if piece.continues {
      partial = label
      return events
    }
    partial = nil
    return events + finish(label)
  }

  /// Lets time pass; only ever throws away.
  public mutating func passTime(_ now: Int64) -> [ScanEvent] {
    guard let deadline, now >= deadline else { return [] }
    if rest != nil { return endSkipping() }
    rest = Rest(lastReportAt: now)
    return drop(.stale)
  }

  /// When ``passTime(_:)`` has something to do, monotonic microseconds.
  public var deadline: Int64? {
    (partial?.lastReportAt ?? rest?.lastReportAt).map { $0 + Self.staleMicroseconds }
  }

  /// The device went away.
  public mutating func detached() -> [ScanEvent] {
    let skipped = endSkipping()
    return skipped + drop(.detached)
  }

  // MARK: Steps

  private struct Piece {
    var data: ArraySlice<UInt8>
    var aimIdentifier: [UInt8]?
    var vendorSymbology: UInt8?
    var continues: Bool
  }

  /// Nil where the report cannot be in this form.
  private mutating func piece(in report: [UInt8]) -> Piece? {
    func byte(_ offset: Int) -> UInt8? { offset + 1 < report.count ? report[offset + 1] : nil }
    let bracket = UInt8(ascii: "]")
    if byte(1) == bracket {
      // In the shifted form a length stands here, which is never so great. No change is believed in mid-label.
      if partial == nil, rest == nil { variant = .standard }
    } else if byte(2) == bracket, partial == nil, rest == nil {
      variant = .shifted
    }
    let shift = (variant ?? .standard).rawValue
    guard let length = byte(shift).map(Int.init), length <= Self.maximumDataBytes,
      report.count >= 1 + shift + 4 + length
    else { return nil }
    let continuation = byte(shift + 62)
    // A short report says nothing about what follows; it is believed only where the data do not fill a whole one.
    guard continuation != nil || length < Self.maximumDataBytes else { return nil }
    let start = 1 + shift + 4
    let aim = Array(report[(start - 3)..<start])
    return Piece(
      data: report[start..<(start + length)],
      aimIdentifier: ScannerTextForm.beginsWithAIMIdentifier(aim) ? aim : nil,
      vendorSymbology: byte(shift + 60).flatMap { $0 == 0 ? nil : $0 }, continues: (continuation ?? 0) != 0)
  }

  private mutating func skip(_ piece: Piece, at now: Int64) -> [ScanEvent] {
    rest?.reports += 1
    rest?.lastReportAt = now
    counters.skippedReports += 1
    return piece.continues ? [] : endSkipping()
  }

  /// What was thrown away may have been a whole label of its own: it is told.
  private mutating func endSkipping() -> [ScanEvent] {
    defer { rest = nil }
    guard let rest, rest.reports > 0 else { return [] }
    counters.droppedPartials += 1
    return [.partialDropped(.skipped)]
  }

  private mutating func finish(_ label: Partial) -> [ScanEvent] {
    var bytes = label.bytes
    // Scanners that were programmed with a terminator for keyboard mode send it here too.
    if bytes.last == 0x0A { bytes.removeLast() }
    if bytes.last == 0x0D { bytes.removeLast() }
    guard !bytes.isEmpty else { return [] }
    let text = ScannedText(
      bytes: bytes, received: label.bytes,
      aimIdentifier: label.aimIdentifier.map { String(decoding: $0, as: UTF8.self) },
      vendorSymbology: label.vendorSymbology)
    counters.count(text)
    return [.label(text)]
  }

  private mutating func drop(_ reason: PartialLoss) -> [ScanEvent] {
    guard partial != nil else { return [] }
    partial = nil
    counters.droppedPartials += 1
    return [.partialDropped(reason)]
  }
}
