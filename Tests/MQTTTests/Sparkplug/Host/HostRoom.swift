import Devices
import Shopfloor

@testable import MQTT

/// A host machine with a clock of its own, and an edge node that is played by hand.
struct HostRoom {
  static let nodeParameter = ParameterIndex(1)
  static let temperature = ParameterIndex(2)
  static let recipe = ParameterIndex(3)
  static let count = ParameterIndex(4)

  static let node = SparkplugAddress(group: "plant", edgeNode: "cell")
  static let oven = SparkplugAddress(group: "plant", edgeNode: "cell", device: "oven")

  static let plan = SparkplugHostPlan(
    name: "main sparkplug", connection: MQTTConnection(host: "127.0.0.1", clientID: "lotwire-sparkplug"),
    hostID: "lotwire",
    devices: [
      SparkplugDevicePlan(
        device: "cell", group: "plant", edgeNode: "cell", sparkplugDevice: nil,
        points: [SparkplugPoint(name: "supply", metric: "Supply/Voltage", scale: 0.1, range: 0...30)],
        parameters: ["supply": [nodeParameter]]),
      SparkplugDevicePlan(
        device: "oven", group: "plant", edgeNode: "cell", sparkplugDevice: "oven",
        points: [
          SparkplugPoint(name: "temperature", metric: "Temperature"),
          SparkplugPoint(name: "recipe", metric: "Recipe", isText: true),
          SparkplugPoint(name: "count", metric: "Count"),
        ],
        parameters: ["temperature": [temperature], "recipe": [recipe], "count": [count]]),
    ])

  var machine: SparkplugHostState
  var now = ClockReading(utc: Timestamp(microseconds: 1_800_000_000_000_000), monotonicMicroseconds: 1_000_000_000)
  /// What the machine did since it was last asked.
  var batches: [ReadingBatch] = []
  var notes: [MessageNote] = []
  var published: [(topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool)] = []
  /// Why the machine wanted to connect again.
  var goodByes: [String] = []
  var subscribed: [(filter: String, qualityOfService: Int32)] = []

  init(_ plan: SparkplugHostPlan = HostRoom.plan) {
    machine = SparkplugHostState(plan, at: now.utc)
  }

  /// A room in which the connection stands, what that caused is forgotten, and the node was born.
  static func born(_ plan: SparkplugHostPlan = HostRoom.plan) -> HostRoom {
    var room = HostRoom(plan)
    room.connect()
    room.node(.nodeBirth, 0, Self.nodeBirth(bdSeq: 7))
    room.device(.deviceBirth, 1, Self.ovenBirth())
    // Long enough ago that a request for a birth may leave at once.
    room.pass(milliseconds: 70_000)
    room.forget()
    return room
  }

  mutating func forget() {
    batches = []
    notes = []
    published = []
    subscribed = []
    goodByes = []
  }

  // MARK: Events

  mutating func tell(_ event: SparkplugLinkEvent) {
    for action in machine.handle(event, at: now) {
      switch action {
      case .subscribe(let filters): subscribed += filters
      case .publish(let topic, let payload, let qualityOfService, let isRetained):
        published.append((topic, payload, qualityOfService, isRetained))
      case .offer(let offered): batches += offered
      case .note(let facts): notes += facts
      case .disconnect(let reason): goodByes.append(reason)
      case .command: break
      }
    }
  }

  mutating func connect() {
    _ = machine.will(at: now)
    pass(milliseconds: 5)
    tell(.accepted)
    tell(.subscribed(refused: []))
  }

  mutating func pass(milliseconds: Int64) {
    now.utc = now.utc.advanced(byMicroseconds: milliseconds * 1_000)
    now.monotonicMicroseconds += milliseconds * 1_000
  }

  /// Lets the time pass and the machine act whenever it wants to.
  mutating func wait(seconds: Int64) {
    for _ in 0..<(seconds * 10) {
      pass(milliseconds: 100)
      if let deadline = machine.deadlineMicroseconds, deadline <= now.monotonicMicroseconds { tell(.clockMoved) }
    }
  }

  mutating func node(
    _ kind: SparkplugTopic.Kind, _ sequence: UInt64?, _ metrics: [SparkplugMetric], retained: Bool = false
  ) {
    send(kind, Self.node, sequence, metrics, retained: retained)
  }

  mutating func device(
    _ kind: SparkplugTopic.Kind, _ sequence: UInt64?, _ metrics: [SparkplugMetric], retained: Bool = false
  ) {
    send(kind, Self.oven, sequence, metrics, retained: retained)
  }

  mutating func send(
    _ kind: SparkplugTopic.Kind, _ address: SparkplugAddress, _ sequence: UInt64?, _ metrics: [SparkplugMetric],
    timestamp: UInt64? = nil, retained: Bool = false
  ) {
    pass(milliseconds: 1)
    let payload = SparkplugPayload(timestamp: timestamp ?? milliseconds, metrics: metrics, sequence: sequence)
    deliver(kind, address, payload, retained: retained)
  }

  mutating func deliver(
    _ kind: SparkplugTopic.Kind, _ address: SparkplugAddress, _ payload: SparkplugPayload, retained: Bool = false
  ) {
    tell(
      .message(
        topic: SparkplugTopic.message(kind, address).text, payload: SparkplugCodec.encode(payload),
        isRetained: retained))
  }

  var milliseconds: UInt64 { UInt64(now.utc.milliseconds) }

  // MARK: What came

  var readings: [Reading] { batches.flatMap(\.readings) }

  func readings(of parameter: ParameterIndex) -> [Reading] { readings.filter { $0.parameter == parameter } }

  var values: [Double] { readings.map(\.value) }

  var lost: [MessagesLost] { notes.compactMap { if case .lost(let lost) = $0 { lost } else { nil } } }

  /// The nodes that were asked for their births.
  var rebirths: [String] {
    published.filter { $0.topic.contains("/NCMD/") }.map(\.topic)
  }

  var session: NodeSession {
    guard let session = machine.nodes[Self.node] else { preconditionFailure("the plan has the node") }
    return session
  }

  // MARK: Metrics

  static func nodeBirth(bdSeq: UInt64, voltage: Int64 = 240) -> [SparkplugMetric] {
    [
      SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(bdSeq)),
      SparkplugMetric(name: "Node Control/Rebirth", datatype: 11, value: .boolean(false)),
      SparkplugMetric(
        name: "Supply/Voltage", alias: 1, datatype: 3, value: .int(UInt32(bitPattern: Int32(voltage)))),
    ]
  }

  static func ovenBirth(first alias: UInt64 = 10) -> [SparkplugMetric] {
    [
      SparkplugMetric(name: "Temperature", alias: alias, datatype: 10, value: .double(21.5)),
      SparkplugMetric(name: "Recipe", alias: alias + 1, datatype: 12, value: .string("A")),
      SparkplugMetric(name: "Count", alias: alias + 2, datatype: 4, isNull: true),
    ]
  }

  static func temperature(_ value: Double, alias: UInt64 = 10) -> SparkplugMetric {
    SparkplugMetric(alias: alias, value: .double(value))
  }
}
