import Devices
import Glibc
import Shopfloor

/// Runs one link on its owner thread: what the socket brings goes to the machine, what the machine answers is done.
final class SparkplugLinkRunner<Machine: SparkplugMachine> {
  /// A round of reading ends with this many messages or payload bytes, whichever comes first.
  static var maximumRoundMessages: Int { 1_000 }
  static var maximumRoundPayloadBytes: Int { 4 * 1024 * 1024 }
  /// After so many rounds that did not read everything the time counts nevertheless.
  static var maximumFullRounds: Int { 20 }
  /// Pause before readings are offered again to a full inbox, in milliseconds.
  static var offerPauseMilliseconds: Int32 { 20 }
  /// The time that a good-bye has to leave and to be acknowledged, in microseconds.
  static var goodByeMicroseconds: Int64 { 2_000_000 }
  /// Longest sleep in poll, in milliseconds: the library wants its keep-alive looked at about once a second.
  static var longestPollMilliseconds: Int64 { 1_000 }

  private let wiring: SparkplugLink<Machine>.Wiring
  private let clock: any WallClock
  private let wake: WakeSignal
  private let stopRequest: StopRequest
  private var machine: Machine
  private var state: SparkplugLinkState
  private var notes: NoteSender
  private var report = SparkplugLinkReport()
  private var generator = SystemRandomNumberGenerator()
  private var connected: ConnectedSparkplug?
  private var attempt = 0
  /// Readings of the round under way.
  private var readings: [ReadingBatch] = []
  private var leavingBecause: String?
  private var isChanged = true
  /// Rounds one after another that ended before the socket was dry.
  private var fullRounds = 0
  /// After a stop is asked for: how long a full inbox is still waited for.
  private var offersUntil: Int64?
  /// The machine was told to stop; it is told nothing more.
  private var hasStopped = false

  init(
    _ machine: Machine, wiring: SparkplugLink<Machine>.Wiring, wake: WakeSignal, stopRequest: StopRequest
  ) {
    self.machine = machine
    self.wiring = wiring
    self.wake = wake
    self.stopRequest = stopRequest
    clock = wiring.clock
    notes = NoteSender(inbox: wiring.inbox, wake: wake)
    state = SparkplugLinkState(backoff: wiring.backoff, now: clock.now().monotonicMicroseconds)
  }

  /// Returns when a stop is asked for and the good-bye is said.
  func run() -> Machine {
    while !stopRequest.isRaised {
      waitForSomething()
      oneRound()
    }
    // What the socket holds already was received.
    if let connected { serve(connected) }
    finishRound()
    takeValues()
    tell(.stopping)
    hasStopped = true
    finishRound()
    if connected != nil { leave("stopped") }
    finishNotes()
    report.state = .offline
    report.detail = "stopped"
    wiring.show(machine, report)
    return machine
  }

  // MARK: One round

  /// What lies in the socket comes before what the time says: else a message would be missed that is already there.
  private func oneRound() {
    takeValues()
    if let connected { serve(connected) }
    fullRounds = connected?.client.mayHaveMore == true ? fullRounds + 1 : 0
    if fullRounds == 0 || fullRounds > Self.maximumFullRounds {
      apply(.clockMoved)
      if let deadline = machine.deadlineMicroseconds, deadline <= clock.now().monotonicMicroseconds {
        tell(.clockMoved)
      }
    }
    finishRound()
  }

  private func waitForSomething() {
    let now = clock.now().monotonicMicroseconds
    let due = [state.deadline, machine.deadlineMicroseconds].compactMap { $0 }.min()
    let untilDue = due.map { max(0, ($0 - now + 999) / 1_000) } ?? Self.longestPollMilliseconds
    let milliseconds = Int32(min(untilDue, Self.longestPollMilliseconds))
    if let connected {
      connected.client.wait(milliseconds: milliseconds, wake: wake)
    } else {
      wake.wait(milliseconds: milliseconds)
    }
  }

  private func takeValues() {
    guard let values = wiring.values?(), !values.isEmpty else { return }
    tell(.values(values))
  }

