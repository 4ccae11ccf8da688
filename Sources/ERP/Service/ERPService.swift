public import Devices
public import Ledger
import Shopfloor
import Synchronization

/// Keeps one ERP and the line in step: fetches work, delivers the outbox, compares later. Nothing waits for it: while the
/// ERP is away, production goes on and the outbox grows.
public final class ERPService: Sendable {
  let connector: any ERPConnector
  let ports: ERPServicePorts
  let clock: any WallClock
  let policy: RetryPolicy
  let settings: ERPServiceSettings
  let shared: Mutex<ERPStatus>
  private let wakeup = Wakeup()

  public init(
    connector: any ERPConnector, ports: ERPServicePorts, clock: any WallClock = SystemClock(),
    policy: RetryPolicy = RetryPolicy(), settings: ERPServiceSettings = ERPServiceSettings()
  ) {
    self.connector = connector
    self.ports = ports
    self.clock = clock
    self.policy = policy
    self.settings = settings
    shared = Mutex(ERPStatus(connector: connector.name))
  }

  /// Tells the service that there is a new outbox row or a decision about one; callable from anywhere, returns at once. A
  /// pause after a failure is kept.
  public func poke() { wakeup.wake() }

  /// Has everything that was delivered until now compared with the ERP, beginning now, between deliveries; returns at
  /// once. There is one at a time: while one that was asked for waits or goes on, its end answers this request too.
  ///
  /// - Returns: the number of the request; ``ERPStatus/comparisonsAnswered`` reaches it with the end.
  @discardableResult public func compareEverything() -> Int {
    let number = shared.withLock { $0.askForComparison() }
    wakeup.wake()
    return number
  }

  public func status() -> ERPStatus { shared.withLock { $0 } }

  /// Works until the task is cancelled. Called once; closes the connector at the end.
  public func run() async throws {
    var round = newRound()
    while !Task.isCancelled {
      let wait = await step(&round)
      guard !Task.isCancelled else { break }
      await wakeup.sleep(microseconds: wait)
    }
    await connector.close()
  }

  func newRound(seed: UInt64 = .random(in: 0 ... .max)) -> ERPRound {
    ERPRound(
      policy: policy, drainRowsPerSecond: settings.drainRowsPerSecond, saysRefusals: !connector.writesDownAccess,
      knownPeople: settings.knownPeople, seed: seed)
  }

  /// Does what is due and returns the longest time until something may be due again, in microseconds.
  func step(_ round: inout ERPRound) async -> Int64 {
    // Before anything goes to an ERP that is another than before.
    if round.comparedAfter == nil { await noteIdentity(&round) }
    await lookAtProof(&round)
    if round.isFetchDue(at: monotonic) { await fetch(&round) }
    round.isCountStale = true
    await noteBacklog(&round)
    var delivery = DeliveryPause(microseconds: nil)
    while !Task.isCancelled, round.isDeliveryOpen(at: monotonic) {
      let pause = await deliverBatch(&round)
      await noteBacklog(&round)
      await writeAccess(&round)
      // A long backlog must not keep the work of the ERP away.
      if round.isFetchDue(at: monotonic) { await fetch(&round) }
      if let pause {
        delivery = pause
        break
      }
    }
    var wait = round.wait(nextDelivery: delivery.microseconds, poll: settings.pollMicroseconds, now: monotonic)
    // A backlog that the rate holds back, and rows that fail one by one, must not keep changes in the ERP hidden.
    if let comparison = await compareIfDue(&round) { wait = max(1_000, min(wait, comparison)) }
    if round.proof.isWatching { wait = min(wait, settings.pollMicroseconds) }
    await noteBacklog(&round)
    if !round.isCountStale, status().waitingRows == 0 { round.access.nothingWaits() }
    await writeAccess(&round)
    noteWaits(round)
    // What changed since the last count is counted soon.
    return round.isCountStale ? max(1_000, min(wait, round.nextCount - monotonic)) : wait
  }

  var monotonic: Int64 { clock.now().monotonicMicroseconds }

  private func fetch(_ round: inout ERPRound) async {
    do {
      let cursor = try await ports.loadCursor()
      let update = try await connector.fetchWork(since: cursor)
      if !update.change.isEmpty { try await ports.applyWork(update.change) }
      if let next = update.cursor, next != cursor { try await ports.saveCursor(next) }
      try await connector.confirm(update)
      shared.withLock { $0.note(update) }
      notePeople(update.change.people ?? [], &round)
      for refusal in update.refusals { ports.note("not taken over from the ERP: \(refusal)") }
      succeeded(.work, &round)
      round.fetched(at: monotonic, next: settings.pollMicroseconds)
    } catch let failure as ERPFailure {
      if Task.isCancelled { return }
      round.gate.failed(failure, at: monotonic, using: &round.generator)
      failed(failure, .work, attempted: "fetching work")
      round.fetchFailed(failure, at: monotonic)
    } catch {
      // Our own store refused; the same work comes again.
      if !Task.isCancelled { ports.note("taking over work of the ERP waits: \(error)") }
      round.fetched(at: monotonic, next: settings.pollMicroseconds)
    }
  }

  private func notePeople(_ people: [PersonName], _ round: inout ERPRound) {
    guard let sentence = round.unknownPeople.note(people) else { return }
    ports.note(sentence)
    let unknown = round.unknownPeople
    shared.withLock { status in
      status.unknownPeople = unknown.count
      status.unknownPeopleListed = unknown.listed
    }
  }

  /// Counts what waits, for the status, where rows may have changed and it is not too early for another count.
  private func noteBacklog(_ round: inout ERPRound) async {
    let started = monotonic
    guard round.isCountStale, started >= round.nextCount else { return }
    do {
      let backlog = try await ports.backlog()
      shared.withLock { status in
        status.waitingRows = backlog.waitingRows
        status.oldestWaitingSince = backlog.oldestWaitingSince
        status.blockedRows = backlog.blockedRows
      }
    } catch {
      if !Task.isCancelled { ports.note("the outbox could not be read: \(error)") }
    }
    round.counted(at: monotonic, took: monotonic - started)
  }

  private func noteWaits(_ round: ERPRound) {
    let overdue = round.waits.overdue(at: monotonic)
    let isNews = shared.withLock { status in
      defer { status.waitingTooLong = overdue }
      return status.waitingTooLong == nil
    }
    if isNews, let overdue { ports.note(overdue) }
  }

  func succeeded(_ activity: ERPStatus.Activity, _ round: inout ERPRound) {
    round.succeeded(activity)
    let now = clock.now().utc
    let wasAway = shared.withLock { status in
      let wasAway = status.state == .disconnected
      status.state = .connected
      status.lastContactAt = now
      status[activity] = nil
      return wasAway
    }
    if wasAway { ports.note("the ERP answers again") }
  }

  func failed(_ failure: ERPFailure, _ activity: ERPStatus.Activity, attempted: String) {
    let isNews = shared.withLock { status in
      let isNews = status[activity] != failure.description
      status[activity] = failure.description
      if failure.concernsWholeERP { status.state = .disconnected }
      return isNews
    }
    if isNews { ports.note("\(attempted): \(failure)") }
  }
}
