import Devices

/// The life of one connection as pure decisions: an event and the time give a new state and what must be done.
struct LinkMachine: Sendable {
  /// How frames lie in the stream.
  enum Framing: Hashable, Sendable { case tcp, rtu }

  enum State: Hashable, Sendable {
    case stopped
    /// Closed on purpose until something is due.
    case parked
    case connecting
    case open
    case backingOff(until: Int64)
  }

  /// What happened. `connection` says on which attempt; events of earlier ones no longer count.
  enum Event: Sendable {
    case tick
    case connected(connection: UInt64)
    case connectFailed(connection: UInt64, reason: String)
    case closed(connection: UInt64, reason: String)
  }

  /// What must be done, in this order.
  struct Actions: Hashable, Sendable {
    var closes = false
    /// Connect; the outcome comes as an event with this number.
    var connect: UInt64?
    /// Write this.
    var bytes: [UInt8] = []

    mutating func clear() {
      closes = false
      connect = nil
      bytes.removeAll(keepingCapacity: true)
    }
  }

  /// A request on its way.
  struct InFlight: Sendable {
    var turn: PollBoard.Turn
    var transaction: UInt16
    var sentAt: Int64
    var deadline: Int64
  }

  /// How long a poll waits for a connection that is being made before it is recorded as not connected.
  static let connectPatienceMicroseconds: Int64 = 1_000_000
  /// Replies to nobody's question that a connection puts up with between two that fit; then it is closed.
  static let maximumDiscardedReplies = 32
  /// Requests without any reply in between, after which the connection itself is taken for dead; with one unit only,
  /// and with several.
  static let timeoutsOfADeadConnection = (alone: 2, shared: 3)
  /// Requests whose late reply may still come on a connection; with more it is opened anew.
  static let maximumAbandoned = 64
  /// A line that still brings late bytes is left alone for so long.
  static let lateBytesSilenceMicroseconds: Int64 = 50_000

  let framing: Framing
  private(set) var state = State.stopped
  private(set) var connection: UInt64 = 0
  private(set) var inFlight: [InFlight] = []
  var board: PollBoard
  var actions = Actions()

  private var transaction: UInt16
  /// Bytes of a frame whose end has not come.
  private var rest: [UInt8] = []
  /// Transactions of this connection whose time was up: their ids are not used again.
  private var abandoned: [UInt16] = []
  private var backoff = Backoff(firstMicroseconds: 250_000, capMicroseconds: 10_000_000)
  private var generator: SeededGenerator
  private var hasReplied = false
  private var discardedInARow = 0
  private var timeoutsInARow = 0
  private var lastReplyAt: Int64 = .min
  private var lastReason = "not yet connected"

  init(board: PollBoard, framing: Framing = .tcp, seed: UInt64) {
    self.board = board
    self.framing = framing
    generator = SeededGenerator(seed: seed)
    transaction = UInt16.random(in: .min ... .max, using: &generator)
  }

  /// Requests that may be on their way at once. Without transaction ids a reply can only belong to the one request.
  var depth: Int { framing == .tcp ? board.rules.pipelineDepth : 1 }

  mutating func start(now: ClockReading) {
    guard state == .stopped else { return }
    if board.rules.closesAfterPoll {
      state = .parked
      advance(now)
    } else {
      connect()
    }
  }

  mutating func stop(now: ClockReading) {
    guard state != .stopped else { return }
    state = .stopped
    connection += 1
    inFlight.removeAll()
    board.stop(now: now)
    actions.clear()
    actions.closes = true
  }

  mutating func handle(_ event: Event, now: ClockReading) {
    guard state != .stopped else { return }
    switch event {
    case .tick: break
    case .connected(let number):
      guard number == connection, state == .connecting else { return }
      state = .open
      board.connected(now: now)
    case .connectFailed(let number, let reason):
      guard number == connection, state == .connecting else { return }
      backOff(reason, now)
    case .closed(let number, let reason):
      guard number == connection else { return }
      lose(nil, .lost(reason), reason, now)
    }
    advance(now)
  }

  /// Bytes came in on a connection; they are only looked at during the call.
  mutating func receive(_ bytes: UnsafeRawBufferPointer, connection number: UInt64, now: ClockReading) {
    guard number == connection, state == .open else { return }
    if rest.isEmpty {
      let used = read(bytes, now)
      if number == connection, used < bytes.count { rest.append(contentsOf: bytes[used...]) }
    } else {
      rest.append(contentsOf: bytes)
      // Taken out, so that the machine may change while it reads.
      var all = rest
      rest = []
      let used = all.withUnsafeBytes { read($0, now) }
      if number == connection, used < all.count {
        all.removeFirst(used)
        rest = all
      }
    }
    advance(now)
  }

