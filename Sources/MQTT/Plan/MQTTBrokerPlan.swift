public import Devices
public import Shopfloor

/// A broker and what is read from it. Plain values, made by the composition from the configuration.
public struct MQTTBrokerPlan: Hashable, Sendable {
  /// The name in the configuration.
  public var name: String
  public var connection: MQTTConnection
  /// What is known of our session from before; nil: this client id has not recorded before.
  public var formerSession: FormerSession?
  public var thinning: ThinningRule
  public var devices: [MQTTDevicePlan]

  /// What the ledger knows of the session that the broker keeps for us.
  public struct FormerSession: Hashable, Sendable {
    /// The topic filters that the broker holds for us.
    public var topics: [String]
    /// The last instant at which everything that came was on disk.
    public var completeUntil: Timestamp

    public init(topics: [String], completeUntil: Timestamp) {
      self.topics = topics
      self.completeUntil = completeUntil
    }
  }

  public init(
    name: String, connection: MQTTConnection, formerSession: FormerSession? = nil,
    thinning: ThinningRule = .standard, devices: [MQTTDevicePlan]
  ) {
    self.name = name
    self.connection = connection
    self.formerSession = formerSession
    self.thinning = thinning
    self.devices = devices
  }

  /// The filters to subscribe to.
  var subscriptions: [TopicFilter] {
    TopicFilter.withoutCovered(
      devices.flatMap { $0.mappings.map(\.topic) + $0.availability.map(\.topic) })
  }
}

/// A device and the messages that bring its values.
public struct MQTTDevicePlan: Hashable, Sendable {
  public var device: DeviceName
  /// Only mappings with points that feed a parameter.
  public var mappings: [MessageMapping]
  public var availability: [AvailabilityTopic]
  /// The parameters that a point feeds, by its name; a point that feeds none is not read.
  public var parameters: [String: [ParameterIndex]]

  public init(
    device: DeviceName, mappings: [MessageMapping], availability: [AvailabilityTopic] = [],
    parameters: [String: [ParameterIndex]]
  ) {
    self.device = device
    self.mappings = mappings
    self.availability = availability
    self.parameters = parameters
  }
}
