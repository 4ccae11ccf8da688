public import Shopfloor

/// The made-up plant: stations that seal pouches, eight parameters each, polled at one time.
public enum PlantLine {
  public static let digest = String(repeating: "a", count: 64)
  public static let cycleParameter: ParameterName = "cycle.active"
  public static let temperature: ParameterName = "seal.temperature"
  public static let meanTemperature: CharacteristicName = "mean seal temperature"

  /// A parameter with the middle and the noise of its values, and how the PLC gives them.
  struct Signal {
    enum Form {
      /// Whole numbers in one register, times a scale of a tenth to a thousandth.
      case register(perUnit: Double)
      /// A float in two registers.
      case float
    }

    var name: ParameterName
    var unit: String
    var middle: Double
    var spread: Double
    var form: Form
  }

  static let signals = [
    Signal(name: temperature, unit: "°C", middle: 185, spread: 0.8, form: .register(perUnit: 10)),
    Signal(name: "seal.pressure", unit: "bar", middle: 4.2, spread: 0.03, form: .register(perUnit: 100)),
    Signal(name: "seal.force", unit: "N", middle: 820, spread: 6, form: .float),
    Signal(name: "web.speed", unit: "m/min", middle: 32, spread: 0.2, form: .register(perUnit: 10)),
    Signal(name: "drive.current", unit: "A", middle: 6.5, spread: 0.1, form: .register(perUnit: 100)),
    Signal(name: "drive.vibration", unit: "mm/s", middle: 1.4, spread: 0.004, form: .register(perUnit: 100)),
    Signal(name: "room.humidity", unit: "%", middle: 44, spread: 0.02, form: .register(perUnit: 10)),
  ]

  public static var parametersPerStation: Int { signals.count + 1 }

  public static func station(_ index: Int) -> StationName { named("sealer-\(index + 1)") }
  static func device(_ index: Int) -> DeviceName { named("plc-\(index + 1)") }
  static func person(_ index: Int) -> PersonID { named("P-\(index + 1)") }
  public static func lot(_ index: Int) -> LotNumber { named("L-\(padded(index + 1))") }
  public static func run(_ index: Int) -> RunID { named("R-\(padded(index + 1))") }
  static func order(_ index: Int) -> WorkOrderNumber { named("WO-\(padded(index + 1))") }
  /// Of the `kind`-th bought item, the `index`-th lot.
  public static func material(_ kind: Int, _ index: Int) -> MaterialLotNumber {
    named("M\(kind + 1)-\(padded(index + 1))")
  }
  public static func serial(ofLot index: Int) -> String { "SN-\(padded(index + 1))" }

  static let boughtItems: [(code: ItemCode, name: String)] = [
    ("FILM", "Film"), ("TRAY", "Tray"), ("INK", "Printing ink"),
  ]
  static let product: ItemCode = "POUCH"
  static let lotsPerOrder = 10
  static let peopleCount = 24
  /// Every so many lots, one lot goes into a later one under its own number.
  static let reworkEvery = 10

  static func named<Kind>(_ text: String) -> Identifier<Kind> { Identifier(stringLiteral: text) }
  private static func padded(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 6 - text.count)) + text
  }

  static func plan(_ size: PlantSize) -> LinePlan {
    LinePlan(
      site: "Made up", line: "sealing",
      stations: (0..<size.stations).map { index in
        let parameters =
          [(cycleParameter, "")] + signals.map { ($0.name, $0.unit) }
        return StationPlan(
          name: station(index), operation: "seal",
          parameters: parameters.map { name, unit in
            ParameterPlan(
              name: name, device: device(index), point: name.text, unit: unit,
              expectedIntervalMicroseconds: size.pollMicroseconds)
          },
          cycle: CyclePlan(parameter: cycleParameter, condition: .bit),
          characteristics: [
            CharacteristicPlan(
              name: meanTemperature, parameter: temperature, feature: .mean, unit: "°C",
              specification: LimitPlan(low: 180, high: 190), chart: ChartPlan(limits: .establish(points: 25)))
          ])
      })
  }
}
