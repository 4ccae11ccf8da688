import Devices
import Shopfloor

/// What the edge node publishes: values as they come, and what was kept while nobody was there.
extension SparkplugEdgeState {
  /// Longest text that is published, in bytes of UTF-8.
  static let maximumTextBytes = 4_096

  /// Notes what is handed in. A value that is the one before is not kept again (report by exception,
  /// tck-id-principles-rbe-recommended), and neither is the absence of a value where there never was one.
  mutating func take(_ values: [SparkplugEdgeValue], at now: ClockReading) {
    for given in values {
      guard let index = metrics.index(device: given.device, name: given.metric) else {
        counts.unknownMetrics += 1
        complain("a value for the metric \"\(displayable(given.metric))\", which is not in the plan")
        continue
      }
      // What lies ahead of the clock, or was noted before the clock was set back, says nothing of what is to come.
      latestTime = min(max(latestTime ?? given.time, given.time), now.utc)
      let metric = metrics.metrics[index]
      let value = wireValue(given, metric.plan)
      if isLate(given.time, metric, at: now) {
        // The same order as for live values: a late value again and again is one.
        if let late = metric.late, given.time >= late.time, value == late.value { continue }
        kept.append(metric: index, time: given.time, value: value, isLate: true)
        metrics.setLate(index, value: value, time: given.time)
      } else if metric.isKnown ? metric.value != value : value != nil {
        keep(index, value, given.time, metric.toldUntil)
        metrics.set(index, value: value, time: given.time)
      }
    }
  }

  /// A host that orders by time would pass over a value older than what a birth has told (null, of the birth's time):
  /// such a value goes with its own time as history, and as the value of now with the time of that birth.
  private mutating func keep(_ index: Int, _ value: SparkplugValue?, _ time: Timestamp, _ toldUntil: Timestamp?) {
    guard let toldUntil, time < toldUntil else {
      return kept.append(metric: index, time: time, value: value, isLate: false)
    }
    kept.append(metric: index, time: time, value: value, isLate: true)
    kept.append(metric: index, time: toldUntil, value: value, isLate: false)
  }

  /// Older than the value of now. A value of now whose own time lies ahead of the clock proves that a clock was set back:
  /// then what comes is live.
  private func isLate(_ time: Timestamp, _ metric: EdgeMetrics.Metric, at now: ClockReading) -> Bool {
    guard let known = metric.time else { return false }
    return time < known && known <= now.utc
  }

  /// Nil where there is no value, or none that the metric can have.
  private mutating func wireValue(_ given: SparkplugEdgeValue, _ metric: SparkplugEdgeMetric) -> SparkplugValue? {
    guard let content = given.value else { return nil }
    switch content {
    case .number(let number) where !number.isFinite: break
    case .text(let text) where text.utf8.count > Self.maximumTextBytes: break
    default:
      if let value = SparkplugValue(content, as: metric.type) { return value }
    }
    counts.misfits += 1
    complain("the metric \"\(displayable(metric.name))\" cannot have the value \"\(displayable(content.text))\"")
    return nil
  }

  /// Up to which time every value handed in has left, and so long ago that a loss would have shown. Never behind a value
  /// that was given up.
  var publishedThrough: Timestamp? {
    guard let earliest = [kept.earliestTime, kept.earliestGivenUp].compactMap({ $0 }).min() else { return latestTime }
    return earliest.advanced(byMicroseconds: -1)
  }

  /// What may not have arrived, for an edge node that takes over.
  var leftOver: [SparkplugEdgeValue] {
    kept.all.map { entry in
      let metric = metrics.metrics[entry.metric]
      return SparkplugEdgeValue(
        device: metric.device.map { plan.devices[$0].name }, metric: metric.plan.name, time: entry.time,
        value: entry.value.flatMap { $0.content(as: metric.plan.type) })
    }
  }

  // MARK: Publishing

  /// Publishes in the order in which the values came, as far as the bound of messages under way allows.
  mutating func publishWhatIsKept(at now: ClockReading) -> [SparkplugLinkAction] {
    var actions: [SparkplugLinkAction] = []
    while phase == .born, rebirthDueAt == nil, messagesUnderWay < Self.maximumMessagesUnderWay, kept.unsentCount > 0 {
      actions += publishRun(at: now)
    }
    return actions
  }

  /// The next entries that may stand in one message a device: all history or all live, each metric at most once at a
  /// time (section 5.11: several values of a metric must differ in time).
  private mutating func publishRun(at now: ClockReading) -> [SparkplugLinkAction] {
    struct MetricTime: Hashable {
      var metric: Int
      var milliseconds: UInt64
    }
    var seen: Set<MetricTime> = []
    var taken = 0
    var isHistory: Bool?
    var byTopic: [(topic: String, metrics: [SparkplugMetric])] = []
    while taken < kept.unsentCount, seen.count < Self.maximumMetricsPerMessage {
      let entry = kept.unsent(taken)
      let isOld = entry.isLate || entry.ordinal < liveFrom
      let milliseconds = entry.time.sparkplugMilliseconds
      guard isHistory ?? isOld == isOld,
        seen.insert(MetricTime(metric: entry.metric, milliseconds: milliseconds)).inserted
      else { break }
      isHistory = isOld
      taken += 1
      let metric = SparkplugMetric(
        alias: EdgeMetrics.alias(of: entry.metric), timestamp: milliseconds, isHistorical: isOld,
        isNull: entry.value == nil, value: entry.value)
      let topic = metrics.metrics[entry.metric].device.map { topics.deviceData[$0] } ?? topics.nodeData
      if let place = byTopic.firstIndex(where: { $0.topic == topic }) {
        byTopic[place].metrics.append(metric)
      } else {
        byTopic.append((topic, [metric]))
      }
    }
    kept.markSent(taken)
    counts.published += UInt64(seen.count)
    if isHistory == true { counts.publishedAsHistory += UInt64(seen.count) }
    messagesUnderWay += byTopic.count
    return byTopic.map { publish($0.topic, $0.metrics, at: now) }
  }
}
