import Devices
import Labels
import Shopfloor

/// What the labels of one USB scanner have come to, over all its handles. Touched only by the owner thread.
final class USBLabels {
  private let plan: USBScannerPlan
  private let handover: LabelHandover
  private let clock: any WallClock
  /// Counts of the handles that are closed.
  private var closedScans = ScanCounters()
  private var openScans = ScanCounters()
  private var lastMode: ScannerMode?
  /// How the reports of the device were laid out that was read last.
  private var lastVariant: (identity: USBIdentity, variant: PointOfSaleAssembler.Variant)?
  private var published: (LinkStatus.State, String)?

  init(_ plan: USBScannerPlan, book: LinkBook, inbox: any RecorderInbox, clock: any WallClock) {
    self.plan = plan
    self.clock = clock
    handover = LabelHandover(
      device: plan.device, station: plan.station,
      reader: LabelReader(siteRules: plan.siteRules, profile: plan.labelProfile), inbox: inbox,
      book: book)
  }

  func variant(of identity: USBIdentity) -> PointOfSaleAssembler.Variant? {
    lastVariant?.identity == identity ? lastVariant?.variant : nil
  }

  func attached(_ words: String) { handover.book.attached(words, at: clock.now().utc) }

  func take(_ events: [ScanEvent], _ scanner: AttachedScanner) {
    openScans = scanner.counters
    lastMode = scanner.reader.mode
    guard !events.isEmpty else { return }
    let now = clock.now().utc
    for case .label(let text) in events { handover.submit(text, at: now) }
  }

  func detached(_ scanner: AttachedScanner, _ words: String, isLost: Bool) {
    closedScans = closedScans + scanner.counters
    openScans = ScanCounters()
    if let variant = scanner.reader.variant { lastVariant = (scanner.identity, variant) }
    handover.book.detached(words, isLost: isLost, at: clock.now().utc)
  }

  /// Tells everybody how the scanner stands, where that has changed.
  func publish(_ state: LinkStatus.State, _ words: String) {
    let scans = closedScans + openScans
    handover.book.setScans(scans)
    var detail = "\(plan.wanted): \(words)"
    let remarks = remarks(scans)
    if !remarks.isEmpty { detail += " (\(remarks.joined(separator: "; ")))" }
    if let published, published == (state, detail) { return }
    published = (state, detail)
    handover.book.set(state, detail, at: clock.now().utc)
  }

  private func remarks(_ scans: ScanCounters) -> [String] {
    var remarks: [String] = []
    if plan.text.layout == nil, lastMode == .keyboard {
      remarks.append("uncalibrated: read as layout us, run \"lotwire scanners calibrate \(plan.device)\"")
    }
    if scans.droppedPartials > 0 { remarks.append("unfinished labels dropped: \(scans.droppedPartials)") }
    if scans.skippedReports > 0 {
      remarks.append("reports of labels whose beginning was not read, thrown away: \(scans.skippedReports)")
    }
    if scans.unreadableKeys > 0 { remarks.append("keys that the layout does not know: \(scans.unreadableKeys)") }
    if let remark = scans.separatorRemark { remarks.append(remark) }
    return remarks
  }
}
