public import ControlCharts
public import Ledger
public import Shopfloor

/// A chart derived again from the events in the ledger, by the same code that judged it live. What it says of every point
/// must be what the ledger says was signalled.
public struct ChartReplay: Sendable {
  /// One point, or a gap, with the event that brought it.
  public struct Step: Sendable, Hashable {
    /// The event that completed the point.
    public var sequence: Int64
    public var at: Timestamp
    public var run: RunID?
    /// "R-000001 #12": the run, and the cycle, window or subgroup in it.
    public var label: String
    public var values: [Double]
    /// Nil for a gap.
    public var verdict: ChartVerdict?
    public var gapReason: String?
    /// Counts up with every change of the plan's chart and every stage.
    public var stage: Int
  }

  /// A signal that began with a point, as the replay finds it.
  public struct Onset: Sendable, Hashable {
    public var step: Int
    public var statistic: PlottedStatistic
    public var signal: RuleSignal
  }

  /// One stretch under one chart.
  public struct Stage: Sendable, Hashable {
    public var label: String
    public var firstStep: Int
    public var plan: ChartPlan
    public var baseline: ChartBaseline?
    public var estimate: BaselineEstimate?
  }

  public let station: StationName
  public let characteristic: CharacteristicName
  public private(set) var steps: [Step] = []
  public private(set) var onsets: [Onset] = []
  public private(set) var stages: [Stage] = []
  /// The characteristic as it is judged at the end of the history; nil where nothing judges it.
  public private(set) var plan: CharacteristicPlan?
  /// Control-signal alarms of the characteristic, as the ledger has them.
  public private(set) var recorded: [Alarm] = []

  private var line: LinePlan?
  private let controlPlans: [String: ControlPlan]
  private var reference: ControlPlanReference?
  private var chart: ChartTrack?
  private var firing: Set<String> = []
  private var runs: [RunID: Run] = [:]
  private var activeRun: RunID?
  /// A cycle that has ended, while its value may still come.
  private var openCycle: (run: RunID, number: Int, at: Timestamp)?
  private var lastWindow: (run: RunID, to: Timestamp)?
  private var subgroups = 0
  private var products: [WorkOrderNumber: String] = [:]

  /// - Parameters:
  ///   - line: the configuration in force before the first event.
  ///   - controlPlans: documents by digest.
  public init(
    station: StationName, characteristic: CharacteristicName, line: LinePlan?, controlPlans: [String: ControlPlan]
  ) {
    self.station = station
    self.characteristic = characteristic
    self.line = line
    self.controlPlans = controlPlans
    replan(at: 0, reason: "")
  }

  /// Takes the history, oldest first, and ends it.
  public mutating func take(_ history: [EventRecord]) {
    for record in history { take(record) }
    closeCycle(sequence: history.last?.sequence ?? 0)
  }

  private mutating func take(_ record: EventRecord) {
    if endsOpenCycle(record.event) { closeCycle(sequence: record.sequence) }
    switch record.event {
    case .planApplied(let applied):
      line = applied.plan
      replan(at: record.sequence, reason: "the configuration changed")
    case .runStarted(let run) where run.station == station:
      runs[run.id] = run
      activeRun = run.id
      reference = run.controlPlan
      replan(at: record.sequence, reason: run.controlPlan.map { "\($0.number) version \($0.version)" } ?? "")
      _ = chart?.isNewWorkOrder(run.workOrders.map(\.text).joined(separator: " "))
    case .clockStepped(let step) where step.stepMicroseconds < 0: plot(record) { $0.recordStepBack() }
    case .workOrderUpdated(let order): products[order.number] = order.product.text
    case .runEnded(let end): if end.run == activeRun { activeRun = nil }
    case .recordingStarted:
      if activeRun != nil, plan?.sampling != .manual, chart != nil { gap(record, "the recorder stood still") }
    case .cycleEnded(let cycle) where runs[cycle.run] != nil && plan?.sampling == nil && chart != nil:
      openCycle = (cycle.run, cycle.cycle, cycle.endedAt)
    case .characteristicTaken(let taken) where taken.characteristic == characteristic && runs[taken.run] != nil:
      take(taken, record)
    case .measurementTaken(let taken) where taken.characteristic == characteristic && taken.station == station:
      let value = ChartTrack.Value(
        values: taken.values, inspected: taken.inspected, at: taken.at, run: taken.run, lots: lots(of: taken.run),
        part: part(of: taken.run), cycle: nil)
      plot(record) { $0.take(value) }
    case .subgroupEnded(let ended) where ended.characteristic == characteristic && ended.station == station:
      plot(record) { $0.end(.byHand) }
    case .subgroupCharted(let charted) where charted.characteristic == characteristic && charted.station == station:
      closeByTime(charted, record)
    case .chartStageBegun(let stage) where stage.characteristic == characteristic && stage.station == station:
      plot(record) { $0.end(.run) }
      chart?.beginStage()
      firing = []
      beginStage(stage.reason)
    case .alarmRaised(let alarm)
    where alarm.station == station && alarm.source == characteristic.text && alarm.kind == .controlSignal:
      recorded.append(alarm)
    default: break
    }
  }

  // MARK: Plans and stages

