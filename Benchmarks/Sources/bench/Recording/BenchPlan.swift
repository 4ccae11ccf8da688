import Devices
import Shopfloor

/// The line that is recorded: four stations that seal pouches, eight parameters each, with a person and a lot at every
/// station.
enum BenchPlan {
  static let stationCount = 4
  static let digest = String(repeating: "b", count: 64)

  /// A parameter with the middle and the spread of its values.
  struct Signal {
    var name: ParameterName
    var unit: String
    var middle: Double
    var spread: Double
    var specification: LimitPlan?
    var alarm: LimitPlan?
  }

  static let cycleParameter: ParameterName = "cycle.active"

  /// The cycle bit comes first, then these; a poll reads them in this order. Limits stand at 5 and 6 spreads.
  static let signals: [Signal] = [
    signal("seal.temperature", "°C", 185, 0.8, specified: true, alarmed: true),
    signal("seal.pressure", "bar", 4.2, 0.03, specified: true, alarmed: true),
    signal("seal.force", "N", 820, 6, alarmed: true),
    signal("web.speed", "m/min", 32, 0.2, specified: true),
    signal("drive.current", "A", 6.5, 0.1, alarmed: true),
    signal("drive.vibration", "mm/s", 1.4, 0.05),
    signal("room.humidity", "%", 44, 0.3),
  ]

  static var parametersPerStation: Int { signals.count + 1 }

  private static func signal(
    _ name: ParameterName, _ unit: String, _ middle: Double, _ spread: Double, specified: Bool = false,
    alarmed: Bool = false
  ) -> Signal {
    func limits(_ distance: Double) -> LimitPlan {
      LimitPlan(low: middle - distance * spread, high: middle + distance * spread, deadband: spread)
    }
    return Signal(
      name: name, unit: unit, middle: middle, spread: spread, specification: specified ? limits(5) : nil,
      alarm: alarmed ? limits(6) : nil)
  }

  static func stationName(_ station: Int) -> StationName { named("sealer-\(station + 1)") }
  static func deviceName(_ station: Int) -> DeviceName { named("plc-\(station + 1)") }
  private static func operation(_ station: Int) -> OperationName { named("seal \(station + 1)") }
  static func lot(_ station: Int) -> LotNumber { named("L-2026-000\(station + 1)") }

  private static func named<Kind>(_ text: String) -> Identifier<Kind> { Identifier(stringLiteral: text) }

  static let line = LinePlan(site: "Bench", line: "sealing", stations: (0..<stationCount).map(station))

  private static func station(_ station: Int) -> StationPlan {
    let device = deviceName(station)
    var parameters = [
      ParameterPlan(
        name: cycleParameter, device: device, point: "cycle", unit: "",
        expectedIntervalMicroseconds: Workload.pollMicroseconds)
    ]
    parameters += signals.map { signal in
      ParameterPlan(
        name: signal.name, device: device, point: signal.name.text, unit: signal.unit,
        expectedIntervalMicroseconds: Workload.pollMicroseconds, specification: signal.specification,
        alarm: signal.alarm)
    }
    return StationPlan(
      name: stationName(station), operation: operation(station), parameters: parameters,
      cycle: CyclePlan(parameter: cycleParameter, condition: .bit),
      characteristics: [
        CharacteristicPlan(
          name: "mean seal temperature", parameter: "seal.temperature", feature: .mean, unit: "°C",
          specification: LimitPlan(low: 180, high: 190), chart: ChartPlan(limits: .establish(points: 100))),
        CharacteristicPlan(
          name: "highest seal pressure", parameter: "seal.pressure", feature: .maximum, unit: "bar",
          chart: ChartPlan(limits: .establish(points: 100))),
        CharacteristicPlan(
          name: "last seal force", parameter: "seal.force", feature: .end, unit: "N",
          chart: ChartPlan(limits: .frozen(center: 820, sigma: 6))),
      ])
  }

  // MARK: People and work

  static let people = (0..<stationCount).map { station in
    Person(
      id: named("P-\(station + 1)"), name: "Operator \(station + 1)", badge: badge(station),
      rights: [.operate, .acknowledge])
  }

  private static func badge(_ station: Int) -> String { "BADGE-\(station + 1)" }

  static let orders = (0..<stationCount).map { station in
    WorkOrder(
      number: named("WO-\(station + 1)"), product: "POUCH-1", productName: "Sterile pouch", quantity: 10_000,
      unit: "pcs",
      operations: [operation(station)], lots: [lot(station)], materials: [])
  }

  /// What brings a run to every station, in this order, after the plan is in force.
  static let commands: [Command] =
    [.updatePeople(people), .updateWork(WorkChange(orders: orders))]
    + (0..<stationCount).flatMap { station -> [Command] in
      [
        .scan(ScannedLabel(text: badge(station), kind: .badge), station: stationName(station)),
        .scan(ScannedLabel(text: lot(station).text, kind: .lot), station: stationName(station)),
      ]
    }
}
