import Devices
import Shopfloor

/// The connection: when there is one, and what is recorded while there is none.
extension PollBoard {
  /// The endpoint can be asked from now on.
  mutating func connected(now: ClockReading) {
    defer { wasParked = false }
    holdSilence(until: now.monotonicMicroseconds + rules.pauseAfterConnectMicroseconds)
    guard !wasParked else { return }
    let reason = "the connection was made anew"
    for index in units.indices {
      units[index].selfTest.require()
      units[index].forgetTexts()
      startOver(index, reason, now)
      // A write was accepted because the device of the old connection had proved itself.
      guard units[index].selfTest.state == .needed, !units[index].errands.isEmpty else { continue }
      finishedErrands += units[index].errands.giveUpWaitingWrites { .notConnected($0.attempted, reason) }
      arm(index, now.monotonicMicroseconds)
    }
  }

  /// A poll that has values of the old connection ends with them; any other begins with the self-tests.
  private mutating func startOver(_ index: Int, _ reason: String, _ now: ClockReading) {
    guard units[index].poll.isActive else { return }
    if units[index].poll.hasAskedBlocks {
      units[index].poll.fault = .lost(reason)
      units[index].poll.failRest(.badNotConnected)
      finishPoll(index, now)
    } else {
      units[index].prove(now: now)
      arm(index, now.monotonicMicroseconds)
    }
  }

  /// The connection was closed on purpose; the next one is not a new device.
  mutating func parked() { wasParked = true }

  /// Ends every poll under way or due as not connected.
  mutating func notConnected(_ reason: String, now: ClockReading) {
    wasParked = false
    endPolls(begunBefore: .max, reason, now)
    refuseDue(reason, dueBefore: now.monotonicMicroseconds, now: now)
    for index in units.indices where !units[index].errands.isEmpty {
      finishedErrands += units[index].errands.giveUpWaiting { .notConnected($0.attempted, reason) }
      arm(index, now.monotonicMicroseconds)
    }
  }

  /// Records what was due until `dueBefore` and has no answer as not connected.
  mutating func refuseDue(_ reason: String, dueBefore: Int64, now: ClockReading) {
    endPolls(begunBefore: dueBefore, reason, now)
    while let index = takeDue(by: dueBefore) {
      expireErrands(index, now)
      if !units[index].poll.isActive, units[index].schedule.nextDue <= dueBefore {
        let due = takeSlots(index, now, isLinkUp: false)
        refuse(index, due, .badNotConnected, 0, now)
        units[index].set(.offline, .lost(reason), at: now.utc)
      }
      arm(index, now.monotonicMicroseconds)
    }
  }

  private mutating func endPolls(begunBefore time: Int64, _ reason: String, _ now: ClockReading) {
    guard hasActivePolls else { return }
    for index in units.indices
    where units[index].poll.isActive && units[index].poll.begunAt.monotonicMicroseconds <= time {
      units[index].poll.fault = .lost(reason)
      units[index].poll.failRest(.badNotConnected)
      finishPoll(index, now)
    }
  }

  /// Nothing is asked any more: everything under way is forgotten, every errand gets its answer.
  mutating func stop(now: ClockReading) {
    for index in units.indices {
      finishedErrands += units[index].errands.giveUpAll { .stopped($0.attempted) }
    }
  }

  mutating func expireErrands(_ index: Int, _ now: ClockReading) {
    guard !units[index].errands.isEmpty else { return }
    finishedErrands += units[index].errands.expire(now: now.monotonicMicroseconds)
  }

  /// Puts an errand in line; its result comes with ``takeFinishedErrands()``.
  mutating func submit(_ errand: Errand, index: Int, now: ClockReading) {
    let selfTest = units[index].selfTest.state
    if let result = units[index].errands.submit(errand, selfTest: selfTest, now: now.monotonicMicroseconds) {
      finishedErrands.append(FinishedErrand(id: errand.id, result: result))
    }
    arm(index, now.monotonicMicroseconds)
  }

  /// What was learned about a unit by being refused no longer holds.
  mutating func forgetLimits(_ index: Int) { units[index].forgetLimits() }

  // MARK: Counting and telling

  mutating func countReconnect() {
    for index in units.indices { units[index].counters.reconnects += 1 }
  }

  /// A reply that came late or to nobody's question.
  mutating func countDiscarded(_ index: Int?) { units[index ?? 0].counters.discardedReplies += 1 }

  /// The recorder's inbox was full.
  mutating func countTurnedAway(_ device: DeviceName) {
    guard let index = units.firstIndex(where: { $0.device == device }) else { return }
    units[index].counters.turnedAway += 1
  }

  func statuses() -> [LinkStatus] { units.map { $0.status(thinning: overload.thinning) } }
}
