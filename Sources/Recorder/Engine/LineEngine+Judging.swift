import Devices
import Shopfloor

extension LineEngine {
  // MARK: Cycles

  mutating func takeCycleReading(_ station: Int, _ reading: Reading, _ monotonic: Int64) {
    let binding = stations[station].run(at: reading.time)
    if let followed = stations[station].cycles?.followedRun, followed != binding,
      let end = stations[station].ending(of: followed), reading.time >= end.time
    {
      // A cycle ends with its run, not with the first reading after it.
      stations[station].cycles?.endRun(followed, at: end.time, monotonic: end.monotonic)
    }
    let began = stations[station].cycles?.takeCycleReading(
      reading.value, at: reading.time, monotonic: monotonic, run: binding)
    if let began {
      emit(.cycleStarted(CycleStarted(run: began.run, cycle: began.number, at: began.startedAt)))
    }
  }

  /// Ends the cycles of runs that are over and takes the features of finished cycles.
  mutating func finishCycles(_ station: Int, _ now: Timestamp) {
    guard stations[station].cycles?.hasCycles == true else { return }
    if let end = stations[station].dueRunEnd(at: now) {
      stations[station].cycles?.endRun(end.run, at: end.time, monotonic: end.monotonic)
    }
    for cycle in stations[station].cycles?.finish(at: now) ?? [] { finish(cycle, station) }
  }

  /// Ends the open cycle as partial and finishes all, because the plan finds cycles or takes features otherwise now.
  mutating func interruptCycles(_ station: Int, _ now: ClockReading) {
    for cycle in stations[station].cycles?.interrupt(at: now.utc, monotonic: now.monotonicMicroseconds) ?? [] {
      finish(cycle, station)
    }
  }

  private mutating func finish(_ cycle: CycleTracker.Cycle, _ station: Int) {
    guard let end = cycle.endedAt else { return }
    let duration = cycle.endedMonotonic - cycle.startedMonotonic
    emit(
      .cycleEnded(
        CycleEnded(
          run: cycle.run, cycle: cycle.number, startedAt: cycle.startedAt, endedAt: end,
          durationMicroseconds: duration, partial: cycle.partial)))
    for index in stations[station].characteristics.indices {
      let track = stations[station].characteristics[index]
      guard track.plan.sampling == nil else { continue }
      var value: Double?
      var readings = 0
      if track.plan.feature == .duration {
        value = Double(duration) / 1_000_000
      } else if let slot = stations[station].featured.firstIndex(of: track.plan.parameter) {
        value = cycle.accumulators[slot].value(of: track.plan.feature)
        readings = cycle.accumulators[slot].count
      }
      let taken = value.flatMap { value in
        value.isFinite
          ? CharacteristicTaken(
            run: cycle.run, cycle: cycle.number, characteristic: track.plan.name, value: value, unit: track.plan.unit,
            readings: readings, at: end, charted: cycle.partial == nil,
            closedGate: track.closedGate(from: cycle.startedAt, to: end)) : nil
      }
      take(taken, station, index)
    }
    endCycleOfCharts(station, at: end)
  }

  // MARK: Alarms

  mutating func act(on verdict: LimitMonitor.Verdict, _ kind: Alarm.Kind, _ slot: Int, _ reading: Reading) {
    guard let track = parameters[slot] else { return }
    let plan = plan(of: track)
    switch verdict {
    case .raise(let side, let limit):
      let monitor = kind == .specification ? track.specification : track.alarm
      let run = stations[track.station].run(at: reading.time)
      let alarm = raise(
        kind, track.station, plan.name.text, monitor?.words(side, unit: plan.unit) ?? Words("", ""), side,
        reading.value, limit, plan.unit, run, reading.time,
        AlarmHandling(kind == .specification ? plan.specification : plan.alarm, kind))
      if kind == .specification {
        parameters[slot]?.specification?.didRaise(alarm, side)
        // A reading from just before the run, taken after its start, is what stood when it began.
        if let response = plan.specification?.response, let raised = floor.alarms[alarm],
          let active = floor.station(stations[track.station].plan.name).activeRun, active.id != run
        {
          respond(response, to: raised, in: active, at: active.startedAt)
        }
      } else {
        parameters[slot]?.alarm?.didRaise(alarm, side)
      }
    case .returned(let alarm): returnAlarm(alarm, at: reading.time, value: reading.value)
    }
  }

  /// What the plan says of an alarm beside its limit.
  struct AlarmHandling {
    var priority: AlarmPriority
    var reactionPlan: String?
    var response: ViolationResponse?

