import Devices
import Shopfloor
import Synchronization

/// The status and the counts of one scanner, written by its owner thread and read by anybody.
final class LinkBook: Sendable {
  private struct Page: Sendable {
    var status: LinkStatus
    var counts: ScannerCounts
  }

  private let page: Mutex<Page>
  private let station: StationName
  private let onChange: (@Sendable (ScannerLinkChange) -> Void)?

  init(
    device: DeviceName, station: StationName, at now: Timestamp, detail: String,
    onChange: (@Sendable (ScannerLinkChange) -> Void)?
  ) {
    self.station = station
    self.onChange = onChange
    page = Mutex(
      Page(
        status: LinkStatus(device: device, state: .starting, since: now, detail: detail, counters: LinkCounters()),
        counts: ScannerCounts(device: device)))
  }

  var status: LinkStatus { page.withLock { $0.status } }
  var counts: ScannerCounts { page.withLock { $0.counts } }

  func set(_ state: LinkStatus.State, _ detail: String, at now: Timestamp) {
    page.withLock {
      if $0.status.state != state { $0.status.since = now }
      $0.status.state = state
      $0.status.detail = detail
    }
  }

  func count(_ change: @Sendable (inout LinkCounters) -> Void) {
    page.withLock { change(&$0.status.counters) }
  }

  func setScans(_ scans: ScanCounters) { page.withLock { $0.counts.scans = scans } }

  func attached(_ words: String, at now: Timestamp) {
    let device = page.withLock { page in
      page.counts.attached += 1
      return page.status.device
    }
    onChange?(ScannerLinkChange(device: device, station: station, kind: .attached, at: now, words: words))
  }

  /// `isLost`: it went away while it was in use, and was not given back at a stop.
  func detached(_ words: String, isLost: Bool, at now: Timestamp) {
    let device = page.withLock { page in
      page.counts.detached += 1
      if isLost { page.status.counters.reconnects += 1 }
      return page.status.device
    }
    onChange?(ScannerLinkChange(device: device, station: station, kind: .detached, at: now, words: words))
  }
}
