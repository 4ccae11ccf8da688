import Devices
import Shopfloor

/// Follows the cycles of one station: which are open, which have ended and wait for their last readings, and which
/// readings belong to each. A cycle holds the readings from its first instant on and before its end, whatever the order
/// in which devices deliver them.
struct CycleTracker: Hashable, Sendable, Codable {
  /// How long an ended cycle waits for readings of slower devices, in microseconds.
  static let settleMicroseconds: Int64 = 1_000_000
  /// Bounds of what is held back until the state of the cycle at its time is known, and of cycles that wait.
  static let maximumPendingReadings = 10_000
  static let maximumWaitingCycles = 8

  struct Cycle: Hashable, Sendable, Codable {
    var run: RunID
    var number: Int
    var startedAt: Timestamp
    var startedMonotonic: Int64
    var endedAt: Timestamp?
    var endedMonotonic: Int64 = 0
    var partial: CycleEnded.PartialCause?
    /// One per featured parameter, in the order of `featured`.
    var accumulators: [FeatureAccumulator]

    /// A reading that was read before the cycle began, and was taken after it because UTC was set back, ends it where it
    /// began: no duration is negative.
    mutating func end(at time: Timestamp, monotonic: Int64) {
      endedAt = time
      endedMonotonic = max(monotonic, startedMonotonic)
    }
  }

  struct Pending: Hashable, Sendable, Codable {
    var slot: Int
    var time: Timestamp
    var value: Double
  }

  private var detector: CycleDetector
  private let featuredCount: Int
  private var run: RunID?
  private var cycleCount = 0
  /// How many cycles the runs before had, the oldest first. Where UTC is set back, readings bind to a former run for a
  /// while and then to this one again: its numbers go on. Nil in checkpoints of older programs.
  private var formerCounts: [FormerCount]?

  struct FormerCount: Hashable, Sendable, Codable {
    var run: RunID
    var cycles: Int
  }
  /// The cycle parameter is known up to here.
  private var knownThrough = Timestamp(microseconds: .min)
  private var cycles: [Cycle] = []
  private var pending: [Pending] = []
  /// Latest time of each featured parameter.
  private var featuredThrough: [Timestamp]

  init(condition: CyclePlan.Condition, featuredCount: Int) {
    detector = CycleDetector(condition: condition)
    self.featuredCount = featuredCount
    featuredThrough = Array(repeating: Timestamp(microseconds: .min), count: featuredCount)
  }

  /// The run that cycles are found in now.
  var followedRun: RunID? { run }
  var hasCycles: Bool { !cycles.isEmpty }
  var openCycleNumber: Int? { cycles.last(where: { $0.endedAt == nil })?.number }
  var countInRun: Int { cycleCount }

  /// Takes a good reading of the cycle parameter with the run it binds to. Returns the cycle that began, if one did.
  mutating func takeCycleReading(
    _ value: Double, at time: Timestamp, monotonic: Int64, run binding: RunID?
  ) -> Cycle? {
    if binding != run { changeRun(to: binding, at: time, monotonic: monotonic) }
    let edge = binding == nil ? nil : detector.take(value)
    if edge == .ended, let open = cycles.indices.last(where: { cycles[$0].endedAt == nil }) {
      cycles[open].end(at: time, monotonic: monotonic)
    }
    var began: Cycle?
    if let binding, edge == .began || edge == .alreadyRunning {
      cycleCount += 1
      let cycle = Cycle(
        run: binding, number: cycleCount, startedAt: time, startedMonotonic: monotonic,
        partial: edge == .alreadyRunning ? .alreadyRunningAtStart : nil,
        accumulators: Array(repeating: FeatureAccumulator(), count: featuredCount))
      cycles.append(cycle)
      began = cycle
    }
    knownThrough = time
    placePending(before: time)
    return began
  }

