import Devices
import Ledger
import Logging
import MQTT
import Recorder
import ServiceLifecycle
import Shopfloor
import Synchronization

/// Publishes the line as a Sparkplug edge node: looks at the floor every second, hands the edge node what it says, and
/// keeps in the ledger up to when everything has left, so that a restart sends what the hosts missed.
final class SparkplugService: Sendable {
  private struct State {
    var feed: SparkplugFeed?
    var node: SparkplugEdgeNode?
  }

  private let recorder: Recorder
  private let ledger: LedgerAccess
  private let clock: any WallClock
  private let logger: Logger
  private let state = Mutex(State())

  /// How often it is looked whether there is something to publish, in microseconds.
  static let idleMicroseconds: Int64 = 1_000_000
  /// How often what has left is noted, in microseconds.
  static let noteIntervalMicroseconds: Int64 = 60_000_000
  /// How far back a start looks for what the hosts missed, in microseconds.
  static let maximumBackfillMicroseconds: Int64 = 24 * 3_600 * 1_000_000

  init(recorder: Recorder, ledger: LedgerAccess, clock: any WallClock, logger: Logger) {
    self.recorder = recorder
    self.ledger = ledger
    self.clock = clock
    self.logger = logger
  }

  /// Shown as a device; nil where nothing is published.
  var status: LinkStatus? {
    guard let status = state.withLock({ $0.node })?.status() else { return nil }
    var counters = LinkCounters()
    counters.reconnects = status.reconnects
    counters.turnedAway = status.givenUp
    return LinkStatus(
      device: "sparkplug-edge", state: status.state, since: clock.now().utc, detail: status.words, counters: counters)
  }

  // MARK: The node

  /// Begins to publish; what was there before is ended.
  func configure(_ feed: SparkplugFeed, at broker: MQTTBrokerEntry) async throws {
    let former = state.withLock { state in
      defer { state.node = nil }
      state.feed = feed
      return state.node
    }
    former?.stop()
    let node = SparkplugEdgeNode(plan: feed.edgePlan(at: broker), clock: clock, recorder: recorder) {
      [weak self] command in self?.take(command)
    }
    node.update(await missed(feed))
    try node.start()
    state.withLock { $0.node = node }
  }

  func stop() {
    let node = state.withLock { state in
      defer { state.node = nil }
      return state.node
    }
    node?.stop()
  }

  /// Looks at the floor until it is cancelled.
  func run() async {
    var nextNote = clock.now().monotonicMicroseconds + Self.noteIntervalMicroseconds
    while !Task.isCancelled {
      let (feed, node) = state.withLock { ($0.feed, $0.node) }
      if let feed, let node {
        let view = await recorder.inspect { engine in FloorView(engine) }
        node.update(feed.values(of: view, isRecording: recorder.status.isRecording, at: clock.now().utc))
        if clock.now().monotonicMicroseconds >= nextNote {
          await note(node, feed)
          nextNote = clock.now().monotonicMicroseconds + Self.noteIntervalMicroseconds
        }
      }
      // Cancelled means that the daemon stops.
      try? await Task.sleep(for: .microseconds(feed?.entry.everyMicroseconds ?? Self.idleMicroseconds))
    }
    let (feed, node) = state.withLock { ($0.feed, $0.node) }
    if let feed, let node { await note(node, feed) }
  }

  // MARK: What has left

  private static func setting(_ entry: SparkplugEdgeEntry) -> String {
    "sparkplug.edge.\(entry.group)/\(entry.edgeNode).through"
  }

  private func note(_ node: SparkplugEdgeNode, _ feed: SparkplugFeed) async {
    guard let through = node.status().publishedThrough?.microseconds else { return }
    // What is not noted is sent again after a restart.
    _ = await recorder.keep([(Self.setting(feed.entry), "\(through)")], at: clock.now().utc)
  }

  /// What parameters said after everything had left: from the ledger, at the pace of the feed.
  private func missed(_ feed: SparkplugFeed) async -> [SparkplugEdgeValue] {
    let now = clock.now().utc
    do {
      return try await ledger.read { reader in
        guard let text = try reader.setting(Self.setting(feed.entry)), let microseconds = Int64(text) else { return [] }
        let earliest = now.advanced(byMicroseconds: -Self.maximumBackfillMicroseconds)
        let from = max(Timestamp(microseconds: microseconds), earliest)
        let readings = try reader.sampledReadings(
          from: from, until: now, everyMicroseconds: feed.entry.everyMicroseconds, limit: feed.entry.maximumKeptValues)
        return feed.values(of: readings)
      }
    } catch {
      logger.warning(
        "what Sparkplug hosts missed cannot be read and is not sent", metadata: ["reason": "\(error)"])
      return []
    }
  }

  // MARK: Commands

  /// A host may order only the writes that the configuration allows, with the rights of the person it names.
  private func take(_ command: SparkplugEdgeCommand) {
    guard let feed = state.withLock({ $0.feed }), let person = feed.entry.person,
      let (write, value) = feed.write(of: command)
    else {
      logger.warning(
        "a Sparkplug command means no write of ours", metadata: ["metric": "\(displayable(command.metric))"])
      return
    }
    let (recorder, clock, logger) = (self.recorder, self.clock, self.logger)
    Task {
      let answer = await recorder.perform(
        .orderWrite(
          device: write.device, point: write.point, value: value, person: person,
          reason: "Sparkplug command to \(feed.entry.group)/\(feed.entry.edgeNode)"),
        actor: "person \(person)", at: clock.now().utc)
      if case .refused(let refusal) = answer {
        logger.warning("a Sparkplug command was refused", metadata: ["why": "\(refusal.words.english)"])
      }
    }
  }
}

/// Looks at the floor for Sparkplug until the group shuts down.
struct SparkplugPublishing: Service {
  let service: SparkplugService

  func run() async throws {
    await cancelWhenGracefulShutdown { await service.run() }
    service.stop()
  }
}
