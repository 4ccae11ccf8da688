public import Devices
public import Ledger
public import Shopfloor

/// The decisions of the recorder, without a thread, a clock or a store: commands and readings in, events out.
///
/// A pure function of its inputs, so that the groups in the ledger, taken again in their order, give the same events
/// again. That is how the recorder restarts, and how it checks itself while it does.
public struct LineEngine: Sendable, Codable {
  public private(set) var floor = Floor()
  var parameters: [ParameterTrack?] = []
  var stations: [StationTrack] = []
  /// The clock of the last group that was taken; nil before the first.
  var clock: ClockReading?
  /// Collected while a group is taken; empty between groups.
  var output: [CommitGroup.PendingEvent] = []
  /// Where in the output the gaps of this group stand.
  var openedGaps: [GapKey: Int] = [:]
  var closedGaps: [GapID: Int] = [:]
  var late: [LateKey: LateReadings] = [:]
  private var registry: [RegisteredParameter] = []
  /// What text points said last, by number of the parameter.
  var texts: [UInt32: String] = [:]

  enum CodingKeys: String, CodingKey { case floor, parameters, stations, clock, registry, texts }

  struct GapKey: Hashable {
    var station: Int
    var device: DeviceName
    var reason: String
  }

  struct LateKey: Hashable, Comparable {
    var parameter: UInt32
    var run: RunID?

    static func < (left: LateKey, right: LateKey) -> Bool {
      (left.parameter, left.run?.text ?? "") < (right.parameter, right.run?.text ?? "")
    }
  }

  public init() {}

  /// A command with the one who sent it and the instant at which it was given.
  public struct CommandInput: Sendable {
    public var command: Command
    public var actor: String
    public var at: Timestamp

    public init(_ command: Command, actor: String, at: Timestamp) {
      self.command = command
      self.actor = actor
      self.at = at
    }
  }

  /// What one group brings.
  public struct Input: Sendable {
    public var clock: ClockReading
    /// Facts of the recorder itself: started, readings dropped, readings anchored.
    public var facts: [Event] = []
    public var commands: [CommandInput] = []
    public var batches: [ReadingBatch] = []

    public init(clock: ClockReading) { self.clock = clock }
  }

  public struct Output: Sendable {
    public var events: [CommitGroup.PendingEvent]
    public var answers: [CommandAnswer]
  }

  /// The numbers of the parameters that the next plan names. Called before its `applyPlan`.
  public mutating func register(_ registered: [RegisteredParameter]) { registry = registered }

  /// Takes one group: facts, then commands, then readings; readings bind by their own time whatever the order.
  public mutating func take(_ input: Input) -> Output {
    begin(input.clock)
    for fact in input.facts { emit(fact, actor: "recorder", derived: false) }
    var answers: [CommandAnswer] = []
    for command in input.commands {
      let decision = floor.decide(command.command, at: command.at)
      for event in decision.events { emit(event, actor: command.actor, derived: false) }
      answers.append(decision.answer)
    }
    takeTexts(input.batches)
    takeReadings(input.batches)
    finishGroup()
    defer { output = [] }
    return Output(events: output, answers: answers)
  }

  /// Takes a group from the ledger again and says whether it gives the derived events it gave then.
  public mutating func replay(_ group: LedgerReader.StoredGroup) -> Bool {
    begin(group.clock)
    for record in group.events where !record.derived { emit(record.event, actor: record.actor, derived: false) }
    takeReadings(group.batches)
    finishGroup()
    defer { output = [] }
    return output.lazy.filter(\.derived).map(\.event).elementsEqual(
      group.events.lazy.filter(\.derived).map(\.event))
  }

  /// Whether time alone has made something due: silence, a finished cycle.
  public func isDue(at clock: ClockReading) -> Bool {
    parameters.contains { $0?.isSilent(at: clock.monotonicMicroseconds) ?? false }
      || stations.contains { station in
        guard let cycles = station.cycles else { return false }
        return cycles.isFinishDue(at: clock.utc) || station.dueRunEnd(at: clock.utc) != nil
      }
  }

  // MARK: Events

  /// Adds an event to the group and moves the state by it.
  mutating func emit(_ event: Event, actor: String = "recorder", derived: Bool = true) {
    output.append(.init(event, actor: actor, derived: derived))
    floor.apply(event)
    switch event {
    case .planApplied(let applied): applyPlan(applied.plan)
    case .runStarted(let run):
      if let index = stationIndex(run.station) { stations[index].start(run) }
    case .runEnded(let end): endRun(end)
    case .recordingStarted: resumeAfterStop()
    case .textRecorded(let text): noteText(text)
    default: break
    }
    orderInterlocks(after: event)
  }

