import ControlCharts
import Shopfloor

/// What the charts of a control plan will cost in false alarms, told before the plan is approved.
struct PlanForecast {
  /// Points a day of a characteristic; nil where nobody knows yet.
  let pointsPerDay: (StationName, CharacteristicPlan) -> Double?

  func lines(of plan: ControlPlan) -> [String] {
    plan.stations.flatMap { station in
      station.characteristics.compactMap { characteristic in
        characteristic.chart.map {
          "\(station.station)/\(characteristic.name): " + text($0, station.station, characteristic)
        }
      }
    }
  }

  private func text(_ chart: ChartPlan, _ station: StationName, _ characteristic: CharacteristicPlan) -> String {
    let design = chart.completeDesign
    let hasMemory = design.kind == .ewma || design.kind == .cusum
    let values = pointsPerDay(station, characteristic) ?? Self.planned(characteristic)
    let rate = values.map { chart.subgroup == .count ? $0 / Double(design.subgroupSize) : $0 }
    if design.kind == .hotellingTSquared { return "T², 1 false alarm in \(1 / design.alpha) points" }
    do throws(ControlChartFault) {
      let forecast = try FalseAlarmForecast(
        rules: hasMemory ? RuleSet(name: design.rules.name, rules: []) : design.rules,
        ewma: design.kind == .ewma ? design.ewma ?? .init() : design.ewma,
        cusum: design.kind == .cusum ? design.cusum ?? .init() : design.cusum, pointsPerDay: rate ?? 1_000)
      return forecast.english
        + (rate == nil ? " (Nobody knows the rate yet: 1000 points a day are taken; --rate says it.)" : "")
    } catch {
      return "\(error)"
    }
  }

  /// What the plan itself says of how often a value comes.
  private static func planned(_ characteristic: CharacteristicPlan) -> Double? {
    if case .window(let length) = characteristic.sampling { return 86_400_000_000 / Double(length) }
    return characteristic.chart?.expectedEveryMicroseconds.map { 86_400_000_000 / Double($0) }
  }
}
