import Devices
import Shopfloor

/// One device on an endpoint: what is asked of it, when, and how it has answered.
struct PolledUnit: Sendable {
  let device: DeviceName
  let unit: UInt8
  let address: String
  /// Those of the profile with the installation's wishes in their place.
  let rules: RequestRules
  var schedule: PollSchedule
  var poll = Poll()
  var selfTest: SelfTestRound
  var errands: ErrandQueue
  /// nil on links whose frames carry transaction ids.
  var lateReplies: LateReplyGuard?
  var health = UnitHealth()
  var responseTimer: ResponseTimer
  var counters = LinkCounters()
  /// The clients of the board take what it learned when ``hasLearned`` says so.
  private(set) var learner: PlanLearner
  var hasLearned = false
  private(set) var state = LinkStatus.State.starting
  private(set) var since: Timestamp
  /// What went wrong last, as long as it does.
  private(set) var fault: UnitFault?
  private var lateness: [LatenessHistogram]
  private var polls: [UInt64]
  private var texts = TextMemory()
  /// The parameters with the bit of their interval.
  private let parameters: [(bit: PollSchedule.Mask, index: ParameterIndex)]
  private var dueIntervals: (mask: PollSchedule.Mask, intervals: [Int64]) = (0, [])
  private var lastRefusalAt: Int64?
  private var refused: PollSchedule.Mask = 0
  /// No reading is older than one that was handed out before it.
  private var lastResultAt = Timestamp(microseconds: .min)

  /// Most bad batches per second of a device that cannot be asked.
  static let refusalIntervalMicroseconds: Int64 = 1_000_000

  /// What was learned is told in as many sentences at most.
  static let maximumLearnedSentences = 6

  /// - Parameters:
  ///   - start: the first slot, by the monotonic clock.
  ///   - floor: the shortest wait for a reply on this kind of link, in microseconds.
  /// - Throws: where the points cannot be read within the rules of the device.
  init(
    plan: ModbusDevicePlan, points: [MappedPoint], start: Int64, since: Timestamp,
    cost: RequestCost = .tcp, floor: Int64 = ResponseTimer.tcpFloorMicroseconds
  ) throws(ModbusSetupFault) {
    device = plan.device
    unit = plan.unit
    address = plan.address
    rules = plan.policy.applied(to: plan.profile.requests)
    self.since = since
    let schedule = PollSchedule(intervals: points.map(\.point.pollIntervalMicroseconds), start: start)
    self.schedule = schedule
    parameters = points.flatMap { mapped in
      mapped.parameters.map { (schedule.bit(of: mapped.point.pollIntervalMicroseconds), $0) }
    }
    learner = try PlanLearner(
      device: plan.device, profile: plan.profile, profileDigest: plan.profileDigest, points: points, rules: rules,
      cost: cost, learned: plan.learned)
    selfTest = try SelfTestRound(device: plan.device, profile: plan.profile, rules: rules, cost: cost)
    errands = ErrandQueue(device: plan.device)
    responseTimer = ResponseTimer(floorMicroseconds: floor, capMicroseconds: rules.responseTimeoutMicroseconds)
    lateness = schedule.intervals.map { _ in LatenessHistogram() }
    polls = schedule.intervals.map { _ in 0 }
  }

  // MARK: Asking

  /// When something must be decided about this unit, by the monotonic clock.
  func nextDeadline(now: Int64) -> Int64 {
    min(poll.isActive ? poll.nextRetry(after: now) : schedule.nextDue, errands.nextDeadline)
  }

  /// A unit that has just failed is asked one question at a time, until it answers.
  func wantsTurn(now: Int64) -> Bool {
    if errands.wantsTurn { return true }
    guard poll.isActive, health.failures == 0 || poll.inFlight == 0 else { return false }
    return poll.isProving ? selfTest.hasBlock : poll.hasBlock(now: now)
  }

  mutating func beginPoll(_ mask: PollSchedule.Mask, now: ClockReading) {
    if dueIntervals.mask != mask { dueIntervals = (mask, schedule.intervals(of: mask)) }
    let plan = learner.plan(dueIntervals: dueIntervals.intervals, now: now.monotonicMicroseconds)
    poll.begin(plan, mask: mask, now: now)
    prove(now: now)
  }

  /// Lets the poll begin with the self-tests where they are due.
  mutating func prove(now: ClockReading) {
    poll.isProving = selfTest.isDue(now: now.monotonicMicroseconds)
    if poll.isProving { selfTest.begin(now: now) }
  }

