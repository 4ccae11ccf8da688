import Devices
import Shopfloor

/// The polls and errands of all units of one endpoint: what to ask next, in fair turns, and what has come of it. Pure: a
/// connection or a serial line asks it for the next request and tells it the outcome.
struct PollBoard: Sendable {
  /// A request whose turn has come.
  struct Turn: Hashable, Sendable {
    enum Purpose: Hashable, Sendable {
      case block(Int)
      case selfTest(Int)
      case errand
      /// Its reply shows that no older one can come any more; see ``LateReplyGuard``.
      case resynchronisation
    }

    /// Of the unit on the board.
    var index: Int
    var unit: UInt8
    var purpose: Purpose
    /// The poll that it belongs to.
    var serial: UInt32
    var request: LinkRequest
    /// Learned from the unit's replies so far, and the most that its rules allow.
    var responseTimeoutMicroseconds: Int64
    var responseTimeoutCapMicroseconds: Int64
  }

  /// What became of a turn. The data are looked at during the call only.
  enum Outcome {
    case data(UnsafeRawBufferPointer)
    case written
    case exception(UInt8)
    case timeout
    /// The reply broke the protocol or did not fit.
    case malformed(String)
    /// The connection or the line went away while this was asked.
    case lost(String)
    /// The connection went away because of something else.
    case interrupted(String)
  }

  /// A poll may begin late by a part of its interval, so that one wake-up of the loop serves many devices.
  static let slackShare: Int64 = 50
  static let maximumSlackMicroseconds: Int64 = 5_000

  let address: String
  let rules: EndpointRules
  /// How late a poll may begin, in microseconds.
  let slackMicroseconds: Int64
  var units: [PolledUnit]
  var generator: SeededGenerator
  var overload = OverloadWatch()
  var finishedErrands: [FinishedErrand] = []
  /// Connections are opened and closed for every poll: the self-tests need not be read each time.
  var wasParked = false
  private var batches: [ReadingBatch] = []
  private var learned: [DeviceLimitsLearned] = []
  private var deadlines: DeadlineQueue
  private var ready: TurnRing
  private var quietUntil: Int64 = .min
  private var inFlight = 0
  private var activePolls = 0

  /// - Parameters:
  ///   - silenceMicroseconds: that the medium itself wants between a reply and the next request.
  ///   - hasTransactionIDs: whether a reply says which request it answers.
  ///   - seed: of the jitter in waiting times.
  init(
    address: String, units: [PolledUnit], silenceMicroseconds: Int64 = 0, hasTransactionIDs: Bool = true, seed: UInt64
  ) {
    self.address = address
    self.units = units
    var rules = EndpointRules(strictestOf: units.map(\.rules))
    rules.pauseMicroseconds = max(rules.pauseMicroseconds, silenceMicroseconds)
    self.rules = rules
    let shortest = units.reduce(Int64.max) { min($0, $1.schedule.intervals.first ?? .max) }
    slackMicroseconds = min(Self.maximumSlackMicroseconds, shortest / Self.slackShare)
    generator = SeededGenerator(seed: seed)
    deadlines = DeadlineQueue(count: units.count)
    ready = TurnRing(members: units.count)
    for index in units.indices {
      deadlines.set(index, units[index].schedule.nextDue)
      if !hasTransactionIDs {
        self.units[index].lateReplies = LateReplyGuard(rules: units[index].rules)
      }
    }
  }

  var hasWaitingTurns: Bool { !ready.isEmpty }

  var hasActivePolls: Bool { activePolls > 0 }

  var unitCount: Int { units.count }

  /// Nothing is under way and nothing waits.
  var isQuiet: Bool { activePolls == 0 && inFlight == 0 && ready.isEmpty }

  // MARK: What is ready

  /// The batches that are complete; each is handed out once.
  mutating func takeBatches() -> [ReadingBatch] {
    guard !batches.isEmpty else { return [] }
    defer { batches = [] }
    return batches
  }

