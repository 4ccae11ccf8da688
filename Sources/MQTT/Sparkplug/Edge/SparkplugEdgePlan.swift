public import Shopfloor

/// What Lotwire publishes as a Sparkplug edge node: over a connection of its own, with a clean session.
public struct SparkplugEdgePlan: Hashable, Sendable {
  /// The name in events and status, "main sparkplug edge".
  public var name: String
  public var connection: MQTTConnection
  public var group: String
  public var edgeNode: String
  /// Live values are published only while this host is online, and are kept until then; nil: always.
  public var primaryHost: String?
  /// Most values that are kept while nobody is there; the oldest are given up, counted.
  public var maximumKeptValues: Int
  /// The Sparkplug devices below the node: a station each.
  public var devices: [SparkplugEdgeDevice]
  /// Metrics of the node itself.
  public var metrics: [SparkplugEdgeMetric]

  public init(
    name: String, connection: MQTTConnection, group: String, edgeNode: String, primaryHost: String? = nil,
    maximumKeptValues: Int = 100_000, devices: [SparkplugEdgeDevice], metrics: [SparkplugEdgeMetric]
  ) {
    self.name = name
    self.connection = connection
    self.group = group
    self.edgeNode = edgeNode
    self.primaryHost = primaryHost
    self.maximumKeptValues = maximumKeptValues
    self.devices = devices
    self.metrics = metrics
  }
}

public struct SparkplugEdgeDevice: Hashable, Sendable {
  /// The device id in topics.
  public var name: String
  public var metrics: [SparkplugEdgeMetric]

  public init(name: String, metrics: [SparkplugEdgeMetric]) {
    self.name = name
    self.metrics = metrics
  }
}

/// One metric that is announced in a birth.
public struct SparkplugEdgeMetric: Hashable, Sendable {
  public var name: String
  public var type: SparkplugDataType
  /// Engineering unit; empty: none.
  public var unit: String
  /// Whether a command may set it. Commands to all others are refused and counted.
  public var isWritable: Bool

  public init(name: String, type: SparkplugDataType, unit: String = "", isWritable: Bool = false) {
    self.name = name
    self.type = type
    self.unit = unit
    self.isWritable = isWritable
  }
}

/// A metric of the edge node has a value at a time.
public struct SparkplugEdgeValue: Hashable, Sendable {
  /// Nil: a metric of the node itself.
  public var device: String?
  public var metric: String
  public var time: Timestamp
  /// Nil: there is no value (is_null).
  public var value: Content?

  public enum Content: Hashable, Sendable {
    case integer(Int64)
    case number(Double)
    case flag(Bool)
    case text(String)
  }

  public init(device: String?, metric: String, time: Timestamp, value: Content?) {
    self.device = device
    self.metric = metric
    self.time = time
    self.value = value
  }
}

/// A host asked for a metric to be set, and the plan allows it.
public struct SparkplugEdgeCommand: Hashable, Sendable {
  public var device: String?
  public var metric: String
  public var value: SparkplugEdgeValue.Content

  public init(device: String?, metric: String, value: SparkplugEdgeValue.Content) {
    self.device = device
    self.metric = metric
    self.value = value
  }
}
