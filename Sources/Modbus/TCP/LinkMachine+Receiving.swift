import Devices

/// What the bytes of a connection are taken for.
extension LinkMachine {
  /// Returns how many bytes were used up.
  mutating func read(_ bytes: UnsafeRawBufferPointer, _ now: ClockReading) -> Int {
    framing == .tcp ? readTCP(bytes, now) : readRTU(bytes, now)
  }

  private mutating func readTCP(_ bytes: UnsafeRawBufferPointer, _ now: ClockReading) -> Int {
    var start = 0
    do throws(FrameFault) {
      while state == .open, let frame = try TCPFrame.next(in: bytes, from: start) {
        take(frame, now)
        start = frame.end
      }
      return start
    } catch {
      distrust(nil, error.description, now)
      return bytes.count
    }
  }

  private mutating func take(_ frame: TCPFrame, _ now: ClockReading) {
    guard let place = inFlight.firstIndex(where: { $0.transaction == frame.transaction }) else {
      discard(now)
      return
    }
    let turn = inFlight[place].turn
    finish(
      place, ReplyMatcher.verdict(unit: frame.unit, pdu: frame.pdu, request: turn.request, requestedUnit: turn.unit),
      now)
  }

  private mutating func readRTU(_ bytes: UnsafeRawBufferPointer, _ now: ClockReading) -> Int {
    guard let request = inFlight.first else {
      // What comes late or unasked must have passed before the next request may go out.
      discard(now)
      board.holdSilence(until: now.monotonicMicroseconds + Self.lateBytesSilenceMicroseconds)
      return bytes.count
    }
    switch RTUFrame.reply(in: bytes, to: request.turn.request, of: request.turn.unit) {
    case .incomplete: return 0
    case .garbage(let reason): distrust(0, reason, now)
    case .frame(let unit, let pdu, let end):
      guard end == bytes.count else {
        distrust(0, "more bytes than the reply came in", now)
        break
      }
      finish(
        0,
        ReplyMatcher.verdict(
          unit: unit, pdu: pdu, request: request.turn.request, requestedUnit: request.turn.unit), now)
    }
    return bytes.count
  }

  private mutating func finish(_ place: Int, _ verdict: ReplyMatcher.Verdict, _ now: ClockReading) {
    let outcome: PollBoard.Outcome
    switch verdict {
    case .mismatch(let reason):
      distrust(place, reason, now)
      return
    case .data(let data): outcome = .data(data)
    case .written: outcome = .written
    case .exception(let code): outcome = .exception(code)
    }
    let request = inFlight.remove(at: place)
    // In a pipeline a device begins with a request when it has answered the one before.
    let elapsed = now.monotonicMicroseconds - max(request.sentAt, lastReplyAt)
    lastReplyAt = now.monotonicMicroseconds
    discardedInARow = 0
    timeoutsInARow = 0
    hasReplied = true
    backoff.reset()
    board.complete(request.turn, outcome, elapsed: elapsed, now: now)
  }

  private mutating func discard(_ now: ClockReading) {
    board.countDiscarded(inFlight.first?.turn.index)
    discardedInARow += 1
    if discardedInARow > Self.maximumDiscardedReplies {
      distrust(nil, "more than \(Self.maximumDiscardedReplies) replies to no question of ours", now)
    }
  }
}
