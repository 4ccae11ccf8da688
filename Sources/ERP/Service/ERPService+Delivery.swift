import Devices
import Ledger
import Shopfloor
import Synchronization

/// Why no row goes now.
struct DeliveryPause: Hashable {
  /// The time until a row is due, in microseconds; nil: until rows change.
  var microseconds: Int64?
}

extension ERPService {
  /// Rows after which the first rows of all order keys are read anew.
  static let maximumRowsBetweenLooks = 1_000

  /// Brings the next batch to the ERP and keeps what became of it.
  ///
  /// - Returns: nil where there may be more to do at once.
  func deliverBatch(_ round: inout ERPRound) async -> DeliveryPause? {
    do {
      let chosen = try await choose(&round)
      guard !chosen.rows.isEmpty else { return chosen.pause }
      let ids = chosen.rows.map(\.id)
      guard round.justDelivered.isDisjoint(with: ids) else {
        ports.note("rows \(ids.filter(round.justDelivered.contains)) wait again after they were reported as delivered")
        round.justDelivered = []
        return DeliveryPause(microseconds: policy.firstMicroseconds)
      }
      let rows = try await ports.load(ids, BatchSize.maximumBytes)
      let (delivered, tried) = try await deliver(rows, &round)
      round.budget.spend(rows.prefix(tried).count { chosen.isOld($0) })
      round.sinceLook += delivered
      // Only where all went, the rows that were noted as next are next.
      if delivered < chosen.rows.count { round.backlog = [] }
      if tried == 0, !rows.isEmpty { return DeliveryPause(microseconds: policy.firstMicroseconds) }
      return nil
    } catch {
      // Our own store refused: the rows stay as they are, and the next attempt finds what the ERP has.
      if !Task.isCancelled { ports.note("delivery to the ERP waits: \(error)") }
      round.backlog = []
      return DeliveryPause(microseconds: policy.firstMicroseconds)
    }
  }

  private struct ChosenRows {
    /// Without their payloads.
    var rows: [OutboxRow]
    var liveSince: Timestamp
    /// What to wait for where there are none.
    var pause: DeliveryPause

    func isOld(_ row: OutboxRow) -> Bool { row.createdAt < liveSince }
  }

  private func choose(_ round: inout ERPRound) async throws -> ChosenRows {
    let clock = self.clock.now()
    let now = clock.utc
    let scheduler = DeliveryScheduler(longestWaitMicroseconds: policy.longestMicroseconds)
    let since = now.advanced(byMicroseconds: -BatchPlan.liveMicroseconds)
    let live = try await ports.liveRows(since)
    var waiting = live
    if round.backlog.isEmpty || round.sinceLook >= Self.maximumRowsBetweenLooks {
      let next = try await ports.nextRows(now, policy.longestMicroseconds)
      round.backlog = next.filter { scheduler.isDue($0, now: now) }
      round.sinceLook = 0
      waiting += next
    }
    var plan = BatchPlan(
      live: live.filter { scheduler.isDue($0, now: now) }, backlog: round.backlog, since: since,
      rows: round.size.rows, oldRows: round.budget.available(at: clock.monotonicMicroseconds))
    var rows: [OutboxRow] = []
    while rows.count < round.size.rows, let row = plan.next() {
      rows.append(row)
      guard let key = row.orderKey, let follower = try await ports.rowAfter(key, row.id) else { continue }
      if follower.state == .pending, scheduler.isDue(follower, now: now) { plan.follow(with: follower) }
    }
    round.backlog = plan.backlog
    let due = waiting.filter { !scheduler.isDue($0, now: now) }.map { $0.nextAttemptAt.microseconds(since: now) }.min()
    let rate = plan.isHeldByRate ? round.budget.waitMicroseconds : nil
    return ChosenRows(
      rows: rows, liveSince: since,
      pause: DeliveryPause(microseconds: [due, rate].compactMap { $0 }.min()))
  }

