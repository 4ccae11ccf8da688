import Devices

/// What the topics of a broker mean for its devices. A topic is looked up among all filters once and then remembered, so
/// that a message costs the same however many mappings there are.
struct TopicRoutes {
  /// One device that a topic concerns.
  struct Stop {
    var device: Int
    /// Places in the device's mappings, in their order.
    var mappings: [Int]
    /// Places in the device's availability topics.
    var availability: [Int]
  }

  /// Deepest topic that is read, in levels; a deeper one is nobody's.
  static let maximumLevels = 64
  /// Most topics that are remembered.
  static let maximumTopics = 10_000
  /// Most bytes of remembered topics.
  static let maximumTopicBytes = 8 * 1024 * 1024

  private let mappings: [[TopicFilter]]
  private let availability: [[TopicFilter]]
  /// Two generations, each of half the bounds: what was asked for in neither is forgotten.
  private var recent: [String: [Stop]] = [:]
  private var former: [String: [Stop]] = [:]
  private var recentBytes = 0
  /// How often a topic was looked up among all filters.
  private(set) var lookups = 0

  var remembered: Int { recent.count + former.count }

  /// - Parameters: the filters of each device's mappings and availability topics.
  init(mappings: [[TopicFilter]], availability: [[TopicFilter]]) {
    self.mappings = mappings
    self.availability = availability
  }

  /// The devices that the topic concerns, in their order; empty where nobody maps it.
  mutating func stops(of topic: String) -> [Stop] {
    if let stops = recent[topic] { return stops }
    let stops = former[topic] ?? lookUp(topic)
    let bytes = topic.utf8.count
    if recent.count >= Self.maximumTopics / 2 || recentBytes + bytes > Self.maximumTopicBytes / 2 {
      former = recent
      recent = [:]
      recentBytes = 0
    }
    recent[topic] = stops
    recentBytes += bytes
    return stops
  }

  private mutating func lookUp(_ topic: String) -> [Stop] {
    lookups += 1
    let bytes = Array(topic.utf8)
    let separators = bytes.reduce(0) { $0 + ($1 == UInt8(ascii: "/") ? 1 : 0) }
    guard separators < Self.maximumLevels else { return [] }
    return mappings.indices.compactMap { device in
      let stop = Stop(
        device: device, mappings: Self.places(bytes, mappings[device]),
        availability: Self.places(bytes, availability[device]))
      return stop.mappings.isEmpty && stop.availability.isEmpty ? nil : stop
    }
  }

  private static func places(_ topic: [UInt8], _ filters: [TopicFilter]) -> [Int] {
    filters.indices.filter { filters[$0].matches(levelsOf: topic) }
  }
}
