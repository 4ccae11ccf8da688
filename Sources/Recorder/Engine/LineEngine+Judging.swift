import ControlCharts
import Devices
import Shopfloor

extension LineEngine {
  // MARK: Cycles

  mutating func takeCycleReading(_ station: Int, _ reading: Reading, _ monotonic: Int64) {
    let binding = stations[station].run(at: reading.time)
    if let followed = stations[station].cycles?.followedRun, followed != binding,
      let end = stations[station].end(of: followed), reading.time >= end
    {
      // A cycle ends with its run, not with the first reading after it.
      let ended = monotonic - reading.time.microseconds(since: end)
      stations[station].cycles?.endRun(followed, at: end, monotonic: ended)
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
    if let (run, end) = stations[station].dueRunEnd(at: now) {
      let monotonic = (clock?.monotonicMicroseconds ?? 0) - now.microseconds(since: end)
      stations[station].cycles?.endRun(run, at: end, monotonic: monotonic)
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
      var value: Double?
      var readings = 0
      if track.plan.feature == .duration {
        value = Double(duration) / 1_000_000
      } else if let slot = stations[station].featured.firstIndex(of: track.plan.parameter) {
        value = cycle.accumulators[slot].value(of: track.plan.feature)
        readings = cycle.accumulators[slot].count
      }
      guard let value, value.isFinite else {
        stations[station].characteristics[index].chart?.recordGap()
        continue
      }
      emit(
        .characteristicTaken(
          CharacteristicTaken(
            run: cycle.run, cycle: cycle.number, characteristic: track.plan.name, value: value,
            unit: track.plan.unit, readings: readings, at: end, charted: cycle.partial == nil)))
      if cycle.partial == nil {
        judgeCharacteristic(station, index, value, at: end, run: cycle.run)
      } else {
        stations[station].characteristics[index].chart?.recordGap()
      }
    }
  }

  // MARK: Characteristics

  private mutating func judgeCharacteristic(
    _ station: Int, _ index: Int, _ value: Double, at time: Timestamp, run: RunID
  ) {
    let plan = stations[station].characteristics[index].plan
    if let verdict = stations[station].characteristics[index].specification?.judge(value, at: time) {
      switch verdict {
      case .raise(let side, let limit):
        let words = stations[station].characteristics[index].specification?.words(side, unit: plan.unit)
        let alarm = raise(
          .specification, station, plan.name.text, words ?? Words("", ""), side, value, limit, plan.unit, run, time)
        stations[station].characteristics[index].specification?.didRaise(alarm, side)
      case .returned(let alarm): returnAlarm(alarm, at: time, value: value)
      }
    }
    judgeChart(station, index, value, at: time, run: run)
  }

  private mutating func judgeChart(
    _ station: Int, _ index: Int, _ value: Double, at time: Timestamp, run: RunID
  ) {
    guard var chart = stations[station].characteristics[index].chart else { return }
    let plan = stations[station].characteristics[index].plan
    let hadLimits = chart.limits != nil
    let fired = chart.judge(value)
    if !hadLimits, let limits = chart.limits {
      emit(
        .limitsEstablished(
          LimitsEstablished(
            station: stations[station].plan.name, characteristic: plan.name, center: limits.center,
            sigma: limits.sigma, points: chart.estimate?.points ?? 0)))
    }
    stations[station].characteristics[index].chart = chart
    var firing: Set<String> = []
    for signal in fired {
      let key = signal.rule.key
      firing.insert(key)
      guard stations[station].characteristics[index].signals[key] == nil else { continue }
      let alarm = raise(
        .controlSignal, station, plan.name.text, signal.rule.words, signal.side == .high ? .high : .low, value,
        signal.limit, plan.unit, run, time)
      stations[station].characteristics[index].signals[key] = alarm
    }
    // An episode ends with the first point on which its rule does not fire.
    for (key, alarm) in stations[station].characteristics[index].signals.sorted(by: { $0.key < $1.key })
    where !firing.contains(key) {
      stations[station].characteristics[index].signals[key] = nil
      returnAlarm(alarm, at: time, value: value)
    }
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
        reading.value, limit, plan.unit, run, reading.time)
      if kind == .specification {
        parameters[slot]?.specification?.didRaise(alarm, side)
      } else {
        parameters[slot]?.alarm?.didRaise(alarm, side)
      }
    case .returned(let alarm): returnAlarm(alarm, at: reading.time, value: reading.value)
    }
  }

  private mutating func raise(
    _ kind: Alarm.Kind, _ station: Int, _ source: String, _ rule: Words, _ side: Alarm.Side, _ value: Double,
    _ limit: Double, _ unit: String, _ run: RunID?, _ time: Timestamp
  ) -> AlarmID {
    let alarm = Alarm(
      id: floor.nextAlarmID(), kind: kind, station: stations[station].plan.name, source: source, rule: rule,
      side: side, value: value, limit: limit, unit: unit, run: run, raisedAt: time)
    emit(.alarmRaised(alarm))
    return alarm.id
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

  /// The cause of an alarm has gone; with an acknowledgement it is closed too.
  mutating func returnAlarm(_ id: AlarmID, at time: Timestamp, value: Double?) {
    guard let alarm = floor.alarms[id], alarm.returnedAt == nil else { return }
    emit(.alarmReturned(AlarmReturned(alarm: id, at: time, value: value)))
    if alarm.acknowledgement != nil { emit(.alarmClosed(AlarmClosed(alarm: id, at: time))) }
  }
}

extension ChartRule {
  /// The key under which an open signal is remembered.
  var key: String {
    switch self {
    case .beyondLimits: "beyond_limits"
    case .run(let points): "run_\(points)"
    }
  }

  /// The rule as a person reads it, with its parameter.
  var words: Words {
    switch self {
    case .beyondLimits: Words("1 point beyond 3 sigma", "1 点超出 3σ")
    case .run(let points):
      Words("\(points) points in a row on one side of the centre line", "连续 \(points) 点位于中心线同侧")
    }
  }
}
