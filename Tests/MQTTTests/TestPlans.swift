import Devices
import Shopfloor

@testable import MQTT

/// One value of one topic, as most tests need it.
struct TestValue {
  var mapping: MessageMapping
  var parameters: [ParameterIndex]

  init(
    _ topic: String, path: String? = nil, time: String? = nil, id: String? = nil, scale: Double = 1,
    offset: Double = 0, range: ClosedRange<Double>? = nil, parameters: [UInt32] = [1]
  ) throws {
    mapping = MessageMapping(
      topic: try TopicFilter(topic), time: try time.map { MessageTime(path: try JSONPath($0)) },
      key: try id.map { [try JSONPath($0)] } ?? [],
      points: [
        MessagePoint(
          name: "value-\(parameters)", path: try path.map { try JSONPath($0) }, scale: scale, offset: offset,
          range: range)
      ])
    self.parameters = parameters.map { ParameterIndex($0) }
  }
}

extension MQTTDevicePlan {
  init(device: DeviceName, values: [TestValue]) {
    let named = values.map { ($0.mapping.points[0].name, $0.parameters) }
    self.init(
      device: device, mappings: values.map(\.mapping), parameters: Dictionary(named) { first, _ in first })
  }
}

extension ThinningRule {
  /// What no test reaches that is not about thinning.
  static let generous = ThinningRule(maximumMessagesPerSecond: ThinningRule.mostMessagesPerSecond)
}

extension MQTTBrokerPlan {
  init(
    port: Int, clientID: String, formerSession: FormerSession? = nil, devices: [MQTTDevicePlan]
  ) {
    self.init(
      name: "main", connection: MQTTConnection(host: "127.0.0.1", port: port, clientID: clientID),
      formerSession: formerSession, thinning: .generous, devices: devices)
  }
}
