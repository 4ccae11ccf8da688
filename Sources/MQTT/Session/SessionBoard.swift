import Devices
import Shopfloor
import Synchronization

/// What a session shows of itself to other threads.
final class SessionBoard: Sendable {
  struct Content: Sendable {
    var state = LinkStatus.State.starting
    var since: Timestamp
    var detail = "starting"
    var reconnects: UInt64 = 0
    /// Rounds that the full inbox of the recorder turned away, and were offered again.
    var turnedAway: UInt64 = 0
    /// Messages on topics that no mapping means; they are acknowledged and not kept.
    var unmapped: UInt64 = 0
    var lastUnmappedTopic = ""
    var devices: [DeviceName: DeviceContent] = [:]
  }

  struct DeviceContent: Sendable {
    var messages: UInt64 = 0
    var malformed: UInt64 = 0
  }

  private let content: Mutex<Content>

  init(since: Timestamp) { content = Mutex(Content(since: since)) }

  func update(_ change: (inout sending Content) -> Void) {
    content.withLock { change(&$0) }
  }

  func show(_ state: LinkStatus.State, _ detail: String, reconnects: UInt64, at now: Timestamp) {
    content.withLock { content in
      if content.state != state {
        content.state = state
        content.since = now
      }
      content.detail = detail
      content.reconnects = reconnects
    }
  }

  func status(of device: DeviceName) -> LinkStatus {
    let content = content.withLock { $0 }
    let own = content.devices[device] ?? DeviceContent()
    var counters = LinkCounters()
    counters.replies = own.messages
    counters.malformed = own.malformed
    counters.reconnects = content.reconnects
    counters.turnedAway = content.turnedAway
    var detail = content.detail
    if content.unmapped > 0 {
      detail +=
        "; \(content.unmapped) messages on topics that nobody reads, last "
        + displayable(content.lastUnmappedTopic, maximumCharacters: 80)
    }
    return LinkStatus(
      device: device, state: content.state, since: content.since, detail: detail, counters: counters)
  }
}
