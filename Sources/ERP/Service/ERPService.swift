public import Devices
public import Ledger
import Shopfloor
import Synchronization

/// Keeps one ERP and the line in step: fetches work, delivers the outbox row by row. Nothing waits for it: while the ERP
/// is away, production goes on and the outbox grows.
public final class ERPService: Sendable {
  let connector: any ERPConnector
  let ports: ERPServicePorts
  let clock: any WallClock
  let policy: RetryPolicy
  /// Time between two questions for work, in microseconds.
  let pollMicroseconds: Int64
  private let shared: Mutex<ERPStatus>
  private let wakeup = Wakeup()

  public init(
    connector: any ERPConnector, ports: ERPServicePorts, clock: any WallClock = SystemClock(),
    policy: RetryPolicy = RetryPolicy(), pollMicroseconds: Int64 = 30_000_000
  ) {
    precondition(pollMicroseconds > 0)
    self.connector = connector
    self.ports = ports
    self.clock = clock
    self.policy = policy
    self.pollMicroseconds = pollMicroseconds
    shared = Mutex(ERPStatus(connector: connector.name))
  }

  /// Tells the service that there is a new outbox row; callable from anywhere, returns at once. A pause after a failure
  /// is kept.
  public func poke() { wakeup.wake() }

  public func status() -> ERPStatus { shared.withLock { $0 } }

  /// Works until the task is cancelled. Called once; closes the connector at the end.
  public func run() async throws {
    var round = ERPRound(policy: policy)
    while !Task.isCancelled {
      let wait = await step(&round)
      guard !Task.isCancelled else { break }
      await wakeup.sleep(microseconds: wait)
    }
    await connector.close()
  }

  /// Does what is due and returns the longest time until something may be due again, in microseconds.
  private func step(_ round: inout ERPRound) async -> Int64 {
    if round.isFetchDue(at: clock.now().monotonicMicroseconds) { await fetch(&round) }
    await noteBacklog()
    var nextDelivery: Int64?
    while !Task.isCancelled, round.gate.isOpen(at: clock.now().monotonicMicroseconds) {
      let (isMore, wait) = await deliverBatch(&round)
      nextDelivery = wait
      await noteBacklog()
      // A long backlog must not keep the work of the ERP away.
      if round.isFetchDue(at: clock.now().monotonicMicroseconds) { await fetch(&round) }
      if !isMore { break }
    }
    return round.wait(nextDelivery: nextDelivery, poll: pollMicroseconds, now: clock.now().monotonicMicroseconds)
  }

  private func fetch(_ round: inout ERPRound) async {
    do {
      let cursor = try await ports.loadCursor()
      let update = try await connector.fetchWork(since: cursor)
      if !update.change.isEmpty { try await ports.applyWork(update.change) }
      if let next = update.cursor, next != cursor { try await ports.saveCursor(next) }
      try await connector.confirm(update)
      shared.withLock { $0.note(update) }
      for refusal in update.refusals { ports.note("not taken over from the ERP: \(refusal)") }
      succeeded(.work, &round)
      round.fetched(at: clock.now().monotonicMicroseconds, next: pollMicroseconds)
    } catch let failure as ERPFailure {
      failed(failure, .work, attempted: "fetching work", &round)
      round.fetchFailed(failure, at: clock.now().monotonicMicroseconds)
    } catch {
      // Our own store refused; the same work comes again.
      if !Task.isCancelled { ports.note("taking over work of the ERP waits: \(error)") }
      round.fetched(at: clock.now().monotonicMicroseconds, next: pollMicroseconds)
    }
  }

  /// Deliveries after which the work of the ERP and new order keys are looked at again.
  static let maximumDeliveriesAtOnce = 1_000
  /// Deliveries after which the backlog is counted for the status.
  static let deliveriesBetweenCounts = 100

  /// Delivers the rows that may go now, each followed by the next of its order key, so that a backlog of any length costs
  /// the memory of one batch and is not read again for every row.
  ///
  /// - Returns: whether there may be more due now, and else the time until a row is, in microseconds.
  private func deliverBatch(_ round: inout ERPRound) async -> (isMore: Bool, wait: Int64?) {
    let scheduler = DeliveryScheduler(longestWaitMicroseconds: policy.longestMicroseconds)
    do {
      var rows = try await ports.nextRows(clock.now().utc, policy.longestMicroseconds)
      var deliveries = 0
      while deliveries < Self.maximumDeliveriesAtOnce, !Task.isCancelled,
        round.gate.isOpen(at: clock.now().monotonicMicroseconds)
      {
        let now = clock.now().utc
        switch scheduler.choose(from: rows, now: now) {
        case .idle: return (deliveries > 0, nil)
        case .waitUntil(let time): return (deliveries > 0, time.microseconds(since: now))
        case .deliver(let row):
          try await deliver(row, &round)
          deliveries += 1
          if deliveries % Self.deliveriesBetweenCounts == 0 { await noteBacklog() }
          rows.removeAll { $0.id == row.id }
          if let key = row.orderKey, let next = try await ports.firstRow(key) { rows.append(next) }
        }
      }
      return (deliveries > 0, nil)
    } catch {
      // Our own store refused: the row stays as it is, and the next attempt finds what the ERP has.
      if !Task.isCancelled { ports.note("delivery to the ERP waits: \(error)") }
      return (false, policy.firstMicroseconds)
    }
  }

  private func deliver(_ pending: OutboxRow, _ round: inout ERPRound) async throws {
    var row = pending
    if row.payload.isEmpty, let payload = ports.payload { row.payload = try await payload(row) }
    let outcome: DeliveryReport.Outcome
    if lowerCaseSHA256(row.payload) != row.payloadSHA256 {
      outcome = .blocked(reason: "the content in our own outbox does not have its SHA-256; nothing was sent")
    } else {
      do throws(ERPFailure) {
        outcome = try await attempt(row)
        succeeded(.delivery, &round)
      } catch {
        if Task.isCancelled { return }
        failed(error, .delivery, attempted: "delivering \(row.idempotencyKey)", &round)
        let wait = policy.wait(after: error, attempt: row.attempts + 1, using: &round.generator)
        outcome = .failed(
          reason: error.description, retryAt: clock.now().utc.advanced(byMicroseconds: wait))
      }
    }
    try await ports.report(
      DeliveryReport(
        outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: row.lot, material: row.material,
        connector: connector.name, outcome: outcome))
    if case .delivered = outcome { shared.withLock { $0.deliveredRows += 1 } }
    if case .blocked(let reason) = outcome { ports.note("delivery of \(row.idempotencyKey) is blocked: \(reason)") }
  }

  private func attempt(_ row: OutboxRow) async throws(ERPFailure) -> DeliveryReport.Outcome {
    switch try await connector.deliver(row, ports.journal) {
    case .delivered(let receipt): .delivered(receipt: receipt)
    case .blocked(let reason): .blocked(reason: reason)
    }
  }

  private func noteBacklog() async {
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
  }

  private func succeeded(_ activity: ERPStatus.Activity, _ round: inout ERPRound) {
    round.gate.succeeded()
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

  private func failed(
    _ failure: ERPFailure, _ activity: ERPStatus.Activity, attempted: String,
    _ round: inout ERPRound
  ) {
    guard !Task.isCancelled else { return }
    round.gate.failed(failure, at: clock.now().monotonicMicroseconds, using: &round.generator)
    let isNews = shared.withLock { status in
      let isNews = status[activity] != failure.description
      status[activity] = failure.description
      if failure.concernsWholeERP { status.state = .disconnected }
      return isNews
    }
    if isNews { ports.note("\(attempted): \(failure)") }
  }
}
