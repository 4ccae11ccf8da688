import Devices
import Shopfloor

/// What messages mean for the devices of a broker: the same messages, in the same rounds, give the same readings. It
/// remembers what delta messages, availability topics and texts have said, and holds topics to the thinning rule.
///
/// A plain value: who cannot bring a round to disk puts the decoder back as it was before that round, because the
/// messages come again.
struct RoundDecoder: Sendable {
  /// Most elements of a list that are read from one message.
  static let maximumElements = 1_000
  /// Most readings of elements that one message gives one device.
  static let maximumElementReadings = 10_000
  /// Most readings of a round; lists in further messages are not read.
  static let maximumRoundReadings = 1_000_000

  struct Device: Sendable {
    let name: DeviceName
    let mappings: [CompiledMapping]
    let availability: [DeviceAvailability.Topic]
    /// Every parameter of the device once, in ascending order.
    let parameters: [ParameterIndex]
    /// Those whose messages say their own time.
    let timedParameters: Set<ParameterIndex>
  }

  let devices: [Device]
  var overlays = OverlayStore()
  /// The readers of the mappings' times, by device and mapping.
  var times: [[DeviceTimeReader?]]
  private var routes: TopicRoutes
  private var availability: DeviceAvailability
  private var told = ToldTexts()
  private var roundThinning = RoundThinning()
  private var thinner: TopicThinner
  private(set) var backlog = BrokerBacklog()
  /// The latest credible time that each device has said of its messages.
  var latestOwnTimes: [Timestamp?]

  init(devices plans: [MQTTDevicePlan], thinning: ThinningRule) {
    devices = plans.map { plan in
      let mappings = plan.mappings.map { CompiledMapping($0, parameters: plan.parameters) }
      return Device(
        name: plan.device, mappings: mappings, availability: plan.availability.map { DeviceAvailability.Topic($0) },
        parameters: Set(plan.parameters.values.joined()).sorted(),
        timedParameters: Set(mappings.filter { $0.timePath != nil }.flatMap(\.parameters)))
    }
    latestOwnTimes = plans.map { _ in nil }
    times = plans.map { $0.mappings.map { mapping in mapping.time.map { DeviceTimeReader($0.form) } } }
    routes = TopicRoutes(
      mappings: plans.map { $0.mappings.map(\.topic) }, availability: plans.map { $0.availability.map(\.topic) })
    availability = DeviceAvailability(devices: plans.count)
    thinner = TopicThinner(thinning, devices: plans.map(\.device))
  }

  /// What bounds have taken away so far.
  var losses: DecodingLosses {
    DecodingLosses(
      forgottenOverlays: overlays.forgotten, topicsLookedUp: routes.lookups, unwatchedTopics: thinner.givenUp)
  }

  mutating func decode(_ messages: [IncomingMessage]) -> DecodedRound {
    var round = DecodedRound()
    var work = RoundWork()
    for (index, message) in messages.enumerated() {
      let stops = routes.stops(of: message.topic)
      if stops.isEmpty {
        round.unmapped += 1
        round.lastUnmappedTopic = message.topic
        continue
      }
      var content = MessageContent(message)
      for stop in stops { decode(&content, index, stop, &work, &round) }
    }
    round.batches = finished(work.pieces)
    if let last = messages.last {
      backlog.clockMoved(to: last.receivedAt.monotonicMicroseconds)
      round.notes = thinner.takeNotes(at: last.receivedAt.monotonicMicroseconds)
    }
    return round
  }

  /// From here on come messages that have waited at the broker, at any rate and in any number: nothing is thinned.
  ///
  /// - Parameter isReconnect: we were away, for nobody knows how long. What does not say its own time is recorded at its
  ///   receipt as uncertain and judged by nobody: it may belong to a run that is over.
  mutating func beginBacklog(isReconnect: Bool = false) { backlog.begin(isReconnect: isReconnect) }

  /// What comes from here on is live, unless it says a time before that and comes within
  /// ``BrokerBacklog/stragglerMicroseconds``.
  mutating func endBacklog(at time: Timestamp) { backlog.end(at: time) }

