import Devices
import Shopfloor

/// A characteristic with how its values come about, its chart, and the alarms that are raised on it.
struct CharacteristicTrack: Hashable, Sendable, Codable {
  let plan: CharacteristicPlan
  var specification: LimitMonitor?
  /// Nil where there is no chart.
  var chart: ChartTrack?
  /// The open alarm of each chart rule that fires, by panel and rule.
  var signals: [String: AlarmID] = [:]
  /// Where a value is taken over windows of time.
  var window: WindowSampler?
  var gates: [GateTrack]
  /// The open alarm that no point came in the time it was expected.
  var collectionAlarm: AlarmID?

  init(plan: CharacteristicPlan) {
    self.plan = plan
    // Features have no delay: each is judged once.
    specification = plan.specification.map {
      LimitMonitor(plan: LimitPlan(low: $0.low, high: $0.high, deadband: $0.deadband))
    }
    chart = plan.chart.flatMap(ChartTrack.init)
    if case .window(let length) = plan.sampling { window = WindowSampler(lengthMicroseconds: length) }
    gates = (plan.gates ?? []).map(GateTrack.init)
  }

  /// The name of a gate that was not open all the while; nil where all were.
  func closedGate(from: Timestamp, to: Timestamp) -> String? {
    gates.first { !$0.isOpen(from: from, to: to) }?.plan.name
  }

  /// Whether good readings of a parameter change anything here beside what cycles take of them.
  func followsReadings(of parameter: ParameterName) -> Bool {
    window != nil && plan.parameter == parameter || gates.contains { $0.plan.parameter == parameter }
  }

  /// The alarms that stand on this characteristic.
  var openAlarms: [AlarmID] {
    signals.values.sorted() + [specification?.raisedAlarm, collectionAlarm].compactMap { $0 }
  }
}