  /// An interlock is decided in the group of the alarm that demands it.
  private mutating func orderInterlocks(after event: Event) {
    guard let time = clock?.utc else { return }
    switch event {
    case .alarmRaised(let alarm) where alarm.kind == .specification:
      if let write = floor.interlockOrder(at: alarm.station, time: time) { emit(.writeOrdered(write)) }
    case .alarmClosed, .planApplied:
      for station in floor.plan.stations where station.interlock != nil {
        if let write = floor.interlockOrder(at: station.name, time: time) { emit(.writeOrdered(write)) }
      }
    default: break
    }
  }

  func stationIndex(_ name: StationName) -> Int? { stations.firstIndex { $0.plan.name == name } }

  private mutating func endRun(_ end: RunEnded) {
    guard let index = stations.firstIndex(where: { $0.runs.contains { $0.id == end.run } }) else { return }
    stations[index].end(end.run, at: end.at)
  }

  // MARK: Plan

  /// Builds the tracks of a plan; what did not change keeps its state, what is gone returns its alarms.
  private mutating func applyPlan(_ plan: LinePlan) {
    let now = clock ?? ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0)
    for index in stations.indices where !stations[index].findsCyclesAlike(in: plan) { interruptCycles(index, now) }
    let oldStations = stations
    let oldParameters = parameters.compactMap { $0 }
    stations = plan.stations.map { stationPlan in
      guard let old = oldStations.first(where: { $0.plan.name == stationPlan.name }) else {
        return StationTrack(plan: stationPlan)
      }
      if old.plan == stationPlan { return old }
      var fresh = StationTrack(plan: stationPlan)
      fresh.runs = old.runs
      if old.findsCyclesAlike(in: plan) {
        fresh.cycles = old.cycles
      } else if let cycles = old.cycles {
        fresh.cycles?.continueCount(of: cycles)
      }
      for index in fresh.characteristics.indices {
        if let same = old.characteristics.first(where: { $0.plan == fresh.characteristics[index].plan }) {
          fresh.characteristics[index] = same
        }
      }
      return fresh
    }
    parameters = []
    for (stationIndex, station) in stations.enumerated() {
      for parameterPlan in station.plan.parameters {
        guard let registered = registered(parameterPlan, station.plan.name) else { continue }
        var track = ParameterTrack(
          index: registered.index, station: stationIndex, plan: parameterPlan, expectedFrom: now.utc,
          monotonic: now.monotonicMicroseconds)
        if let old = oldParameters.first(where: {
          $0.index == registered.index && oldStations[$0.station].plan.name == station.plan.name
        }) {
          track.takeOver(old)
        }
        track.findsCycles = station.plan.cycle?.parameter == parameterPlan.name
        track.featureSlot = station.featured.firstIndex(of: parameterPlan.name)
        let slot = Int(registered.index.rawValue)
        while parameters.count <= slot { parameters.append(nil) }
        parameters[slot] = track
      }
    }
    closeOrphanedGaps(of: oldParameters, at: now.utc)
    returnOrphanedAlarms(at: now.utc)
  }

  /// A gap of a parameter that is no longer in the plan can never end by a reading.
  private mutating func closeOrphanedGaps(of old: [ParameterTrack], at time: Timestamp) {
    for track in old {
      guard let gap = track.gap, !parameters.contains(where: { $0?.index == track.index && $0?.gap == gap }) else {
        continue
      }
      closeGap(gap, of: track.plan.name, at: time)
    }
  }

  private func registered(_ plan: ParameterPlan, _ station: StationName) -> RegisteredParameter? {
    registry.first {
      $0.station == station && $0.name == plan.name && $0.device == plan.device && $0.point == plan.point
        && $0.unit == plan.unit
    }
  }

  /// An alarm whose limit or chart is gone can never return by itself.
  private mutating func returnOrphanedAlarms(at time: Timestamp) {
    var held: Set<AlarmID> = []
    for track in parameters.compactMap({ $0 }) {
      for monitor in [track.specification, track.alarm].compactMap({ $0 }) {
        if let alarm = monitor.raisedAlarm { held.insert(alarm) }
      }
    }
    for characteristic in stations.flatMap(\.characteristics) {
      held.formUnion(characteristic.signals.values)
      if let alarm = characteristic.specification?.raisedAlarm { held.insert(alarm) }
    }
    for alarm in floor.alarms.values.sorted(by: { $0.id < $1.id })
    where alarm.returnedAt == nil && !held.contains(alarm.id) {
      returnAlarm(alarm.id, at: time, value: nil)
    }
  }
}

extension ParameterTrack {
  /// Carries over what a change of limits does not touch; unchanged limits keep their state too.
  mutating func takeOver(_ old: ParameterTrack) {
    lastTime = old.lastTime
    lastGood = old.lastGood
    lastArrivalMonotonic = old.lastArrivalMonotonic
    latest = old.latest
    gap = old.gap
    if old.plan.specification == plan.specification { specification = old.specification }
    if old.plan.alarm == plan.alarm { alarm = old.alarm }
  }
}
