import Devices
import Ledger
import Logging
import MQTT
import Recorder
import ServiceLifecycle
import Shopfloor
import Synchronization

/// Publishes the line as a Sparkplug edge node: looks at the floor again and again, hands the edge node what it says, and
/// keeps in the ledger up to when everything has left, so that a restart sends what the hosts missed.
final class SparkplugService: Sendable {
  private struct State {
    var feed: SparkplugFeed?
    /// The plan that the node runs, with the broker's address.
    var plan: SparkplugEdgePlan?
    var node: SparkplugEdgeNode?
    /// The bdSeq that stands in the ledger.
    var notedBirthDeath: UInt8?
  }

  private let recorder: Recorder
  private let ledger: LedgerAccess
  private let clock: any WallClock
  private let logger: Logger
  private let written: WrittenValues
  private let commands = SparkplugCommands()
  private let state = Mutex(State())

  /// How often it is looked whether there is something to publish or to note, in microseconds, at the longest.
  static let idleMicroseconds: Int64 = 1_000_000
  /// How often what has left is noted, in microseconds.
  static let noteIntervalMicroseconds: Int64 = 60_000_000
  /// How far back a start looks for what the hosts missed, in microseconds.
  static let maximumBackfillMicroseconds: Int64 = 24 * 3_600 * 1_000_000

  init(
    recorder: Recorder, ledger: LedgerAccess, clock: any WallClock, logger: Logger,
    written: WrittenValues = WrittenValues()
  ) {
    self.recorder = recorder
    self.ledger = ledger
    self.clock = clock
    self.logger = logger
    self.written = written
  }

  /// Shown as a device; nil where nothing is published.
  var status: LinkStatus? {
    guard let status = state.withLock({ $0.node })?.status() else { return nil }
    var counters = LinkCounters()
    counters.reconnects = status.reconnects
    counters.turnedAway = status.givenUp
    return LinkStatus(
      device: "sparkplug-edge", state: status.state, since: status.since,
      detail: Self.words(status.words, commands.counts), counters: counters)
  }

  static func words(_ node: String, _ commands: SparkplugCommands.Counts) -> String {
    var parts = [node]
    if commands.carriedOut > 0 { parts.append("\(commands.carriedOut) commands of hosts were ordered") }
    if commands.refused > 0 { parts.append("\(commands.refused) commands of hosts were refused by the recorder") }
    if commands.turnedAway > 0 {
      parts.append("\(commands.turnedAway) commands were turned away, because a host sends them too fast")
    }
    return parts.joined(separator: "; ")
  }

  // MARK: The node

  /// Begins to publish. A node that publishes the same at the same broker goes on; another one hands over what it keeps.
  func configure(_ feed: SparkplugFeed, at broker: MQTTBrokerEntry) async throws {
    let plan = feed.edgePlan(at: broker)
    let isSame = state.withLock { state in
      guard state.node != nil, state.plan == plan else { return false }
      state.feed = feed
      return true
    }
    guard !isSame else { return }
    let (former, formerFeed) = state.withLock { state in
      defer { state.node = nil }
      return (state.node, state.feed)
    }
    let leftOver = former?.stop() ?? []
    if let former, let formerFeed { await note(former, formerFeed) }
    let first = await firstBirthDeath(feed, after: former)
    let node = SparkplugEdgeNode(
      plan: plan, clock: clock, firstBirthDeathSequence: first, recorder: recorder
    ) { [commands] command in commands.put(command) }
    // Before the births, so that these say what is.
    let now = await values(feed)
    node.update(former == nil ? await missed(feed, beside: now.count) : Self.planned(leftOver, in: plan))
    node.update(now)
    state.withLock { state in
      state.feed = feed
      state.notedBirthDeath = nil
    }
    // Before the broker sees it: after a kill the next one is another one.
    await noteBirthDeath(first, feed)
    try node.start()
    state.withLock { state in
      state.plan = plan
      state.node = node
    }
  }

  func stop() {
    let node = state.withLock { state in
      defer { state.node = nil }
      return state.node
    }
    node?.stop()
  }

  private static func planned(_ values: [SparkplugEdgeValue], in plan: SparkplugEdgePlan) -> [SparkplugEdgeValue] {
    let node = Set(plan.metrics.map(\.name))
    let devices = Dictionary(plan.devices.map { ($0.name, Set($0.metrics.map(\.name))) }) { first, _ in first }
    return values.filter { ($0.device.map { devices[$0] ?? [] } ?? node).contains($0.metric) }
  }

  private func values(_ feed: SparkplugFeed) async -> [SparkplugEdgeValue] {
    let view = await recorder.inspect { engine in FloorView(engine) }
    return feed.values(
      of: view, isRecording: recorder.status.isRecording, written: written.confirmed, at: clock.now().utc)
  }

  /// Looks at the floor and carries out commands until it is cancelled.
  func run() async {
    async let carrying: Void = commands.run { [weak self] command in await self?.perform(command) ?? false }
    await publish()
    await carrying
  }