  mutating func takeFinishedErrands() -> [FinishedErrand] {
    guard !finishedErrands.isEmpty else { return [] }
    defer { finishedErrands = [] }
    return finishedErrands
  }

  /// What was learned about devices since the last time.
  mutating func takeLearned() -> [DeviceLimitsLearned] {
    guard !learned.isEmpty else { return [] }
    defer { learned = [] }
    return learned
  }

  // MARK: What to ask

  /// When the schedule, a retry or an errand next wants something, by the monotonic clock.
  var nextDeadline: Int64 { deadlines.earliest }

  /// When ``begin(now:)`` or ``nextTurn(now:)`` may next have something.
  func nextWake(now: Int64) -> Int64 {
    ready.isEmpty ? deadlines.earliest : min(deadlines.earliest, max(quietUntil, now))
  }

  /// No request before this time.
  mutating func holdSilence(until time: Int64) { quietUntil = max(quietUntil, time) }

  /// Starts the polls that are due, of units that may be asked.
  mutating func begin(now: ClockReading) {
    while let index = deadlines.takeDue(now: now.monotonicMicroseconds) {
      expireErrands(index, now)
      if !units[index].poll.isActive, units[index].schedule.nextDue <= now.monotonicMicroseconds {
        beginPoll(index, now)
      }
      arm(index, now.monotonicMicroseconds)
    }
  }

  private mutating func beginPoll(_ index: Int, _ now: ClockReading) {
    let due = takeSlots(index, now)
    let health = units[index].health
    if health.isResting(at: now.monotonicMicroseconds) {
      refuse(index, due, health.quality, health.detail, now)
      return
    }
    if case .fails(_, let detail, let retryAt) = units[index].selfTest.state, now.monotonicMicroseconds < retryAt {
      refuse(index, due, .badSelfTest, detail, now)
      return
    }
    units[index].beginPoll(due, now: now)
    activePolls += 1
    // Everything may be known to be refused.
    if units[index].poll.decoder.isFinished, !units[index].poll.isProving { finishPoll(index, now) }
  }

  /// The next request, one unit after the other; nil where none is due or a pause has not passed.
  mutating func nextTurn(now: ClockReading) -> Turn? {
    guard now.monotonicMicroseconds >= quietUntil else { return nil }
    while let index = ready.popFirst() {
      guard let turn = takeTurn(index, now) else { continue }
      if units[index].wantsTurn(now: now.monotonicMicroseconds) { ready.append(index) }
      units[index].counters.requests += 1
      inFlight += 1
      overload.becameBusy(now: now.monotonicMicroseconds)
      return turn
    }
    return nil
  }

  private mutating func takeTurn(_ index: Int, _ now: ClockReading) -> Turn? {
    switch units[index].lateReplies?.probe(now: now.monotonicMicroseconds) ?? .notNeeded {
    case .notNeeded: return takeWantedTurn(index, now.monotonicMicroseconds)
    case .ask(let request):
      guard units[index].wantsTurn(now: now.monotonicMicroseconds) else { return nil }
      return turn(index, .resynchronisation, request)
    case .wait:
      leaveAlone(index, now)
      return nil
    }
  }

  private mutating func takeWantedTurn(_ index: Int, _ now: Int64) -> Turn? {
    if let request = units[index].errands.takeRequest(now: now) { return turn(index, .errand, request) }
    guard units[index].wantsTurn(now: now) else { return nil }
    if units[index].poll.isProving {
      guard let block = units[index].selfTest.takeBlock() else { return nil }
      units[index].poll.inFlight += 1
      return turn(index, .selfTest(block), .read(units[index].selfTest.blocks[block].request))
    }
    guard let block = units[index].poll.takeBlock(now: now) else { return nil }
    units[index].poll.inFlight += 1
    return turn(index, .block(block), .read(units[index].poll.decoder.blocks[block].request))
  }

