public import ControlCharts
import Devices
public import Shopfloor

/// Characteristics and their charts: from a value to a subgroup, a point, a signal and its alarm.
extension LineEngine {
  // MARK: Values

  /// Takes one value of a characteristic; nil where there should be one and is not.
  mutating func take(_ taken: CharacteristicTaken?, _ station: Int, _ index: Int, isMissing: Bool = true) {
    guard var taken else {
      if isMissing { recordChartGap(station, index) }
      return
    }
    if taken.charted, taken.closedGate != nil { taken.charted = false }
    emit(.characteristicTaken(taken))
    guard taken.charted else { return recordChartGap(station, index) }
    judgeSpecification(station, index, taken.value, at: taken.at, run: taken.run)
    let input = ChartTrack.Value(
      values: [taken.value], inspected: nil, at: taken.at, run: taken.run,
      lots: lots(of: taken.run, station), part: product(of: taken.run, station),
      cycle: taken.cycle)
    plot(station, index, at: taken.at) { $0.take(input) }
  }

  /// A person's measurement: each value is held to the specification, all of them enter the chart.
  mutating func judgeMeasurement(_ taken: MeasurementTaken) {
    guard let station = stationIndex(taken.station),
      let index = stations[station].characteristics.firstIndex(where: { $0.plan.name == taken.characteristic })
    else { return }
    if taken.inspected == nil {
      for value in taken.values { judgeSpecification(station, index, value, at: taken.at, run: taken.run) }
    }
    let input = ChartTrack.Value(
      values: taken.values, inspected: taken.inspected, at: taken.at, run: taken.run,
      lots: taken.run.map { lots(of: $0, station) } ?? "", part: taken.run.flatMap { product(of: $0, station) },
      cycle: nil)
    plot(station, index, at: taken.at) { $0.take(input) }
  }

  private func lots(of run: RunID, _ station: Int) -> String {
    floor.run(run, at: stations[station].plan.name)?.lots.map(\.text).joined(separator: " ") ?? ""
  }

  private func product(of run: RunID, _ station: Int) -> String? {
    floor.run(run, at: stations[station].plan.name)?.workOrders.first.flatMap { floor.orders[$0]?.product.text }
  }

  private mutating func judgeSpecification(
    _ station: Int, _ index: Int, _ value: Double, at time: Timestamp, run: RunID?
  ) {
    let plan = stations[station].characteristics[index].plan
    switch stations[station].characteristics[index].specification?.judge(value, at: time) {
    case .raise(let side, let limit):
      let words = stations[station].characteristics[index].specification?.words(side, unit: plan.unit)
      let alarm = raise(
        .specification, station, plan.name.text, words ?? Words("", ""), side, value, limit, plan.unit, run, time,
        AlarmHandling(plan.specification, .specification))
      stations[station].characteristics[index].specification?.didRaise(alarm, side)
    case .returned(let alarm): returnAlarm(alarm, at: time, value: value)
    case nil: break
    }
  }

  // MARK: Charts

  mutating func recordChartGap(_ station: Int, _ index: Int) {
    stations[station].characteristics[index].chart?.recordGap()
  }

  /// Moves a chart and tells what came of it: subgroups, limits, signals.
  mutating func plot(
    _ station: Int, _ index: Int, at time: Timestamp, _ move: (inout ChartTrack) -> [ChartTrack.Point]
  ) {
    // In place: a chart holds arrays, which a copy would have to make anew.
    guard var chart = stations[station].characteristics[index].chart else { return }
    stations[station].characteristics[index].chart = nil
    let points = move(&chart)
    let blocked = chart.takeNewBlock()
    stations[station].characteristics[index].chart = chart
    for point in points { tell(point, station, index) }
    if !points.isEmpty { returnCollectionAlarm(station, index, at: time) }
    guard let blocked else { return }
    let plan = stations[station].characteristics[index].plan
    emit(
      .chartRulesBlocked(
        ChartRulesBlocked(
          station: stations[station].plan.name, characteristic: plan.name, autocorrelation: blocked.autocorrelation,
          points: blocked.points, rules: blocked.rules, words: blocked.words, at: time)))
  }

