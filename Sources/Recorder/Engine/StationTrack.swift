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
    /// The end by the monotonic clock: after a step of UTC its time no longer says how long ago that was.
    var endedMonotonic: Int64?
  }

  init(plan: StationPlan) {
    self.plan = plan
    var featured: [ParameterName] = []
    for characteristic in plan.characteristics
    where characteristic.sampling == nil && characteristic.feature != .duration
      && !featured.contains(characteristic.parameter)
    {
      featured.append(characteristic.parameter)
    }
    self.featured = featured
    cycles = plan.cycle.map { CycleTracker(condition: $0.condition, featuredCount: featured.count) }
    characteristics = plan.characteristics.map(CharacteristicTrack.init)
  }

  /// Whether a plan finds the cycles of this station, and takes its features, as the present one does.
  func findsCyclesAlike(under next: StationPlan?) -> Bool {
    guard let next, next.cycle == plan.cycle else { return false }
    return next == plan || StationTrack(plan: next).featured == featured
  }

  /// Whether windows or gates of characteristics follow a parameter.
  func feedsCharts(_ parameter: ParameterName) -> Bool {
    characteristics.contains { $0.followsReadings(of: parameter) }
  }

  /// The run that a reading of this time belongs to.
  func run(at time: Timestamp) -> RunID? {
    for span in runs.reversed() where time >= span.startedAt {
      if let end = span.endedAt, time >= end { continue }
      return span.id
    }
    return nil
  }

  /// Whether a reading of this time belongs to a remembered run that has ended.
  func hasEndedRun(at time: Timestamp) -> Bool {
    runs.contains { span in span.endedAt.map { time >= span.startedAt && time < $0 } ?? false }
  }

  /// The remembered runs that share an instant with the stretch, oldest first.
  func runs(from: Timestamp, until: Timestamp) -> [RunID] {
    runs.filter { $0.startedAt <= until && ($0.endedAt ?? .init(microseconds: .max)) >= from }.map(\.id)
  }

  func end(of run: RunID) -> Timestamp? { runs.last { $0.id == run }?.endedAt }

  /// The same by both clocks.
  func ending(of run: RunID) -> (time: Timestamp, monotonic: Int64)? {
    guard let span = runs.last(where: { $0.id == run }), let time = span.endedAt, let monotonic = span.endedMonotonic
    else { return nil }
    return (time, monotonic)
  }

  /// The run whose cycles are followed and its end, once its last readings had time to arrive.
  func dueRunEnd(at now: Timestamp) -> (run: RunID, time: Timestamp, monotonic: Int64)? {
    guard let cycles, cycles.openCycleNumber != nil, let run = cycles.followedRun, let end = ending(of: run),
      now.microseconds(since: end.time) >= CycleTracker.settleMicroseconds
    else { return nil }
    return (run, end.time, end.monotonic)
  }

  /// Checkpoints of former programs hold the ends of runs by UTC alone; the clock they were made at says how long ago
  /// that was.
  mutating func completeEnds(at clock: ClockReading) {
    for index in runs.indices where runs[index].endedMonotonic == nil {
      runs[index].endedMonotonic = runs[index].endedAt.map {
        clock.monotonicMicroseconds - clock.utc.microseconds(since: $0)
      }
    }
  }

  mutating func start(_ run: Run) {
    runs.append(RunSpan(id: run.id, startedAt: run.startedAt, endedAt: nil))
    if runs.count > Floor.rememberedEndedRuns { runs.removeFirst() }
  }

  mutating func end(_ run: RunID, at time: Timestamp, monotonic: Int64) {
    guard let index = runs.lastIndex(where: { $0.id == run }) else { return }
    runs[index].endedAt = time
    runs[index].endedMonotonic = monotonic
  }
}
