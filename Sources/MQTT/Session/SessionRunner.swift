import Devices
import Glibc
import Shopfloor
import Synchronization

/// Runs one session on its owner thread: reads a round of messages, has the recorder store them, and only then lets the
/// acknowledgements leave.
final class SessionRunner {
  /// A round that has something waits so long for more: one commit for many messages. One that may be all that the broker
  /// sends unacknowledged ends when nothing came for the shorter time. In microseconds.
  static let lingerMicroseconds: Int64 = 10_000
  static let quietMicroseconds: Int64 = 500
  /// Longest sleep in poll, in milliseconds: the library wants its keep-alive looked at about once a second.
  static let longestPollMilliseconds: Int64 = 1_000

  private let plan: MQTTBrokerPlan
  private var decoder: RoundDecoder
  private let subscriptions: [TopicFilter]
  private let clock: any WallClock
  private let board: SessionBoard
  private let wake: WakeSignal
  private let stopRequest: StopRequest
  private var delivery: RoundDelivery
  private var state: SessionState
  private var facts: SessionFacts
  private var generator = SystemRandomNumberGenerator()
  private var client: MosquittoClient?
  private var attempt = 0
  /// Says on disk that readings are missing; kept until it is there.
  private var gap: [ReadingBatch] = []
  private var connectionWords = ""
  private var backlog = BacklogWatch(beganAt: 0)
  /// Of the connection that was closed last.
  private var lastHeardAt: Timestamp?

  init(
    plan: MQTTBrokerPlan, inbox: any RecorderInbox, clock: any WallClock, backoff: Backoff, board: SessionBoard,
    wake: WakeSignal, stopRequest: StopRequest
  ) {
    self.plan = plan
    decoder = RoundDecoder(devices: plan.devices, thinning: plan.thinning)
    subscriptions = plan.subscriptions
    self.clock = clock
    self.board = board
    self.wake = wake
    self.stopRequest = stopRequest
    delivery = RoundDelivery(inbox: inbox, clock: clock, board: board, wake: wake, stopRequest: stopRequest)
    facts = SessionFacts(plan)
    state = SessionState(
      topics: subscriptions.map(\.text), formerTopics: plan.formerSession?.topics, backoff: backoff,
      now: clock.now().monotonicMicroseconds)
  }

  /// Returns when a stop is asked for.
  func run() {
    while !stopRequest.isRaised {
      handle(.clockMoved)
      waitForSomething()
      let told = decoder.tick(at: clock.now())
      board.count(told)
      delivery.add(told)
      delivery.moveNotes()
      guard let client else { continue }
      readRound(client)
      guard self.client === client, !stopRequest.isRaised else { continue }
      if client.wantsToWrite { client.write() }
      client.keepAlive()
      takeHappenings(of: client)
    }
    stop()
  }

  private func stop() {
    // Acknowledgements that wait here belong to messages that are on disk: an undecided round has closed the client.
    client?.disconnect()
    let now = clock.now().utc
    delivery.add(decoder.end(at: clock.now()))
    delivery.add(facts.wentOffline(reason: "stopped", lastHeardAt: client?.lastHeardAt?.utc, at: now))
    client = nil
    _ = delivery.storeNotes {}
    board.show(.offline, "stopped", reconnects: state.reconnects, at: now)
  }

  // MARK: Waiting and reading

  private func waitForSomething() {
    let now = clock.now().monotonicMicroseconds
    var milliseconds = state.deadline.map { max(0, ($0 - now + 999) / 1_000) } ?? Self.longestPollMilliseconds
    milliseconds = min(milliseconds, Self.longestPollMilliseconds)
    if delivery.hasNotes { milliseconds = min(milliseconds, NoteQueue.pauseMicroseconds / 1_000) }
    guard let client else { return wake.wait(milliseconds: Int32(milliseconds)) }
    client.wait(milliseconds: Int32(milliseconds), wake: wake)
  }

  private func readRound(_ client: MosquittoClient) {
    client.readUntilDry()
    if client.waitingMessages > 0 { linger(client) }
    // What the broker answered comes before the messages, its end behind them: they still are what the sensors sent.
    let happenings = client.takeHappenings()
    for happening in happenings where !happening.isEnd { handle(happening, of: client) }
    let messages = client.takeMessages()
    if !messages.isEmpty || !gap.isEmpty && state.isOnline { deliver(messages, from: client) }
    if self.client === client { noticeBacklog(messages.count, client) }
    for happening in happenings where happening.isEnd && self.client === client { handle(happening, of: client) }
  }

  /// Everything that was read is on disk here.
  private func noticeBacklog(_ messages: Int, _ client: MosquittoClient) {
    let now = clock.now().monotonicMicroseconds
    backlog.note(messages: messages, mayHaveMore: client.mayHaveMore, at: now)
    guard state.isOnline, let heard = client.lastHeardAt?.utc else { return }
    if backlog.isCaughtUp(at: now) { delivery.add(facts.everythingIsStored(until: heard)) }
    if backlog.isOver(at: now) { decoder.endBacklog(at: heard) }
  }