  private func turn(_ index: Int, _ purpose: Turn.Purpose, _ request: LinkRequest) -> Turn {
    Turn(
      index: index, unit: units[index].unit, purpose: purpose, serial: units[index].poll.serial, request: request,
      responseTimeoutMicroseconds: units[index].responseTimer.timeoutMicroseconds,
      responseTimeoutCapMicroseconds: units[index].responseTimer.capMicroseconds)
  }

  // MARK: Bookkeeping

  /// Puts a unit where it will be looked at next.
  mutating func arm(_ index: Int, _ now: Int64) {
    deadlines.set(index, units[index].nextDeadline(now: now))
    if units[index].wantsTurn(now: now) { ready.append(index) }
  }

  /// A request has got its outcome.
  mutating func land(now: Int64) {
    inFlight -= 1
    if rules.pauseMicroseconds > 0 { holdSilence(until: now + rules.pauseMicroseconds) }
    if inFlight == 0 { overload.becameFree(now: now + rules.pauseMicroseconds) }
  }

  /// Takes the slots that are due. Those that passed are overload only where the unit and all others answer: the waits for
  /// one that does not are no work.
  mutating func takeSlots(_ index: Int, _ now: ClockReading, isLinkUp: Bool = true) -> PollSchedule.Mask {
    let due = units[index].schedule.take(now: now.monotonicMicroseconds, thinning: overload.thinning)
    let isSound = isLinkUp && units[index].health.failures == 0 && units[index].state != .offline
    if isSound {
      // Counted only where slots passed, so that keeping up costs nothing.
      let isOverload = due.missed > 0 && units.allSatisfy { $0.health.failures == 0 }
      overload.took(missed: isOverload ? due.missed : 0, now: now.monotonicMicroseconds)
    }
    return due.mask
  }

  mutating func finishPoll(_ index: Int, _ now: ClockReading) {
    activePolls -= 1
    let fault = units[index].poll.fault
    let wasAnswered = units[index].poll.wasAnswered
    let begunAt = units[index].poll.begunAt.utc
    let result = units[index].endPoll(now: now)
    if let fault {
      units[index].set(wasAnswered ? .degraded : .offline, fault, at: begunAt)
    } else if wasAnswered {
      units[index].set(.online, nil, at: now.utc)
    }
    if units[index].hasLearned {
      units[index].hasLearned = false
      learned.append(units[index].learner.learned)
    }
    emit(index, result.readings, result.texts, now)
    arm(index, now.monotonicMicroseconds)
  }

  mutating func refuse(
    _ index: Int, _ due: PollSchedule.Mask, _ quality: Quality, _ detail: UInt16, _ now: ClockReading
  ) {
    emit(index, units[index].refuse(due, quality: quality, detail: detail, now: now), [], now)
  }

  /// Takes a unit whose deadline has passed by then; its deadline is gone until it is armed again.
  mutating func takeDue(by time: Int64) -> Int? { deadlines.takeDue(now: time) }

  private mutating func emit(_ index: Int, _ readings: [Reading], _ texts: [TextReading], _ now: ClockReading) {
    guard readings.count > maximumReadingsPerBatch else {
      guard !readings.isEmpty else { return }
      batches.append(
        ReadingBatch(
          device: units[index].device, receivedAt: now.utc, monotonicMicroseconds: now.monotonicMicroseconds,
          readings: readings, texts: texts))
      return
    }
    for start in stride(from: 0, to: readings.count, by: maximumReadingsPerBatch) {
      let part = Array(readings[start..<min(start + maximumReadingsPerBatch, readings.count)])
      let own = Set(texts.isEmpty ? [] : part.map(\.parameter))
      batches.append(
        ReadingBatch(
          device: units[index].device, receivedAt: now.utc, monotonicMicroseconds: now.monotonicMicroseconds,
          readings: part, texts: texts.filter { own.contains($0.parameter) }))
    }
  }
}
