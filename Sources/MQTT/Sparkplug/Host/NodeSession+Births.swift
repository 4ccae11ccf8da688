import Devices
import Shopfloor

/// What begins and ends the life of an edge node and of its devices.
extension NodeSession {
  mutating func takeBirth(_ message: NodeMessage, _ output: inout Output) {
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

  mutating func takeDeviceBirth(_ message: NodeMessage, _ output: inout Output) {
    guard readers[message.device] != nil else { return }
    let isFromBefore = isFromBeforeTheBirth(message)
    takeMetricsOfBirth(message, &output)
    if isFromBefore, !saysTheSameAgain(message.device) {
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

  /// Whether the last birth of a device in this life of the node gave the same aliases: some nodes make the payloads of
  /// their devices before their own.
  private func saysTheSameAgain(_ device: String?) -> Bool {
    guard let now = scopes[device], let before = former[device], let life = now.deathSequence else { return false }
    return before.deathSequence == life && before.names == now.names
  }

  private mutating func takeMetricsOfBirth(_ message: NodeMessage, _ output: inout Output) {
    guard readers[message.device] != nil || message.device == nil else { return }
    var scope = MetricScope()
    if !scope.birth(message) {
      counters.note(.unsoundBirth, "a birth with metrics without name or type, or with one alias for two metrics")
    }
    remember(scopes[message.device], of: message.device)
    scope.deathSequence = birth?.deathSequence
    scopes[message.device] = scope
    awaited.remove(message.device)
    guard message.isReadable else { return takeUnreadable(message, &output) }
    makeStaleWhatIsNotBorn(message, &output)
    read(message, origin: .birth, &output) { metric in
      if let name = metric.name, let type = metric.datatype { .metric(name: name, type: type) } else { .unknown }
    }
  }

  mutating func takeDeath(_ message: NodeMessage, _ output: inout Output) {
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
  mutating func endSuspicion(_ now: ClockReading, _ output: inout Output) {
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

  mutating func die(_ now: ClockReading, _ output: inout Output) {
    endDoubt(at: now.utc, &output)
    makeStale(.badDeviceOffline, at: now.utc, now, &output)
    phase = .offline(since: now.utc)
    forgetBirths(now.utc)
    counters.deaths += 1
    rebirths.noLongerWanted()
  }

  mutating func takeDeviceDeath(_ message: NodeMessage, _ output: inout Output) {
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
  mutating func endWaitingForDevices(_ now: ClockReading, _ output: inout Output) {
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