  private func publish() async {
    var nextLook: Int64 = .min
    var nextNote = clock.now().monotonicMicroseconds + Self.noteIntervalMicroseconds
    while !Task.isCancelled {
      let (feed, node) = state.withLock { ($0.feed, $0.node) }
      let every = feed?.entry.everyMicroseconds ?? Self.idleMicroseconds
      if let feed, let node {
        if clock.now().monotonicMicroseconds >= nextLook {
          node.update(await values(feed))
          nextLook = clock.now().monotonicMicroseconds + every
        }
        await noteBirthDeath(node.status().birthDeathSequence, feed)
        if clock.now().monotonicMicroseconds >= nextNote {
          await note(node, feed)
          nextNote = clock.now().monotonicMicroseconds + Self.noteIntervalMicroseconds
        }
      }
      // Cancelled means that the daemon stops.
      try? await Task.sleep(for: .microseconds(min(every, Self.idleMicroseconds)))
    }
    let (feed, node) = state.withLock { ($0.feed, $0.node) }
    guard let feed, let node else { return }
    await note(node, feed)
  }

  // MARK: What has left

  private static func setting(_ entry: SparkplugEdgeEntry, _ what: String) -> String {
    "sparkplug.edge.\(entry.group)/\(entry.edgeNode).\(what)"
  }

  private func note(_ node: SparkplugEdgeNode, _ feed: SparkplugFeed) async {
    guard let through = node.status().publishedThrough?.microseconds else { return }
    // What is not noted is sent again after a restart.
    _ = await recorder.keep([(Self.setting(feed.entry, "through"), "\(through)")], at: clock.now().utc)
  }

  private func noteBirthDeath(_ sequence: UInt8, _ feed: SparkplugFeed) async {
    guard state.withLock({ $0.notedBirthDeath != sequence }) else { return }
    let answer = await recorder.keep([(Self.setting(feed.entry, "bdseq"), "\(sequence)")], at: clock.now().utc)
    // What was refused is noted with the next look.
    if case .refused = answer { return }
    state.withLock { $0.notedBirthDeath = sequence }
  }

  /// One more than the last that a broker may have seen (tck-id-topics-nbirth-bdseq-increment).
  private func firstBirthDeath(_ feed: SparkplugFeed, after former: SparkplugEdgeNode?) async -> UInt8 {
    if let former { return former.status().birthDeathSequence &+ 1 }
    do {
      let text = try await ledger.read { try $0.setting(Self.setting(feed.entry, "bdseq")) }
      return text.flatMap { UInt8($0) }.map { $0 &+ 1 } ?? 0
    } catch {
      logger.warning("the last bdSeq cannot be read; it begins with 0", metadata: ["reason": "\(error)"])
      return 0
    }
  }

  /// What parameters said after everything had left: from the ledger, at the pace of the feed.
  ///
  /// - Parameter count: of values that are to be kept beside these.
  private func missed(_ feed: SparkplugFeed, beside count: Int) async -> [SparkplugEdgeValue] {
    let now = clock.now().utc
    // Each reading is a value and its quality.
    let limit = max(1, (feed.entry.maximumKeptValues - count) / 2)
    let earliest = now.advanced(byMicroseconds: -Self.maximumBackfillMicroseconds)
    do {
      let (through, readings) = try await ledger.read { reader -> (Timestamp?, [SampledReading]) in
        guard let text = try reader.setting(Self.setting(feed.entry, "through")), let microseconds = Int64(text)
        else { return (nil, []) }
        let through = Timestamp(microseconds: microseconds)
        return (
          through,
          try reader.sampledReadings(
            from: max(through, earliest), until: now, everyMicroseconds: feed.entry.everyMicroseconds, limit: limit)
        )
      }
      if let through, through < earliest || readings.count >= limit {
        logger.warning(
          "hosts missed more than is sent: the older part stays in the ledger alone",
          metadata: [
            "missed since": "\(through)", "sent": "\(readings.count) readings",
            "from": "\(readings.first.map { "\($0.reading.time)" } ?? "none")",
          ])
      }
      return feed.values(of: readings)
    } catch {
      logger.warning(
        "what Sparkplug hosts missed cannot be read and is not sent", metadata: ["reason": "\(error)"])
      return []
    }
  }

  // MARK: Commands

  /// A host may order only the writes that the configuration allows, with the rights of the person it names.
  private func perform(_ command: SparkplugEdgeCommand) async -> Bool {
    guard let feed = state.withLock({ $0.feed }), let person = feed.entry.person,
      let (write, value) = feed.write(of: command)
    else {
      logger.warning(
        "a Sparkplug command means no write of ours", metadata: ["metric": "\(displayable(command.metric))"])
      return false
    }
    let answer = await recorder.perform(
      .orderWrite(
        device: write.device, point: write.point, value: value, person: person,
        reason: "Sparkplug command to \(feed.entry.group)/\(feed.entry.edgeNode)"),
      actor: "person \(person)", at: clock.now().utc)
    guard case .refused(let refusal) = answer else { return true }
    logger.warning("a Sparkplug command was refused", metadata: ["why": "\(refusal.words.english)"])
    return false
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
