import Devices
import Shopfloor

/// From the metrics of a node to the readings of its devices.
extension NodeSession {
  /// What the metrics of a device are now, stood in the message: until they are told again there is no value. After a
  /// birth the aliases are not known either.
  mutating func takeUnreadable(_ message: NodeMessage, _ output: inout Output) {
    guard readers[message.device] != nil else { return }
    makeStale(.badPayload, of: message.device, at: message.receivedAt.utc, message.receivedAt, &output)
    if message.kind == .nodeBirth || message.kind == .deviceBirth {
      scopes[message.device]?.isInDoubt = true
      if doubtSince == nil { doubtSince = message.receivedAt.utc }
    } else {
      rebirths.want(message.receivedAt.monotonicMicroseconds)
    }
  }

  mutating func takeRetained(_ message: NodeMessage, _ output: inout Output) {
    guard message.isReadable else { return }
    counters.note(.retained, "a \(message.kind.rawValue) that the broker had kept (retained)")
    guard message.kind == .nodeBirth || message.kind == .deviceBirth else { return }
    read(message, origin: .retained, &output) { metric in
      if let name = metric.name, let type = metric.datatype { .metric(name: name, type: type) } else { .unknown }
    }
  }

  mutating func takeData(_ message: NodeMessage, _ output: inout Output) {
    guard readers[message.device] != nil else { return }
    guard message.isReadable else { return takeUnreadable(message, &output) }
    // In the order of the count, but of a time before the birth: if it was of the life before after all, an alias that
    // meant something else there says nothing.
    let former = isFromBeforeTheBirth(message) ? self.former[message.device] : nil
    let scope = scopes[message.device] ?? MetricScope()
    if case .born = scope.life {
    } else {
      counters.beforeBirth += 1
      if case .born = phase {
        counters.note(.dataWithoutBirth, "\(message.kind.rawValue) of \(message.device ?? "the node") without a birth")
      }
      rebirths.want(message.receivedAt.monotonicMicroseconds)
    }
    if former != nil, doubtSince == nil { doubtSince = message.receivedAt.utc }
    read(message, origin: .data, &output) { metric in
      if let former, metric.alias.map({ scope.agrees(with: former, on: $0) }) == false { return .inDoubt }
      return scope.meaning(of: metric)
    }
  }

  /// Of which life of the node it is, nobody can say: names hold, an alias may have meant something else. What is left
  /// out is told with the next birth.
  mutating func takeStray(_ message: NodeMessage, _ output: inout Output) {
    guard readers[message.device] != nil else { return }
    guard message.isReadable else { return takeUnreadable(message, &output) }
    if doubtSince == nil { doubtSince = message.receivedAt.utc }
    let scope = scopes[message.device] ?? MetricScope()
    read(message, origin: .data, &output) { metric in
      guard metric.alias == nil, let name = metric.name, !name.isEmpty else { return .inDoubt }
      return scope.meaning(of: metric)
    }
  }

  mutating func read(
    _ message: NodeMessage, origin: PointReader.Origin, _ output: inout Output,
    meaning: (SparkplugMetric) -> MetricScope.Meaning
  ) {
    guard var own = readers[message.device] else { return }
    var found = own.map { _ in PointReader.Result() }
    for metric in message.payload.metrics {
      switch meaning(metric) {
      case .metric(let name, let type):
        if origin == .data, case .born = scopes[message.device]?.life, scopes[message.device]?.types[name] == nil {
          counters.note(.notInBirth, "the metric \"\(displayable(name, maximumCharacters: 60))\" is in no birth")
        }
        for index in own.indices where own[index].reads(name) {
          let result = own[index].read(metric, name: name, type: type, message, origin: origin)
          if result.hasNoSingleValue {
            counters.note(.notAValue, "the metric \"\(displayable(name, maximumCharacters: 60))\" is no single value")
          }
          if result.isOutOfTime { counters.note(.historyWithoutTime, "a historical value without a time") }
          found[index].readings += result.readings
          found[index].texts += result.texts
        }
      case .unknown:
        guard origin == .data else { continue }
        counters.unknownMetrics += 1
        rebirths.want(message.receivedAt.monotonicMicroseconds)
      case .inDoubt:
        counters.leftOut += 1
        leftOutInDoubt += 1
        rebirths.want(message.receivedAt.monotonicMicroseconds)
      case .contradicting(let name):
        counters.note(.contradiction, "a metric that contradicts its birth")
        rebirths.want(message.receivedAt.monotonicMicroseconds)
        guard let name else { continue }
        for index in own.indices {
          found[index].readings += own[index].bad(.badPayload, metric: name, at: message.receivedAt.utc)
        }
      }
    }
    readers[message.device] = own
    for (reader, result) in zip(own, found) {
      tallies[reader.plan.device, default: .init()].messages += 1
      if result.readings.contains(where: { !$0.quality.hasValue }) {
        tallies[reader.plan.device, default: .init()].malformed += 1
      }
      offer(result.readings, result.texts, reader.plan.device, message.receivedAt, message.topic, &output)
    }
  }