  /// The time of a reading that has no value and whose message says no time: that of receipt. Where we were away, the
  /// latest that the device has said: the message is older than it looks, and what follows it in the backlog with a time
  /// of its own must not count as late.
  func timeOfAbsence(device: Int, isTimed: Bool, receivedAt: Timestamp) -> Timestamp {
    guard isTimed, backlog.mayBeOld,
      case .credible(let latest) = DeviceTime(latestOwnTimes[device], receivedAt: receivedAt)
    else { return receivedAt }
    return min(latest, receivedAt)
  }

  /// What is to be told before nothing more is decoded.
  mutating func end(at time: ClockReading) -> [MessageNote] {
    thinner.end(at: time.monotonicMicroseconds)
  }

  /// What is to be told although no message came; for about every second.
  mutating func tick(at time: ClockReading) -> [MessageNote] {
    backlog.clockMoved(to: time.monotonicMicroseconds)
    return thinner.takeNotes(at: time.monotonicMicroseconds)
  }

  private struct RoundWork {
    var pieces: [RoundPiece] = []
    var readings = 0
  }

  private struct KeptMessage: Hashable {
    var message: Int
    var slot: Int
  }

  private mutating func decode(
    _ content: inout MessageContent, _ index: Int, _ stop: TopicRoutes.Stop, _ work: inout RoundWork,
    _ round: inout DecodedRound
  ) {
    let device = devices[stop.device]
    let message = content.message
    round.tallies[device.name, default: .init()].messages += 1
    var parts = MessageParts()
    for mapping in stop.mappings {
      read(stop.device, mapping, &content, roomForElements: Self.maximumRoundReadings - work.readings, into: &parts)
    }
    if parts.isMalformed { round.tallies[device.name]?.malformed += 1 }
    if parts.hasValue, !message.isRetained, availability.note(stop.device, isOnline: true) {
      round.deviceStates[device.name] = true
    }
    let place = TopicThinner.Place(device: stop.device, topic: message.topic)
    let admission =
      backlog.holds(ownTime: parts.sourceTime, receivedAt: message.receivedAt.monotonicMicroseconds)
      ? nil : thinner.admit(place, at: message.receivedAt)
    work.readings += parts.count
    for part in parts.finished(of: message, device: device.name) {
      work.pieces.append(
        RoundPiece(
          batch: Self.batch(device, message, part.key, part.readings), texts: part.texts, message: index,
          place: place, admission: admission))
    }
    for topic in stop.availability {
      guard let isOnline = content.isOnline(device.availability[topic]),
        availability.note(stop.device, isOnline: isOnline)
      else { continue }
      round.deviceStates[device.name] = isOnline
      guard !isOnline, !device.parameters.isEmpty else { continue }
      let readings = device.parameters.map { parameter in
        let time = timeOfAbsence(
          device: stop.device, isTimed: device.timedParameters.contains(parameter), receivedAt: message.receivedAt.utc)
        return Reading(parameter: parameter, time: time, quality: .badDeviceOffline)
      }
      // A device that flaps over the rule is told as away once for each time that it had said a value.
      work.pieces.append(
        RoundPiece(
          batch: Self.batch(device, message, nil, readings), message: index, place: place, admission: admission))
    }
  }

  private static func batch(
    _ device: Device, _ message: IncomingMessage, _ key: UInt64?, _ readings: [Reading]
  ) -> ReadingBatch {
    ReadingBatch(
      device: device.name, receivedAt: message.receivedAt.utc,
      monotonicMicroseconds: message.receivedAt.monotonicMicroseconds, messageKey: key, readings: readings)
  }

  /// Thins what is over the rule, and tells the texts that are news.
  private mutating func finished(_ pieces: [RoundPiece]) -> [ReadingBatch] {
    let kept = roundThinning.thinned(pieces)
    var counted: Set<KeptMessage> = []
    return kept.map { piece in
      if piece.isOver, let place = piece.place, let slot = piece.admission?.slot,
        // One message concerns several devices and may be cut into several pieces.
        counted.insert(KeptMessage(message: piece.message, slot: slot)).inserted
      {
        thinner.keep(place, piece.admission)
      }
      guard !piece.texts.isEmpty else { return piece.batch }
      var batch = piece.batch
      batch.texts = told.news(of: piece)
      return batch
    }
  }
}
