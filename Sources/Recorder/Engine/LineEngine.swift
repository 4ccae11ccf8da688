public import Devices
public import Ledger
public import Shopfloor

/// The decisions of the recorder, without a thread, a clock or a store: commands and readings in, events out.
///
/// A pure function of its inputs, so that the groups in the ledger, taken again in their order, give the same events
/// again. That is how the recorder restarts, and how it checks itself while it does.
public struct LineEngine: Sendable {
  public internal(set) var floor = Floor()
  /// False where the ledger failed to keep what moved this engine last: until the recorder has taken it from the ledger
  /// again, its state may hold what never was.
  public internal(set) var isDurable = true
  /// By the number of the parameter, both as long; the pulse of a number without a track is unplanned.
  var parameters: [ParameterTrack?] = []
  var pulses: [ParameterPulse] = []
  var stations: [StationTrack] = []
  /// The clock of the last group that was taken; nil before the first.
  var clock: ClockReading?
  /// The boot of the machine in which that was: monotonic times of different boots do not compare.
  var bootID: String?
  /// Collected while a group is taken; empty between groups.
  var output: [CommitGroup.PendingEvent] = []
  /// Where in the output the gaps of this group stand.
  var openedGaps: [GapKey: Int] = [:]
  var closedGaps: [GapID: Int] = [:]
  var late: [LateKey: LateReadings] = [:]
  var registry: [RegisteredParameter] = []
  /// Before this no parameter can have been silent for too long, by the monotonic clock.
  var nextSilenceCheck = Int64.min
  /// What text points said last, by number of the parameter.
  var texts: [UInt32: String] = [:]

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
    /// Why it is not even asked of the floor: what only the ledger can tell.
    package var refusal: Refusal?

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
    begin(input.clock, boot: Self.boot(of: input.facts))
    for fact in input.facts { emit(fact, actor: "recorder", derived: false) }
    var answers: [CommandAnswer] = []
    for command in input.commands {
      let decision =
        command.refusal.map { refusal in
          Decision(
            events: [floor.refused(refusal, command.command, command.at)], answer: .refused(refusal))
        } ?? floor.decide(command.command, at: command.at)
      for event in decision.events { emit(withRuns(event), actor: command.actor, derived: false) }
      answers.append(decision.answer)
    }
    takeTexts(input.batches)
    takeReadings(input.batches)
    finishGroup()
    defer { output = [] }
    return Output(events: output, answers: answers)
  }

  /// Takes a group from the ledger again and says whether it gives the derived events it gave then.
  ///
  /// Where it cannot, because its readings are gone or damaged, or does not, what the ledger says was derived counts: the
  /// floor is the fold over the events in the ledger.
  ///
  /// - Returns: true too where readings are gone: nothing can be compared.
  public mutating func replay(_ group: LedgerReader.StoredGroup) -> Bool {
    let (formerFloor, formerParameters) = (floor, parameters)
    begin(group.clock, boot: Self.boot(of: group.events.lazy.map(\.event)))
    for record in group.events where !record.derived { emit(record.event, actor: record.actor, derived: false) }
    takeReadings(group.batches)
    finishGroup()
    defer { output = [] }
    // Programs before the reports to the ERP owed none; they move nothing here.
    let owedReports = group.events.contains { $0.derived && $0.event.kind == .productionReported }
    let isSame = output.lazy.filter { $0.derived && (owedReports || $0.event.kind != .productionReported) }
      .map(\.event).elementsEqual(group.events.lazy.filter(\.derived).map(\.event))
    if !isSame { follow(group.events.map(\.event), from: formerFloor, formerParameters) }
    return isSame || !group.isWhole
  }

  /// Whether time alone has made something due: silence, a finished cycle, an alarm that nobody acknowledged.
  public func isDue(at clock: ClockReading) -> Bool {
    isAlarmDue(at: clock.utc)
      || clock.monotonicMicroseconds > nextSilenceCheck
        && pulses.contains { clock.monotonicMicroseconds > $0.silentAfter }
      || stations.contains { station in
        if station.isChartDue(at: clock.utc) { return true }
        guard let cycles = station.cycles else { return false }
        return cycles.isFinishDue(at: clock.utc) || station.dueRunEnd(at: clock.utc) != nil
      }
  }

  // MARK: Events

  /// Adds an event to the group and moves the state by it.
  mutating func emit(_ event: Event, actor: String = "recorder", derived: Bool = true) {
    interrupt(before: event)
    output.append(.init(event, actor: actor, derived: derived))
    let closing = floor.alarmClosing(by: event)
    floor.apply(event)
    // Before what follows from the event: that may close the alarm that is told of.
    oweNotifications(after: event, closing: closing)
    reportProduction(after: event)
    switch event {
    case .planApplied(let applied):
      applyPlan(applied.plan)
      endHeldEpisodes(at: clock?.utc ?? Timestamp(microseconds: 0))
    case .alarmAcknowledged(let done): endHeldEpisodes(at: done.at)
    case .runStarted(let run):
      if let index = stationIndex(run.station) {
        if let plan = floor.judgedPlan(of: run.station) { judge(index, by: plan) }
        beginStages(for: run, index)
        stations[index].start(run)
        respondToStandingViolations(of: run, index)
      }
    case .runEnded(let end): endRun(end)
    case .recordingStarted: resumeAfterStop()
    case .textRecorded(let text): noteText(text)
    case .alarmRaised(let alarm): respond(to: alarm)
    case .measurementTaken(let taken): judgeMeasurement(taken)
    case .subgroupEnded(let ended): endSubgroup(ended)
    case .chartStageBegun(let stage): beginStage(stage)
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

  func plan(of track: ParameterTrack) -> ParameterPlan { stations[track.station].plan.parameters[track.place] }

  func stationIndex(_ name: StationName) -> Int? { stations.firstIndex { $0.plan.name == name } }

  private mutating func endRun(_ end: RunEnded) {
    guard let index = stations.firstIndex(where: { $0.runs.contains { $0.id == end.run } }) else { return }
    let now = clock ?? ClockReading(utc: end.at, monotonicMicroseconds: 0)
    // A command is at most so old when it is taken; what seems older was given before a step of UTC.
    let age = now.utc.microseconds(since: end.at)
    let monotonic = now.monotonicMicroseconds - (abs(age) <= Self.maximumAheadMicroseconds ? age : 0)
    stations[index].end(end.run, at: end.at, monotonic: monotonic)
  }
}
