import Devices
import Ledger
import Shopfloor

extension LineEngine {
  /// A reading from farther ahead than this is not believed, in microseconds.
  static let maximumAheadMicroseconds: Int64 = 60_000_000
  /// A reading that comes so long after its own time may belong to a run that has ended meanwhile, in microseconds. Below
  /// the shortest time for which a record waits before it is sealed.
  static let belatedMicroseconds: Int64 = 1_000_000
  /// UTC moving against the monotonic clock by more than this is a step, in microseconds.
  static let clockStepMicroseconds: Int64 = 1_000_000

  /// The boot in which the recorder began with these events; nil where it did not.
  static func boot(of events: some Sequence<Event>) -> String? {
    for case .recordingStarted(let started) in events { return started.bootID }
    return nil
  }

  /// Opens a group at its clock and notices a step of UTC.
  mutating func begin(_ next: ClockReading, boot: String?) {
    let isBooted = boot != nil && bootID != nil && boot != bootID
    bootID = boot ?? bootID
    if isBooted {
      for index in stations.indices {
        if let run = stations[index].cycles?.followedRun, let end = stations[index].ending(of: run) {
          stations[index].cycles?.endRun(run, at: end.time, monotonic: end.monotonic)
        }
        stations[index].cycles?.continueAfterBoot(at: next)
      }
    } else if let last = clock {
      let step =
        next.utc.microseconds(since: last.utc) - (next.monotonicMicroseconds - last.monotonicMicroseconds)
      // A monotonic clock that begins anew is one of another boot, whatever it is called; that is no step.
      if abs(step) > Self.clockStepMicroseconds, next.monotonicMicroseconds >= last.monotonicMicroseconds {
        clock = next
        emit(.clockStepped(ClockStepped(stepMicroseconds: step)))
        for slot in parameters.indices {
          // Times repeat themselves now; what comes next is not late.
          if step < 0 { pulses[slot].isOrdered = false }
          // How long a pending violation has lasted cannot be read from times across the step.
          parameters[slot]?.recordGap()
        }
        for index in stations.indices {
          stations[index].cycles?.recordMissingReadings()
          recordStep(index, isBack: step < 0, at: next.utc)
        }
      }
    }
    clock = next
  }

  mutating func takeReadings(_ batches: [ReadingBatch]) {
    for batch in batches {
      for reading in batch.readings { take(reading, of: batch) }
    }
  }

  // MARK: Texts

  /// The texts of batches that are other than what was recorded last, as facts: a text is told by the event alone.
  mutating func takeTexts(_ batches: [ReadingBatch]) {
    for batch in batches where !batch.texts.isEmpty {
      for text in batch.texts {
        let slot = Int(text.parameter.rawValue)
        guard slot < parameters.count, let track = parameters[slot],
          texts[text.parameter.rawValue] != text.text
        else { continue }
        let station = stations[track.station]
        let plan = plan(of: track)
        emit(
          .textRecorded(
            TextRecorded(
              station: station.plan.name, parameter: plan.name, device: plan.device, text: text.text,
              words: Self.hexadecimal(text.words), run: station.run(at: text.time), at: text.time)),
          derived: false)
      }
    }
  }

  mutating func noteText(_ recorded: TextRecorded) {
    guard let index = stationIndex(recorded.station),
      let place = stations[index].plan.parameters.firstIndex(where: { $0.name == recorded.parameter }),
      let slot = stations[index].slots[place]
    else { return }
    texts[UInt32(slot)] = recorded.text
  }

  private static func hexadecimal(_ words: [UInt16]) -> String {
    words.map { word in
      let digits = String(word, radix: 16, uppercase: true)
      return String(repeating: "0", count: 4 - digits.count) + digits
    }.joined(separator: " ")
  }

  @inline(__always)
  private mutating func take(_ reading: Reading, of batch: ReadingBatch) {
    let slot = Int(reading.parameter.rawValue)
    guard slot < pulses.count else { return }
    if batch.receivedAt.microseconds &- reading.time.microseconds > Self.belatedMicroseconds,
      takeBelated(slot, reading, batch)
    {
      return
    }
    switch pulses[slot].arrive(
      reading, receivedAt: batch.receivedAt, monotonic: batch.monotonicMicroseconds)
    {
    case .calm, .notPlanned: break
    case .late:
      noteLate(slot, reading)
      if !reading.quality.hasValue { noteBad(slot, reading) }
    case .unusual: takeUnusual(slot, reading, batch)
    }
  }

