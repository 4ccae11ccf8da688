import Devices
import Shopfloor

/// The polls of all units of one endpoint: what to ask next, in fair turns, and what has come of it. Pure: a connection
/// or a serial line asks it for the next request and tells it the outcome.
struct PollBoard: Sendable {
  /// A request whose turn has come.
  struct Turn: Hashable, Sendable {
    var index: Int
    var unit: UInt8
    var request: ReadRequest
    var responseTimeoutMicroseconds: Int64
  }

  /// What became of a turn.
  enum Outcome: Hashable, Sendable {
    case data([UInt8])
    case exception(UInt8)
    case timeout
    /// The reply broke the protocol or did not fit.
    case malformed(String)
    /// The connection or the line went away.
    case lost(String)
  }

  private(set) var units: [PolledUnit]
  private var cursor = 0
  private var quietUntil: Int64 = .min
  private var batches: [ReadingBatch] = []
  private var generator: SeededGenerator
  let address: String

  /// - Parameter seed: of the jitter in waiting times.
  init(address: String, units: [PolledUnit], seed: UInt64) {
    self.address = address
    self.units = units
    generator = SeededGenerator(seed: seed)
  }

  /// The batches that are complete; each is handed out once.
  mutating func takeBatches() -> [ReadingBatch] {
    defer { batches.removeAll(keepingCapacity: true) }
    return batches
  }

  // MARK: What to ask

  /// Starts the polls that are due.
  mutating func begin(now: ClockReading) {
    for index in units.indices where units[index].poll == nil {
      guard units[index].schedule.nextDue <= now.monotonicMicroseconds else { continue }
      let due = units[index].schedule.take(now: now.monotonicMicroseconds)
      let health = units[index].health
      if health.isResting(at: now.monotonicMicroseconds) {
        refuse(index, due, health.quality, health.detail, now)
      } else {
        units[index].beginPoll(due: due, now: now)
      }
    }
  }

  /// The next request, one unit after the other; nil where none is due or the pause has not passed.
  mutating func nextTurn(now: ClockReading) -> Turn? {
    guard now.monotonicMicroseconds >= quietUntil else { return nil }
    for step in 0..<units.count {
      let index = (cursor + step) % units.count
      guard let poll = units[index].poll, !poll.isFinished else { continue }
      cursor = (index + 1) % units.count
      units[index].status.counters.requests += 1
      return Turn(
        index: index, unit: units[index].unit, request: poll.nextRequest,
        responseTimeoutMicroseconds: units[index].rules.responseTimeoutMicroseconds)
    }
    return nil
  }

  /// When ``begin(now:)`` or ``nextTurn(now:)`` may next have something, by the monotonic clock.
  func nextWake(now: Int64) -> Int64 {
    var wake = Int64.max
    for unit in units {
      wake = min(wake, unit.poll == nil ? unit.schedule.nextDue : max(quietUntil, now))
    }
    return wake
  }

  /// No request before this time: a serial line must fall silent after a failure.
  mutating func holdSilence(until time: Int64) { quietUntil = max(quietUntil, time) }

  // MARK: What came of it

  mutating func complete(_ turn: Turn, _ outcome: Outcome, now: ClockReading) {
    let index = turn.index
    guard var poll = units[index].poll else { return }
    holdSilence(until: now.monotonicMicroseconds + units[index].rules.pauseMicroseconds)
    switch outcome {
    case .data(let data):
      units[index].status.counters.replies += 1
      units[index].health.succeeded()
      units[index].learner.answered(poll.decoder.blocks[poll.nextBlock])
      poll.decoder.accept(poll.nextBlock, data: data, at: now.utc)
      poll.nextBlock += 1
    case .exception(let code):
      units[index].status.counters.exceptions += 1
      poll.fault = LinkWords.exception(code, turn.request)
      if LinkWords.comesFromGateway(code) {
        poll.decoder.failRest(.badDeviceException, detail: UInt16(code), at: now.utc)
        fail(index, .badDeviceException, detail: UInt16(code), now)
      } else {
        poll.decoder.refuse(poll.nextBlock, exception: code, learner: &units[index].learner, at: now.utc)
        poll.nextBlock += 1
        poll.refusedBlocks += 1
        units[index].health.succeeded()
      }
    case .timeout:
      units[index].status.counters.timeouts += 1
      poll.fault = LinkWords.timeout(turn)
      poll.decoder.failRest(.badTimeout, at: now.utc)
      fail(index, .badTimeout, now)
    case .malformed(let reason):
      units[index].status.counters.malformed += 1
      poll.fault = "\(reason). Check that nothing else answers as unit \(turn.unit), and the wiring"
      poll.decoder.fail(poll.nextBlock, .badMalformedReply, at: now.utc)
      poll.decoder.failRest(.badNotConnected, at: now.utc)
      fail(index, .badMalformedReply, now)
    case .lost(let reason):
      poll.fault = LinkWords.lost(reason)
      poll.decoder.failRest(.badNotConnected, at: now.utc)
      fail(index, .badNotConnected, now)
    }
    units[index].poll = poll
    if poll.isFinished { finish(index, now) }
  }

