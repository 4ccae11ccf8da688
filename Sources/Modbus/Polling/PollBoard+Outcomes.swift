import Devices

/// What came of the questions.
extension PollBoard {
  /// - Parameter elapsed: from request to outcome, in microseconds.
  mutating func complete(_ turn: Turn, _ outcome: Outcome, elapsed: Int64, now: ClockReading) {
    let index = turn.index
    land(now: now.monotonicMicroseconds)
    count(index, outcome)
    judge(index, outcome, elapsed, now)
    if units[index].lateReplies != nil { watchReplies(turn, outcome, now) }
    switch turn.purpose {
    case .resynchronisation: completeResynchronisation(turn, outcome, now)
    case .errand:
      if let finished = units[index].errands.take(outcome, now: now) { finishedErrands.append(finished) }
    case .selfTest(let block):
      guard isOfThisPoll(turn) else { break }
      units[index].poll.inFlight -= 1
      completeSelfTest(index, block, turn, outcome, now)
    case .block(let block):
      guard isOfThisPoll(turn) else { break }
      units[index].poll.inFlight -= 1
      complete(index, block, turn, outcome, now)
    }
    if units[index].poll.isActive, units[index].poll.decoder.isFinished {
      finishPoll(index, now)
    } else {
      arm(index, now.monotonicMicroseconds)
    }
  }

  // MARK: Late replies

  private mutating func watchReplies(_ turn: Turn, _ outcome: Outcome, _ now: ClockReading) {
    switch outcome {
    case .timeout, .malformed, .lost, .interrupted:
      units[turn.index].lateReplies?.unanswered(turn.request, now: now.monotonicMicroseconds)
    case .exception(let code) where UnitFault.comesFromGateway(code):
      // The unit itself may still answer.
      units[turn.index].lateReplies?.unanswered(turn.request, now: now.monotonicMicroseconds)
    case .exception where turn.purpose == .resynchronisation:
      units[turn.index].lateReplies?.refused(turn.request, now: now.monotonicMicroseconds)
    case .data, .written, .exception:
      if turn.purpose == .resynchronisation { units[turn.index].lateReplies?.answered() }
    }
  }

  /// The values of a probe are nobody's. Where it was not answered, the poll that waits for it gets no value.
  private mutating func completeResynchronisation(_ turn: Turn, _ outcome: Outcome, _ now: ClockReading) {
    let failure: (fault: UnitFault, quality: Quality)
    switch outcome {
    case .exception(let code) where UnitFault.comesFromGateway(code):
      failure = (.exception(code, turn.request), .badDeviceException)
    case .data, .written, .exception: return
    case .timeout:
      failure = (.timeout(turn.request, timeoutMicroseconds: turn.responseTimeoutMicroseconds), .badTimeout)
    case .malformed(let reason): failure = (.malformed(reason), .badMalformedReply)
    case .lost(let reason), .interrupted(let reason): failure = (.lost(reason), .badNotConnected)
    }
    failWaitingPoll(turn.index, failure.fault, failure.quality)
  }

  private mutating func failWaitingPoll(_ index: Int, _ fault: UnitFault, _ quality: Quality) {
    guard units[index].poll.isActive else { return }
    units[index].poll.fault = fault
    units[index].poll.failRest(quality)
  }

  /// A unit whose replies cannot be told apart is asked nothing until they can no longer come.
  mutating func leaveAlone(_ index: Int, _ now: ClockReading) {
    let words = UnitFault.alwaysLate.words(unit: units[index].unit)
    finishedErrands += units[index].errands.giveUpWaiting {
      ModbusErrandFault(code: "timeout", attempted: $0.attempted, nextStep: words)
    }
    failWaitingPoll(index, .alwaysLate, .badTimeout)
    if units[index].poll.isActive, units[index].poll.decoder.isFinished { finishPoll(index, now) }
  }

  private func isOfThisPoll(_ turn: Turn) -> Bool {
    units[turn.index].poll.isActive && units[turn.index].poll.serial == turn.serial
  }

  private mutating func count(_ index: Int, _ outcome: Outcome) {
    switch outcome {
    case .data, .written: units[index].counters.replies += 1
    case .exception: units[index].counters.exceptions += 1
    case .timeout: units[index].counters.timeouts += 1
    case .malformed: units[index].counters.malformed += 1
    case .lost, .interrupted: break
    }
  }

  /// What the outcome says about the unit.
  private mutating func judge(_ index: Int, _ outcome: Outcome, _ elapsed: Int64, _ now: ClockReading) {
    switch outcome {
    case .exception(let code) where UnitFault.comesFromGateway(code):
      fail(index, .badDeviceException, detail: UInt16(code), elapsed, now)
    case .data, .written, .exception:
      units[index].health.succeeded()
      units[index].responseTimer.answered(after: elapsed)
    case .timeout:
      units[index].responseTimer.timedOut()
      fail(index, .badTimeout, elapsed, now)
    case .malformed: fail(index, .badMalformedReply, elapsed, now)
    case .lost: fail(index, .badNotConnected, elapsed, now)
    case .interrupted: break
    }
  }

