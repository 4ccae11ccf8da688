import Devices
import Glibc
import Shopfloor
import Synchronization

/// Runs one session on its owner thread: reads a round of messages, offers them to the recorder, waits for the commit,
/// and only then lets the acknowledgements leave.
final class SessionRunner {
  /// A round ends with this many messages or payload bytes, whichever comes first.
  static let maximumRoundMessages = 5_000
  static let maximumRoundPayloadBytes = 8 * 1024 * 1024
  /// Pause before a round is offered again to a full inbox, in milliseconds.
  static let offerPauseMilliseconds: Int32 = 20
  /// The time that `stop` gives the recorder to finish the round under way, in microseconds.
  static let stopPatienceMicroseconds: Int64 = 2_000_000
  /// Longest sleep in poll, in milliseconds: the library wants its keep-alive looked at about once a second.
  static let longestPollMilliseconds: Int64 = 1_000

  private let plan: MQTTBrokerPlan
  private var decoder: RoundDecoder
  private let subscriptions: [TopicFilter]
  private let inbox: any RecorderInbox
  private let clock: any WallClock
  private let board: SessionBoard
  private let wake: WakeSignal
  private let stopRequest: StopRequest
  private var state: SessionState
  private var generator = SystemRandomNumberGenerator()
  private var client: MosquittoClient?
  private var attempt = 0
  /// The last round was full: what follows may wait in the library, where poll does not see it.
  private var mayHaveMore = false

  init(
    plan: MQTTBrokerPlan, inbox: any RecorderInbox, clock: any WallClock, backoff: Backoff, board: SessionBoard,
    wake: WakeSignal, stopRequest: StopRequest
  ) {
    self.plan = plan
    decoder = RoundDecoder(devices: plan.devices, thinning: plan.thinning)
    subscriptions = plan.subscriptions
    self.inbox = inbox
    self.clock = clock
    self.board = board
    self.wake = wake
    self.stopRequest = stopRequest
    state = SessionState(
      topics: subscriptions.map(\.text), expectsSession: plan.formerSession != nil, backoff: backoff,
      now: clock.now().monotonicMicroseconds)
  }

  /// Returns when a stop is asked for.
  func run() {
    while !stopRequest.isRaised {
      handle(.clockMoved)
      waitForSomething()
      guard let client else { continue }
      readRound(client)
      // The messages first: when the connection ended behind them they still are what the sensors sent.
      if client.waitingMessages > 0 { deliver(client.takeMessages(), from: client) }
      takeHappenings(of: client)
      guard self.client === client, !stopRequest.isRaised else { continue }
      if client.wantsToWrite { client.write() }
      client.keepAlive()
      takeHappenings(of: client)
    }
    client?.disconnect()
    client = nil
    board.show(.offline, "stopped", reconnects: state.reconnects, at: clock.now().utc)
  }

  // MARK: Waiting and reading

  private func waitForSomething() {
    let now = clock.now().monotonicMicroseconds
    let untilDeadline = state.deadline.map { max(0, ($0 - now + 999) / 1_000) } ?? Self.longestPollMilliseconds
    let milliseconds = Int32(min(untilDeadline, Self.longestPollMilliseconds))
    guard let client else { return waitForWake(milliseconds: milliseconds) }
    client.wait(milliseconds: mayHaveMore ? 0 : milliseconds, wake: wake)
  }

  private func readRound(_ client: MosquittoClient) {
    mayHaveMore = !client.readUntilDry(
      maximumMessages: Self.maximumRoundMessages, maximumPayloadBytes: Self.maximumRoundPayloadBytes)
  }

  // MARK: Delivering

  private func deliver(_ messages: [IncomingMessage], from client: MosquittoClient) {
    let before = decoder
    let batches = decode(messages)
    guard !batches.isEmpty else { return }
    let slot = OutcomeSlot(wake: wake)
    guard offer(batches, slot, client) else { return closeUnacknowledged("stopped before the recorder took it") }
    switch awaitOutcome(slot, client) {
    case .durable?:
      handle(.committed)
      client.write()
    case .failed?:
      // The messages come again: what this round taught the decoder is not on disk.
      decoder = before
      handle(.commitFailed)
    case nil: closeUnacknowledged("stopped before the recorder had stored it")
    }
  }