  /// Ends every poll under way or due as not connected.
  mutating func notConnected(_ reason: String, now: ClockReading) {
    for index in units.indices {
      guard var poll = units[index].poll else { continue }
      poll.fault = LinkWords.lost(reason)
      poll.decoder.failRest(.badNotConnected, at: now.utc)
      units[index].poll = poll
      finish(index, now)
    }
    refuseDue(reason, dueBefore: now.monotonicMicroseconds, now: now)
  }

  /// Records what was due until `dueBefore` and has not begun as not connected.
  mutating func refuseDue(_ reason: String, dueBefore: Int64, now: ClockReading) {
    for index in units.indices where units[index].poll == nil && units[index].schedule.nextDue <= dueBefore {
      let due = units[index].schedule.take(now: now.monotonicMicroseconds)
      refuse(index, due, .badNotConnected, 0, now)
      units[index].setState(.offline, "\(describe(index)): \(LinkWords.lost(reason))", at: now.utc)
    }
  }

  mutating func countReconnect() {
    for index in units.indices { units[index].status.counters.reconnects += 1 }
  }

  mutating func countDiscarded(_ index: Int?) {
    if let index { units[index].discardedReplies += 1 }
  }

  /// The recorder's inbox was full.
  mutating func countTurnedAway(_ turnedAway: [ReadingBatch]) {
    for batch in turnedAway {
      guard let index = units.firstIndex(where: { $0.device == batch.device }) else { continue }
      units[index].status.counters.turnedAway += 1
    }
  }

  func statuses() -> [LinkStatus] {
    units.map { unit in
      var status = unit.status
      if unit.schedule.skippedSlots > 0 { status.detail += "; poll slots skipped: \(unit.schedule.skippedSlots)" }
      if unit.discardedReplies > 0 { status.detail += "; late replies discarded: \(unit.discardedReplies)" }
      return status
    }
  }

  // MARK: Inside

  private mutating func fail(_ index: Int, _ quality: Quality, detail: UInt16 = 0, _ now: ClockReading) {
    units[index].health.failed(quality, detail: detail, now: now.monotonicMicroseconds, using: &generator)
  }

  private mutating func finish(_ index: Int, _ now: ClockReading) {
    guard var poll = units[index].poll else { return }
    units[index].poll = nil
    _ = units[index].learner.finishPoll(now: now.monotonicMicroseconds)
    let place = describe(index)
    switch (poll.fault, poll.decoder.answeredBlocks + poll.refusedBlocks) {
    case (nil, _): units[index].setState(.online, "\(place): answers", at: now.utc)
    case (let fault?, 0): units[index].setState(.offline, "\(place): \(fault)", at: now.utc)
    case (let fault?, _): units[index].setState(.degraded, "\(place): \(fault)", at: now.utc)
    }
    let (readings, texts) = poll.decoder.takeResult()
    emit(index, readings, now, texts: units[index].texts.changes(in: texts))
  }

  private mutating func refuse(
    _ index: Int, _ due: [Int64], _ quality: Quality, _ detail: UInt16, _ now: ClockReading
  ) {
    emit(index, units[index].refuse(due: due, quality: quality, detail: detail, now: now), now)
  }

  private mutating func emit(
    _ index: Int, _ readings: [Reading], _ now: ClockReading, texts: [TextReading] = []
  ) {
    for start in stride(from: 0, to: readings.count, by: maximumReadingsPerBatch) {
      batches.append(
        ReadingBatch(
          device: units[index].device, receivedAt: now.utc, monotonicMicroseconds: now.monotonicMicroseconds,
          readings: Array(readings[start..<min(start + maximumReadingsPerBatch, readings.count)]),
          texts: start == 0 ? texts : []))
    }
  }

  private func describe(_ index: Int) -> String { "\(address) unit \(units[index].unit)" }
}
