import Devices
import Shopfloor
import Synchronization

/// The status of one scanner, written by its owner thread and read by anybody.
final class LinkBook: Sendable {
  private let page: Mutex<LinkStatus>

  init(device: DeviceName, at now: Timestamp, detail: String) {
    page = Mutex(
      LinkStatus(device: device, state: .starting, since: now, detail: detail, counters: LinkCounters()))
  }

  var status: LinkStatus { page.withLock { $0 } }

  func set(_ state: LinkStatus.State, _ detail: String, at now: Timestamp) {
    page.withLock {
      if $0.state != state { $0.since = now }
      $0.state = state
      $0.detail = detail
    }
  }

  func count(_ change: @Sendable (inout LinkCounters) -> Void) {
    page.withLock { change(&$0.counters) }
  }
}