  /// Delivers and reports in the order of the rows.
  ///
  /// - Returns: how many rows were delivered, and for how many there is an answer.
  private func deliver(
    _ loaded: [OutboxRow], _ round: inout ERPRound
  ) async throws -> (delivered: Int, tried: Int) {
    let sound = loaded.prefix { lowerCaseSHA256($0.payload) == $0.payloadSHA256 }
    guard let first = loaded.first, !loaded.isEmpty else { return (0, 0) }
    guard !sound.isEmpty else {
      let reason = "the content in our own outbox does not have its SHA-256; nothing was sent"
      try await report([(first, .blocked(reason: reason))], &round)
      return (0, 1)
    }
    let started = monotonic
    let answers = await connector.deliver(Array(sound), ports.journal).prefix(sound.count)
    round.size.took(monotonic - started, rows: answers.count)
    var outcomes: [(row: OutboxRow, outcome: DeliveryReport.Outcome)] = []
    let delivered = status().deliveredRows
    for (row, answer) in zip(sound, answers) {
      guard let outcome = try await outcome(answer, row, othersDelivered: delivered, &round) else { break }
      if case .failed = outcome {} else { round.waits.forget(row.id) }
      outcomes.append((row, outcome))
    }
    try await report(outcomes, &round)
    let taken = outcomes.filter { $0.outcome.isDelivered }.map(\.row.id)
    round.justDelivered = Set(taken)
    for id in taken {
      round.recent.add(id, at: monotonic)
      round.faults.forget(id)
    }
    shared.withLock { $0.deliveredRows += taken.count }
    return (taken.count, outcomes.count)
  }

  /// Nil where the end of the daemon cut the attempt off: nothing is known then.
  private func outcome(
    _ answer: Result<DeliveryVerdict, ERPFailure>, _ row: OutboxRow, othersDelivered delivered: Int,
    _ round: inout ERPRound
  ) async throws -> DeliveryReport.Outcome? {
    switch answer {
    case .success(let verdict):
      succeeded(.delivery, &round)
      switch verdict {
      case .delivered(let receipt): return .delivered(receipt: receipt)
      case .blocked(let reason): return .blocked(reason: reason)
      }
    case .failure(let failure):
      if Task.isCancelled { return nil }
      // Who is not let in is no fault of the row: the pause is that of the ERP as a whole, and ends when it is mended.
      let needsPerson = failure.needsPerson && failure.code != .unauthorized
      let wait = policy.wait(attempt: row.attempts + 1, needsPerson: needsPerson, using: &round.generator)
      let retry = DeliveryReport.Outcome.failed(
        reason: failure.description, retryAt: clock.now().utc.advanced(byMicroseconds: wait))
      guard failure.code == .awaitingEarlier else {
        round.rowFailed(failure, at: monotonic)
        failed(failure, .delivery, attempted: "delivering \(row.idempotencyKey)")
        guard failure.code == .unexpectedAnswer, round.faults.isBeyondPatience(row.id, othersDelivered: delivered)
        else {
          return retry
        }
        return .blocked(
          reason: "failed \(RowFaults.maximumFaults) times while other deliveries went through: \(failure)")
      }
      // The ERP answered; what is missing there may still be on its way.
      guard try await ports.isOlderRowOpen(row.id) else { return .blocked(reason: failure.description) }
      round.waits.waits(row.id, "\(row.idempotencyKey): \(failure)", at: monotonic)
      return retry
    }
  }

  /// Keeps what became of rows. What is known by now is kept although the daemon ends.
  private func report(
    _ outcomes: [(row: OutboxRow, outcome: DeliveryReport.Outcome)], _ round: inout ERPRound
  ) async throws {
    let reports = outcomes.map { row, outcome in
      DeliveryReport(
        outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: row.lot, material: row.material,
        connector: connector.name, outcome: outcome)
    }
    guard !reports.isEmpty else { return }
    let ports = self.ports
    round.isCountStale = true
    try await Task { try await ports.report(reports) }.value
    for case (let row, .blocked(let reason)) in outcomes {
      ports.note("delivery of \(row.idempotencyKey) is blocked: \(reason)")
    }
  }
}

extension DeliveryReport.Outcome {
  fileprivate var isDelivered: Bool { if case .delivered = self { true } else { false } }
}
