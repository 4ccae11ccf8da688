/// What `messages:` and `availability:` say: the same in a device profile and in `lotwire.yaml`.
public struct MessageDeclarations: Hashable, Sendable {
  public var mappings: [MessageMapping]
  public var availability: [AvailabilityTopic]

  /// Most entries of `messages`.
  public static let mostMappings = 200
  /// Most points of all entries of `messages` together.
  public static let mostPoints = 2_000
  /// Most entries of `availability`.
  public static let mostAvailabilityTopics = 50

  /// The keys that ``read(_:)`` takes.
  public static let keys = ["messages", "availability"]

  public init(mappings: [MessageMapping], availability: [AvailabilityTopic]) {
    self.mappings = mappings
    self.availability = availability
  }

  /// Reads `messages` and `availability` below a node; every fault is reported at its place, and what could be read is
  /// returned.
  public static func read(_ node: DocumentNode) -> MessageDeclarations { read(node, .none) }

  static func read(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> MessageDeclarations {
    MessageDeclarations(
      mappings: readMappings(node, placeholders), availability: readAvailability(node["availability"], placeholders))
  }

  private static func readMappings(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> [MessageMapping] {
    let remedy = "Write a list of messages, each with topic and points"
    guard let list = node.required("messages", remedy) else { return [] }
    let elements = list.elements(remedy)
    if list.elementCount == 0 { list.fault("there are no messages", remedy) }
    guard elements.count <= mostMappings else {
      list.fault("there are \(elements.count) entries", "Write at most \(mostMappings)")
      return []
    }
    let pointCount = elements.reduce(0) { $0 + ($1["points"]?.elementCount ?? 0) }
    guard pointCount <= mostPoints else {
      list.fault("there are \(pointCount) points", "Write at most \(mostPoints)")
      return []
    }
    var lines: [String: Int] = [:]
    return elements.compactMap { element in
      checkNames(element, &lines)
      return MessageMapping.read(element, placeholders)
    }
  }

  /// Every point of all messages has a name of its own.
  private static func checkNames(_ mapping: DocumentNode, _ lines: inout [String: Int]) {
    guard let points = mapping["points"], points.isSequence else { return }
    for name in points.elements("Write a list of points").compactMap({ $0["name"] }) {
      guard let text = name.text else { continue }
      if let line = lines[text] {
        name.fault("the point \"\(text.prefix(64))\" is already in line \(line)", "Give every point a name of its own")
      } else {
        lines[text] = name.line
      }
    }
  }

  private static func readAvailability(
    _ node: DocumentNode?, _ placeholders: MessagePlaceholders
  ) -> [AvailabilityTopic] {
    guard let node else { return [] }
    let elements = node.elements("Write a list such as - {topic: tele/x/LWT, online: [Online], offline: [Offline]}")
    guard elements.count <= mostAvailabilityTopics else {
      node.fault("there are \(elements.count) entries", "Write at most \(mostAvailabilityTopics)")
      return []
    }
    return elements.compactMap { AvailabilityTopic.read($0, placeholders) }
  }
}
