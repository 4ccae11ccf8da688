import Devices
import Shopfloor

/// What the edge node says of itself: births and the death.
extension SparkplugEdgeState {
  static let rebirthMetric = "Node Control/Rebirth"
  static let birthDeathMetric = "bdSeq"

  /// NBIRTH and the DBIRTH of every device, before any data (tck-id-payloads-dbirth-order).
  mutating func births(at now: ClockReading) -> [SparkplugLinkAction] {
    sequence = 0
    rebirthDueAt = nil
    lastBirthAt = now.monotonicMicroseconds
    counts.births += 1
    // Whatever was not sent yet is older than what the births say, or is what they say: history. A host may take the
    // value in a birth for one of the birth's time, so it is told with its own time too.
    liveFrom = kept.nextOrdinal
    var node = birthMetrics(of: nil, at: now)
    node.append(birthDeathMetricNow(at: now))
    // Without an alias (tck-id-operational-behavior-data-commands-rebirth-name-aliases).
    node.append(
      SparkplugMetric(
        name: Self.rebirthMetric, timestamp: now.utc.sparkplugMilliseconds,
        datatype: SparkplugDataType.boolean.rawValue, value: .boolean(false)))
    var actions = [publish(topics.nodeBirth, node, at: now)]
    for index in plan.devices.indices {
      actions.append(publish(topics.deviceBirth[index], birthMetrics(of: index, at: now), at: now))
    }
    return actions
  }

  /// All metrics of the node or of a device with their values now; null where there is none.
  private mutating func birthMetrics(of device: Int?, at now: ClockReading) -> [SparkplugMetric] {
    var list: [SparkplugMetric] = []
    for (index, metric) in metrics.metrics.enumerated() where metric.device == device {
      let time = [metric.time, metric.toldUntil].compactMap { $0 }.max() ?? now.utc
      if !metric.isKnown { metrics.tell(index, until: time) }
      list.append(
        SparkplugMetric(
          name: metric.plan.name, alias: EdgeMetrics.alias(of: index),
          timestamp: time.sparkplugMilliseconds, datatype: metric.plan.type.rawValue,
          isNull: metric.value == nil, value: metric.value,
          properties: metric.plan.unit.isEmpty ? [:] : ["engUnit": .string(metric.plan.unit)]))
    }
    return list
  }

  private func birthDeathMetricNow(at now: ClockReading) -> SparkplugMetric {
    SparkplugMetric(
      name: Self.birthDeathMetric, timestamp: now.utc.sparkplugMilliseconds,
      datatype: SparkplugDataType.int64.rawValue, value: .long(UInt64(birthDeathSequence)))
  }

  /// One metric and no sequence number (tck-id-topics-ndeath-payload, tck-id-topics-ndeath-seq).
  func deathPayload(at now: ClockReading) -> SparkplugPayload {
    SparkplugPayload(timestamp: now.utc.sparkplugMilliseconds, metrics: [birthDeathMetricNow(at: now)])
  }

  /// What the will would say, said by ourselves, because after a good-bye there is no will.
  func death(at now: ClockReading) -> SparkplugLinkAction {
    .publish(
      topic: topics.nodeDeath, payload: SparkplugCodec.encode(deathPayload(at: now)), qualityOfService: 1,
      isRetained: false)
  }

  /// One message of the session, with the next sequence number. What is no history stands in the order of time
  /// (tck-id-operational-behavior-data-publish-nbirth-order).
  mutating func publish(
    _ topic: String, _ metrics: [SparkplugMetric], at now: ClockReading
  ) -> SparkplugLinkAction {
    let payload = SparkplugPayload(
      timestamp: now.utc.sparkplugMilliseconds, metrics: Self.inOrderOfTime(metrics), sequence: UInt64(sequence))
    sequence &+= 1
    return .publish(topic: topic, payload: SparkplugCodec.encode(payload), qualityOfService: 0, isRetained: false)
  }

  /// Those of one time stay in the order in which they are.
  private static func inOrderOfTime(_ metrics: [SparkplugMetric]) -> [SparkplugMetric] {
    metrics.enumerated().sorted {
      ($0.element.timestamp ?? 0, $0.offset) < ($1.element.timestamp ?? 0, $1.offset)
    }.map(\.element)
  }

  // MARK: Rebirth

  /// A host has asked for it: data stops at once, the births follow as soon as the last ones are long enough ago.
  mutating func rebirthAsked(at now: ClockReading) -> [SparkplugLinkAction] {
    guard phase == .born, rebirthDueAt == nil else { return [] }
    let soonest = (lastBirthAt ?? .min / 2) + Self.leastBetweenBirthsMicroseconds
    rebirthDueAt = max(soonest, now.monotonicMicroseconds)
    return rebirthIfDue(at: now)
  }

  mutating func rebirthIfDue(at now: ClockReading) -> [SparkplugLinkAction] {
    guard phase == .born, let due = rebirthDueAt, now.monotonicMicroseconds >= due else { return [] }
    counts.rebirths += 1
    return births(at: now) + publishWhatIsKept(at: now)
  }
}

extension Timestamp {
  /// Milliseconds since 1970 as Sparkplug writes them; a time before 1970 is 0.
  var sparkplugMilliseconds: UInt64 { UInt64(max(0, microseconds / 1_000)) }
}
