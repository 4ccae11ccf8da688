extension AlarmPerformance {
  /// Measures a stretch.
  ///
  /// - Parameters:
  ///   - episodes: every alarm that was open at some time of the stretch, with all its events; others do no harm.
  ///   - stations: the stations to be measured, also those without an alarm.
  ///   - until: after `from`.
  public init(
    _ episodes: [AlarmEpisode], stations: [StationName], from: Timestamp, until: Timestamp
  ) {
    precondition(from < until, "a stretch has a length")
    func isWithin(_ time: Timestamp) -> Bool { time >= from && time < until }
    let told = episodes.filter { $0.alarm.isOutOfService != true }
    let raised = told.filter { isWithin($0.alarm.raisedAt) }.sorted {
      ($0.alarm.raisedAt, $0.alarm.id) < ($1.alarm.raisedAt, $1.alarm.id)
    }
    self.from = from
    self.until = until
    self.raised = raised.count
    raisedOutOfService = episodes.count { $0.alarm.isOutOfService == true && isWithin($0.alarm.raisedAt) }
    shelved = episodes.count { $0.shelvings.contains { $0.from < until && $0.until > from } }
    escalated = told.reduce(0) { $0 + $1.escalations.count { isWithin($0.at) } }
    priorities = AlarmPriority.allCases.sorted(by: >).map { priority in
      let count = raised.count { $0.alarm.urgency == priority }
      return PriorityShare(
        priority: priority, raised: count, percent: Self.percent(count, of: raised.count),
        aimedPercent: AlarmMeasure.aimedPercent(priority))
    }
    acknowledgement = AcknowledgementFigures(raised, until: until)
    let names = stations + Set(raised.map(\.alarm.station)).subtracting(stations).sorted()
    self.stations = names.map { name in
      StationFigures(
        name, raised.filter { $0.alarm.station == name }.map(\.alarm.raisedAt), from: from, until: until)
    }
    let sources = Self.sources(raised)
    topSources = sources.prefix(AlarmMeasure.topSources).map { source, times in
      SourceShare(source: source, raised: times.count, percent: Self.percent(times.count, of: raised.count))
    }
    topSourcesPercent = Self.percent(topSources.reduce(0) { $0 + $1.raised }, of: raised.count)
    chattering = sources.compactMap { source, times in
      let most = AlarmFlood.peak(times, within: AlarmMeasure.minute)
      guard most >= AlarmMeasure.chatteringRaises else { return nil }
      return Chattering(source: source, raised: times.count, mostInOneMinute: most)
    }
    fleeting = raised.count { Self.isFleeting($0.alarm) }
    stale = told.filter {
      $0.isActive(from: from, until: until) && $0.activeMicroseconds(until: until) > AlarmMeasure.day
    }.map(\.alarm.id)
    standing = told.count { $0.alarm.raisedAt < until && $0.alarm.returnedAt.map { $0 >= until } ?? true }
  }

  static func percent(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) * 100 / Double(whole)
  }

  /// The times at which each source raised, the busiest source first.
  private static func sources(_ raised: [AlarmEpisode]) -> [(AlarmSource, [Timestamp])] {
    var times: [AlarmSource: [Timestamp]] = [:]
    for episode in raised { times[episode.alarm.origin, default: []].append(episode.alarm.raisedAt) }
    func order(_ source: AlarmSource) -> (String, String, String) {
      (source.station.text, source.source, source.kind.rawValue)
    }
    return times.sorted { left, right in
      left.value.count != right.value.count
        ? left.value.count > right.value.count : order(left.key) < order(right.key)
    }.map { ($0.key, $0.value) }
  }

  private static func isFleeting(_ alarm: Alarm) -> Bool {
    guard let over = alarm.returnedAt, over.microseconds(since: alarm.raisedAt) < AlarmMeasure.fleeting else {
      return false
    }
    return alarm.acknowledgement.map { $0.at > over } ?? true
  }
}

extension AlarmPerformance.StationFigures {
  fileprivate init(_ station: StationName, _ times: [Timestamp], from: Timestamp, until: Timestamp) {
    let length = Double(until.microseconds(since: from))
    self.station = station
    raised = times.count
    perDay = Double(times.count) * Double(AlarmMeasure.day) / length
    perHour = perDay / 24
    peakInTenMinutes = AlarmFlood.peak(times, within: AlarmMeasure.tenMinutes)
    floods = AlarmFlood.floods(times, end: until)
    floodPercent = floods.reduce(0.0) { $0 + Double($1.until.microseconds(since: $1.from)) } * 100 / length
  }
}

extension AlarmPerformance.AcknowledgementFigures {
  fileprivate init(_ raised: [AlarmEpisode], until: Timestamp) {
    // An acknowledgement after the stretch does not belong to it; by then the alarm still waited.
    let waits = raised.compactMap { episode -> Int64? in
      guard let done = episode.alarm.acknowledgement, done.at < until else { return nil }
      return max(0, done.at.microseconds(since: episode.alarm.raisedAt))
    }.sorted()
    acknowledged = waits.count
    waiting = raised.count - waits.count
    guard !waits.isEmpty else { return }
    let middle = waits.count / 2
    let median =
      waits.count % 2 == 1 ? Double(waits[middle]) : (Double(waits[middle - 1]) + Double(waits[middle])) / 2
    medianSeconds = median / 1_000_000
    percentile95Seconds = Double(waits[(waits.count * 95 + 99) / 100 - 1]) / 1_000_000
  }
}
