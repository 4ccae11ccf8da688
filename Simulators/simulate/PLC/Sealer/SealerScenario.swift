import Devices

/// What a simulated heat sealer goes through, as a scenario file says. All times are scenario seconds since the start.
struct SealerScenario {
  struct Signal {
    var setpoint: Double
    var sigma: Double
  }

  /// A value that wanders off and, if told so, is brought back.
  struct Drift {
    enum Target: String, CaseIterable { case temperature, pressure, dwell }

    var signal: Target
    var atSeconds: Double
    var slopePerSecond: Double
    /// The drift stops where the setpoint plus the drift reaches this value.
    var target: Double
    var correctedAtSeconds: Double
    var correctionPerSecond: Double
    var units: [Int]
  }

  var name = ""
  var seed: UInt64 = 1
  /// Scenario seconds per real second.
  var speed = 1.0
  var periodSeconds = 2.0
  var dwellSeconds = Signal(setpoint: 0.8, sigma: 0.005)
  var temperature = Signal(setpoint: 180, sigma: 0.4)
  var pressure = Signal(setpoint: 3.0, sigma: 0.03)
  var drifts: [Drift] = []
  var faults: [Quirk] = []

  static func load(text: String, file: String) throws(DocumentIssues) -> SealerScenario {
    let (root, collector) = try DocumentNode.parse(text, file: file)
    var scenario = SealerScenario()
    root.allowKeys([
      "name", "seed", "speed", "period_seconds", "dwell_seconds", "temperature", "pressure", "drifts", "faults",
    ])
    scenario.name = root.required("name", "Write the name of the scenario")?.string("Write a text") ?? ""
    scenario.seed = UInt64(root["seed"]?.integer(in: 0...Int.max, "Write a whole number") ?? 1)
    scenario.speed = positive(root["speed"]) ?? 1
    scenario.periodSeconds = positive(root["period_seconds"]) ?? scenario.periodSeconds
    read(root["dwell_seconds"], into: &scenario.dwellSeconds)
    read(root["temperature"], into: &scenario.temperature)
    read(root["pressure"], into: &scenario.pressure)
    scenario.drifts = root["drifts"]?.elements("Write a list of drifts").compactMap(drift) ?? []
    scenario.faults = root["faults"]?.elements("Write a list of faults").compactMap(Quirk.read) ?? []
    try collector.throwIfAny()
    return scenario
  }

  private static func positive(_ node: DocumentNode?) -> Double? {
    guard let node, let value = node.number("Write a number above 0") else { return nil }
    if value <= 0 { node.fault("\(value) is not above 0", "Write a number above 0") }
    return value
  }

  private static func read(_ node: DocumentNode?, into signal: inout Signal) {
    guard let node else { return }
    node.allowKeys(["setpoint", "sigma"])
    signal.setpoint = node["setpoint"]?.number("Write a number") ?? signal.setpoint
    signal.sigma = node["sigma"]?.number("Write a number") ?? signal.sigma
  }

  private static func drift(_ node: DocumentNode) -> Drift? {
    node.allowKeys([
      "signal", "at_seconds", "slope_per_second", "target", "corrected_at_seconds", "correction_per_second", "units",
    ])
    let signal = node.required("signal", "Write which value drifts")?.choice(Drift.Target.allCases.map(\.rawValue))
    let slope = node.required("slope_per_second", "Write the change per second")?.number("Write a number")
    let target = node.required("target", "Write the value at which the drift stops")?.number("Write a number")
    guard let signal = signal.flatMap(Drift.Target.init(rawValue:)), let slope, let target else { return nil }
    return Drift(
      signal: signal, atSeconds: node["at_seconds"]?.number("Write seconds") ?? 0, slopePerSecond: slope,
      target: target, correctedAtSeconds: node["corrected_at_seconds"]?.number("Write seconds") ?? .infinity,
      correctionPerSecond: abs(node["correction_per_second"]?.number("Write a number") ?? slope), units: units(node))
  }

  private static func units(_ node: DocumentNode) -> [Int] {
    node["units"]?.elements("Write a list of unit ids").compactMap { $0.integer(in: 1...247, "Write a unit id") } ?? []
  }
}
