import Devices
import Shopfloor

/// What a Sparkplug edge node decides: when it is born, what it publishes, what it keeps, which commands it takes. Pure.
///
/// Aspects: `+Births` what it says of itself, `+Values` what it publishes, `+Incoming` what hosts say.
struct SparkplugEdgeState: SparkplugMachine {
  enum Phase: Hashable {
    /// No connection.
    case away
    /// Connected, the subscriptions are not answered yet.
    case subscribing
    /// The primary host is not there; values are kept.
    case waitingForHost
    /// The births are published; values are published as they come.
    case born
    /// NDEATH is published, the connection is being ended.
    case leaving
  }

  /// Most metrics in one data message.
  static let maximumMetricsPerMessage = 500
  /// Most data messages handed to the library before all of them have left for the broker.
  static let maximumMessagesUnderWay = 20
  /// A rebirth that is asked for sooner after a birth waits, in microseconds: a host that asks without end gets one a
  /// second.
  static let leastBetweenBirthsMicroseconds: Int64 = 1_000_000
  /// libmosquitto asks (PINGREQ) after one keep-alive without a word and gives up after another: a connection that is dead
  /// is noticed after twice the keep-alive at the latest. With QoS 0 what was written within that time before may not
  /// have arrived.
  static let lossWindowKeepAlives = 2.0
  /// The broker notices the death of a primary host after 1.5 times its keep-alive (MQTT 3.1.1 section 3.1.2.10), and our
  /// connection may be lost before it can tell: then both times add up.
  static let hostLossWindowKeepAlives = 1.5
  /// Library, thread and broker look at their clocks about once a second each; this much is added for them, in
  /// microseconds.
  static let lossWindowSlackMicroseconds: Int64 = 5_000_000

  let plan: SparkplugEdgePlan
  let topics: EdgeTopics
  let lossWindowMicroseconds: Int64
  var phase = Phase.away
  var metrics: EdgeMetrics
  var kept: KeptValues
  var counts = SparkplugEdgeCounts()
  var primaryHost: PrimaryHostKnowledge

  /// The bdSeq of the last CONNECT.
  var birthDeathSequence: UInt8
  private var hasConnected = false
  /// Of the next message: 0 in an NBIRTH, one more in each message after it.
  var sequence: UInt8 = 0
  /// Entries below this number are history: the births that were published after them have the values of now.
  var liveFrom: UInt64 = 0
  var messagesUnderWay = 0
  var lastBirthAt: Int64?
  /// A host has asked for a rebirth, which is due then; no data is published until it is done.
  var rebirthDueAt: Int64?
  /// The time of the latest value handed in.
  var latestTime: Timestamp?
  /// The last thing that a technician should look at.
  var lastComplaint: String?

  /// - Parameter firstBirthDeathSequence: the bdSeq of the first CONNECT, one more than the last one of the time before
  ///   where the caller knows it.
  init(plan: SparkplugEdgePlan, firstBirthDeathSequence: UInt8 = 0) {
    self.plan = plan
    topics = EdgeTopics(plan)
    metrics = EdgeMetrics(plan)
    kept = KeptValues(maximumCount: plan.maximumKeptValues)
    primaryHost = PrimaryHostKnowledge(name: plan.primaryHost)
    birthDeathSequence = firstBirthDeathSequence
    let keepAlives = Self.lossWindowKeepAlives + (plan.primaryHost == nil ? 0 : Self.hostLossWindowKeepAlives)
    lossWindowMicroseconds =
      Int64(Double(plan.connection.keepAliveSeconds) * keepAlives * 1_000_000) + Self.lossWindowSlackMicroseconds
  }

  mutating func will(at now: ClockReading) -> MosquittoClient.Will? {
    if hasConnected { birthDeathSequence &+= 1 }
    hasConnected = true
    return MosquittoClient.Will(
      topic: topics.nodeDeath, payload: SparkplugCodec.encode(deathPayload(at: now)), qualityOfService: 1,
      isRetained: false)
  }

  var deadlineMicroseconds: Int64? {
    guard phase == .born else { return nil }
    let forgetting = kept.oldestSentAt.map { $0 + lossWindowMicroseconds + 1 }
    return [rebirthDueAt, forgetting].compactMap { $0 }.min()
  }

  mutating func handle(_ event: SparkplugLinkEvent, at now: ClockReading) -> [SparkplugLinkAction] {
    switch event {
    case .accepted:
      phase = .subscribing
      primaryHost.forget()
      return [.subscribe(topics.subscriptions.map { (filter: $0, qualityOfService: 1) })]
    case .subscribed(let refused):
      return subscribed(refused: refused, at: now)
    case .message(let topic, let payload, let isRetained):
      return message(topic, payload, isRetained: isRetained, at: now)
    case .messageTooLarge(let topic, let bytes):
      refuse("a message of \(bytes) bytes on \(displayable(topic, maximumCharacters: 80)) is too large to be read")
      return []
    case .values(let values):
      take(values, at: now)
      return publishWhatIsKept(at: now)
    case .written:
      messagesUnderWay = 0
      kept.markWritten(at: now.monotonicMicroseconds)
      return publishWhatIsKept(at: now)
    case .clockMoved:
      // Only while the connection holds: what a loss makes doubtful is counted from the moment it is noticed.
      if phase == .born { kept.forgetSent(before: now.monotonicMicroseconds - lossWindowMicroseconds) }
      return rebirthIfDue(at: now) + publishWhatIsKept(at: now)
    case .notReached:
      // No CONNECT, no bdSeq: the next one is to be one more than the last that a broker has seen.
      hasConnected = false
      lost(at: now)
      return []
    case .lost:
      lost(at: now)
      return []
    case .stopping:
      return stopping(at: now)
    case .acknowledged, .publishRefused:
      return []
    }
  }

  private mutating func subscribed(refused: [String], at now: ClockReading) -> [SparkplugLinkAction] {
    guard phase == .subscribing else { return [] }
    if let state = topics.primaryHostState, refused.contains(state) {
      complain("the broker does not let us see whether the host \"\(displayable(plan.primaryHost ?? ""))\" is there")
    }
    phase = .waitingForHost
    return beBornIfPossible(at: now)
  }

  /// Births once the subscriptions stand and the primary host, where there is one, is online.
  mutating func beBornIfPossible(at now: ClockReading) -> [SparkplugLinkAction] {
    guard phase == .waitingForHost, primaryHost.allowsBirth else { return [] }
    phase = .born
    return births(at: now) + publishWhatIsKept(at: now)
  }

  private mutating func lost(at now: ClockReading) {
    if phase != .away { kept.forgetSent(before: now.monotonicMicroseconds - lossWindowMicroseconds) }
    phase = .away
    kept.sendAgain()
    messagesUnderWay = 0
    rebirthDueAt = nil
    primaryHost.forget()
  }

  private mutating func stopping(at now: ClockReading) -> [SparkplugLinkAction] {
    guard phase == .born else {
      phase = .leaving
      return []
    }
    // What came last still leaves, as far as the bound of messages under way allows.
    messagesUnderWay = 0
    let last = publishWhatIsKept(at: now)
    phase = .leaving
    return last + [death(at: now)]
  }

  mutating func complain(_ words: String) { lastComplaint = words }

  mutating func refuse(_ words: String) {
    counts.refusedCommands += 1
    complain(words)
  }
}
