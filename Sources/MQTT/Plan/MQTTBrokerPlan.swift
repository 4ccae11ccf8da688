public import Devices
public import Shopfloor

/// A broker and what is read from it. Plain values, made by the composition from the configuration.
public struct MQTTBrokerPlan: Hashable, Sendable {
  /// A name or a numeric address.
  public var host: String
  public var port: Int
  /// Stable for the life of the line: under this id the broker keeps what arrives while we are away.
  public var clientID: String
  public var username: String?
  /// A file whose first line is the password; read at every connection, so that it may be changed while we run.
  public var passwordFile: String?
  /// The broker must already know our session at the first connection, because this client id has recorded before.
  public var expectsSession: Bool
  public var devices: [MQTTDevicePlan]

  public init(
    host: String, port: Int = 1883, clientID: String, username: String? = nil, passwordFile: String? = nil,
    expectsSession: Bool = false, devices: [MQTTDevicePlan]
  ) {
    self.host = host
    self.port = port
    self.clientID = clientID
    self.username = username
    self.passwordFile = passwordFile
    self.expectsSession = expectsSession
    self.devices = devices
  }

  /// The filters to subscribe to.
  var subscriptions: [TopicFilter] {
    TopicFilter.withoutCovered(devices.flatMap(\.mappings).map(\.topicFilter))
  }
}

/// A device and the messages that bring its values.
public struct MQTTDevicePlan: Hashable, Sendable {
  public var device: DeviceName
  public var mappings: [MQTTMapping]

  public init(device: DeviceName, mappings: [MQTTMapping]) {
    self.device = device
    self.mappings = mappings
  }
}

/// How one value is taken out of the messages of a topic.
public struct MQTTMapping: Hashable, Sendable {
  public var topicFilter: TopicFilter
  public var payload: MQTTPayloadFormat
  /// The value is what was read × scale + offset.
  public var scale: Double
  public var offset: Double
  /// Allowed values after scaling, both ends included; outside them the reading is `badOutOfRange`.
  public var range: ClosedRange<Double>?
  /// Every one of them gets the reading.
  public var parameters: [ParameterIndex]

  public init(
    topicFilter: TopicFilter, payload: MQTTPayloadFormat, scale: Double = 1, offset: Double = 0,
    range: ClosedRange<Double>? = nil, parameters: [ParameterIndex]
  ) {
    self.topicFilter = topicFilter
    self.payload = payload
    self.scale = scale
    self.offset = offset
    self.range = range
    self.parameters = parameters
  }
}

public enum MQTTPayloadFormat: Hashable, Sendable {
  /// The whole payload is a number, or ON/OFF, or true/false. Such a message has no time and no id of its own.
  case number
  /// The value stands at a path of a JSON text; optionally its time (ISO 8601 with zone, Unix seconds or milliseconds)
  /// and an id under which the sensor sends this message and no other.
  case json(JSONPath, time: JSONPath? = nil, id: JSONPath? = nil)
}