  mutating func accept(_ block: Int, _ data: UnsafeRawBufferPointer, now: ClockReading) {
    learner.answered(poll.decoder.blocks[block])
    poll.decoder.accept(block, data: data, at: now.utc)
  }

  /// The device refused a block: it is narrowed down within this poll, or recorded.
  mutating func refuseBlock(_ block: Int, exception: UInt8, now: ClockReading) {
    poll.decoder.refuse(block, exception: exception, learner: &learner, at: now.utc)
  }

  // MARK: Results

  /// Ends the poll and hands out what it brought.
  mutating func endPoll(now: ClockReading) -> (readings: [Reading], texts: [TextReading]) {
    let result = poll.decoder.takeResult()
    poll.end()
    lastResultAt = now.utc
    if learner.finishPoll(now: now.monotonicMicroseconds) { hasLearned = true }
    for index in schedule.intervals.indices where poll.mask & (1 << PollSchedule.Mask(index)) != 0 {
      polls[index] += 1
      guard poll.wasAnswered else { continue }
      lateness[index].record(now.monotonicMicroseconds - schedule.lastSlot[index], now: now.monotonicMicroseconds)
    }
    if poll.fault == nil {
      lastRefusalAt = nil
      refused = 0
    } else if !poll.wasAnswered {
      lastRefusalAt = now.monotonicMicroseconds
    }
    return (result.readings, result.texts.isEmpty ? [] : texts.changes(in: result.texts))
  }

  mutating func forgetTexts() { texts.forget() }

  /// The bad readings of slots in which the device is not asked; at most one such batch a second, and a later one
  /// speaks for the slots in between.
  mutating func refuse(
    _ mask: PollSchedule.Mask, quality: Quality, detail: UInt16 = 0, now: ClockReading
  ) -> [Reading] {
    refused |= mask
    if let last = lastRefusalAt, now.monotonicMicroseconds - last < Self.refusalIntervalMicroseconds { return [] }
    lastRefusalAt = now.monotonicMicroseconds
    let wanted = refused
    refused = 0
    let time = slotTime(mask, now)
    return parameters.compactMap { bit, index in
      wanted & bit == 0 ? nil : Reading(parameter: index, time: time, quality: quality, detail: detail)
    }
  }

  /// When the slots were due, in UTC: an outage begins with the first slot that brought nothing.
  private func slotTime(_ mask: PollSchedule.Mask, _ now: ClockReading) -> Timestamp {
    let slot = schedule.intervals.indices.reduce(Int64.min) { latest, index in
      mask & (1 << PollSchedule.Mask(index)) == 0 ? latest : max(latest, schedule.lastSlot[index])
    }
    let due = now.utc.microseconds - max(0, now.monotonicMicroseconds - slot)
    return max(Timestamp(microseconds: due), lastResultAt)
  }

  // MARK: Standing

  mutating func set(_ next: LinkStatus.State, _ fault: UnitFault?, at time: Timestamp) {
    if next != state {
      since = time
      if next == .offline { selfTest.require() }
    }
    state = next
    self.fault = fault
  }

  mutating func forgetLimits() { learner.forget() }

  func status(thinning: Int64) -> LinkStatus {
    var counters = counters
    counters.skippedSlots = schedule.skippedSlots
    return LinkStatus(
      device: device, state: state, since: since, detail: detail(thinning), counters: counters,
      groups: schedule.intervals.indices.map { index in
        PollGroupStatus(
          intervalMicroseconds: schedule.intervals[index], polls: polls[index],
          skippedSlots: schedule.skipped[index], thinning: Int(thinning),
          latenessMedianMicroseconds: lateness[index].quantile(0.5),
          lateness99Microseconds: lateness[index].quantile(0.99),
          latenessMaximumMicroseconds: lateness[index].maximum)
      })
  }

  private func detail(_ thinning: Int64) -> String {
    var words =
      switch (fault, state) {
      case (let fault?, _): "\(address): \(fault.words(unit: unit))"
      case (nil, .starting): "\(address): not asked yet"
      case (nil, _): "\(address): answers"
      }
    if thinning > 1 {
      words +=
        "; overloaded: only one slot in \(thinning) is polled. Lengthen poll_seconds, raise the baud rate, or put "
        + "some of the devices on a line of their own"
    }
    let learned = learner.learnedWords.prefix(Self.maximumLearnedSentences).map(\.english).joined(separator: "; ")
    return learned.isEmpty ? words : words + "; " + learned
  }
}
