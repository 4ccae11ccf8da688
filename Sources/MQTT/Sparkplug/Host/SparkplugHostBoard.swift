import Devices
import Shopfloor
import Synchronization

/// What a host shows of itself to other threads.
final class SparkplugHostBoard: Sendable {
  private struct Content: Sendable {
    var report = SparkplugLinkReport()
    var since: Timestamp
    var machine: SparkplugHostState
  }

  private let content: Mutex<Content>
  private let clock: any WallClock

  init(_ machine: SparkplugHostState, clock: any WallClock) {
    self.clock = clock
    content = Mutex(Content(since: clock.now().utc, machine: machine))
  }

  func show(_ machine: SparkplugHostState, _ report: SparkplugLinkReport) {
    let now = clock.now().utc
    content.withLock { content in
      if content.report.state != report.state { content.since = now }
      content.report = report
      content.machine = machine
    }
  }

  func statuses(of devices: [SparkplugDevicePlan]) -> [LinkStatus] {
    let content = content.withLock { $0 }
    return devices.map { device in
      let node = content.machine.nodes[SparkplugAddress(group: device.group, edgeNode: device.edgeNode)]
      return SparkplugDeviceWords(
        device, node, content.report, since: content.since, incredibleStates: content.machine.incredibleStates
      ).status
    }
  }
}

/// The state of one device in the words of the status display.
struct SparkplugDeviceWords {
  private let device: SparkplugDevicePlan
  private let node: NodeSession?
  private let report: SparkplugLinkReport
  private let since: Timestamp
  private let incredibleStates: UInt64

  init(
    _ device: SparkplugDevicePlan, _ node: NodeSession?, _ report: SparkplugLinkReport, since: Timestamp,
    incredibleStates: UInt64
  ) {
    self.incredibleStates = incredibleStates
    self.device = device
    self.node = node
    self.report = report
    self.since = since
  }

  var status: LinkStatus {
    let tally = node?.tallies[device.device] ?? .init()
    var counters = LinkCounters()
    counters.requests = node?.rebirths.asked ?? 0
    counters.replies = tally.messages
    counters.malformed = tally.malformed
    counters.reconnects = report.reconnects
    counters.turnedAway = report.turnedAway
    counters.discardedReplies = (node?.duplicates ?? 0) + (node?.counters.overtaken ?? 0)
    guard let node, report.state != .starting, report.state != .offline else {
      return LinkStatus(
        device: device.device, state: report.state, since: since, detail: report.detail, counters: counters)
    }
    let (state, since, words) = standing(node)
    return LinkStatus(
      device: device.device, state: state, since: since,
      detail: ([words] + remarks(node) + [report.detail]).joined(separator: "; "), counters: counters)
  }

  private func standing(_ node: NodeSession) -> (LinkStatus.State, Timestamp, String) {
    let life = node.scopes[device.sparkplugDevice]?.life ?? .unborn
    let name = SparkplugAddress(group: device.group, edgeNode: device.edgeNode, device: device.sparkplugDevice)
    switch (node.phase, life) {
    case (.offline(let since), _): return (.offline, since, "edge node \(node.address) said that it is away")
    case (_, .dead): return (.offline, since, "\(name) is away, says its edge node")
    case (_, .born(let time)):
      return (isTroubled(node) ? .degraded : .online, time, "\(name) was born at \(time)")
    case (.born(let time), .unborn):
      return (
        .degraded, time, "edge node \(node.address) was born at \(time), \(name) was not; check its configuration"
      )
    case (.unknown, .unborn):
      return (
        .starting, since,
        "no birth of \(name) was seen; \(node.rebirths.unanswered) requests for one are unanswered: check that the edge "
          + "node runs and may read \(SparkplugTopic.message(.nodeCommand, node.address).text)"
      )
    }
  }

  private func isTroubled(_ node: NodeSession) -> Bool {
    node.scopes[device.sparkplugDevice]?.isInDoubt == true || node.rebirths.isWanted || node.isSuspected
      || report.state != .online
  }

  private func remarks(_ node: NodeSession) -> [String] {
    var words: [String] = []
    let counters = node.counters
    func add(_ count: UInt64, _ one: String, _ many: String) {
      if count > 0 { words.append(count == 1 ? "1 \(one)" : "\(count) \(many)") }
    }
    add(counters.births, "birth", "births")
    add(counters.gaps, "gap in the sequence", "gaps in the sequence")
    add(counters.lost, "message missing", "messages missing")
    add(counters.leftOut, "value left out because its alias was in doubt", "values left out, aliases in doubt")
    add(node.rebirths.asked, "birth asked for", "births asked for")
    add(counters.ignoredDeaths, "death of an earlier connection", "deaths of earlier connections")
    if incredibleStates > 0 {
      words.append(
        "somebody has put a time on our STATE that lies minutes ahead (\(incredibleStates) times): edge nodes may not "
          + "believe that we are there; set the clocks right and delete the retained STATE of our host id")
    }
    if counters.violationCount > 0 {
      words.append(
        "\(counters.violationCount) times off the specification, last "
          + displayable(counters.lastViolation, maximumCharacters: 120))
    }
    return words
  }
}
