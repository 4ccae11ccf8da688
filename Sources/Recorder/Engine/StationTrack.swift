import ControlCharts
import Devices
import Shopfloor

/// What the engine remembers of one station between readings.
struct StationTrack: Hashable, Sendable {
  let plan: StationPlan
  /// The runs that readings may bind to, oldest first: a mirror of the floor for the hot path.
  var runs: [RunSpan] = []
  var cycles: CycleTracker?
  /// The featured parameters, by slot.
  let featured: [ParameterName]
  /// The ledger's numbers of the parameters of the plan, in its order; nil where one is not registered.
  var slots: [Int?] = []
  var characteristics: [CharacteristicTrack]

  struct RunSpan: Hashable, Sendable, Codable {
    var id: RunID
    var startedAt: Timestamp
    var endedAt: Timestamp?
  }

  init(plan: StationPlan) {
    self.plan = plan
    var featured: [ParameterName] = []
    for characteristic in plan.characteristics
    where characteristic.feature != .duration && !featured.contains(characteristic.parameter) {
      featured.append(characteristic.parameter)
    }
    self.featured = featured
    cycles = plan.cycle.map { CycleTracker(condition: $0.condition, featuredCount: featured.count) }
    characteristics = plan.characteristics.map(CharacteristicTrack.init)
  }

  /// Whether a plan finds the cycles of this station, and takes its features, as the present one does.
  func findsCyclesAlike(in next: LinePlan) -> Bool {
    guard let next = next.station(plan.name), next.cycle == plan.cycle else { return false }
    return next == plan || StationTrack(plan: next).featured == featured
  }

  /// The run that a reading of this time belongs to.
  func run(at time: Timestamp) -> RunID? {
    for span in runs.reversed() where time >= span.startedAt {
      if let end = span.endedAt, time >= end { continue }
      return span.id
    }
    return nil
  }

  func end(of run: RunID) -> Timestamp? { runs.last { $0.id == run }?.endedAt }

  /// The run whose cycles are followed and its end, once its last readings had time to arrive.
  func dueRunEnd(at now: Timestamp) -> (run: RunID, end: Timestamp)? {
    guard let cycles, cycles.openCycleNumber != nil, let run = cycles.followedRun, let end = end(of: run),
      now.microseconds(since: end) >= CycleTracker.settleMicroseconds
    else { return nil }
    return (run, end)
  }

  mutating func start(_ run: Run) {
    runs.append(RunSpan(id: run.id, startedAt: run.startedAt, endedAt: nil))
    if runs.count > Floor.rememberedEndedRuns { runs.removeFirst() }
  }

  mutating func end(_ run: RunID, at time: Timestamp) {
    if let index = runs.lastIndex(where: { $0.id == run }) { runs[index].endedAt = time }
  }
}

/// A characteristic with its chart and the alarms that are raised on it.
struct CharacteristicTrack: Hashable, Sendable, Codable {
  let plan: CharacteristicPlan
  var specification: LimitMonitor?
  var chart: IndividualsChart?
  /// The open alarm of each chart rule that fires, by the rule's key.
  var signals: [String: AlarmID] = [:]

  init(plan: CharacteristicPlan) {
    self.plan = plan
    // Features have no delay: each is judged once.
    specification = plan.specification.map {
      LimitMonitor(plan: LimitPlan(low: $0.low, high: $0.high, deadband: $0.deadband))
    }
    chart = plan.chart.flatMap(Self.chart)
  }

  /// Nil where the chart room refuses the plan; the configuration was checked for that before.
  private static func chart(_ plan: ChartPlan) -> IndividualsChart? {
    do throws(ControlChartFault) {
      switch plan.limits {
      case .frozen(let center, let sigma):
        return try IndividualsChart(
          limits: .frozen(ControlLimits(center: center, sigma: sigma)), runLength: plan.runLength)
      case .baseline(let baseline):
        return try IndividualsChart(
          limits: .frozen(ControlLimits(center: baseline.mean, sigma: baseline.sigma)), runLength: plan.runLength)
      case .establish(let points):
        return try IndividualsChart(limits: .establish(points: points), runLength: plan.runLength)
      }
    } catch {
      return nil
    }
  }
}