  private mutating func tell(_ point: ChartTrack.Point, _ station: Int, _ index: Int) {
    let track = stations[station].characteristics[index]
    guard let chart = track.chart else { return }
    if chart.plan.subgroup != nil {
      emit(
        .subgroupCharted(
          SubgroupCharted(
            station: stations[station].plan.name, characteristic: track.plan.name, run: point.run,
            number: point.number, values: point.values, inspected: point.inspected, from: point.from, to: point.to,
            partial: point.partial)))
    }
    if point.verdict.didEstablish, let baseline = chart.chart.baseline {
      emit(
        .limitsEstablished(
          LimitsEstablished(
            station: stations[station].plan.name, characteristic: track.plan.name, center: baseline.mean,
            sigma: baseline.sigma, points: chart.chart.estimate?.values ?? 0)))
    }
    follow(point, station, index)
  }

  /// One alarm for each episode of each rule: raised when it begins to fire, returned with the first point on which it
  /// does not.
  private mutating func follow(_ point: ChartTrack.Point, _ station: Int, _ index: Int) {
    let plan = stations[station].characteristics[index].plan
    guard let chart = stations[station].characteristics[index].chart else { return }
    var firing: Set<String> = []
    var value = point.values.last ?? 0
    for (place, panel) in point.verdict.panels.enumerated() {
      if place == 0 { value = panel.value }
      for signal in panel.signals where signal.severity != .ignore && !chart.isBlocked(signal.rule) {
        let key = "\(panel.statistic.rawValue).\(signal.rule.key)"
        firing.insert(key)
        guard stations[station].characteristics[index].signals[key] == nil else { continue }
        let alarm = raise(
          .controlSignal, station, plan.name.text, signal.rule.words(on: panel.statistic, isFirst: place == 0),
          signal.side == .low ? .low : .high, signal.value, signal.limit, plan.unit, point.run, point.to,
          AlarmHandling(
            priority: signal.severity == .warning ? .low : chart.plan.priority ?? .medium,
            reactionPlan: chart.plan.reactionPlan))
        stations[station].characteristics[index].signals[key] = alarm
      }
    }
    for (key, alarm) in stations[station].characteristics[index].signals.sorted(by: { $0.key < $1.key })
    where !firing.contains(key) {
      stations[station].characteristics[index].signals[key] = nil
      returnAlarm(alarm, at: point.to, value: value)
    }
  }

  // MARK: Ends of subgroups and stages

  mutating func endCycleOfCharts(_ station: Int, at time: Timestamp) {
    for index in stations[station].characteristics.indices
    where stations[station].characteristics[index].chart?.plan.subgroup == .cycle {
      plot(station, index, at: time) { $0.end(.cycle) }
    }
  }

  mutating func endSubgroup(_ ended: SubgroupEnded) {
    guard let station = stationIndex(ended.station),
      let index = stations[station].characteristics.firstIndex(where: { $0.plan.name == ended.characteristic })
    else { return }
    plot(station, index, at: ended.at) { $0.end(.byHand) }
  }

  mutating func beginStage(_ stage: ChartStageBegun) {
    guard let station = stationIndex(stage.station),
      let index = stations[station].characteristics.firstIndex(where: { $0.plan.name == stage.characteristic })
    else { return }
    // What is open was made before the stage, and is judged there.
    plot(station, index, at: stage.at) { $0.end(.run) }
    stations[station].characteristics[index].chart?.beginStage()
    for (key, alarm) in stations[station].characteristics[index].signals.sorted(by: { $0.key < $1.key }) {
      stations[station].characteristics[index].signals[key] = nil
      returnAlarm(alarm, at: stage.at, value: nil)
    }
  }