  private mutating func fail(
    _ index: Int, _ quality: Quality, detail: UInt16 = 0, _ elapsed: Int64, _ now: ClockReading
  ) {
    // Counted only on failures, so that answers cost nothing.
    let others = units.indices.reduce(0) { $0 + ($1 != index && units[$1].health.failures > 0 ? 1 : 0) }
    // Where all fail there is nobody whose time must be spared.
    units[index].health.failed(
      quality, detail: detail, cost: elapsed, failingUnits: others + 1 == units.count ? 0 : others + 1,
      now: now.monotonicMicroseconds, using: &generator)
  }

  // MARK: Of a poll

  private mutating func complete(
    _ index: Int, _ block: Int, _ turn: Turn, _ outcome: Outcome, _ now: ClockReading
  ) {
    switch outcome {
    case .data(let data):
      units[index].poll.wasAnswered = true
      units[index].accept(block, data, now: now)
    case .exception(let code): completeException(index, block, turn, code, now)
    case .timeout:
      let fault = UnitFault.timeout(turn.request, timeoutMicroseconds: turn.responseTimeoutMicroseconds)
      failBlock(index, block, fault, .badTimeout, rest: .badTimeout)
    case .malformed(let reason):
      failBlock(index, block, .malformed(reason), .badMalformedReply, rest: .badNotConnected)
    case .lost(let reason), .interrupted(let reason):
      failBlock(index, block, .lost(reason), .badNotConnected, rest: .badNotConnected)
    case .written: preconditionFailure("the matcher confirmed a write in answer to a read")
    }
  }

  private mutating func completeException(
    _ index: Int, _ block: Int, _ turn: Turn, _ code: UInt8, _ now: ClockReading
  ) {
    if UnitFault.comesFromGateway(code) {
      failBlock(
        index, block, .exception(code, turn.request), .badDeviceException, rest: .badDeviceException,
        detail: UInt16(code))
      return
    }
    units[index].poll.wasAnswered = true
    let nextDue = units[index].schedule.nextDue
    if UnitFault.meansLater(code),
      units[index].poll.retriesLater(block, before: nextDue, now: now.monotonicMicroseconds)
    {
      return
    }
    units[index].poll.fault = .exception(code, turn.request)
    units[index].refuseBlock(block, exception: code, now: now)
  }

  private mutating func failBlock(
    _ index: Int, _ block: Int, _ fault: UnitFault, _ quality: Quality, rest: Quality, detail: UInt16 = 0
  ) {
    units[index].poll.fault = fault
    let begunAt = units[index].poll.begunAt.utc
    units[index].poll.decoder.fail(block, quality, detail: detail, at: begunAt)
    units[index].poll.failUnasked(rest, detail: detail)
  }

  // MARK: Of a self-test

  private mutating func completeSelfTest(
    _ index: Int, _ block: Int, _ turn: Turn, _ outcome: Outcome, _ now: ClockReading
  ) {
    let failure: (fault: UnitFault, quality: Quality, detail: UInt16)
    switch outcome {
    case .data(let data):
      units[index].poll.wasAnswered = true
      units[index].selfTest.accept(block, data, now: now)
      concludeSelfTest(index)
      return
    case .exception(let code) where !UnitFault.comesFromGateway(code):
      units[index].poll.wasAnswered = true
      units[index].selfTest.refuse(block, code: code, now: now)
      concludeSelfTest(index)
      return
    case .exception(let code): failure = (.exception(code, turn.request), .badDeviceException, UInt16(code))
    case .timeout:
      failure = (.timeout(turn.request, timeoutMicroseconds: turn.responseTimeoutMicroseconds), .badTimeout, 0)
    case .malformed(let reason): failure = (.malformed(reason), .badMalformedReply, 0)
    case .lost(let reason), .interrupted(let reason): failure = (.lost(reason), .badNotConnected, 0)
    case .written: preconditionFailure("the matcher confirmed a write in answer to a read")
    }
    units[index].poll.fault = failure.fault
    units[index].poll.failRest(failure.quality, detail: failure.detail)
  }

  /// Goes on with the poll where the tests hold; records no value where one does not.
  private mutating func concludeSelfTest(_ index: Int) {
    switch units[index].selfTest.state {
    case .needed: break
    case .notNeeded, .holds: units[index].poll.isProving = false
    case .fails(let finding, let detail, _):
      units[index].poll.fault = .selfTest(finding)
      units[index].poll.failRest(.badSelfTest, detail: detail)
    }
  }
}