  private func serve(_ connected: ConnectedSparkplug) {
    connected.client.readUntilDry(
      maximumMessages: Self.maximumRoundMessages, maximumPayloadBytes: Self.maximumRoundPayloadBytes)
    // The messages first: when the connection ended behind them they still are what was sent.
    for message in connected.client.takeMessages() where self.connected === connected {
      switch message.payload {
      case .bytes(let bytes):
        tell(
          .message(topic: message.topic, payload: bytes, isRetained: message.isRetained), at: message.receivedAt)
      case .tooLarge(let bytes):
        tell(.messageTooLarge(topic: message.topic, bytes: bytes), at: message.receivedAt)
      }
    }
    takeHappenings(of: connected)
    guard self.connected === connected else { return }
    connected.write()
    connected.client.keepAlive()
    takeHappenings(of: connected)
    if self.connected === connected, connected.hasJustWritten() { tell(.written) }
  }

  /// Does what must wait for the end of a round: offers its readings, sends its facts, leaves where that was asked for.
  private func finishRound() {
    notes.send(at: clock.now())
    offer()
    if let reason = leavingBecause {
      leavingBecause = nil
      leave(reason)
    }
    guard isChanged else { return }
    isChanged = false
    report.reconnects = state.reconnects
    report.notesWaiting = notes.waitingCount
    report.notesLost = notes.givenUp
    (report.state, report.detail) = words()
    wiring.show(machine, report)
  }

  /// Offers until the recorder has room; meanwhile nothing is read. With QoS 0 the broker may then drop what follows:
  /// the sequence numbers show it.
  private func offer() {
    guard let inbox = wiring.inbox, !readings.isEmpty else { return }
    let offered = readings
    readings = []
    while !inbox.offer(offered, acknowledge: nil) {
      report.turnedAway += 1
      if stopRequest.isRaised {
        let now = clock.now().monotonicMicroseconds
        let end = offersUntil ?? now + Self.goodByeMicroseconds
        offersUntil = end
        guard now < end else { return noteLoss(of: offered) }
      }
      wake.wait(milliseconds: Self.offerPauseMilliseconds)
      connected?.client.keepAlive()
    }
  }

  /// The recorder had no room until the good-bye: what was received is not in the record.
  private func noteLoss(of batches: [ReadingBatch]) {
    let now = clock.now().utc
    let devices = Set(batches.map(\.device)).sorted { $0.text < $1.text }
    let count = batches.reduce(0) { $0 + $1.readings.count }
    notes.add([
      .lost(
        MessagesLost(
          broker: wiring.name, devices: devices, cause: .sequenceGap,
          from: batches.map(\.receivedAt).min() ?? now, until: now,
          detail: "\(count) readings came, but the recorder had no room for them before the connection was ended"))
    ])
  }

  // MARK: The machine

  private func tell(_ event: SparkplugLinkEvent, at instant: ClockReading? = nil) {
    isChanged = true
    for action in machine.handle(event, at: instant ?? clock.now()) {
      switch action {
      case .subscribe(let filters):
        guard let connected else { continue }
        apply(.subscribing)
        if let answer = connected.subscribe(filters) { answered(answer) }
      case .publish(let topic, let payload, let qualityOfService, let isRetained):
        guard let connected else { continue }
        guard connected.publish(topic, payload, qualityOfService, isRetained) else {
          apply(.lost(reason: "the library did not take a message of \(payload.count) bytes"))
          continue
        }
      case .offer(let batches): readings += batches
      case .note(let facts): notes.add(facts)
      case .command(let command): wiring.command?(command)
      case .disconnect(let reason): leavingBecause = reason
      }
    }
  }

  private func takeHappenings(of connected: ConnectedSparkplug) {
    for happening in connected.client.takeHappenings() where self.connected === connected {
      switch happening {
      case .accepted:
        apply(.accepted)
        connected.isAccepted = true
        tell(.accepted)
      case .refused(let code): apply(.lost(reason: BrokerWords.refusal(code: code)))
      case .subscriptionsAnswered(let answers): answered(connected.answered(answers))
      case .unsubscribed: break
      case .published(let packet, let code):
        guard let topic = connected.acknowledged(packet) else { continue }
        tell(
          code >= SubscriptionAnswer.refusal
            ? .publishRefused(topic: topic, code: code) : .acknowledged(topic: topic))
      case .lost(let reason): apply(.lost(reason: reason))
      }
    }
  }