  /// Takes a reading of a run that has ended: it belongs to that run, which is judged and perhaps sealed.
  ///
  /// - Returns: false where it is none.
  @inline(never)
  private mutating func takeBelated(_ slot: Int, _ reading: Reading, _ batch: ReadingBatch) -> Bool {
    guard let track = parameters[slot], stations[track.station].hasEndedRun(at: reading.time) else { return false }
    pulses[slot].lastArrivalMonotonic = batch.monotonicMicroseconds
    noteLate(slot, reading)
    return true
  }

  @inline(never)
  private mutating func takeUnusual(_ slot: Int, _ reading: Reading, _ batch: ReadingBatch) {
    guard reading.quality.isGood else {
      if !reading.quality.hasValue { noteBad(slot, reading) }
      return
    }
    judge(slot, reading, batch)
    if let track = parameters[slot] { pulses[slot].follow(track) }
  }

  private mutating func judge(_ slot: Int, _ reading: Reading, _ batch: ReadingBatch) {
    // In place: a copy out and back would cost more than the judging.
    guard let judged = parameters[slot]?.judge(reading) else { return }
    if judged.endsGap { closeGap(slot, at: reading.time) }
    if let verdict = judged.specification { act(on: verdict, .specification, slot, reading) }
    if let verdict = judged.alarm { act(on: verdict, .alarmLimit, slot, reading) }
    if let feature = judged.featureSlot {
      stations[judged.station].cycles?.takeFeatureReading(reading.value, at: reading.time, slot: feature)
    }
    if judged.feedsCharts { takeChartReading(judged.station, slot, reading) }
    if judged.findsCycles {
      let monotonic = batch.monotonicMicroseconds - batch.receivedAt.microseconds(since: reading.time)
      takeCycleReading(judged.station, reading, monotonic)
    }
  }

  private mutating func noteBad(_ slot: Int, _ reading: Reading) {
    parameters[slot]?.recordGap()
    guard let track = parameters[slot] else { return }
    if track.findsCycles || track.featureSlot != nil { stations[track.station].cycles?.recordMissingReadings() }
    if track.feedsCharts { recordMissingChartReadings(track.station, plan(of: track).name, at: reading.time) }
    if track.gap == nil { noteGap(slot, reason: reading.quality.name) }
  }

  private mutating func noteLate(_ slot: Int, _ reading: Reading) {
    guard let track = parameters[slot] else { return }
    let plan = plan(of: track)
    let run = stations[track.station].run(at: reading.time)
    let key = LateKey(parameter: reading.parameter.rawValue, run: run)
    var entry =
      late[key]
      ?? LateReadings(
        device: plan.device, parameter: plan.name, count: 0, first: reading.time, last: reading.time,
        run: run)
    entry.count += 1
    entry.first = min(entry.first, reading.time)
    entry.last = max(entry.last, reading.time)
    late[key] = entry
  }

  // MARK: Gaps

  /// Marks a parameter as in a gap; parameters of one device with one reason share the event of the group.
  mutating func noteGap(_ slot: Int, reason: String) {
    guard let track = parameters[slot] else { return }
    let plan = plan(of: track)
    let key = GapKey(station: track.station, device: plan.device, reason: reason)
    let lastGood = pulses[slot].lastGood
    if let place = openedGaps[key], case .gapOpened(var opened) = output[place].event {
      opened.parameters.append(plan.name)
      opened.since = min(opened.since, lastGood)
      output[place].event = .gapOpened(opened)
      setGap(slot, opened.gap)
      return
    }
    let gap = floor.nextGapID()
    setGap(slot, gap)
    emit(
      .gapOpened(
        GapOpened(
          gap: gap, station: stations[track.station].plan.name, device: plan.device, parameters: [plan.name],
          since: lastGood, reason: reason)))
    openedGaps[key] = output.count - 1
  }

