import Devices

/// What comes on which topic, how often, and what can be made of it: counted from messages that somebody looks at.
/// Bounded in every direction; what goes over a bound is counted.
public struct TopicCensus: Sendable {
  /// Topics that are told apart.
  public static let maximumTopics = 10_000
  /// A message of one topic is looked into at most this often, in microseconds; counted is every one.
  static let lookMicroseconds: Int64 = 500_000
  /// Values that are kept of one topic, over all of its messages.
  static let maximumValues = 32

  /// By topic.
  public private(set) var sightings: [String: TopicSighting] = [:]
  /// Messages on topics that found no place.
  public private(set) var messagesElsewhere = 0
  public private(set) var messages = 0
  private var mapped: WatchedValues
  private let filters: [TopicFilter]
  private var nextLook: [String: Int64] = [:]

  /// - Parameter devices: what the configuration makes of messages.
  public init(devices: [WatchedDevice] = []) {
    mapped = WatchedValues(devices: devices)
    filters = TopicFilter.withoutCovered(
      devices.flatMap { $0.mappings.map(\.topic) + $0.availability.map(\.topic) })
  }

  /// Whether the configuration reads a topic.
  func reads(_ topic: String) -> Bool { filters.contains { $0.matches(topic) } }

  public mutating func note(_ round: [ObservedMessage]) {
    for message in round { note(message) }
  }

  private mutating func note(_ message: ObservedMessage) {
    messages += 1
    guard sightings[message.topic] != nil || sightings.count < Self.maximumTopics else {
      messagesElsewhere += 1
      return
    }
    let isLookedAt = message.receivedAt.monotonicMicroseconds >= nextLook[message.topic] ?? .min
    var sighting = sightings.removeValue(forKey: message.topic) ?? TopicSighting(topic: message.topic)
    sighting.count(message)
    if isLookedAt {
      nextLook[message.topic] = message.receivedAt.monotonicMicroseconds + Self.lookMicroseconds
      sighting.look(MessageRecogniser.recognise(topic: message.topic, payload: message.payload))
      sighting.look(mapped.values(of: message))
    }
    sightings[message.topic] = sighting
  }

  /// In the order of their topics, byte by byte.
  public var inOrder: [TopicSighting] {
    sightings.values.sorted { $0.topic.utf8.lexicographicallyPrecedes($1.topic.utf8) }
  }
}

/// One topic.
public struct TopicSighting: Hashable, Sendable {
  public var topic: String
  public internal(set) var messages = 0
  /// Those of them that the broker had kept.
  public internal(set) var retained = 0
  public internal(set) var payloadBytes = 0
  public internal(set) var largestPayloadBytes = 0
  /// By the monotonic clock, of messages that were not kept ones; nil where none came.
  public internal(set) var firstFresh: Int64?
  public internal(set) var lastFresh: Int64?
  /// What the last message looked at is; with the values of all of them.
  public internal(set) var recognised = RecognisedMessage(.empty)
  /// Families that were seen on this topic, the last one behind.
  public internal(set) var families: [MessageFamily] = []
  /// What the configuration makes of it, by device and point.
  public internal(set) var mapped: [WatchedValue] = []

  init(topic: String) { self.topic = topic }

  /// Messages per second between the first and the last fresh one; nil where fewer than two came.
  public var rate: Double? {
    guard let firstFresh, let lastFresh, lastFresh > firstFresh, messages - retained > 1 else { return nil }
    return Double(messages - retained - 1) / (Double(lastFresh - firstFresh) / 1e6)
  }

  mutating func count(_ message: ObservedMessage) {
    messages += 1
    payloadBytes += message.payloadBytes
    largestPayloadBytes = max(largestPayloadBytes, message.payloadBytes)
    if message.isRetained {
      retained += 1
    } else {
      firstFresh = firstFresh ?? message.receivedAt.monotonicMicroseconds
      lastFresh = message.receivedAt.monotonicMicroseconds
    }
  }

  /// Takes over what a message is; values of earlier messages stay, for one message need not hold all of them.
  mutating func look(_ seen: RecognisedMessage) {
    families.removeAll { $0 == seen.family }
    families.append(seen.family)
    var merged = seen
    guard seen.family == recognised.family else {
      recognised = merged
      return
    }
    for value in recognised.values where !merged.values.contains(where: { $0.path == value.path }) {
      guard merged.values.count < TopicCensus.maximumValues else { break }
      merged.values.append(value)
    }
    merged.timePath = seen.timePath ?? recognised.timePath
    if merged.keyPaths.isEmpty { merged.keyPaths = recognised.keyPaths }
    merged.furtherValues = max(seen.furtherValues, recognised.furtherValues)
    recognised = merged
  }

  mutating func look(_ values: [WatchedValue]) {
    for value in values {
      if let index = mapped.firstIndex(where: { $0.device == value.device && $0.point == value.point }) {
        // A text is told only when it changes.
        let before = mapped[index].text
        mapped[index] = value
        if value.text == nil, value.quality.hasValue { mapped[index].text = before }
      } else if mapped.count < TopicCensus.maximumValues {
        mapped.append(value)
      }
    }
  }
}
