import Devices
import Ledger
import MQTT
import Shopfloor

extension DeviceSources {
  /// What comes over brokers: their sessions, and the Sparkplug hosts beside them.
  static func messageSources(
    _ plant: PlantConfiguration, _ mapped: MappedParameters, _ sessions: FormerSessions, inbox: any RecorderInbox,
    clock: any WallClock
  ) -> [any DeviceSource] {
    let plans = brokerPlans(plant, mapped, sessions)
    let sources: [any DeviceSource] =
      plans.isEmpty ? [] : [MQTTSource(brokers: plans, inbox: inbox, clock: clock)]
    return sources
      + plant.mqttBrokers.compactMap { hostPlan($0, plant, mapped) }
      .map { SparkplugHost(plan: $0, inbox: inbox, clock: clock) }
  }

  private static func brokerPlans(
    _ plant: PlantConfiguration, _ mapped: MappedParameters, _ sessions: FormerSessions
  ) -> [MQTTBrokerPlan] {
    plant.mqttBrokers.map { broker in
      MQTTBrokerPlan(
        name: broker.name, connection: broker.connection, formerSession: sessions.session(of: broker),
        thinning: broker.thinning,
        devices: plant.mqttDevices.filter { $0.broker == broker.name }.map { device($0, mapped) })
    }
  }

  /// Holds what a configuration says of brokers to what can be run; no broker is reached.
  ///
  /// - Throws: what starting would throw.
  static func checkMessages(_ plant: PlantConfiguration) throws {
    try MQTTPlanFault.check(brokerPlans(plant, MappedParameters(numbering: plant.plan), FormerSessions()))
    guard let entry = plant.sparkplugEdge, let broker = plant.mqttBrokers.first(where: { $0.name == entry.broker })
    else { return }
    try SparkplugEdgeFault.check(SparkplugFeed(plan: plant.plan, entry: entry).edgePlan(at: broker))
  }

  private static func hostPlan(
    _ broker: MQTTBrokerEntry, _ plant: PlantConfiguration, _ mapped: MappedParameters
  ) -> SparkplugHostPlan? {
    guard let hostID = broker.sparkplugHost else { return nil }
    return SparkplugHostPlan(
      name: "\(broker.name) sparkplug", connection: broker.connection(for: "sparkplug-host"), hostID: hostID,
      thinning: broker.thinning,
      devices: plant.sparkplugDevices.filter { $0.broker == broker.name }.map { entry in
        let parameters = indices(of: entry.name, mapped)
        return SparkplugDevicePlan(
          device: entry.name, group: entry.group, edgeNode: entry.edgeNode, sparkplugDevice: entry.sparkplugDevice,
          points: entry.points.filter { parameters[$0.name] != nil }, parameters: parameters)
      })
  }

  private static func device(_ entry: MQTTDeviceEntry, _ mapped: MappedParameters) -> MQTTDevicePlan {
    let parameters = indices(of: entry.name, mapped)
    let mappings = entry.mappings.compactMap { mapping -> MessageMapping? in
      var mapping = mapping
      mapping.points.removeAll { parameters[$0.name] == nil }
      return mapping.points.isEmpty ? nil : mapping
    }
    return MQTTDevicePlan(
      device: entry.name, mappings: mappings, availability: mappings.isEmpty ? [] : entry.availability,
      parameters: parameters)
  }

  private static func indices(of device: DeviceName, _ mapped: MappedParameters) -> [String: [ParameterIndex]] {
    Dictionary(grouping: mapped.of(device), by: \.point).mapValues { $0.map(\.index) }
  }
}

/// What the ledger knows of the sessions that brokers keep for us.
struct FormerSessions: Sendable {
  var brokers: [String: Floor.BrokerState] = [:]
  /// The last commit before this start.
  var lastCommit: Timestamp?

  /// Nil where the session is another one than before, or was never there: then nothing is missing.
  func session(of broker: MQTTBrokerEntry) -> MQTTBrokerPlan.FormerSession? {
    guard let state = brokers[broker.name],
      state.link.session.map({ $0 == broker.connection.sessionName }) ?? true
    else { return nil }
    return MQTTBrokerPlan.FormerSession(
      topics: state.topics, completeUntil: state.link.completeUntil(lastCommit: lastCommit))
  }
}
