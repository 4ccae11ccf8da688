/// What a topic of the namespace `spBv1.0` says (specification 3.0.0, chapter 4).
public enum SparkplugTopic: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case nodeBirth = "NBIRTH"
    case nodeDeath = "NDEATH"
    case nodeData = "NDATA"
    case nodeCommand = "NCMD"
    case deviceBirth = "DBIRTH"
    case deviceDeath = "DDEATH"
    case deviceData = "DDATA"
    case deviceCommand = "DCMD"

    public var isOfDevice: Bool {
      switch self {
      case .nodeBirth, .nodeDeath, .nodeData, .nodeCommand: false
      case .deviceBirth, .deviceDeath, .deviceData, .deviceCommand: true
      }
    }
  }

  case message(Kind, SparkplugAddress)
  case state(host: String)

  public static let namespace = "spBv1.0"
  /// What a host subscribes to (tck-id-message-flow-phid-sparkplug-subscription).
  public static let everything = "spBv1.0/#"

  /// - Returns: nil where the topic is none of the namespace: another one, a kind that does not exist, a level that is
  ///   empty, or a device where there is none or none where there must be one.
  public init?(_ topic: String) {
    let levels = topic.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard levels.count >= 3, levels.count <= 5, levels[0] == Self.namespace, levels.allSatisfy(Self.isName) else {
      return nil
    }
    if levels[1] == "STATE" {
      guard levels.count == 3 else { return nil }
      self = .state(host: levels[2])
      return
    }
    guard levels.count >= 4, let kind = Kind(rawValue: levels[2]), kind.isOfDevice == (levels.count == 5) else {
      return nil
    }
    self = .message(
      kind, SparkplugAddress(group: levels[1], edgeNode: levels[3], device: levels.count == 5 ? levels[4] : nil))
  }

  public var text: String {
    switch self {
    case .state(let host): "\(Self.namespace)/STATE/\(host)"
    case .message(let kind, let address):
      "\(Self.namespace)/\(address.group)/\(kind.rawValue)/\(address.edgeNode)"
        + (address.device.map { "/\($0)" } ?? "")
    }
  }

  /// Whether a text may stand as a group, edge node, device or host id (sections 4.1.2 to 4.1.5): not empty, no `/`,
  /// `+` or `#`.
  public static func isName(_ text: String) -> Bool {
    !text.isEmpty && !text.utf8.contains { $0 == 0x2F || $0 == 0x2B || $0 == 0x23 || $0 == 0 }
  }
}

/// An edge node, or a device of one.
public struct SparkplugAddress: Hashable, Sendable, CustomStringConvertible {
  public var group: String
  public var edgeNode: String
  /// Nil: the edge node itself.
  public var device: String?

  public init(group: String, edgeNode: String, device: String? = nil) {
    self.group = group
    self.edgeNode = edgeNode
    self.device = device
  }

  /// The edge node of a device; of an edge node itself.
  public var node: SparkplugAddress { SparkplugAddress(group: group, edgeNode: edgeNode) }

  /// "plant/cell4/oven", as sections 4.1.2 to 4.1.4 name them.
  public var description: String { "\(group)/\(edgeNode)" + (device.map { "/\($0)" } ?? "") }
}
