import Shopfloor

/// What of charts and alarms a reviewer must look at beside the alarms themselves.
extension ExceptionFinder {
  struct Finding {
    var kind: ExceptionKind
    var words: Words
    var at: Timestamp
    var station: StationName?
    var run: RunID?
  }

  func fromJudging(_ event: Event) -> Finding? {
    switch event {
    case .alarmEscalated(let escalated):
      let alarm = alarm(escalated.alarm)
      return Finding(
        kind: .alarmEscalated,
        words: Words(
          "Alarm \(escalated.alarm) was not acknowledged in time and went to \(escalated.to)",
          "报警 \(escalated.alarm) 未及时确认，已升级至 \(escalated.to)"),
        at: escalated.at, station: alarm?.station, run: alarm?.run)
    case .alarmShelved(let shelved):
      let alarm = alarm(shelved.alarm)
      return Finding(
        kind: .alarmSuppressed,
        words: Words(
          "Alarm \(shelved.alarm) was shelved by \(shelved.person) until \(shelved.until): \(shelved.reason)",
          "报警 \(shelved.alarm) 被 \(shelved.person) 搁置至 \(shelved.until)：\(shelved.reason)"),
        at: shelved.at, station: alarm?.station, run: alarm?.run)
    case .alarmRaised(let alarm) where alarm.isOutOfService == true:
      return Finding(
        kind: .alarmSuppressed,
        words: Words(
          "Alarm \(alarm.id) of \(alarm.source) called nobody: its source was out of service",
          "\(alarm.source) 的报警 \(alarm.id) 未通知任何人：该报警源已停用"),
        at: alarm.raisedAt, station: alarm.station, run: alarm.run)
    case .chartRulesBlocked(let blocked):
      return Finding(
        kind: .rulesBlocked,
        words: Words(
          "Rules of the chart of \(blocked.characteristic) were switched off: \(blocked.words.english)",
          "\(blocked.characteristic) 控制图的部分准则被停用：\(blocked.words.chinese)"),
        at: blocked.at, station: blocked.station,
        run: evidence.run(at: blocked.station, from: blocked.at, to: blocked.at)?.id)
    case .characteristicTaken(let taken):
      guard let gate = taken.closedGate, let run = evidence.runs.first(where: { $0.id == taken.run }) else {
        return nil
      }
      return Finding(
        kind: .gateClosed,
        words: Words(
          "\(taken.characteristic) number \(taken.cycle) was not charted: \"\(gate)\" did not hold",
          "\(taken.characteristic) 第 \(taken.cycle) 个值未绘入控制图：条件“\(gate)”未满足"),
        at: taken.at, station: run.station, run: taken.run)
    default: return nil
    }
  }

  private func alarm(_ id: AlarmID) -> Alarm? { evidence.alarms.first { $0.alarm.id == id }?.alarm }
}
