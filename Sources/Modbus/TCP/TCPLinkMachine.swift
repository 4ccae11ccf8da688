import Devices

/// The life of one Modbus/TCP connection as pure decisions: an event and the time give a new state and actions.
struct TCPLinkMachine: Sendable {
  enum State: Hashable, Sendable {
    case stopped
    case connecting
    case idle
    case awaiting(PollBoard.Turn, transaction: UInt16, deadline: Int64)
    case backingOff(until: Int64)
  }

  /// What happened. `connection` says on which attempt; events of earlier ones no longer count.
  enum Event: Sendable {
    case tick
    case connected(connection: UInt64)
    case connectFailed(connection: UInt64, reason: String)
    case received(connection: UInt64, bytes: [UInt8])
    case closed(connection: UInt64, reason: String)
  }

  enum Action: Hashable, Sendable {
    /// Connect; the outcome comes as an event with this number.
    case connect(connection: UInt64)
    case send([UInt8])
    case close
  }

  /// How long a poll waits for a connection that is being made before it is recorded as not connected.
  static let connectPatienceMicroseconds: Int64 = 1_000_000
  /// Replies to nobody's question that one request puts up with; then the connection is closed.
  static let maximumDiscardedReplies = 32

  private(set) var state = State.stopped
  private(set) var connection: UInt64 = 0
  var board: PollBoard
  private var transaction: UInt16
  private var decoder = TCPFrameDecoder()
  private var backoff = Backoff(firstMicroseconds: 250_000, capMicroseconds: 10_000_000)
  private var generator: SeededGenerator
  private var repliedSinceConnect = false
  private var discardedInARow = 0
  private var lastReason = "not yet connected"

  init(board: PollBoard, seed: UInt64) {
    self.board = board
    generator = SeededGenerator(seed: seed)
    transaction = UInt16.random(in: .min ... .max, using: &generator)
  }

  mutating func start(now: ClockReading) -> [Action] {
    guard state == .stopped else { return [] }
    return connect()
  }

  mutating func stop() -> [Action] {
    state = .stopped
    connection += 1
    return [.close]
  }

  mutating func handle(_ event: Event, now: ClockReading) -> [Action] {
    guard state != .stopped else { return [] }
    var actions: [Action] = []
    switch event {
    case .tick: break
    case .connected(let number):
      guard number == connection, state == .connecting else { return [] }
      state = .idle
    case .connectFailed(let number, let reason):
      guard number == connection, state == .connecting else { return [] }
      backOff(reason, now)
    case .received(let number, let bytes):
      guard number == connection else { return [] }
      actions += receive(bytes, now)
    case .closed(let number, let reason):
      guard number == connection else { return [] }
      actions += lose(.lost(reason), reason, now)
    }
    return actions + advance(now)
  }

  /// When the next tick is wanted, by the monotonic clock; nil where only an event can help.
  func nextWake(now: Int64) -> Int64? {
    switch state {
    case .stopped: nil
    case .connecting: max(now, board.nextWake(now: now)) + Self.connectPatienceMicroseconds
    case .idle: board.nextWake(now: now)
    case .awaiting(_, _, let deadline): deadline
    case .backingOff(let until): min(until, board.nextWake(now: now))
    }
  }

  // MARK: Inside

  private mutating func advance(_ now: ClockReading) -> [Action] {
    switch state {
    case .stopped: return []
    case .connecting:
      let patience = now.monotonicMicroseconds - Self.connectPatienceMicroseconds
      board.refuseDue(lastReason, dueBefore: patience, now: now)
      return []
    case .awaiting(let turn, _, let deadline):
      guard now.monotonicMicroseconds >= deadline else { return [] }
      // A new connection: a late reply has nowhere to arrive. Silence is the unit's fault, so the link does not rest.
      board.complete(turn, .timeout, now: now)
      board.countReconnect()
      return [.close] + connect()
    case .backingOff(let until):
      guard now.monotonicMicroseconds >= until else {
        board.refuseDue(lastReason, dueBefore: now.monotonicMicroseconds, now: now)
        return []
      }
      board.countReconnect()
      return connect()
    case .idle:
      board.begin(now: now)
      guard let turn = board.nextTurn(now: now) else { return [] }
      transaction &+= 1
      state = .awaiting(
        turn, transaction: transaction,
        deadline: now.monotonicMicroseconds + turn.responseTimeoutMicroseconds)
      return [.send(TCPFrame(transaction: transaction, unit: turn.unit, pdu: turn.request.pdu).bytes)]
    }
  }

  private mutating func receive(_ bytes: [UInt8], _ now: ClockReading) -> [Action] {
    decoder.append(bytes)
    do throws(FrameFault) {
      while let frame = try decoder.next() {
        if let mismatch = take(frame, now) {
          return [.close] + lose(.malformed(mismatch), mismatch, now)
        }
      }
      return []
    } catch {
      return [.close] + lose(.malformed(error.description), error.description, now)
    }
  }

  /// Returns why the connection can no longer be trusted, if so.
  private mutating func take(_ frame: TCPFrame, _ now: ClockReading) -> String? {
    guard case .awaiting(let turn, let expected, _) = state, frame.transaction == expected else {
      if case .awaiting(let turn, _, _) = state { board.countDiscarded(turn.index) }
      discardedInARow += 1
      return discardedInARow > Self.maximumDiscardedReplies
        ? "more than \(Self.maximumDiscardedReplies) replies to no question of ours" : nil
    }
    switch ReplyMatcher.verdict(
      unit: frame.unit, pdu: frame.pdu, request: turn.request, requestedUnit: turn.unit)
    {
    case .mismatch(let reason): return reason
    case .data(let data): board.complete(turn, .data(data), now: now)
    case .exception(let code): board.complete(turn, .exception(code), now: now)
    }
    discardedInARow = 0
    repliedSinceConnect = true
    backoff.reset()
    state = .idle
    return nil
  }

  /// The connection is gone or was closed for cause.
  private mutating func lose(_ outcome: PollBoard.Outcome, _ reason: String, _ now: ClockReading) -> [Action] {
    if case .awaiting(let turn, _, _) = state { board.complete(turn, outcome, now: now) }
    lastReason = reason
    guard repliedSinceConnect else {
      backOff(reason, now)
      return []
    }
    board.countReconnect()
    return connect()
  }

  private mutating func connect() -> [Action] {
    connection += 1
    decoder = TCPFrameDecoder()
    repliedSinceConnect = false
    discardedInARow = 0
    state = .connecting
    return [.connect(connection: connection)]
  }

  private mutating func backOff(_ reason: String, _ now: ClockReading) {
    lastReason = reason
    // Nothing of this attempt counts any more.
    connection += 1
    state = .backingOff(until: now.monotonicMicroseconds + backoff.next(using: &generator))
    board.notConnected(reason, now: now)
  }
}