  mutating func makeStale(
    _ quality: Quality, at time: Timestamp, _ now: ClockReading, _ output: inout Output
  ) {
    for key in readers.keys.sorted(by: { ($0 ?? "") < ($1 ?? "") }) where scopes[key]?.life != .dead {
      makeStale(quality, of: key, at: time, now, &output)
    }
  }

  mutating func makeStale(
    _ quality: Quality, of device: String?, at time: Timestamp, _ now: ClockReading, _ output: inout Output
  ) {
    for index in (readers[device] ?? []).indices {
      // The index is one of the list that was just there.
      guard let readings = readers[device]?[index].stale(quality, at: time),
        let name = readers[device]?[index].plan.device
      else { continue }
      offer(readings, [], name, now, nil, &output)
    }
  }

  /// A metric that had a value and is not in the new birth has none any more.
  mutating func makeStaleWhatIsNotBorn(_ birth: NodeMessage, _ output: inout Output) {
    let names = Set(birth.payload.metrics.compactMap(\.name))
    for index in (readers[birth.device] ?? []).indices {
      // The index is one of the list that was just there.
      guard
        let readings = readers[birth.device]?[index].stale(.badDeviceOffline, notIn: names, at: birth.receivedAt.utc),
        let name = readers[birth.device]?[index].plan.device
      else { continue }
      offer(readings, [], name, birth.receivedAt, birth.topic, &output)
    }
  }

  private func offer(
    _ readings: [Reading], _ texts: [TextReading], _ device: DeviceName, _ now: ClockReading, _ topic: String?,
    _ output: inout Output
  ) {
    for start in stride(from: 0, to: readings.count, by: maximumReadingsPerBatch) {
      let part = Array(readings[start..<min(start + maximumReadingsPerBatch, readings.count)])
      let isWhole = part.count == readings.count
      let parts = Set(part.map { TextKey(parameter: $0.parameter, time: $0.time) })
      let batch = ReadingBatch(
        device: device, receivedAt: now.utc, monotonicMicroseconds: now.monotonicMicroseconds, readings: part,
        texts: isWhole ? texts : texts.filter { parts.contains(TextKey(parameter: $0.parameter, time: $0.time)) })
      output.batches.append(Told(batch: batch, topic: topic))
    }
  }

  private struct TextKey: Hashable {
    var parameter: ParameterIndex
    var time: Timestamp
  }

  /// Between a gap and the next birth, values whose aliases were in doubt are missing too.
  mutating func endDoubt(at now: Timestamp, _ output: inout Output) {
    guard let since = doubtSince, leftOutInDoubt > 0 else { return }
    output.notes.append(
      .lost(
        MessagesLost(
          broker: broker, devices: devices, cause: .sequenceGap, from: since, until: now,
          detail:
            "edge node \(address): \(leftOutInDoubt) values until its next birth, because their aliases were in doubt"
        )))
    doubtSince = nil
    leftOutInDoubt = 0
  }
}
