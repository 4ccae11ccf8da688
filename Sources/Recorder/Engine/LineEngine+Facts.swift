import Devices
import Shopfloor

/// A group of the ledger whose derived events cannot be derived again: they are taken as they stand.
extension LineEngine {
  /// Puts the floor where the events lead, and has what is remembered beside it follow: gaps, alarms, runs.
  ///
  /// - Parameters:
  ///   - events: all of the group, derived ones too.
  ///   - former: the floor before the group.
  ///   - formerParameters: the tracks before the group.
  mutating func follow(_ events: [Event], from former: Floor, _ formerParameters: [ParameterTrack?]) {
    floor = former
    for event in events { floor.apply(event) }
    followGaps(events, formerParameters)
    for slot in parameters.indices { followAlarms(ofParameter: slot) }
    for station in stations.indices {
      followRuns(station)
      for index in stations[station].characteristics.indices { followAlarms(station, ofCharacteristic: index) }
    }
    nextSilenceCheck = .min
  }

  private mutating func followGaps(_ events: [Event], _ former: [ParameterTrack?]) {
    var gaps = former.map { $0?.gap }
    gaps += Array(repeating: nil, count: max(parameters.count - gaps.count, 0))
    for event in events {
      switch event {
      case .gapOpened(let opened):
        for slot in parameters.indices {
          guard let track = parameters[slot], stations[track.station].plan.name == opened.station,
            opened.parameters.contains(plan(of: track).name)
          else { continue }
          gaps[slot] = opened.gap
        }
      case .gapClosed(let closed):
        for slot in parameters.indices where gaps[slot] == closed.gap {
          guard let track = parameters[slot], closed.parameters.contains(plan(of: track).name) else { continue }
          gaps[slot] = nil
        }
      default: break
      }
    }
    for slot in parameters.indices where parameters[slot] != nil {
      parameters[slot]?.gap = gaps[slot]
      followPulse(slot)
    }
  }

  private mutating func followPulse(_ slot: Int) {
    if let track = parameters[slot] { pulses[slot].follow(track) }
  }

  /// The alarms of a source whose cause has not gone, oldest first.
  private func standing(_ kind: Alarm.Kind, _ station: StationName, _ source: String) -> [Alarm] {
    floor.alarms.values.filter {
      $0.kind == kind && $0.station == station && $0.source == source && $0.returnedAt == nil
    }.sorted { $0.id.text < $1.id.text }
  }

  private mutating func followAlarms(ofParameter slot: Int) {
    guard let track = parameters[slot] else { return }
    let (station, name) = (stations[track.station].plan.name, plan(of: track).name.text)
    let specification = standing(.specification, station, name).last
    let alarm = standing(.alarmLimit, station, name).last
    parameters[slot]?.specification?.follow(specification)
    parameters[slot]?.alarm?.follow(alarm)
    followPulse(slot)
  }

  private mutating func followAlarms(_ station: Int, ofCharacteristic index: Int) {
    let name = stations[station].plan.name
    let source = stations[station].characteristics[index].plan.name.text
    let specification = standing(.specification, name, source).last
    stations[station].characteristics[index].specification?.follow(specification)
    stations[station].characteristics[index].collectionAlarm = standing(.collection, name, source).last?.id
    let signals = standing(.controlSignal, name, source).map(\.id)
    let known = stations[station].characteristics[index].signals.filter { signals.contains($0.value) }
    stations[station].characteristics[index].signals = known
    for alarm in signals where !known.values.contains(alarm) {
      // Of which rule it was is not known here: under a key of no rule it returns with the next point, and a rule that
      // still fires is told of anew.
      stations[station].characteristics[index].signals[alarm.text] = alarm
    }
  }

  private mutating func followRuns(_ station: Int) {
    let name = stations[station].plan.name
    for index in stations[station].runs.indices {
      let span = stations[station].runs[index]
      guard let run = floor.run(span.id, at: name), run.endedAt != span.endedAt else { continue }
      stations[station].runs[index].endedAt = run.endedAt
      stations[station].runs[index].endedMonotonic = run.endedAt.flatMap { end in
        clock.map { $0.monotonicMicroseconds - $0.utc.microseconds(since: end) }
      }
    }
  }
}

extension LimitMonitor {
  /// Takes over what the ledger says: the alarm that stands, or none.
  mutating func follow(_ standing: Alarm?) {
    guard raisedAlarm != standing?.id else { return }
    if let standing { didRaise(standing.id, standing.side) } else { endEpisode() }
  }
}
