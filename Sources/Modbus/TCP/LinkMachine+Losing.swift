import Devices

/// How requests, connections and the trust in them are lost, and how the next connection comes.
extension LinkMachine {
  /// Gives up the requests whose time is up.
  mutating func expire(_ now: ClockReading) {
    var place = 0
    while place < inFlight.count {
      guard inFlight[place].deadline <= now.monotonicMicroseconds else {
        place += 1
        continue
      }
      if !inFlight[place].hasGrace, now.monotonicMicroseconds - inFlight[place].deadline > Self.lateTickMicroseconds {
        inFlight[place].hasGrace = true
        inFlight[place].deadline = now.monotonicMicroseconds + Self.lateTickMicroseconds
        continue
      }
      let request = inFlight.remove(at: place)
      timeoutsInARow += 1
      abandoned.append(request.transaction)
      board.complete(request.turn, .timeout, elapsed: now.monotonicMicroseconds - request.sentAt, now: now)
      if framing == .rtu {
        // Neither this connection nor the line behind it may bring the late reply into the next question.
        board.holdSilence(until: now.monotonicMicroseconds + request.turn.responseTimeoutCapMicroseconds)
        reopen(now)
        return
      }
    }
    let limit = Self.timeoutsOfADeadConnection
    if timeoutsInARow >= (board.unitCount == 1 ? limit.alone : limit.shared) || abandoned.count > Self.maximumAbandoned
    {
      reopen(now)
    }
  }

  /// The connection brings bytes that no rule explains: nothing after them can be believed.
  mutating func distrust(_ place: Int?, _ reason: String, _ now: ClockReading) {
    actions.closes = true
    lose(place ?? (inFlight.isEmpty ? nil : 0), .malformed(reason), reason, now)
  }

  /// The connection is gone.
  ///
  /// - Parameter blamed: the request that gets the outcome; the others are told that they were interrupted. Where it is
  ///   nil, nobody knows which of them the peer closed the connection for.
  mutating func lose(_ blamed: Int?, _ outcome: PollBoard.Outcome, _ reason: String, _ now: ClockReading) {
    let lost = inFlight
    inFlight.removeAll(keepingCapacity: true)
    for (place, request) in lost.enumerated() {
      let elapsed = now.monotonicMicroseconds - request.sentAt
      let own: PollBoard.Outcome = blamed == nil ? .lost(reason) : place == blamed ? outcome : .interrupted(reason)
      board.complete(request.turn, own, elapsed: elapsed, now: now)
    }
    if framing == .rtu, let request = lost.first {
      // The line behind the gateway may still bring the reply, which the next connection must not take for another.
      board.holdSilence(until: now.monotonicMicroseconds + request.turn.responseTimeoutCapMicroseconds)
    }
    lastReason = reason
    guard hasReplied else {
      backOff(reason, now)
      return
    }
    board.countReconnect()
    connect()
  }

  /// Silence is the units' fault and not the link's, so that it does not rest.
  private mutating func reopen(_ now: ClockReading) {
    actions.closes = true
    let lost = inFlight
    inFlight.removeAll(keepingCapacity: true)
    for request in lost {
      let elapsed = now.monotonicMicroseconds - request.sentAt
      board.complete(request.turn, .interrupted("the connection answers no more"), elapsed: elapsed, now: now)
    }
    lastReason = "the connection answered no more"
    board.countReconnect()
    connect()
  }

  mutating func park() {
    actions.closes = true
    connection += 1
    state = .parked
    board.parked()
  }

  mutating func connect() {
    connection += 1
    rest.removeAll(keepingCapacity: true)
    abandoned.removeAll(keepingCapacity: true)
    hasReplied = false
    discardedInARow = 0
    timeoutsInARow = 0
    state = .connecting
    actions.bytes.removeAll(keepingCapacity: true)
    actions.connect = connection
  }

  mutating func backOff(_ reason: String, _ now: ClockReading) {
    lastReason = reason
    // Nothing of this attempt counts any more.
    connection += 1
    actions.bytes.removeAll(keepingCapacity: true)
    state = .backingOff(until: now.monotonicMicroseconds + backoff.next(using: &generator))
    board.notConnected(reason, now: now)
  }
}
