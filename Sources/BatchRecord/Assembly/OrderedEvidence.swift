import Devices
import Ledger
import Shopfloor

/// The evidence of a lot in the one order that the record uses, whatever order it came in, and its folds.
struct OrderedEvidence {
  let lot: LotNumber
  let site: String
  let line: String
  let throughSequence: Int64
  let throughHash: [UInt8]
  let workOrder: WorkOrder?
  /// By start, then id.
  let runs: [Run]
  let plans: [String: LinePlan]
  let controlPlans: [String: ControlPlan]
  /// By id.
  let people: [Person]
  let materialLots: [MaterialLotNumber: MaterialLot]
  /// By sequence.
  let events: [EventRecord]
  let series: [RunID: [OrderedSeries]]
  let alarms: [AlarmEpisode]
  let gaps: [GapEpisode]
  /// What was set aside as damaged, by place and number.
  let leftOut: [LeftOutReadings]
  /// Whether the record carries the readings themselves.
  let carriesReadings: Bool

  init(_ evidence: LotEvidence, maximumInlineReadings: Int) {
    lot = evidence.lot
    site = evidence.site
    line = evidence.line
    throughSequence = evidence.throughSequence
    throughHash = evidence.throughHash
    workOrder = evidence.workOrder
    runs = evidence.runs.sorted {
      $0.startedAt == $1.startedAt ? CanonicalJSON.isOrdered($0.id, before: $1.id) : $0.startedAt < $1.startedAt
    }
    plans = evidence.plans
    controlPlans = evidence.controlPlans
    people = evidence.people.sorted { CanonicalJSON.isOrdered($0.id, before: $1.id) }
    materialLots = Dictionary(evidence.materialLots.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    events = evidence.events.sorted { $0.sequence < $1.sequence }
    let runIDs = Set(evidence.runs.map(\.id))
    let ofRuns = evidence.series.filter { runIDs.contains($0.run) }
    series = Dictionary(grouping: ofRuns, by: \.run).mapValues { series in
      series.map(OrderedSeries.init).sorted { OrderedSeries.isOrdered($0, before: $1) }
    }
    carriesReadings =
      ofRuns.allSatisfy { $0.summary == nil } && ofRuns.reduce(0) { $0 + $1.count } <= maximumInlineReadings
    alarms = AlarmEpisode.fold(events)
    gaps = GapEpisode.fold(events)
    leftOut = evidence.leftOut.sorted {
      ($0.place.rawValue, $0.first, $0.last) < ($1.place.rawValue, $1.first, $1.last)
    }
  }

  /// The station as the run was judged: as the configuration has it, under the control plan that the run pinned.
  func plan(of run: Run) -> StationPlan? {
    guard let station = plans[run.planDigest]?.station(run.station) else { return nil }
    let control = run.controlPlan.flatMap { controlPlans[$0.digest]?.station(run.station) }
    return control.map(station.held) ?? station
  }

  /// The first run at the station that shares a moment with the stretch; an open stretch lasts for ever.
  func run(at station: StationName, from start: Timestamp, to end: Timestamp?) -> Run? {
    runs.first { run in
      run.station == station && (run.endedAt.map { start < $0 } ?? true) && (end.map { $0 >= run.startedAt } ?? true)
    }
  }

  /// The runs that were active at the time: later than their start, before their end.
  func runs(activeAt time: Timestamp) -> [Run] { runs.filter { $0.contains(time) && time > $0.startedAt } }
}

/// The readings of one parameter in one run, in time order; equal times in the order they came in.
struct OrderedSeries {
  let parameter: RegisteredParameter
  /// Empty where the evidence holds a summary alone.
  let readings: [RecordedReading]
  let statistics: ReadingStatistics
  let readingsJSON: CanonicalJSON
  /// SHA-256 of the canonical JSON of the array of readings, whether the record carries the array or not.
  let digestSHA256: String

  init(_ series: RunSeries) {
    parameter = series.parameter
    if let summary = series.summary {
      readings = []
      statistics = ReadingStatistics(summary)
      readingsJSON = .null
      digestSHA256 = summary.digestSHA256
      return
    }
    let inOrder = series.readings.enumerated().sorted {
      $0.element.time == $1.element.time ? $0.offset < $1.offset : $0.element.time < $1.element.time
    }
    readings = inOrder.map { RecordedReading($0.element) }
    statistics = ReadingStatistics(of: readings)
    readingsJSON = .array(readings.map(\.json))
    digestSHA256 = Digest.sha256Text(of: readingsJSON.canonicalBytes)
  }

  static func isOrdered(_ left: OrderedSeries, before right: OrderedSeries) -> Bool {
    if left.parameter.name == right.parameter.name { return left.parameter.index < right.parameter.index }
    return CanonicalJSON.isOrdered(left.parameter.name, before: right.parameter.name)
  }
}