  /// Takes a good reading of a featured parameter.
  mutating func takeFeatureReading(_ value: Double, at time: Timestamp, slot: Int) {
    featuredThrough[slot] = max(featuredThrough[slot], time)
    if time < knownThrough {
      place(Pending(slot: slot, time: time, value: value))
      return
    }
    pending.append(Pending(slot: slot, time: time, value: value))
    if pending.count > Self.maximumPendingReadings {
      pending.removeFirst(pending.count - Self.maximumPendingReadings)
      recordMissingReadings()
    }
  }

  /// Readings that a cycle needs are missing.
  mutating func recordMissingReadings() {
    for index in cycles.indices where cycles[index].endedAt == nil && cycles[index].partial == nil {
      cycles[index].partial = .readingsMissing
    }
  }

  /// The machine was booted anew, and its monotonic clock with it: how long an open cycle lasts is told by UTC up to here,
  /// the only clock that went on.
  mutating func continueAfterBoot(at now: ClockReading) {
    for index in cycles.indices where cycles[index].endedAt == nil {
      let lasted = max(0, now.utc.microseconds(since: cycles[index].startedAt))
      cycles[index].startedMonotonic = now.monotonicMicroseconds - lasted
    }
  }

  /// A run ended at this time; its cycle, if one is open, ends with it.
  mutating func endRun(_ ended: RunID, at time: Timestamp, monotonic: Int64) {
    guard run == ended else { return }
    changeRun(to: nil, at: time, monotonic: monotonic)
    placePending(before: time)
  }

  /// Ends the open cycle as partial and takes out all that wait.
  mutating func interrupt(at time: Timestamp, monotonic: Int64) -> [Cycle] {
    recordMissingReadings()
    for index in cycles.indices where cycles[index].endedAt == nil {
      cycles[index].end(at: time, monotonic: monotonic)
    }
    placePending(before: time)
    defer { cycles = [] }
    return cycles
  }

  /// Goes on counting in the run that another tracker followed.
  mutating func continueCount(of other: CycleTracker) {
    run = other.run
    cycleCount = other.cycleCount
    formerCounts = other.formerCounts
  }

  private mutating func changeRun(to next: RunID?, at time: Timestamp, monotonic: Int64) {
    for index in cycles.indices where cycles[index].endedAt == nil {
      cycles[index].end(at: time, monotonic: monotonic)
      cycles[index].partial = cycles[index].partial ?? .runEnded
    }
    var former = formerCounts ?? []
    if let run {
      former.removeAll { $0.run == run }
      former.append(FormerCount(run: run, cycles: cycleCount))
      // As many as a station remembers runs.
      if former.count > Floor.rememberedEndedRuns { former.removeFirst() }
    }
    run = next
    cycleCount = former.last { $0.run == next }?.cycles ?? 0
    formerCounts = former
    detector = CycleDetector(condition: detector.condition)
  }

  private mutating func placePending(before time: Timestamp) {
    guard !pending.isEmpty else { return }
    var kept: [Pending] = []
    for reading in pending {
      if reading.time < time { place(reading) } else { kept.append(reading) }
    }
    pending = kept
  }

  private mutating func place(_ reading: Pending) {
    for index in cycles.indices.reversed() where reading.time >= cycles[index].startedAt {
      if let end = cycles[index].endedAt, reading.time >= end { return }
      cycles[index].accumulators[reading.slot].take(reading.value, at: reading.time)
      return
    }
  }

  /// Whether a cycle has ended and nothing more is expected of it.
  func isFinishDue(at now: Timestamp) -> Bool { cycles.first.map { isFinished($0, now) } ?? false }

  private func isFinished(_ cycle: Cycle, _ now: Timestamp) -> Bool {
    guard let end = cycle.endedAt else { return false }
    if now.microseconds(since: end) >= Self.settleMicroseconds || cycles.count > Self.maximumWaitingCycles {
      return true
    }
    return featuredThrough.allSatisfy { $0 >= end }
  }

  /// Takes out the cycles that are finished, oldest first.
  mutating func finish(at now: Timestamp) -> [Cycle] {
    var finished: [Cycle] = []
    while let first = cycles.first, isFinished(first, now) {
      finished.append(first)
      cycles.removeFirst()
    }
    return finished
  }
}
