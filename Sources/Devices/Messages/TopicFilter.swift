/// A topic filter as MQTT 3.1.1 section 4.7 defines it: levels separated by "/", "+" for one level, "#" for the parent
/// and everything below it. Compared byte by byte: MQTT does not normalise Unicode (4.7.3).
public struct TopicFilter: Hashable, Sendable {
  public enum Level: Hashable, Sendable {
    case name([UInt8])
    case anyOne
    case anyRest
  }

  public let text: String
  public let levels: [Level]

  public init(_ text: String) throws(TopicFilterFault) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= maximumTopicBytes else { throw .tooLong(bytes: bytes.count) }
    guard !bytes.contains(0) else { throw .containsNull }
    guard !text.hasPrefix("$share/") else { throw .shared }
    self.text = text
    levels = try Self.levels(of: bytes)
  }

  private static func levels(of bytes: [UInt8]) throws(TopicFilterFault) -> [Level] {
    let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    var levels: [Level] = []
    for (index, part) in parts.enumerated() {
      switch part {
      case [UInt8(ascii: "+")]: levels.append(.anyOne)
      case [UInt8(ascii: "#")]:
        guard index == parts.count - 1 else { throw .hashNotLast }
        levels.append(.anyRest)
      default:
        guard !part.contains(UInt8(ascii: "+")), !part.contains(UInt8(ascii: "#")) else { throw .wildcardInsideLevel }
        levels.append(.name(Array(part)))
      }
    }
    return levels
  }

  /// Whether a message on this topic is meant by the filter.
  public func matches(_ topic: String) -> Bool {
    matches(levelsOf: Array(topic.utf8))
  }

  public func matches(levelsOf topic: [UInt8]) -> Bool {
    guard !topic.isEmpty else { return false }
    // 4.7.2: a filter that begins with a wildcard does not mean topics that begin with "$".
    if topic[0] == UInt8(ascii: "$"), let first = levels.first {
      guard case .name = first else { return false }
    }
    let parts = topic.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, level) in levels.enumerated() {
      switch level {
      case .anyRest: return true
      case .anyOne: guard index < parts.count else { return false }
      case .name(let name): guard index < parts.count, parts[index].elementsEqual(name) else { return false }
      }
      // 4.7.1.2: "sport/#" also means "sport" itself.
      if index == parts.count - 1, index == levels.count - 2, levels[index + 1] == .anyRest { return true }
    }
    return parts.count == levels.count
  }
}

/// MQTT 3.1.1 section 1.5.3: a string has at most 65,535 bytes.
public let maximumTopicBytes = 65_535

/// Why a text is no topic filter that Lotwire subscribes to.
public enum TopicFilterFault: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case tooLong(bytes: Int)
  case containsNull
  case hashNotLast
  case wildcardInsideLevel
  case shared

  public var description: String {
    switch self {
    case .empty: "the topic is empty; write the topic that the sensor publishes to"
    case .tooLong(let bytes): "the topic has \(bytes) bytes; at most \(maximumTopicBytes) are allowed"
    case .containsNull: "the topic holds the character U+0000; remove it"
    case .hashNotLast: "\"#\" may only stand alone as the last level, as in \"cleanroom/#\""
    case .wildcardInsideLevel: "\"+\" and \"#\" must fill a whole level, as in \"cleanroom/+/temperature\""
    case .shared:
      "a shared subscription ($share/...) hands each message to one of several readers, and a recorder must see all; "
        + "subscribe to the topic itself"
    }
  }
}