    /// A specification limit is of high priority and an alarm limit of medium where the plan says nothing else.
    init(_ limits: LimitPlan?, _ kind: Alarm.Kind) {
      priority = limits?.priority ?? (kind == .specification ? .high : .medium)
      reactionPlan = limits?.reactionPlan
      response = kind == .specification ? limits?.response : nil
    }

    init(priority: AlarmPriority, reactionPlan: String? = nil) {
      self.priority = priority
      self.reactionPlan = reactionPlan
    }
  }

  mutating func raise(
    _ kind: Alarm.Kind, _ station: Int, _ source: String, _ rule: Words, _ side: Alarm.Side, _ value: Double,
    _ limit: Double, _ unit: String, _ run: RunID?, _ time: Timestamp, _ handling: AlarmHandling
  ) -> AlarmID {
    var alarm = Alarm(
      id: floor.nextAlarmID(), kind: kind, station: stations[station].plan.name, source: source, rule: rule,
      side: side, value: value, limit: limit, unit: unit, run: run, raisedAt: time)
    alarm.priority = handling.priority
    alarm.reactionPlan = handling.reactionPlan
    alarm.response = run == nil ? nil : handling.response
    emit(.alarmRaised(floor.asRaised(alarm)))
    return alarm.id
  }

  /// A violated specification limit holds the lots of its run, or stops the run too, where the plan says so.
  mutating func respond(to alarm: Alarm) {
    guard let response = alarm.response, let run = floor.run(alarm.run, at: alarm.station)
    else { return }
    respond(response, to: alarm, in: run, at: alarm.raisedAt)
  }

  /// A run that starts while a limit is violated already is answered for like one in which that happens: the alarm
  /// stands, so that no reading would raise it again. A characteristic is not known before its first value in the run;
  /// its episode ends here, and that value is judged anew.
  mutating func respondToStandingViolations(of run: Run, _ station: Int) {
    for (place, parameter) in stations[station].plan.parameters.enumerated() {
      guard let response = parameter.specification?.response, let slot = stations[station].slots[place],
        let alarm = parameters[slot]?.specification?.raisedAlarm.flatMap({ floor.alarms[$0] })
      else { continue }
      respond(response, to: alarm, in: run, at: run.startedAt)
    }
    for index in stations[station].characteristics.indices
    where stations[station].characteristics[index].plan.specification?.response != nil {
      guard let alarm = stations[station].characteristics[index].specification?.raisedAlarm else { continue }
      stations[station].characteristics[index].specification?.endEpisode()
      returnAlarm(alarm, at: run.startedAt, value: nil)
    }
  }

  private mutating func respond(_ response: ViolationResponse, to alarm: Alarm, in run: Run, at time: Timestamp) {
    let reason = "alarm \(alarm.id): \(alarm.source) \(alarm.rule.english)"
    for lot in run.lots where floor.lots[lot] != nil {
      emit(.lotHeld(LotHeld(lot: lot, person: nil, reason: reason, alarm: alarm.id)))
    }
    guard response == .stop, floor.activeRun(run.id) != nil else { return }
    // The reading that violated belongs to the run.
    let at = max(time, run.startedAt).advanced(byMicroseconds: 1)
    emit(.runEnded(RunEnded(run: run.id, person: nil, at: at, completedOperation: false, alarm: alarm.id)))
  }

  /// Ends the acknowledged specification alarms of characteristics at stations with an interlock. The machine that is
  /// held makes no further cycle, so that no value could ever end them; the next cycle is judged anew.
  mutating func endHeldEpisodes(at time: Timestamp) {
    for station in stations.indices where stations[station].plan.interlock != nil {
      for index in stations[station].characteristics.indices {
        guard let alarm = stations[station].characteristics[index].specification?.raisedAlarm,
          floor.alarms[alarm]?.acknowledgement != nil
        else { continue }
        stations[station].characteristics[index].specification?.endEpisode()
        returnAlarm(alarm, at: time, value: nil)
      }
    }
  }

  /// The cause of an alarm has gone; where nothing else is missing, it is closed too.
  mutating func returnAlarm(_ id: AlarmID, at time: Timestamp, value: Double?) {
    guard let alarm = floor.alarms[id], alarm.returnedAt == nil else { return }
    emit(.alarmReturned(AlarmReturned(alarm: id, at: time, value: value)))
    if let closed = floor.closing(of: id, at: time) { emit(.alarmClosed(closed)) }
  }
}
