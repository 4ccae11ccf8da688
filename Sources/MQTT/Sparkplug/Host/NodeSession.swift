import Devices
import Shopfloor

/// One edge node and its devices as a host sees them: births, order, deaths (specification 3.0.0, chapter 5). Pure.
struct NodeSession {
  enum Phase: Hashable {
    /// Nothing was heard of it on this connection, or no birth.
    case unknown
    case born(at: Timestamp)
    case offline(since: Timestamp)
  }

  /// Readings, and the topic of the message that they are of; nil where they are of none.
  struct Told {
    var batch: ReadingBatch
    var topic: String?
  }

  /// What is to be done, collected over the messages of a round.
  struct Output {
    var batches: [Told] = []
    var notes: [MessageNote] = []
    /// Nodes that are asked for their births.
    var rebirths: [SparkplugAddress] = []
  }

  /// After a death that does not belong to the birth, the node has this long to show that it lives, from the request for
  /// its birth on, in microseconds.
  static let signOfLifeMicroseconds: Int64 = 15_000_000

  /// How many connections of which the births were lost are thought possible.
  static let nearestDeaths: UInt64 = 8
  /// Devices that were there before a new birth of their node have this long to be born again, in microseconds, and the
  /// time for reordering at least.
  static let deviceBirthMicroseconds: Int64 = 5_000_000

  let address: SparkplugAddress
  let broker: String
  var phase = Phase.unknown
  var counters = NodeCounters()
  var rebirths = RebirthRequests()
  var scopes: [String?: MetricScope] = [:]
  /// What the births before the last ones said.
  var former: [String?: MetricScope] = [:]
  var tallies: [DeviceName: NodeCounters.Device] = [:]
  var readers: [String?: [PointReader]]
  var window: SequenceWindow
  let patience: Int64
  var birth: Birth?
  /// A death came that is not the one of the birth; nothing was heard since.
  var suspicion: Suspicion?
  /// Devices that had values before the birth of the node and were not born since, and until when they are waited for.
  var awaited: Set<String?> = []
  var awaitedUntil: Int64?
  /// Since when values are left out because aliases are in doubt.
  var doubtSince: Timestamp?
  var leftOutInDoubt = 0

  struct Suspicion: Hashable {
    /// The death is one that the node can only have announced after the birth that we know.
    var isOfALaterLife: Bool
    /// Nil until the request for a birth has left.
    var deadline: Int64?
    /// The node was asked and did not answer in time.
    var isUnanswered = false
  }

  struct Birth {
    /// Nil: the node does not say.
    var deathSequence: UInt64?
    var timestamp: UInt64?
    var receivedMonotonic: Int64
    var fingerprint: UInt64
  }

  init(address: SparkplugAddress, plans: [SparkplugDevicePlan], broker: String, patience: Int64, now: Timestamp) {
    self.address = address
    self.broker = broker
    self.patience = patience
    readers = Dictionary(grouping: plans.map(PointReader.init)) { $0.plan.sparkplugDevice }
    window = SequenceWindow(patienceMicroseconds: patience, at: now)
  }

  var duplicates: UInt64 { window.duplicates + counters.repeatedBirths }

  /// A death came that is not the one of the birth, and the node does not answer.
  var isSuspected: Bool { suspicion?.isUnanswered == true }

  var devices: [DeviceName] { readers.values.flatMap { $0 }.map(\.plan.device).sorted { $0.text < $1.text } }

  /// When ``timePassed(_:_:)`` is due, by the monotonic clock.
  var deadline: Int64? {
    [window.deadline, suspicion?.deadline, awaitedUntil, rebirths.deadline].compactMap(\.self).min()
  }

  // MARK: Connection

  /// The subscriptions stand: the births of before are gone, so they are asked for.
  mutating func connected(_ now: ClockReading, _ output: inout Output) {
    phase = .unknown
    forgetBirths(now.utc)
    rebirths.connected()
    rebirths.want(now.monotonicMicroseconds)
    timePassed(now, &output)
  }

  /// Host applications must call everything stale that they do not hear any more (5.2, step 4).
  mutating func disconnected(_ now: ClockReading, _ output: inout Output) {
    perform(window.giveUp(), now, &output)
    endDoubt(at: now.utc, &output)
    if case .offline = phase {} else { makeStale(.badNotConnected, at: now.utc, now, &output) }
    phase = .unknown
    forgetBirths(now.utc)
    rebirths.noLongerWanted()
  }