  private func answered(_ answer: ConnectedSparkplug.Subscriptions) {
    apply(.subscriptionsAnswered)
    note(
      BrokerLink(
        broker: wiring.name, change: .connected, session: wiring.connection.sessionName, detail: address,
        topics: answer.granted, refusedTopics: answer.refused, at: clock.now().utc))
    tell(.subscribed(refused: answer.refused))
  }

  // MARK: The connection

  private func apply(_ event: SparkplugLinkState.Event) {
    for action in state.handle(event, at: clock.now().monotonicMicroseconds, using: &generator) {
      isChanged = true
      switch action {
      case .connect: connect()
      case .close(let reason): close(reason)
      }
    }
  }

  private func close(_ reason: String) {
    let former = connected
    connected = nil
    if let former, former.isAccepted {
      note(
        BrokerLink(
          broker: wiring.name, change: .disconnected, session: wiring.connection.sessionName, detail: reason,
          lastHeardAt: former.client.lastHeardAt?.utc,
          at: clock.now().utc))
    }
    guard !hasStopped else { return }
    tell(former?.hasSentConnect == true ? .lost(reason: reason) : .notReached(reason: reason))
  }

  private func connect() {
    let connection = wiring.connection
    let will = machine.will(at: clock.now())
    let client = MosquittoClient(
      connection, cleanSession: true, will: will, payloadLimit: SparkplugCodec.maximumPayloadBytes, clock: clock)
    guard let client else {
      return apply(.lost(reason: "libmosquitto gave no client for \"\(displayable(connection.clientID))\""))
    }
    let started = ConnectedSparkplug(client)
    connected = started
    client.connect(attempt: attempt)
    attempt += 1
    takeHappenings(of: started)
  }

  /// Sends what is queued, waits for its acknowledgements, says good-bye; all within a bounded time.
  private func leave(_ reason: String) {
    guard let connected else { return }
    if connected.isAccepted {
      let deadline = clock.now().monotonicMicroseconds + Self.goodByeMicroseconds
      connected.flush(until: deadline, clock: clock)
      connected.sayGoodBye(withWill: wiring.speaksWillAtGoodBye)
    }
    apply(.left(reason: reason))
  }

  // MARK: Words and notes

  private func note(_ link: BrokerLink) { notes.add([.broker(link)]) }

  private func finishNotes() {
    let deadline = clock.now().monotonicMicroseconds + Self.goodByeMicroseconds
    notes.send(at: clock.now())
    while !notes.isIdle, clock.now().monotonicMicroseconds < deadline {
      wake.wait(milliseconds: Self.offerPauseMilliseconds)
      notes.send(at: clock.now())
    }
  }

  private var address: String {
    let connection = wiring.connection
    return "\(connection.host):\(connection.port) as \(displayable(connection.clientID, maximumCharacters: 40)), "
      + "MQTT \(connection.version.rawValue)"
  }

  private func words() -> (LinkStatus.State, String) {
    guard state.isReady, let connected else {
      let reason = state.lastFault ?? "connecting"
      return (
        state.reconnects == 0 ? .starting : .offline,
        "broker \(address): \(reason); check that the broker runs and the address is right"
      )
    }
    guard !connected.refusedFilters.isEmpty else { return (.online, "connected to \(address)\(wordsOfNotes)") }
    let topics = connected.refusedFilters.prefix(5).map { "\"\(displayable($0, maximumCharacters: 80))\"" }
    return (
      .degraded,
      "connected to \(address); the broker refuses \(topics.joined(separator: ", ")); check its access list"
        + wordsOfNotes
    )
  }

  private var wordsOfNotes: String {
    guard report.notesLost > 0 else { return "" }
    return "; \(report.notesLost) facts about the connection are not in the record, because it could not be written"
  }
}
