import Shopfloor

/// A small plant with one of everything: a sealer with cycles and charts, an oven that holds three lots, a store where
/// material is picked; two polled devices and one that sends messages.
enum SimulatedPlant {
  static let ledgerPath = "/simulated/lotwire.sqlite"
  static let sealer: StationName = "sealer"
  static let oven: StationName = "oven"
  static let store: StationName = "store"
  static let plc: DeviceName = "plc-1"
  static let press: DeviceName = "plc-2"
  static let gateway: DeviceName = "gateway"

  /// How often each device is expected, in microseconds.
  struct Pace {
    var plc: Int64
    var press: Int64
    var gateway: Int64
  }

  /// In the order of the plan: the ledger numbers parameters from 0 in this order, and keeps the numbers for ever.
  static func parameters(_ pace: Pace, highLimit: Double) -> (sealer: [ParameterPlan], oven: [ParameterPlan]) {
    (
      [
        ParameterPlan(
          name: "seal.temperature", device: plc, point: "temperature", unit: "°C",
          expectedIntervalMicroseconds: pace.plc,
          specification: LimitPlan(low: 170, high: highLimit, deadband: 1),
          alarm: LimitPlan(low: 160, high: 200, deadband: 2, onDelayMicroseconds: 4_000_000)),
        ParameterPlan(
          name: "seal.pressure", device: plc, point: "pressure", unit: "bar", expectedIntervalMicroseconds: pace.plc),
        ParameterPlan(
          name: "seal.cycle", device: press, point: "cycle", unit: "", expectedIntervalMicroseconds: pace.press),
      ],
      [
        ParameterPlan(
          name: "oven.temperature", device: gateway, point: "temperature", unit: "°C",
          expectedIntervalMicroseconds: pace.gateway, specification: LimitPlan(low: 70, high: 90, deadband: 1)),
        ParameterPlan(
          name: "oven.humidity", device: gateway, point: "humidity", unit: "%",
          expectedIntervalMicroseconds: pace.gateway),
      ]
    )
  }

  static func plan(_ pace: Pace, highLimit: Double) -> LinePlan {
    let parameters = parameters(pace, highLimit: highLimit)
    return LinePlan(
      site: "Suzhou", line: "Pouches",
      stations: [
        StationPlan(
          name: sealer, operation: "seal", parameters: parameters.sealer,
          cycle: CyclePlan(parameter: "seal.cycle", condition: .bit),
          characteristics: [
            CharacteristicPlan(
              name: "temperature.mean", parameter: "seal.temperature", feature: .mean, unit: "°C",
              chart: ChartPlan(limits: .establish(points: 8), runLength: 9)),
            CharacteristicPlan(
              name: "temperature.max", parameter: "seal.temperature", feature: .maximum, unit: "°C",
              specification: LimitPlan(low: nil, high: 195)),
            CharacteristicPlan(
              name: "cycle.duration", parameter: "seal.cycle", feature: .duration, unit: "s",
              chart: ChartPlan(limits: .frozen(center: 20, sigma: 6), runLength: 9)),
          ]),
        StationPlan(name: oven, operation: "cure", loadCapacityLots: 3, parameters: parameters.oven),
        StationPlan(name: store, operation: "pick", role: .picking),
      ],
      notifications: [NotificationPlan(name: "quality", kinds: [.specification, .alarmLimit])])
  }

  static func digest(highLimit: Double) -> String { "plan-\(highLimit)" }

  static let people = [
    Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate]),
    Person(id: "P-2", name: "Wang Fang", badge: "badge-2", rights: [.operate]),
    Person(
      id: "P-3", name: "Ana", badge: "badge-3", rights: [.operate, .acknowledge, .disposition, .quality, .engineer]),
  ]

  static let items = [Item(code: "film", name: "Film", unit: "m"), Item(code: "pouch", name: "Pouch", unit: "pcs")]

  /// The number of the first parameter of a device; those of one device follow each other.
  static func firstParameter(of device: DeviceName) -> UInt32 {
    switch device {
    case plc: 0
    case press: 2
    default: 3
    }
  }
}