  mutating func timePassed(_ now: ClockReading, _ output: inout Output) {
    perform(window.timePassed(now.monotonicMicroseconds), now, &output)
    if let deadline = suspicion?.deadline, now.monotonicMicroseconds >= deadline { endSuspicion(now, &output) }
    if let awaitedUntil, now.monotonicMicroseconds >= awaitedUntil { endWaitingForDevices(now, &output) }
    guard rebirths.due(now.monotonicMicroseconds) else { return }
    output.rebirths.append(address)
    if suspicion?.deadline == nil, suspicion?.isUnanswered == false {
      suspicion?.deadline = now.monotonicMicroseconds + Self.signOfLifeMicroseconds
    }
  }

  mutating func forgetBirths(_ now: Timestamp) {
    birth = nil
    for (device, scope) in scopes { remember(scope, of: device) }
    scopes = [:]
    window.forget(at: now)
    suspicion = nil
    awaited = []
    awaitedUntil = nil
    doubtSince = nil
    leftOutInDoubt = 0
  }

  mutating func remember(_ scope: MetricScope?, of device: String?) {
    if let scope, case .born = scope.life { former[device] = scope }
  }

  // MARK: Messages

  mutating func unreadable(_ fault: SparkplugFault, device: String?) {
    counters.note(.unreadable, "\(fault)")
    for reader in readers[device] ?? [] { tallies[reader.plan.device, default: .init()].malformed += 1 }
  }

  mutating func take(_ message: NodeMessage, isRetained: Bool, _ output: inout Output) {
    // Our own commands, and those of others.
    guard message.kind != .nodeCommand, message.kind != .deviceCommand else { return }
    counters.messages += 1
    guard !isRetained else { return takeRetained(message, &output) }
    rebirths.heard()
    if message.kind != .nodeDeath { suspicion = nil }
    switch message.kind {
    case .nodeBirth: takeBirth(message, &output)
    case .nodeDeath: takeDeath(message, &output)
    default:
      // The one that is next in the count is none that a birth has overtaken: the clock of the node went back, or it
      // sends what it had stored.
      guard !isFromBeforeTheBirth(message) || message.sequence.map({ $0 == window.expected }) == true else {
        counters.overtaken += 1
        return
      }
      guard let sequence = message.sequence else {
        counters.note(.noSequence, "a \(message.kind.rawValue) without a sequence number from 0 to 255")
        return apply(message, &output)
      }
      perform(window.take(sequence, message), message.receivedAt, &output)
    }
    timePassed(message.receivedAt, &output)
  }

  /// A message that a birth has overtaken on its way speaks of aliases that are no more. Later than the time for
  /// reordering, an older time stamp is the clock of the node that went back.
  func isFromBeforeTheBirth(_ message: NodeMessage) -> Bool {
    guard let said = message.payload.timestamp else { return false }
    func isBefore(_ timestamp: UInt64?, _ received: Int64) -> Bool {
      guard let timestamp, said < timestamp else { return false }
      return message.receivedAt.monotonicMicroseconds - received <= patience
    }
    if let birth, isBefore(birth.timestamp, birth.receivedMonotonic) { return true }
    return scopes[message.device].map { isBefore($0.bornTimestamp, $0.bornMonotonic) } ?? false
  }

  mutating func perform(_ steps: [SequenceWindow.Step], _ now: ClockReading, _ output: inout Output) {
    for step in steps {
      switch step {
      case .message(let message): apply(message, &output)
      case .late(let message):
        counters.late += 1
        guard !isFromBeforeTheBirth(message) else {
          counters.overtaken += 1
          continue
        }
        if message.kind == .nodeData || message.kind == .deviceData { takeData(message, &output) }
        // In doubt: no birth has come since the place was given up.
        if message.kind == .deviceDeath, scopes[message.device]?.isInDoubt == true {
          takeDeviceDeath(message, &output)
        }
      case .stray(let message):
        counters.late += 1
        if message.kind == .nodeData || message.kind == .deviceData { takeStray(message, &output) }
      case .missing(let count, let expected, let came, let from, let until):
        counters.gaps += 1
        counters.lost += UInt64(count ?? 0)
        output.notes.append(
          .lost(
            MessagesLost(
              broker: broker, devices: devices, cause: .sequenceGap, from: from, until: until, count: count,
              detail: "edge node \(address): message \(expected) was expected, \(came) came")))
        if doubtSince == nil { doubtSince = until }
        for key in scopes.keys { scopes[key]?.isInDoubt = true }
        rebirths.want(now.monotonicMicroseconds)
      }
    }
  }

  private mutating func apply(_ message: NodeMessage, _ output: inout Output) {
    switch message.kind {
    case .nodeData, .deviceData: takeData(message, &output)
    case .deviceBirth: takeDeviceBirth(message, &output)
    case .deviceDeath: takeDeviceDeath(message, &output)
    case .nodeBirth, .nodeDeath, .nodeCommand, .deviceCommand: break
    }
  }
}
