import Crypto
import Devices
import Ledger
import Shopfloor
import Synchronization

/// Brings the messages of one subscription out, one at a time. Knows nothing of the others, so that a receiver that is
/// slow or dead holds up nobody else.
final class NotificationQueue: Sendable {
  let subscription: NotificationSubscription
  private let ports: NotificationPorts
  private let clock: any WallClock
  private let policy: RetryPolicy
  private let maximumAgeMicroseconds: Int64
  private let shared: Mutex<NotificationStatus>
  private let wakeup = Wakeup()

  /// Looks at the outbox at least so often, in microseconds.
  static let pollMicroseconds: Int64 = 30_000_000
  /// Deliveries after which the backlog is counted and new order keys are looked at.
  static let maximumDeliveriesAtOnce = 100

  init(
    _ subscription: NotificationSubscription, ports: NotificationPorts, clock: any WallClock, policy: RetryPolicy,
    maximumAgeMicroseconds: Int64, deliveredBefore: Int
  ) {
    self.subscription = subscription
    self.ports = ports
    self.clock = clock
    self.policy = policy
    self.maximumAgeMicroseconds = maximumAgeMicroseconds
    var status = NotificationStatus(
      subscription: subscription.name, connector: subscription.connector.name,
      lateAfterMicroseconds: subscription.lateAfterMicroseconds)
    status.deliveredRows = deliveredBefore
    shared = Mutex(status)
  }

  var status: NotificationStatus { shared.withLock { $0 } }

  /// There may be a new message; a pause after a failure is kept.
  func poke() { wakeup.wake() }

  /// Works until the task is cancelled; closes the connector at the end.
  func run() async {
    var gate = ContactGate(policy: policy)
    while !Task.isCancelled {
      let wait = await step(&gate)
      guard !Task.isCancelled else { break }
      await wakeup.sleep(microseconds: wait)
    }
    await subscription.connector.close()
  }

  /// Does what is due and returns the longest time until something may be due again, in microseconds.
  private func step(_ gate: inout ContactGate) async -> Int64 {
    await noteBacklog()
    var nextRow: Int64?
    while !Task.isCancelled, gate.isOpen(at: clock.now().monotonicMicroseconds) {
      let (isMore, wait) = await deliverBatch(&gate)
      nextRow = wait
      await noteBacklog()
      if !isMore { break }
    }
    let now = clock.now().monotonicMicroseconds
    guard gate.isOpen(at: now) else { return min(max(1_000, gate.closedUntil - now), Self.pollMicroseconds) }
    return max(1_000, min(nextRow ?? Self.pollMicroseconds, Self.pollMicroseconds))
  }

  /// - Returns: whether there may be more due now, and else the time until a row is, in microseconds.
  private func deliverBatch(_ gate: inout ContactGate) async -> (isMore: Bool, wait: Int64?) {
    let scheduler = DeliveryScheduler(longestWaitMicroseconds: policy.longestMicroseconds)
    do {
      var rows = try await ports.nextRows(subscription.name, clock.now().utc, policy.longestMicroseconds)
      var deliveries = 0
      while deliveries < Self.maximumDeliveriesAtOnce, !Task.isCancelled,
        gate.isOpen(at: clock.now().monotonicMicroseconds)
      {
        let now = clock.now().utc
        switch scheduler.choose(from: rows, now: now) {
        case .idle: return (deliveries > 0, nil)
        case .waitUntil(let time): return (deliveries > 0, time.microseconds(since: now))
        case .deliver(let row):
          try await deliver(row, &gate)
          deliveries += 1
          rows.removeAll { $0.id == row.id }
          if let key = row.orderKey, let next = try await ports.firstRow(key) { rows.append(next) }
        }
      }
      return (deliveries > 0, nil)
    } catch {
      // Our own store refused: the row stays as it is and is sent again with the same id, not too soon.
      if !Task.isCancelled { ports.note("\(subscription.name): delivery waits: \(error)") }
      var generator = SystemRandomNumberGenerator()
      gate.failed(needsPerson: false, at: clock.now().monotonicMicroseconds, using: &generator)
      return (false, nil)
    }
  }

  private func deliver(_ row: OutboxRow, _ gate: inout ContactGate) async throws {
    let payload = try await ports.payload(row)
    let outcome: DeliveryReport.Outcome
    if Self.sha256(payload) != row.payloadSHA256 {
      outcome = .blocked(reason: "the content in our own outbox does not have its SHA-256; nothing was sent")
    } else {
      do throws(NotificationFailure) {
        let receipt = try await subscription.connector.send(
          OutgoingNotification(id: row.idempotencyKey, payload: payload, owedAt: row.createdAt))
        outcome = .delivered(receipt: receipt)
      } catch {
        // An attempt that was cut off by our own end says nothing; the message goes again.
        if Task.isCancelled { return }
        outcome = outcomeOfFailure(error, row, &gate)
      }
    }
    try await ports.report(
      DeliveryReport(
        outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: nil,
        connector: "\(subscription.name) (\(subscription.connector.name))", outcome: outcome))
    // Only what is durable ends a pause: a ledger that fails must not have a receiver told every second.
    switch outcome {
    case .delivered: gate.succeeded()
    case .blocked, .failed: break
    }
    note(outcome, row)
  }

  private func outcomeOfFailure(
    _ failure: NotificationFailure, _ row: OutboxRow, _ gate: inout ContactGate
  ) -> DeliveryReport.Outcome {
    if failure.isForEver { return .blocked(reason: failure.description) }
    let clock = clock.now()
    var generator = SystemRandomNumberGenerator()
    gate.failed(needsPerson: failure.needsPerson, at: clock.monotonicMicroseconds, using: &generator)
    let age = clock.utc.microseconds(since: row.createdAt)
    if age > maximumAgeMicroseconds {
      return .blocked(
        reason: "given up after \(age / 3_600_000_000) hours and \(row.attempts + 1) attempts; last: \(failure)")
    }
    let wait = policy.wait(attempt: row.attempts + 1, needsPerson: failure.needsPerson, using: &generator)
    return .failed(reason: failure.description, retryAt: clock.utc.advanced(byMicroseconds: wait))
  }

  private func note(_ outcome: DeliveryReport.Outcome, _ row: OutboxRow) {
    let now = clock.now().utc
    let before = shared.withLock { status in
      let before = status.lastError
      switch outcome {
      case .delivered:
        status.deliveredRows += 1
        status.lastDeliveryAt = now
        status.lastError = nil
      case .failed(let reason, _), .blocked(let reason): status.lastError = reason
      }
      return before
    }
    switch outcome {
    case .delivered: if before != nil { ports.note("\(subscription.name): messages go out again") }
    case .failed(let reason, _): if before != reason { ports.note("\(subscription.name): \(reason)") }
    case .blocked(let reason): ports.note("\(subscription.name): \(row.idempotencyKey) was not taken: \(reason)")
    }
  }

  private func noteBacklog() async {
    do {
      let backlog = try await ports.backlog(subscription.name)
      shared.withLock { status in
        status.waitingRows = backlog.waitingRows
        status.oldestWaitingSince = backlog.oldestWaitingSince
        status.refusedRows = backlog.refusedRows
      }
    } catch {
      if !Task.isCancelled { ports.note("\(subscription.name): the outbox could not be read: \(error)") }
    }
  }

  private static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
