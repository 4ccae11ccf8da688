import Devices
import Shopfloor

/// What the simulated sensors do, as read from a scenario file.
struct SensorScenario: Equatable {
  var seed: UInt64 = 1
  /// Scenario seconds in a second of the clock on the wall.
  var speed = 1.0
  var sensors: [Sensor] = []
  var counters: [Counter] = []
  var faults: [Fault] = []

  struct Sensor: Equatable {
    var topic: String
    /// A plain number with the first value; otherwise JSON with all of them.
    var isJSON: Bool
    var everySeconds: Double
    /// Names of the JSON keys for time and id; nil: not sent.
    var timeKey: String?
    var idKey: String?
    var values: [Value]
  }

  struct Value: Equatable {
    var name: String
    var mean: Double
    /// Standard deviation of the normal noise.
    var noise: Double
    var driftPerHour: Double
    var digits: Int
  }

  /// Counts 1, 2, 3 …, each number sent once: for proofs that nothing is lost and nothing comes twice.
  struct Counter: Equatable {
    var topic: String
    var everySeconds: Double
    /// The last number; nil: goes on for ever.
    var last: Int?
  }

  enum FaultKind: String, CaseIterable {
    case silence
    case notANumber = "not_a_number"
    case garbage
    case absurdTime = "absurd_time"
    case oversized
    case retained
  }

  /// A sensor misbehaves from `at` for `lasting` seconds of the scenario.
  struct Fault: Equatable {
    var kind: FaultKind
    var topic: String
    var at: Double
    var lasting: Double
  }

  static func read(_ text: String, file: String) throws(DocumentIssues) -> SensorScenario {
    let (root, collector) = try DocumentNode.parse(text, file: file)
    var scenario = SensorScenario()
    root.allowKeys(["seed", "speed", "sensors", "counter", "counters", "faults"])
    if let seed = root["seed"]?.integer(in: 0...Int.max, "Write a whole number") { scenario.seed = UInt64(seed) }
    if let speed = root["speed"]?.number("Write how many scenario seconds pass in one second") {
      if (0.01...1_000).contains(speed) {
        scenario.speed = speed
      } else {
        root["speed"]?.fault("\(speed) is outside 0.01 to 1000", "Write 1 for real time")
      }
    }
    scenario.sensors = (root["sensors"]?.elements("Write a list of sensors") ?? []).compactMap(sensor)
    scenario.counters = [root["counter"].flatMap(counter)].compactMap { $0 }
    scenario.counters += (root["counters"]?.elements("Write a list of counters") ?? []).compactMap(counter)
    scenario.faults = (root["faults"]?.elements("Write a list of faults") ?? []).compactMap(fault)
    try collector.throwIfAny()
    return scenario
  }

  private static func seconds(_ node: DocumentNode, _ key: String, _ range: ClosedRange<Double>) -> Double? {
    node.required(key, "Write a number of seconds")?.seconds(in: range, "Write a number of seconds")
      .map { Double($0) / 1_000_000 }
  }

  private static func sensor(_ node: DocumentNode) -> Sensor? {
    node.allowKeys(["topic", "payload", "every", "time", "id", "values"])
    let payload = node.required("payload", "Write number or json")?.choice(["number", "json"])
    let values = (node.required("values", "Write at least one value with its mean")?.entries ?? []).compactMap {
      value($0.name, $0.node)
    }
    guard let topic = node.required("topic", "Write the topic")?.string("Write the topic"), let payload,
      let every = seconds(node, "every", 0.001...86_400), !values.isEmpty
    else { return nil }
    return Sensor(
      topic: topic, isJSON: payload == "json", everySeconds: every, timeKey: node["time"]?.string("Write a JSON key"),
      idKey: node["id"]?.string("Write a JSON key"), values: values)
  }

  private static func value(_ name: String, _ node: DocumentNode) -> Value? {
    node.allowKeys(["mean", "noise", "drift_per_hour", "digits"])
    guard let mean = node.required("mean", "Write a number")?.number("Write a number") else { return nil }
    return Value(
      name: name, mean: mean, noise: node["noise"]?.number("Write a standard deviation") ?? 0,
      driftPerHour: node["drift_per_hour"]?.number("Write the change in one hour") ?? 0,
      digits: node["digits"]?.integer(in: 0...9, "Write the number of decimals") ?? 2)
  }

  private static func counter(_ node: DocumentNode) -> Counter? {
    node.allowKeys(["topic", "every", "last"])
    guard let topic = node.required("topic", "Write the topic")?.string("Write the topic"),
      let every = seconds(node, "every", 0.0001...86_400)
    else { return nil }
    return Counter(
      topic: topic, everySeconds: every, last: node["last"]?.integer(in: 1...Int.max, "Write the last number"))
  }

  private static func fault(_ node: DocumentNode) -> Fault? {
    node.allowKeys(["fault", "topic", "at", "for"])
    guard let word = node.required("fault", "Write its name")?.choice(FaultKind.allCases.map(\.rawValue)),
      let kind = FaultKind(rawValue: word),
      let topic = node.required("topic", "Write the topic")?.string("Write the topic"),
      let at = seconds(node, "at", 0...1_000_000), let lasting = seconds(node, "for", 0...1_000_000)
    else { return nil }
    return Fault(kind: kind, topic: topic, at: at, lasting: lasting)
  }
}
