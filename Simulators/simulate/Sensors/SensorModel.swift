import Shopfloor

/// The sensors of a scenario as a pure function of its seed and the time: the same seed gives the same messages.
struct SensorModel {
  struct Message: Equatable {
    var topic: String
    var payload: [UInt8]
    var isRetained = false
    /// For the journal.
    var time: Timestamp
    var id: String
    var value: String
  }

  /// Size of the payload that no reader should read, in bytes.
  static let oversizedBytes = 1_000_000

  private let scenario: SensorScenario
  private var generators: [SplitMix]
  /// When each sensor speaks next, in seconds of the scenario; the counters come behind the sensors.
  private var due: [Double]
  private var sent: [Int]

  init(scenario: SensorScenario) {
    self.scenario = scenario
    // Each sensor has numbers of its own, so that a change to one leaves the others as they were.
    generators = scenario.sensors.indices.map { SplitMix(state: scenario.seed &+ UInt64($0) &* 0x1_0000_0001) }
    due = scenario.sensors.map(\.everySeconds) + scenario.counters.map(\.everySeconds)
    sent = due.map { _ in 0 }
  }

  /// The seconds of the scenario at which the next message is due.
  var nextDue: Double { due.min() ?? .infinity }

  /// The next message that is due by `seconds` of the scenario; nil where none is. A silent sensor's is passed over.
  mutating func next(by seconds: Double, now: Timestamp) -> Message? {
    while let index = due.indices.min(by: { due[$0] < due[$1] }), due[index] <= seconds {
      let at = due[index]
      sent[index] += 1
      if index >= scenario.sensors.count { return counted(index, now) }
      let sensor = scenario.sensors[index]
      due[index] = at + sensor.everySeconds
      if let message = message(of: sensor, index, at, now) { return message }
    }
    return nil
  }

  private mutating func counted(_ index: Int, _ now: Timestamp) -> Message {
    let counter = scenario.counters[index - scenario.sensors.count]
    let number = sent[index]
    due[index] = number == counter.last ? .infinity : due[index] + counter.everySeconds
    let payload = #"{"value":\#(number),"time":"\#(now)","id":"c-\#(number)"}"#
    return Message(topic: counter.topic, payload: Array(payload.utf8), time: now, id: "c-\(number)", value: "\(number)")
  }

  private mutating func message(
    of sensor: SensorScenario.Sensor, _ index: Int, _ at: Double, _ now: Timestamp
  ) -> Message? {
    // The noise is drawn even where a fault hides it, so that the values after a fault do not depend on it.
    var values: [(name: String, text: String)] = []
    for value in sensor.values {
      let number = value.mean + value.driftPerHour * at / 3_600 + value.noise * generators[index].normal()
      values.append((value.name, Self.text(number, digits: value.digits)))
    }
    let fault = scenario.faults.first {
      $0.topic == sensor.topic && at >= $0.at && at < $0.at + $0.lasting
    }?.kind
    if fault == .silence { return nil }
    if fault == .notANumber { values = values.map { ($0.name, "NaN") } }
    let id = sensor.idKey == nil ? "" : "\(sensor.topic)-\(sent[index])"
    // 1970-01-01: what a clock without battery says.
    let time = fault == .absurdTime ? Timestamp(microseconds: 0) : now
    var payload = sensor.isJSON ? Self.json(values, sensor, id, time) : Array((values.first?.text ?? "").utf8)
    if fault == .garbage { payload = generators[index].bytes(40) }
    if fault == .oversized { payload = [UInt8](repeating: UInt8(ascii: "9"), count: Self.oversizedBytes) }
    let shown = sensor.isJSON ? values.map { "\($0.name)=\($0.text)" }.joined(separator: ";") : values.first?.text
    return Message(
      topic: sensor.topic, payload: payload, isRetained: fault == .retained, time: time, id: id,
      value: fault == .garbage || fault == .oversized ? "\(payload.count) bytes" : shown ?? "")
  }

  private static func json(
    _ values: [(name: String, text: String)], _ sensor: SensorScenario.Sensor, _ id: String, _ time: Timestamp
  ) -> [UInt8] {
    var members = values.map { "\"\($0.name)\":\($0.text)" }
    if let key = sensor.timeKey { members.append("\"\(key)\":\"\(time)\"") }
    if let key = sensor.idKey { members.append("\"\(key)\":\"\(id)\"") }
    return Array("{\(members.joined(separator: ","))}".utf8)
  }

  private static func text(_ value: Double, digits: Int) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((value * Double(scale)).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let rest = String(abs(scaled) % scale)
    return (scaled < 0 ? "-" : "") + "\(abs(scaled) / scale)."
      + String(repeating: "0", count: digits - rest.count) + rest
  }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// Nearly normal with standard deviation 1: the sum of twelve uniform numbers, which needs no library function whose
  /// last digit differs between machines.
  mutating func normal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + Double(next() >> 11) * 0x1p-53 }
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}