  /// Charts that begin anew with every work order do so when a run of another one starts.
  mutating func beginStages(for run: Run, _ station: Int) {
    for index in stations[station].characteristics.indices {
      let orders = run.workOrders.map(\.text).joined(separator: " ")
      guard stations[station].characteristics[index].chart?.isNewWorkOrder(orders) == true else { continue }
      emit(
        .chartStageBegun(
          ChartStageBegun(
            station: run.station, characteristic: stations[station].characteristics[index].plan.name, person: nil,
            reason: "another work order", at: run.startedAt)))
    }
  }

  /// Ends the windows and subgroups of charts that the next plan does not go on with: what they hold is judged by the
  /// plan it was made under.
  mutating func interruptCharts(_ station: Int, next: StationPlan?, at now: Timestamp) {
    for index in stations[station].characteristics.indices
    where next?.characteristics.contains(stations[station].characteristics[index].plan) != true {
      if let run = stations[station].characteristics[index].window?.openRun {
        let end = stations[station].end(of: run)
        let window =
          end.map { stations[station].characteristics[index].window?.endRun(run, at: $0) }
          ?? stations[station].characteristics[index].window?.interrupt(at: now)
        if let window { take(window, station, index) }
      }
      plot(station, index, at: now) { $0.end(.run) }
    }
  }

  // MARK: Time

  /// Closes what time or the end of a run has ended, and notices points that did not come.
  mutating func finishCharts(_ station: Int, _ now: Timestamp) {
    guard stations[station].isChartDue(at: now) else { return }
    for index in stations[station].characteristics.indices {
      if let window = stations[station].characteristics[index].window?.closeDue(at: now) {
        take(window, station, index)
      }
      if let (run, end) = stations[station].dueChartRunEnd(index, at: now) {
        if let window = stations[station].characteristics[index].window?.endRun(run, at: end) {
          take(window, station, index)
        }
        plot(station, index, at: end) { $0.end(.run) }
      }
      let due = stations[station].characteristics[index].chart?.closesWindow(at: now) ?? false
      if due { plot(station, index, at: now) { $0.closeWindow(at: now) } }
      noteMissingPoint(station, index, now)
    }
  }

  private mutating func noteMissingPoint(_ station: Int, _ index: Int, _ now: Timestamp) {
    let plan = stations[station].characteristics[index].plan
    let run = stations[station].openRun
    if let alarm = stations[station].characteristics[index].collectionAlarm {
      // Without a run nothing is expected.
      guard run == nil, stations[station].characteristics[index].collectionAlarm != nil else { return }
      stations[station].characteristics[index].collectionAlarm = nil
      returnAlarm(alarm, at: now, value: nil)
      return
    }
    guard let run, let expected = plan.chart?.expectedEveryMicroseconds,
      stations[station].missesPoint(index, at: now)
    else { return }
    let seconds = Double(expected) / 1_000_000
    let alarm = raise(
      .collection, station, plan.name.text,
      Words("no point for \(seconds) s", "\(seconds) 秒内没有新点"), .high,
      Double(stations[station].waited(index, at: now)) / 1_000_000,
      seconds, "s", run.id, now, AlarmHandling(priority: .low, reactionPlan: nil))
    stations[station].characteristics[index].collectionAlarm = alarm
  }

  private mutating func returnCollectionAlarm(_ station: Int, _ index: Int, at time: Timestamp) {
    guard let alarm = stations[station].characteristics[index].collectionAlarm else { return }
    stations[station].characteristics[index].collectionAlarm = nil
    returnAlarm(alarm, at: time, value: nil)
  }
}

extension RunRule {
  /// The rule as a person reads it, with its parameters, and the panel where it is not the first.
  public func words(on statistic: PlottedStatistic, isFirst: Bool) -> Words {
    isFirst
      ? Words(english, chinese)
      : Words("\(statistic.english): \(english)", "\(statistic.chinese)：\(chinese)")
  }
}
