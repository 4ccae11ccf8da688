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
  private static let nearestDeaths: UInt64 = 8
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
  private var window: SequenceWindow
  private let patience: Int64
  private var birth: Birth?
  /// A death came that is not the one of the birth; nothing was heard since.
  private var suspicion: Suspicion?
  /// Devices that had values before the birth of the node and were not born since, and until when they are waited for.
  var awaited: Set<String?> = []
  private var awaitedUntil: Int64?
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

  private struct Birth {
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

  private mutating func forgetBirths(_ now: Timestamp) {
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

  private mutating func remember(_ scope: MetricScope?, of device: String?) {
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

  private mutating func perform(_ steps: [SequenceWindow.Step], _ now: ClockReading, _ output: inout Output) {
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

  // MARK: Births and deaths

  private mutating func takeBirth(_ message: NodeMessage, _ output: inout Output) {
    guard birth?.fingerprint != message.fingerprint else {
      counters.repeatedBirths += 1
      return
    }
    // Messages behind the birth may have come before it; what is older stands behind a hole that nothing will fill.
    let born = message.payload.timestamp
    let newer = window.withdraw { held in
      if let born, let said = held.payload.timestamp { said >= born } else { false }
    }
    perform(window.giveUp(), message.receivedAt, &output)
    endDoubt(at: message.receivedAt.utc, &output)
    if message.sequence != 0 { counters.note(.birthSequence, "an NBIRTH whose sequence number is not 0") }
    let former = readers.filter { $0.key != nil && $0.value.contains(where: \.hasValues) }.map(\.key)
    forgetBirths(message.receivedAt.utc)
    if !former.isEmpty {
      awaited = Set(former)
      awaitedUntil = message.receivedAt.monotonicMicroseconds + max(Self.deviceBirthMicroseconds, patience)
    }
    window.restart(at: message.sequence ?? 0, message)
    let deathSequence = Self.deathSequence(of: message.payload)
    if deathSequence == nil, message.isReadable { counters.note(.noDeathSequence, "an NBIRTH without bdSeq") }
    birth = Birth(
      deathSequence: deathSequence, timestamp: message.payload.timestamp,
      receivedMonotonic: message.receivedAt.monotonicMicroseconds, fingerprint: message.fingerprint)
    phase = .born(at: message.receivedAt.utc)
    counters.births += 1
    rebirths.born(message.receivedAt.monotonicMicroseconds)
    takeMetricsOfBirth(message, &output)
    for (sequence, held) in newer { perform(window.take(sequence, held), message.receivedAt, &output) }
  }

  private mutating func takeDeviceBirth(_ message: NodeMessage, _ output: inout Output) {
    guard readers[message.device] != nil else { return }
    let isFromBefore = isFromBeforeTheBirth(message)
    takeMetricsOfBirth(message, &output)
    if isFromBefore {
      // The next in the count, but of a time before: names and values hold, aliases wait for another birth.
      scopes[message.device]?.isInDoubt = true
      if doubtSince == nil { doubtSince = message.receivedAt.utc }
      return rebirths.want(message.receivedAt.monotonicMicroseconds)
    }
    if case .born = phase { return }
    // It may be of a life of the node that is over: names and values hold, aliases wait for the birth of the node.
    scopes[message.device]?.isInDoubt = true
    counters.note(.deviceBirthAlone, "a DBIRTH of \(message.device ?? "") without an NBIRTH before")
    rebirths.want(message.receivedAt.monotonicMicroseconds)
  }

  private mutating func takeMetricsOfBirth(_ message: NodeMessage, _ output: inout Output) {
    guard readers[message.device] != nil || message.device == nil else { return }
    var scope = MetricScope()
    if !scope.birth(message) {
      counters.note(.unsoundBirth, "a birth with metrics without name or type, or with one alias for two metrics")
    }
    remember(scopes[message.device], of: message.device)
    scopes[message.device] = scope
    awaited.remove(message.device)
    guard message.isReadable else { return takeUnreadable(message, &output) }
    makeStaleWhatIsNotBorn(message, &output)
    read(message, origin: .birth, &output) { metric in
      if let name = metric.name, let type = metric.datatype { .metric(name: name, type: type) } else { .unknown }
    }
  }

  private mutating func takeDeath(_ message: NodeMessage, _ output: inout Output) {
    if case .offline = phase { return }
    let said = Self.deathSequence(of: message.payload)
    if said == nil, message.isReadable { counters.note(.noDeathSequence, "an NDEATH without bdSeq") }
    let own = birth?.deathSequence
    if !message.isReadable || own.map({ said != nil && said != $0 }) == true {
      // It must be ignored (5.3, step 4); the node is asked whether it is there.
      counters.ignoredDeaths += 1
      if suspicion == nil { suspicion = Suspicion(isOfALaterLife: false) }
      if let own, let said, Self.isLater(said, than: own) { suspicion?.isOfALaterLife = true }
      return rebirths.want(message.receivedAt.monotonicMicroseconds)
    }
    perform(window.giveUp(), message.receivedAt, &output)
    die(message.receivedAt, &output)
  }

  /// The death of an earlier connection says nothing of the values, however long the node is silent: it may report changes
  /// alone, or not read commands. With the death of a later one the connection of the birth is over, and the births of the
  /// later ones are lost.
  private mutating func endSuspicion(_ now: ClockReading, _ output: inout Output) {
    guard suspicion?.isOfALaterLife == true else {
      suspicion?.deadline = nil
      suspicion?.isUnanswered = true
      return
    }
    die(now, &output)
  }

  /// bdSeq counts the connections and begins again after 255 (6.4.25). A number that is far ahead is one from before.
  private static func isLater(_ said: UInt64, than own: UInt64) -> Bool {
    (1...nearestDeaths).contains((said &- own) & 0xFF)
  }

  private mutating func die(_ now: ClockReading, _ output: inout Output) {
    endDoubt(at: now.utc, &output)
    makeStale(.badDeviceOffline, at: now.utc, now, &output)
    phase = .offline(since: now.utc)
    forgetBirths(now.utc)
    counters.deaths += 1
    rebirths.noLongerWanted()
  }

  private mutating func takeDeviceDeath(_ message: NodeMessage, _ output: inout Output) {
    guard readers[message.device] != nil, scopes[message.device]?.life != .dead else { return }
    let claim = MessageTimeClaim.of(message.payload.timestamp, receivedAt: message.receivedAt.utc)
    if claim.time == nil { counters.note(.deathWithoutTime, "a DDEATH without a time that can be true") }
    var scope = MetricScope()
    scope.life = .dead
    scopes[message.device] = scope
    awaited.remove(message.device)
    makeStale(
      .badDeviceOffline, of: message.device, at: claim.time ?? message.receivedAt.utc, message.receivedAt, &output)
  }

  /// A device that its node does not bear again is not there: its death may have been lost.
  private mutating func endWaitingForDevices(_ now: ClockReading, _ output: inout Output) {
    for device in awaited.sorted(by: { ($0 ?? "") < ($1 ?? "") }) {
      makeStale(.badDeviceOffline, of: device, at: now.utc, now, &output)
    }
    awaited = []
    awaitedUntil = nil
  }

  private static func deathSequence(of payload: SparkplugPayload) -> UInt64? {
    switch payload.metrics.last(where: { $0.name == "bdSeq" })?.value {
    case .long(let number)?: number
    case .int(let number)?: UInt64(number)
    default: nil
    }
  }
}
