/// Learns how a scanner in keyboard mode writes, from the reports of one scan of the ``CalibrationSymbol``. Pure: time
/// is handed in (monotonic microseconds); the answer stands when the scanner has fallen silent.
public struct ScannerCalibration: Sendable {
  /// Silence after which the scan is over: longer than any gap within a label, even of a Bluetooth scanner.
  public static let silenceMicroseconds: Int64 = 700_000
  /// Reports kept. The symbol has some 70 characters of two reports each; by Alt codes it takes ten each.
  static let maximumReports = 4096

  private var reports: [[UInt8]] = []
  private var count = 0
  private var lastReportAt: Int64 = 0
  private var longestGap: Int64 = 0

  public init() {}

  /// Takes a report of the scanner.
  public mutating func take(_ report: [UInt8], at now: Int64) {
    if count > 0 { longestGap = max(longestGap, now - lastReportAt) }
    lastReportAt = now
    count += 1
    if reports.count < Self.maximumReports { reports.append(report) }
  }

  /// When ``result(at:)`` has an answer, monotonic microseconds; nil before the first report.
  public var deadline: Int64? { count > 0 ? lastReportAt + Self.silenceMicroseconds : nil }

  /// What was learned; nil while the scan is not over. Begins anew after an answer.
  public mutating func result(at now: Int64) -> Result<CalibratedForm, CalibrationRefusal>? {
    guard let deadline, now >= deadline else { return nil }
    defer { self = ScannerCalibration() }
    guard count <= Self.maximumReports else { return .failure(.tooMuch(reports: count)) }
    return Result { () throws(CalibrationRefusal) in try learned() }
  }

  // MARK: Learning

  private func learned() throws(CalibrationRefusal) -> CalibratedForm {
    let readings = KeyLayout.all.map { CalibrationReading(reports, layout: $0) }
    var fitting: [(layout: KeyLayout, reading: CalibrationReading, fit: CalibrationReading.Fit)] = []
    for (layout, reading) in zip(KeyLayout.all, readings) {
      if let fit = reading.fit { fitting.append((layout, reading, fit)) }
    }
    guard let first = fitting.first else { throw refusal(readings) }
    let others = fitting.dropFirst()
    if others.contains(where: { $0.layout.keys != first.layout.keys }) {
      throw .undecided(layouts: fitting.map(\.layout.name))
    }
    let fit = first.fit
    let separators: Set<SeparatorForm> = fit.separator.map { [$0] } ?? SeparatorForm.unmistakable
    return CalibratedForm(
      form: ScannerTextForm(
        layout: first.layout, separators: separators, prefix: fit.prefix, suffix: fit.suffix,
        idleEndMicroseconds: fit.terminators.isEmpty ? idleEnd : nil),
      equalLayouts: others.map(\.layout.name), separator: fit.separator, terminators: fit.terminators,
      sendsAIMIdentifier: fit.hasAIMIdentifier)
  }

  /// Three times the longest gap within the scan, in whole tenths of a second.
  private var idleEnd: Int64 {
    max(ScannerTextForm.usualIdleEndMicroseconds, (longestGap * 3 + 99_999) / 100_000 * 100_000)
  }

  private func refusal(_ readings: [CalibrationReading]) -> CalibrationRefusal {
    if readings.allSatisfy(\.isEmpty) { return .noText }
    if let swapped = readings.first(where: \.isCaseSwapped) { return .caseSwapped(layout: swapped.layout.name) }
    let nearest = readings.max { $0.likeness < $1.likeness } ?? readings[0]
    return .nothingFits(nearest: nearest.layout.name, readAs: nearest.shown)
  }
}