  private func linger(_ client: MosquittoClient) {
    let end = clock.now().monotonicMicroseconds + Self.lingerMicroseconds
    while !client.mayHaveMore, !stopRequest.isRaised {
      let left = end - clock.now().monotonicMicroseconds
      let patience = client.waitingMessages < BacklogWatch.smallestWindow ? left : min(left, Self.quietMicroseconds)
      guard left > 0, client.hasInput(afterMicroseconds: patience) else { return }
      client.readUntilDry()
    }
  }

  // MARK: Delivering

  private func deliver(_ messages: [IncomingMessage], from client: MosquittoClient) {
    let before = decoder
    let round = decoder.decode(messages)
    let batches = gap + round.batches
    delivery.add(round.notes)
    guard !batches.isEmpty || delivery.hasNotes else { return show(round) }
    let began = clock.now().monotonicMicroseconds
    defer { noticeSlowCommit(since: began) }
    let outcome = delivery.store(batches) { client.keepAlive() }
    guard outcome != .durable else {
      gap = []
      show(round)
      handle(.committed)
      return client.write()
    }
    // The messages come again: what this round taught and told is not on disk.
    decoder = before
    delivery.withdraw(round.notes)
    handle(outcome == .failed ? .commitFailed : .lost(reason: "stopped before the recorder had stored it"))
  }

  /// Nothing was read meanwhile: the sensors went on, and the broker has kept what they sent.
  private func noticeSlowCommit(since began: Int64) {
    let now = clock.now().monotonicMicroseconds
    guard let slow = BacklogWatch(commitBeganAt: began, endedAt: now) else { return }
    decoder.beginBacklog()
    backlog = slow
  }

  private func show(_ round: DecodedRound) {
    board.count(
      round.tallies.mapValues { ($0.messages, $0.malformed) }, unmapped: UInt64(round.unmapped),
      lastUnmappedTopic: round.lastUnmappedTopic)
    board.count(round.notes)
    board.show(decoder.losses)
    board.show(round.deviceStates, at: clock.now().utc)
  }

  // MARK: The state machine

  private func takeHappenings(of client: MosquittoClient) {
    for happening in client.takeHappenings() where self.client === client { handle(happening, of: client) }
  }

  private func handle(_ happening: MosquittoClient.Happening, of client: MosquittoClient) {
    switch happening {
    case .accepted(let sessionPresent, let expiry):
      connectionWords = SessionWords.connection(plan.connection, sessionExpirySeconds: expiry)
      handle(.accepted(sessionPresent: sessionPresent))
    case .refused(let code): handle(.refused(code: code))
    case .subscriptionsAnswered(let answers): handle(.subscriptionsAnswered(answers))
    case .unsubscribed: handle(.unsubscribed)
    case .published: break
    case .lost(let reason): handle(.lost(reason: reason))
    }
  }

  private func handle(_ event: SessionState.Event) {
    let now = clock.now()
    let before = state.phase
    for action in state.handle(event, at: now.monotonicMicroseconds, using: &generator) {
      switch action {
      case .connect: connect()
      case .subscribe: client?.subscribe(subscriptions.map { ($0, 1) })
      case .unsubscribe(let topics): client?.unsubscribe(topics)
      case .cameOnline(let sessionPresent, let isLoss):
        let answered = client?.answeredAt ?? now
        backlog = BacklogWatch(beganAt: answered.monotonicMicroseconds)
        // A broker that kept no session for us kept no messages.
        if !sessionPresent { decoder.endBacklog(at: answered.utc) }
        delivery.add(
          facts.cameOnline(
            sessionPresent: sessionPresent, isLoss: isLoss, answers: state.answers, detail: connectionWords,
            at: answered.utc))
        if isLoss { gap = facts.gap(at: answered) }
      case .wentOffline(let reason):
        delivery.add(facts.wentOffline(reason: reason, lastHeardAt: lastHeardAt, at: now.utc))
      case .close:
        lastHeardAt = client?.lastHeardAt?.utc
        client = nil
      }
    }
    if state.phase != before { show(at: now.utc) }
  }

  private func connect() {
    guard let started = MosquittoClient(plan.connection, clock: clock) else {
      return handle(.lost(reason: "libmosquitto gave no client for \"\(displayable(plan.connection.clientID))\""))
    }
    client = started
    decoder.beginBacklog(isReconnect: true)
    started.connect(attempt: attempt)
    attempt += 1
    takeHappenings(of: started)
  }

  private func show(at now: Timestamp) {
    let shown = SessionWords(state: state, plan: plan, connection: connectionWords)
    board.show(shown.linkState, shown.detail, reconnects: state.reconnects, at: now)
  }
}

/// Raised once, seen by the owner thread of a session.
final class StopRequest: Sendable {
  private let raised = Atomic<Bool>(false)
  var isRaised: Bool { raised.load(ordering: .acquiring) }
  func raise() { raised.store(true, ordering: .releasing) }
}
