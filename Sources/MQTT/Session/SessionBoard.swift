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
    /// Notes on the session that the recorder did not take for so long that they were given up.
    var notesGivenUp: UInt64 = 0
    /// Messages on topics that no mapping means; they are acknowledged and not kept.
    var unmapped: UInt64 = 0
    var lastUnmappedTopic = ""
    /// What the bounds of the decoder have taken away.
    var losses = DecodingLosses()
    var devices: [DeviceName: DeviceContent] = [:]
  }

  struct DeviceContent: Sendable {
    var messages: UInt64 = 0
    var malformed: UInt64 = 0
    /// Messages of which nothing was kept, because they came over the rate that is kept whole.
    var thinned: UInt64 = 0
    /// What the device itself says through its availability topic; nil: it says nothing.
    var isOnline: Bool?
    var availabilitySince: Timestamp?
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

  /// What a round brought.
  func count(
    _ devices: [DeviceName: (messages: Int, malformed: Int)], unmapped: UInt64, lastUnmappedTopic: String
  ) {
    guard unmapped > 0 || !devices.isEmpty else { return }
    content.withLock { content in
      content.unmapped += unmapped
      if unmapped > 0 { content.lastUnmappedTopic = lastUnmappedTopic }
      for (device, tally) in devices {
        content.devices[device, default: .init()].messages += UInt64(tally.messages)
        content.devices[device, default: .init()].malformed += UInt64(tally.malformed)
      }
    }
  }

  /// Topics that were thinned.
  func count(_ notes: [MessageNote]) {
    for case .thinned(let thinned) in notes {
      content.withLock { content in
        content.devices[thinned.device, default: .init()].thinned += UInt64(max(0, thinned.received - thinned.kept))
      }
    }
  }

  func show(_ losses: DecodingLosses) {
    content.withLock { if $0.losses != losses { $0.losses = losses } }
  }

  /// What devices say of themselves.
  func show(_ states: [DeviceName: Bool], at now: Timestamp) {
    guard !states.isEmpty else { return }
    content.withLock { content in
      for (device, isOnline) in states where content.devices[device]?.isOnline != isOnline {
        content.devices[device, default: .init()].isOnline = isOnline
        content.devices[device, default: .init()].availabilitySince = now
      }
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
    var status = LinkStatus(
      device: device, state: content.state, since: content.since, detail: content.detail, counters: counters)
    let isConnected = content.state == .online || content.state == .degraded
    if isConnected, own.isOnline == false {
      status.state = .offline
      status.since = own.availabilitySince ?? content.since
      status.detail = "the device says that it is offline; check its power and network; \(status.detail)"
    }
    if own.thinned > 0 {
      status.detail += "; \(own.thinned) messages came faster than is kept whole; let the device send less often"
    }
    if content.unmapped > 0 {
      status.detail +=
        "; \(content.unmapped) messages on topics that nobody reads, last "
        + displayable(content.lastUnmappedTopic, maximumCharacters: 80)
    }
    for words in content.losses.words { status.detail += "; \(words)" }
    if content.notesGivenUp > 0 {
      status.detail += "; \(content.notesGivenUp) notes on this connection could not be stored"
    }
    return status
  }
}