  private mutating func replan(at sequence: Int64, reason: String) {
    let configured = line?.station(station)
    let control = reference.flatMap { controlPlans[$0.digest]?.station(station) }
    let judged = configured.map { configured in control.map(configured.held) ?? configured }
    let next = judged?.characteristics.first { $0.name == characteristic }
    guard next != plan || chart == nil && next?.chart != nil else { return }
    plan = next
    chart = next?.chart.flatMap(ChartTrack.init)
    firing = []
    subgroups = 0
    openCycle = nil
    lastWindow = nil
    beginStage(reason)
  }

  private mutating func beginStage(_ label: String) {
    guard let chart else { return }
    stages.append(
      Stage(
        label: label, firstStep: steps.count, plan: chart.plan, baseline: chart.chart.baseline,
        estimate: chart.chart.estimate))
  }

  // MARK: Values

  /// Whether the value of the cycle that has ended cannot come any more: the next thing happens to this chart.
  private func endsOpenCycle(_ event: Event) -> Bool {
    guard let openCycle else { return false }
    switch event {
    case .characteristicTaken(let taken):
      return taken.characteristic == characteristic && (taken.run != openCycle.run || taken.cycle != openCycle.number)
        && runs[taken.run] != nil
    case .cycleEnded(let cycle): return runs[cycle.run] != nil
    case .runStarted(let run): return run.station == station
    case .chartStageBegun(let stage): return stage.characteristic == characteristic && stage.station == station
    case .subgroupEnded(let ended): return ended.characteristic == characteristic && ended.station == station
    case .subgroupCharted(let charted):
      return charted.characteristic == characteristic && charted.station == station && charted.number > subgroups
    case .planApplied, .recordingStarted: return true
    default: return false
    }
  }

  private mutating func take(_ taken: CharacteristicTaken, _ record: EventRecord) {
    if let from = taken.from {
      if let last = lastWindow, last.run == taken.run, from > last.to { gap(record, "no reading in a window") }
      lastWindow = (taken.run, taken.at)
    } else if openCycle?.number == taken.cycle {
      openCycle = nil
    }
    if taken.charted {
      let value = ChartTrack.Value(
        values: [taken.value], inspected: nil, at: taken.at, run: taken.run, lots: lots(of: taken.run),
        part: part(of: taken.run), cycle: taken.cycle)
      plot(record) { $0.take(value) }
    } else {
      gap(record, taken.closedGate.map { "\"\($0)\" did not hold" } ?? "the cycle or window was not whole")
    }
    if taken.from == nil { plot(record) { $0.plan.subgroup == .cycle ? $0.end(.cycle) : [] } }
  }

  /// A cycle without a value is a gap.
  private mutating func closeCycle(sequence: Int64) {
    guard let cycle = openCycle else { return }
    openCycle = nil
    chart?.recordGap()
    addGap(sequence, cycle.at, cycle.run, "\(cycle.run) #\(cycle.number)", "no value in the cycle")
  }

  /// A subgroup that time or the end of a run closed.
  private mutating func closeByTime(_ charted: SubgroupCharted, _ record: EventRecord) {
    guard charted.number > subgroups else { return }
    if charted.partial == nil, chart?.closesWindow(at: record.time) == true {
      plot(record) { $0.closeWindow(at: record.time) }
    } else {
      plot(record) { $0.end(.run) }
    }
  }

  private func lots(of run: RunID?) -> String {
    run.flatMap { runs[$0] }.map { $0.lots.map(\.text).joined(separator: " ") } ?? ""
  }

  private func part(of run: RunID?) -> String? { run.flatMap { runs[$0]?.workOrders.first }.flatMap { products[$0] } }

  private mutating func gap(_ record: EventRecord, _ reason: String) {
    chart?.recordGap()
    addGap(record.sequence, record.time, activeRun, "", reason)
  }

  private mutating func addGap(_ sequence: Int64, _ at: Timestamp, _ run: RunID?, _ label: String, _ reason: String) {
    guard chart != nil else { return }
    steps.append(
      Step(
        sequence: sequence, at: at, run: run, label: label, values: [], verdict: nil, gapReason: reason,
        stage: stages.count - 1))
  }

  private mutating func plot(_ record: EventRecord, _ move: (inout ChartTrack) -> [ChartTrack.Point]) {
    guard var chart else { return }
    let points = move(&chart)
    self.chart = chart
    for point in points { add(point, record) }
  }

  private mutating func add(_ point: ChartTrack.Point, _ record: EventRecord) {
    subgroups = point.number
    if point.verdict.didEstablish, let place = stages.indices.last {
      stages[place].baseline = chart?.chart.baseline
      stages[place].estimate = chart?.chart.estimate
    }
    var now: Set<String> = []
    for panel in point.verdict.panels {
      for signal in panel.signals where signal.severity != .ignore && chart?.isBlocked(signal.rule) != true {
        let key = "\(panel.statistic.rawValue).\(signal.rule.key)"
        now.insert(key)
        if !firing.contains(key) { onsets.append(Onset(step: steps.count, statistic: panel.statistic, signal: signal)) }
      }
    }
    firing = now
    steps.append(
      Step(
        sequence: record.sequence, at: point.to, run: point.run,
        label: "\(point.run?.text ?? "-") #\(point.number)", values: point.values, verdict: point.verdict,
        gapReason: nil, stage: stages.count - 1))
  }
}
