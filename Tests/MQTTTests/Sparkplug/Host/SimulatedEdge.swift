import Devices
import Shopfloor

@testable import MQTT

/// A conforming edge node with two devices, whose values say which metric they belong to. Every start gives the aliases
/// anew.
struct SimulatedEdge {
  struct Message {
    var kind: SparkplugTopic.Kind
    var address: SparkplugAddress
    var payload: SparkplugPayload

    var topic: String { SparkplugTopic.message(kind, address).text }
    var isData: Bool { kind == .nodeData || kind == .deviceData }
  }

  static let node = SparkplugAddress(group: "plant", edgeNode: "cell")
  static let devices: [String?] = [nil, "oven", "press"]
  static let metricsPerDevice = 4

  /// The parameter of a metric; its values are this number times ``step`` and more.
  static func parameter(_ device: Int, _ metric: Int) -> UInt32 { UInt32(device * metricsPerDevice + metric) }
  static let step = 1_000_000

  static let plan = SparkplugHostPlan(
    name: "sim", connection: MQTTConnection(host: "broker", clientID: "sim"), hostID: "sim",
    thinning: ThinningRule(maximumMessagesPerSecond: 10_000),
    devices: devices.indices.map { device in
      SparkplugDevicePlan(
        device: DeviceName(stringLiteral: "d\(device)"), group: "plant", edgeNode: "cell",
        sparkplugDevice: devices[device],
        points: (0..<metricsPerDevice).map { SparkplugPoint(name: "m\($0)", metric: "m\($0)") },
        parameters: Dictionary(
          uniqueKeysWithValues: (0..<metricsPerDevice).map {
            ("m\($0)", [ParameterIndex(parameter(device, $0))])
          }))
    })

  private(set) var isUp = false
  private(set) var births = 0
  /// The last value of each metric that left, by parameter.
  private(set) var current: [UInt32: Int] = [:]
  private var bdSeq: UInt64 = 0
  private var sequence: UInt64 = 0
  private var aliases: [UInt32: UInt64] = [:]
  private var counter = 0

  mutating func start(at now: Int64, using generator: inout SeededGenerator) -> [Message] {
    isUp = true
    let numbers = (0..<UInt64(Self.devices.count * Self.metricsPerDevice)).shuffled(using: &generator)
    for (parameter, alias) in numbers.enumerated() { aliases[UInt32(parameter)] = alias + 1 }
    return birth(at: now)
  }

  /// NBIRTH and DBIRTHs, at the start and when a host asks for them.
  mutating func birth(at now: Int64) -> [Message] {
    guard isUp else { return [] }
    births += 1
    sequence = 0
    return Self.devices.indices.map { device in
      var metrics: [SparkplugMetric] = []
      if device == 0 {
        metrics = [
          SparkplugMetric(name: "bdSeq", timestamp: UInt64(now), datatype: 4, value: .long(bdSeq)),
          SparkplugMetric(name: "Node Control/Rebirth", timestamp: UInt64(now), datatype: 11, value: .boolean(false)),
        ]
      }
      for metric in 0..<Self.metricsPerDevice {
        let parameter = Self.parameter(device, metric)
        let value = current[parameter] ?? Int(parameter) * Self.step
        current[parameter] = value
        metrics.append(
          SparkplugMetric(
            name: "m\(metric)", alias: aliases[parameter], timestamp: UInt64(now), datatype: 4,
            value: .long(UInt64(value))))
      }
      return message(device == 0 ? .nodeBirth : .deviceBirth, device, metrics, at: now)
    }
  }

  /// One message with a few changed metrics of one device.
  mutating func data(at now: Int64, using generator: inout SeededGenerator) -> [Message] {
    guard isUp else { return [] }
    let device = Int.random(in: 0..<Self.devices.count, using: &generator)
    let changed = (0..<Self.metricsPerDevice).filter { _ in Bool.random(using: &generator) }
    let metrics = changed.map { metric in
      counter += 1
      let parameter = Self.parameter(device, metric)
      current[parameter] = Int(parameter) * Self.step + counter
      return SparkplugMetric(
        alias: aliases[parameter], timestamp: UInt64(now), value: .long(UInt64(current[parameter] ?? 0)))
    }
    return [message(device == 0 ? .nodeData : .deviceData, device, metrics, at: now)]
  }

  /// What the broker publishes when the connection breaks.
  mutating func crash() -> Message {
    isUp = false
    defer { bdSeq = (bdSeq + 1) % 256 }
    return Message(
      kind: .nodeDeath, address: Self.node,
      payload: SparkplugPayload(metrics: [SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(bdSeq))]))
  }

  private mutating func message(
    _ kind: SparkplugTopic.Kind, _ device: Int, _ metrics: [SparkplugMetric], at now: Int64
  ) -> Message {
    defer { sequence = (sequence + 1) % 256 }
    return Message(
      kind: kind,
      address: SparkplugAddress(group: "plant", edgeNode: "cell", device: Self.devices[device]),
      payload: SparkplugPayload(timestamp: UInt64(now), metrics: metrics, sequence: sequence))
  }
}
