import Devices
import Shopfloor
import Testing

@testable import MQTT

/// An edge node without a broker: events in, decoded messages out.
struct EdgeDriver {
  /// One message that the edge node published.
  struct Message {
    var topic: SparkplugTopic
    var payload: SparkplugPayload
    var qualityOfService: Int32
    var isRetained: Bool

    var kind: SparkplugTopic.Kind? {
      if case .message(let kind, _) = topic { kind } else { nil }
    }
    var device: String? {
      if case .message(_, let address) = topic { address.device } else { nil }
    }
    func metric(_ name: String) -> SparkplugMetric? { payload.metrics.first { $0.name == name } }
    func metric(alias: UInt64) -> SparkplugMetric? { payload.metrics.first { $0.alias == alias } }
  }

  static let start: Int64 = 1_700_000_000_000_000
  static let plan = SparkplugEdgePlan(
    name: "main sparkplug edge", connection: MQTTConnection(host: "127.0.0.1", clientID: "edge"), group: "plant",
    edgeNode: "line1",
    devices: [
      SparkplugEdgeDevice(
        name: "seal",
        metrics: [
          SparkplugEdgeMetric(name: "temperature", type: .double, unit: "Cel"),
          SparkplugEdgeMetric(name: "setpoint", type: .double, unit: "Cel", isWritable: true),
          SparkplugEdgeMetric(name: "run", type: .string),
        ]),
      SparkplugEdgeDevice(name: "oven", metrics: [SparkplugEdgeMetric(name: "temperature", type: .float)]),
    ],
    metrics: [
      SparkplugEdgeMetric(name: "alarms", type: .int32),
      SparkplugEdgeMetric(name: "halt", type: .boolean, isWritable: true),
    ])

  var edge: SparkplugEdgeState
  /// Microseconds since ``start``, for both clocks.
  var now: Int64 = 0
  private(set) var subscriptions: [(filter: String, qualityOfService: Int32)] = []
  private(set) var commands: [SparkplugEdgeCommand] = []
  private(set) var disconnects: [String] = []

  init(_ plan: SparkplugEdgePlan = Self.plan, firstBirthDeathSequence: UInt8 = 0) {
    edge = SparkplugEdgeState(plan: plan, firstBirthDeathSequence: firstBirthDeathSequence)
  }

  var instant: ClockReading {
    ClockReading(utc: Timestamp(microseconds: Self.start + now), monotonicMicroseconds: now)
  }

  /// - Returns: what was published, decoded.
  @discardableResult
  mutating func tell(_ event: SparkplugLinkEvent) throws -> [Message] {
    try edge.handle(event, at: instant).compactMap { action in
      switch action {
      case .publish(let topic, let payload, let qualityOfService, let isRetained):
        return Message(
          topic: try #require(SparkplugTopic(topic)), payload: try SparkplugCodec.decode(payload),
          qualityOfService: qualityOfService, isRetained: isRetained)
      case .subscribe(let filters): subscriptions = filters
      case .command(let command): commands.append(command)
      case .disconnect(let reason): disconnects.append(reason)
      case .offer, .note: Issue.record("an edge node has no readings and no facts")
      }
      return nil
    }
  }

  /// - Returns: the will of this CONNECT, decoded, and what was published when the subscriptions were answered.
  @discardableResult
  mutating func connect(refused: [String] = []) throws -> (will: Message, published: [Message]) {
    let registered = edge.will(at: instant)
    let will = try #require(registered)
    var published = try tell(.accepted)
    #expect(published.isEmpty, "nothing before the subscriptions stand")
    published += try tell(.subscribed(refused: refused))
    let message = Message(
      topic: try #require(SparkplugTopic(will.topic)), payload: try SparkplugCodec.decode(will.payload),
      qualityOfService: will.qualityOfService, isRetained: will.isRetained)
    return (message, published)
  }

  mutating func update(_ values: [SparkplugEdgeValue]) throws -> [Message] { try tell(.values(values)) }

  mutating func written() throws -> [Message] { try tell(.written) }

  /// Tells that everything has left until nothing more comes.
  mutating func drain() throws -> [Message] {
    var all: [Message] = []
    while true {
      let more = try written()
      guard !more.isEmpty else { return all }
      all += more
    }
  }

  mutating func lose() throws { #expect(try tell(.lost(reason: "cut")).isEmpty) }

  mutating func hostState(online: Bool, at timestamp: Int64, host: String = "scada") throws -> [Message] {
    try tell(
      .message(
        topic: "spBv1.0/STATE/\(host)", payload: Array(#"{"online":\#(online),"timestamp":\#(timestamp)}"#.utf8),
        isRetained: false))
  }

  mutating func command(
    _ metrics: [SparkplugMetric], device: String? = nil, isRetained: Bool = false
  ) throws -> [Message] {
    let kind = device == nil ? SparkplugTopic.Kind.nodeCommand : .deviceCommand
    let topic = SparkplugTopic.message(kind, SparkplugAddress(group: "plant", edgeNode: "line1", device: device))
    return try tell(
      .message(
        topic: topic.text,
        payload: SparkplugCodec.encode(
          SparkplugPayload(timestamp: instant.utc.sparkplugMilliseconds, metrics: metrics)), isRetained: isRetained))
  }

  mutating func askForRebirth() throws -> [Message] {
    try command([
      SparkplugMetric(name: "Node Control/Rebirth", datatype: SparkplugDataType.boolean.rawValue, value: .boolean(true))
    ])
  }

  /// A value at a time in milliseconds after ``start``.
  static func value(
    _ metric: String, of device: String? = "seal", at milliseconds: Int64, _ content: SparkplugEdgeValue.Content?
  ) -> SparkplugEdgeValue {
    SparkplugEdgeValue(
      device: device, metric: metric, time: Timestamp(microseconds: start + milliseconds * 1_000), value: content)
  }

  static func milliseconds(_ after: Int64) -> UInt64 { UInt64(start / 1_000 + after) }
}
