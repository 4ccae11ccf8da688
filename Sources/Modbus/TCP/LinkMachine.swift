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
    /// The deadline was moved because this process came late to look at it.
    var hasGrace = false
  }

  /// How long a poll waits for a connection that is being made before it is recorded as not connected.
  static let connectPatienceMicroseconds: Int64 = 1_000_000
  /// Replies to nobody's question that a connection puts up with between two that fit; then it is closed.
  static let maximumDiscardedReplies = 32
  /// A tick that comes so late, in microseconds, says that this process had no time, and nothing of the device: what it
  /// answered meanwhile may lie unread, and gets once as long again to be read.
  static let lateTickMicroseconds: Int64 = 20_000
  /// Requests without any reply in between, after which the connection itself is taken for dead; with one unit only,
  /// and with several.
  static let timeoutsOfADeadConnection = (alone: 2, shared: 3)
  /// Requests whose late reply may still come on a connection; with more it is opened anew.
  static let maximumAbandoned = 64
  /// A line that still brings late bytes is left alone for so long.
  static let lateBytesSilenceMicroseconds: Int64 = 50_000

  let framing: Framing
  var state = State.stopped
  var connection: UInt64 = 0
  var inFlight: [InFlight] = []
  var board: PollBoard
  var actions = Actions()

  // For the extensions of this type only.
  var transaction: UInt16
  /// Bytes of a frame whose end has not come.
  var rest: [UInt8] = []
  /// Transactions of this connection whose time was up: their ids are not used again.
  var abandoned: [UInt16] = []
  var backoff = Backoff(firstMicroseconds: 250_000, capMicroseconds: 10_000_000)
  var generator: SeededGenerator
  var hasReplied = false
  var discardedInARow = 0
  var timeoutsInARow = 0
  var lastReplyAt: Int64 = .min
  var lastReason = "not yet connected"

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
    giveUpUnread(now)
    guard number == connection, state == .open else {
      advance(now)
      return
    }
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

  /// A reply that lay unread for longer than any reply may take, because this process stood still, is as late as one
  /// that comes only then: the time of its values is not known.
  private mutating func giveUpUnread(_ now: ClockReading) {
    var isAnyTooOld = false
    for place in inFlight.indices {
      let age = now.monotonicMicroseconds - inFlight[place].sentAt
      guard age > inFlight[place].turn.responseTimeoutCapMicroseconds * Int64(depth) else { continue }
      inFlight[place].hasGrace = true
      inFlight[place].deadline = now.monotonicMicroseconds
      isAnyTooOld = true
    }
    if isAnyTooOld { expire(now) }
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
}
