import Devices
import Shopfloor

/// The plant whose line is recorded whole: stations of ten devices each, a person, a lot and a run at every station, a
/// cycle of twenty seconds with three charted characteristics, and alarm limits on all other parameters, of which two in
/// five have specification limits too.
struct LinePlant {
  static let devicesPerStation = 10
  let plan: PollPlan

  var stationCount: Int { (plan.devices + Self.devicesPerStation - 1) / Self.devicesPerStation }

  var line: LinePlan { LinePlan(site: "Bench", line: "ovens", stations: (0..<stationCount).map(station)) }

  private func stationName(_ station: Int) -> StationName { named("oven-\(station + 1)") }
  private func operation(_ station: Int) -> OperationName { named("cure \(station + 1)") }
  private func lot(_ station: Int) -> LotNumber { named("L-2026-\(station + 1)") }
  private func badge(_ station: Int) -> String { "BADGE-\(station + 1)" }
  private func named<Kind>(_ text: String) -> Identifier<Kind> { Identifier(stringLiteral: text) }

  private func parameterName(_ device: Int, _ point: Int) -> ParameterName {
    named("unit-\(device % Self.devicesPerStation + 1).temperature-\(point + 1)")
  }

  private func devices(_ station: Int) -> Range<Int> {
    station * Self.devicesPerStation..<min((station + 1) * Self.devicesPerStation, plan.devices)
  }

  private func station(_ station: Int) -> StationPlan {
    let first = devices(station).lowerBound
    return StationPlan(
      name: stationName(station), operation: operation(station),
      parameters: devices(station).flatMap { device in
        (0..<plan.pointsPerDevice).map { parameter(device, $0) }
      },
      cycle: CyclePlan(parameter: parameterName(first, 0), condition: .above(level: 0.5, hysteresis: 0.1)),
      characteristics: [
        characteristic("mean temperature", parameterName(first, 1), .mean),
        characteristic("highest temperature", parameterName(first, 2), .maximum),
        characteristic("last temperature", parameterName(first, 3), .end),
      ])
  }

  private func characteristic(
    _ name: String, _ parameter: ParameterName, _ feature: CharacteristicPlan.Feature
  ) -> CharacteristicPlan {
    CharacteristicPlan(
      name: named(name), parameter: parameter, feature: feature, unit: "°C",
      specification: LimitPlan(low: 90, high: 111), chart: ChartPlan(limits: .establish(points: 100)))
  }

  /// The first value of every device is 1 or 0, the others lie around 100 with a spread of 1.
  private func parameter(_ device: Int, _ point: Int) -> ParameterPlan {
    ParameterPlan(
      name: parameterName(device, point), device: BenchDevices.deviceName(device), point: BenchDevices.pointName(point),
      unit: point == 0 ? "" : "°C", expectedIntervalMicroseconds: plan.intervalMicroseconds,
      specification: point > 0 && point % 5 < 2 ? LimitPlan(low: 92, high: 108, deadband: 1) : nil,
      alarm: point > 0 ? LimitPlan(low: 94, high: 106, deadband: 1) : nil)
  }

  // MARK: People and work

  /// What brings a run to every station, after the plan is in force.
  var commands: [Command] {
    let people = (0..<stationCount).map { station in
      Person(
        id: named("P-\(station + 1)"), name: "Operator \(station + 1)", badge: badge(station),
        rights: [.operate, .acknowledge])
    }
    let orders = (0..<stationCount).map { station in
      WorkOrder(
        number: named("WO-\(station + 1)"), product: "PART-1", productName: "Cured part", quantity: 10_000, unit: "pcs",
        operations: [operation(station)], lots: [lot(station)], materials: [])
    }
    return [.updatePeople(people), .updateWork(WorkChange(orders: orders))]
      + (0..<stationCount).flatMap { station -> [Command] in
        [
          .scan(ScannedLabel(text: badge(station), kind: .badge), station: stationName(station)),
          .scan(ScannedLabel(text: lot(station).text, kind: .lot), station: stationName(station)),
        ]
      }
  }
}
