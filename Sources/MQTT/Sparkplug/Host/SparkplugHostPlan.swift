public import Devices
public import Shopfloor

/// What Lotwire reads as a Sparkplug host application: over a connection of its own, with a clean session.
public struct SparkplugHostPlan: Hashable, Sendable {
  /// The name in events and status, "main sparkplug".
  public var name: String
  public var connection: MQTTConnection
  /// Stands in `spBv1.0/STATE/<host id>`; unique among all hosts of the broker.
  public var hostID: String
  /// How long a hole in the sequence may wait to be filled before a rebirth is asked for, in microseconds.
  public var reorderMicroseconds: Int64
  public var thinning: ThinningRule
  public var devices: [SparkplugDevicePlan]

  public init(
    name: String, connection: MQTTConnection, hostID: String, reorderMicroseconds: Int64 = 2_000_000,
    thinning: ThinningRule = .standard, devices: [SparkplugDevicePlan]
  ) {
    self.name = name
    self.connection = connection
    self.hostID = hostID
    self.reorderMicroseconds = reorderMicroseconds
    self.thinning = thinning
    self.devices = devices
  }
}

/// One edge node, or one device of it, and the metrics that are read.
public struct SparkplugDevicePlan: Hashable, Sendable {
  public var device: DeviceName
  public var group: String
  public var edgeNode: String
  /// Nil: the metrics of the edge node itself.
  public var sparkplugDevice: String?
  public var points: [SparkplugPoint]
  /// The parameters that a point feeds, by its name.
  public var parameters: [String: [ParameterIndex]]

  public init(
    device: DeviceName, group: String, edgeNode: String, sparkplugDevice: String?, points: [SparkplugPoint],
    parameters: [String: [ParameterIndex]]
  ) {
    self.device = device
    self.group = group
    self.edgeNode = edgeNode
    self.sparkplugDevice = sparkplugDevice
    self.points = points
    self.parameters = parameters
  }
}

/// One metric that becomes a value.
public struct SparkplugPoint: Hashable, Sendable {
  public var name: String
  /// The name of the metric, as the birth says it.
  public var metric: String
  public var isText: Bool
  public var scale: Double
  public var offset: Double
  public var range: ClosedRange<Double>?
  public var unit: String
  /// How often it is expected, in microseconds; 0: Sparkplug reports changes, nothing is expected.
  public var everyMicroseconds: Int64

  public init(
    name: String, metric: String, isText: Bool = false, scale: Double = 1, offset: Double = 0,
    range: ClosedRange<Double>? = nil, unit: String = "", everyMicroseconds: Int64 = 0
  ) {
    self.name = name
    self.metric = metric
    self.isText = isText
    self.scale = scale
    self.offset = offset
    self.range = range
    self.unit = unit
    self.everyMicroseconds = everyMicroseconds
  }
}