  private func decode(_ messages: [IncomingMessage]) -> [ReadingBatch] {
    let round = decoder.decode(messages)
    board.update { content in
      content.unmapped += UInt64(round.unmapped)
      if round.unmapped > 0 { content.lastUnmappedTopic = round.lastUnmappedTopic }
      for (device, tally) in round.tallies {
        content.devices[device, default: .init()].messages += UInt64(tally.messages)
        content.devices[device, default: .init()].malformed += UInt64(tally.malformed)
      }
    }
    return round.batches
  }

  /// Offers until the recorder has room; meanwhile nothing is read, so the broker keeps what follows.
  ///
  /// - Returns: false where a stop came first.
  private func offer(_ batches: [ReadingBatch], _ slot: OutcomeSlot, _ client: MosquittoClient) -> Bool {
    while !inbox.offer(batches, acknowledge: { slot.put($0) }) {
      board.update { $0.turnedAway += 1 }
      guard !stopRequest.isRaised else { return false }
      waitForWake(milliseconds: Self.offerPauseMilliseconds)
      client.keepAlive()
    }
    return true
  }

  /// Waits as long as it takes, and after a stop for a bounded time; nil where that ran out.
  private func awaitOutcome(_ slot: OutcomeSlot, _ client: MosquittoClient) -> RecorderOutcome? {
    var giveUpAt: Int64?
    while true {
      if let outcome = slot.outcome { return outcome }
      let now = clock.now().monotonicMicroseconds
      if stopRequest.isRaised, giveUpAt == nil { giveUpAt = now + Self.stopPatienceMicroseconds }
      if let giveUpAt, now >= giveUpAt { return nil }
      waitForWake(milliseconds: giveUpAt == nil ? Int32(Self.longestPollMilliseconds) : 50)
      client.keepAlive()
    }
  }

  private func waitForWake(milliseconds: Int32) {
    var entry = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
    if poll(&entry, 1, milliseconds) == 1 { wake.clear() }
  }

  private func closeUnacknowledged(_ reason: String) {
    client = nil
    handle(.lost(reason: reason))
  }

  // MARK: The state machine

  private func takeHappenings(of client: MosquittoClient) {
    for happening in client.takeHappenings() where self.client === client {
      switch happening {
      case .accepted(let sessionPresent, _): handle(.accepted(sessionPresent: sessionPresent))
      case .refused(let code): handle(.refused(code: code))
      case .subscriptionsAnswered(let answers): handle(.subscriptionsAnswered(answers.map(\.code)))
      case .unsubscribed, .published: break
      case .lost(let reason): handle(.lost(reason: reason))
      }
    }
  }

  private func handle(_ event: SessionState.Event) {
    let now = clock.now()
    let before = state.phase
    for action in state.handle(event, at: now.monotonicMicroseconds, using: &generator) {
      switch action {
      case .connect: connect()
      case .subscribe: client?.subscribe(subscriptions.map { ($0, 1) })
      case .close: client = nil
      }
    }
    if state.phase != before { show(at: now.utc) }
  }

  private func connect() {
    guard let started = MosquittoClient(plan.connection, clock: clock) else {
      return handle(.lost(reason: "libmosquitto gave no client for \"\(displayable(plan.connection.clientID))\""))
    }
    client = started
    mayHaveMore = false
    started.connect(attempt: attempt)
    attempt += 1
    takeHappenings(of: started)
  }

  private func show(at now: Timestamp) {
    let shown = SessionWords(state: state, plan: plan)
    board.show(shown.linkState, shown.detail, reconnects: state.reconnects, at: now)
  }
}

/// Raised once, seen by the owner thread of a session.
final class StopRequest: Sendable {
  private let raised = Atomic<Bool>(false)
  var isRaised: Bool { raised.load(ordering: .acquiring) }
  func raise() { raised.store(true, ordering: .releasing) }
}