  private mutating func closeGap(_ slot: Int, at time: Timestamp) {
    guard let track = parameters[slot], let gap = track.gap else { return }
    setGap(slot, nil)
    closeGap(gap, of: plan(of: track).name, at: time)
  }

  private mutating func setGap(_ slot: Int, _ gap: GapID?) {
    parameters[slot]?.gap = gap
    guard let track = parameters[slot] else { return }
    pulses[slot].follow(track)
    nextSilenceCheck = min(nextSilenceCheck, pulses[slot].silentAfter)
  }

  mutating func closeGap(_ gap: GapID, of parameter: ParameterName, at time: Timestamp) {
    // What begins after this is another gap.
    openedGaps = openedGaps.filter { _, place in
      if case .gapOpened(let opened) = output[place].event { opened.gap != gap } else { true }
    }
    if let place = closedGaps[gap], case .gapClosed(var closed) = output[place].event {
      closed.parameters.append(parameter)
      closed.until = max(closed.until, time)
      output[place].event = .gapClosed(closed)
      return
    }
    emit(.gapClosed(GapClosed(gap: gap, parameters: [parameter], until: time)))
    closedGaps[gap] = output.count - 1
  }

  /// After the recorder stood still, every expected parameter has a gap from its last good reading on, and every cycle
  /// misses readings.
  mutating func resumeAfterStop() {
    let now = clock ?? ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0)
    for slot in parameters.indices where pulses[slot].isPlanned {
      pulses[slot].lastArrivalMonotonic = now.monotonicMicroseconds
      parameters[slot]?.recordGap()
      if pulses[slot].silenceMicroseconds != .max, !pulses[slot].hasGap { noteGap(slot, reason: "recorder_stopped") }
    }
    nextSilenceCheck = .min
    for index in stations.indices {
      stations[index].cycles?.recordMissingReadings()
      recordStop(index, at: now.utc)
    }
  }

  // MARK: End of the group

  /// Emits what is due at the end of the group, in an order that does not depend on hashing.
  mutating func finishGroup() {
    guard let now = clock else { return }
    if now.monotonicMicroseconds > nextSilenceCheck { noteSilence(now.monotonicMicroseconds) }
    for index in stations.indices {
      finishCycles(index, now.utc)
      finishCharts(index, now.utc)
    }
    takeAlarmTimes(now.utc)
    for (_, readings) in late.sorted(by: { $0.key < $1.key }) { emit(.lateReadings(readings)) }
    late = [:]
    openedGaps = [:]
    closedGaps = [:]
  }

  /// Looks through all parameters, and remembers before when that is no use again: an arrival only puts it off.
  private mutating func noteSilence(_ monotonic: Int64) {
    nextSilenceCheck = .max
    for slot in pulses.indices {
      let silentAfter = pulses[slot].silentAfter
      guard monotonic > silentAfter else {
        nextSilenceCheck = min(nextSilenceCheck, silentAfter)
        continue
      }
      noteGap(slot, reason: "silence")
      guard let track = parameters[slot] else { continue }
      stations[track.station].cycles?.recordMissingReadings()
      if track.feedsCharts {
        recordMissingChartReadings(track.station, plan(of: track).name, at: clock?.utc ?? pulses[slot].lastTime)
      }
    }
  }
}

extension ParameterTrack {
  /// What a good reading changes outside its track. Taken in one access: each look into the track from outside copies it.
  struct Judged {
    var station: Int
    var endsGap: Bool
    var specification: LimitMonitor.Verdict?
    var alarm: LimitMonitor.Verdict?
    var findsCycles: Bool
    var featureSlot: Int?
    var feedsCharts: Bool
  }

  /// Takes a good reading that arrived in order.
  mutating func judge(_ reading: Reading) -> Judged {
    Judged(
      station: station, endsGap: gap != nil, specification: specification?.judge(reading.value, at: reading.time),
      alarm: alarm?.judge(reading.value, at: reading.time), findsCycles: findsCycles,
      featureSlot: featureSlot, feedsCharts: feedsCharts)
  }
}