  /// When the next tick is wanted, by the monotonic clock; `.max` where only an event can help.
  func nextWake(now: Int64) -> Int64 {
    switch state {
    case .stopped: return .max
    case .parked: return board.nextWake(now: now)
    case .connecting:
      let due = board.nextDeadline
      return due == .max ? .max : max(now, due) + Self.connectPatienceMicroseconds
    case .backingOff(let until): return min(until, board.nextDeadline)
    case .open:
      var wake = inFlight.count < depth ? board.nextWake(now: now) : .max
      for request in inFlight { wake = min(wake, request.deadline) }
      return wake
    }
  }

  /// By how much the next tick may come late, in microseconds, so that one serves several links. What waits for its turn
  /// waits for nothing else.
  var wakeSlack: Int64 { board.hasWaitingTurns ? 0 : board.slackMicroseconds }

  // MARK: Sending

  private mutating func advance(_ now: ClockReading) {
    switch state {
    case .stopped: return
    case .parked:
      if board.nextWake(now: now.monotonicMicroseconds) <= now.monotonicMicroseconds { connect() }
    case .connecting:
      let patience = now.monotonicMicroseconds - Self.connectPatienceMicroseconds
      board.refuseDue(lastReason, dueBefore: patience, now: now)
    case .backingOff(let until):
      guard now.monotonicMicroseconds < until else {
        board.countReconnect()
        connect()
        return
      }
      board.refuseDue(lastReason, dueBefore: now.monotonicMicroseconds, now: now)
    case .open:
      expire(now)
      guard state == .open else { return }
      board.begin(now: now)
      send(now)
      if board.rules.closesAfterPoll, inFlight.isEmpty, board.isQuiet { park() }
    }
  }

  private mutating func send(_ now: ClockReading) {
    while inFlight.count < depth, let turn = board.nextTurn(now: now) {
      let sentAt = now.monotonicMicroseconds
      switch framing {
      case .tcp:
        transaction &+= 1
        while abandoned.contains(transaction) { transaction &+= 1 }
        TCPFrame.append(transaction: transaction, unit: turn.unit, request: turn.request, to: &actions.bytes)
      case .rtu: RTUFrame.append(unit: turn.unit, request: turn.request, to: &actions.bytes)
      }
      // A device works through its requests one after the other.
      let wait = turn.responseTimeoutMicroseconds * Int64(inFlight.count + 1)
      inFlight.append(InFlight(turn: turn, transaction: transaction, sentAt: sentAt, deadline: sentAt + wait))
    }
  }

  // MARK: Receiving

  /// Returns how many bytes were used up.
  private mutating func read(_ bytes: UnsafeRawBufferPointer, _ now: ClockReading) -> Int {
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

  // MARK: Losing

  /// Gives up the requests whose time is up.
  private mutating func expire(_ now: ClockReading) {
    var place = 0
    while place < inFlight.count {
      guard inFlight[place].deadline <= now.monotonicMicroseconds else {
        place += 1
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
  private mutating func distrust(_ place: Int?, _ reason: String, _ now: ClockReading) {
    actions.closes = true
    lose(place ?? (inFlight.isEmpty ? nil : 0), .malformed(reason), reason, now)
  }

  /// The connection is gone.
  ///
  /// - Parameter blamed: the request that gets the outcome; the others are told that the connection was lost.
  private mutating func lose(_ blamed: Int?, _ outcome: PollBoard.Outcome, _ reason: String, _ now: ClockReading) {
    let lost = inFlight
    inFlight.removeAll(keepingCapacity: true)
    for (place, request) in lost.enumerated() {
      let elapsed = now.monotonicMicroseconds - request.sentAt
      board.complete(request.turn, place == blamed ? outcome : .lost(reason), elapsed: elapsed, now: now)
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
      board.complete(request.turn, .lost("the connection answers no more"), elapsed: elapsed, now: now)
    }
    lastReason = "the connection answered no more"
    board.countReconnect()
    connect()
  }

  private mutating func park() {
    actions.closes = true
    connection += 1
    state = .parked
    board.parked()
  }

  private mutating func connect() {
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

  private mutating func backOff(_ reason: String, _ now: ClockReading) {
    lastReason = reason
    // Nothing of this attempt counts any more.
    connection += 1
    actions.bytes.removeAll(keepingCapacity: true)
    state = .backingOff(until: now.monotonicMicroseconds + backoff.next(using: &generator))
    board.notConnected(reason, now: now)
  }
}
