import Devices
import Ledger
import Shopfloor
import Synchronization

extension ERPService {
  /// Compares one piece where it is time. Called while delivery pauses, at most once each pause.
  ///
  /// - Returns: the time until the next piece, in microseconds; nil where nothing is ever compared.
  func compareIfDue(_ round: inout ERPRound) async -> Int64? {
    guard let comparison = ports.comparison, let comparedAfter = round.comparedAfter else { return nil }
    let isAskedFor = isComparisonAskedFor
    guard settings.compareEveryMicroseconds != nil || isAskedFor || round.isSweepFast else { return nil }
    let every = settings.compareEveryMicroseconds ?? Self.neverMicroseconds
    guard !Task.isCancelled, round.gate.isOpen(at: monotonic), status().state == .connected else { return nil }
    do {
      guard monotonic >= round.noComparisonBefore else {
        return isAskedFor ? round.noComparisonBefore - monotonic : round.comparisonWait(at: monotonic)
      }
      let recent = round.recent.due(at: monotonic, limit: ComparisonSweep.rowsAtOnce)
      // A person waits for what was asked for; the recent ones are among it.
      if !recent.isEmpty, !isAskedFor, !round.isSweepFast {
        try await compareRecent(recent, comparison, &round)
      } else if isAskedFor || round.isPieceDue(at: monotonic) {
        try await compareNext(comparison, every, after: comparedAfter, isAskedFor: isAskedFor, &round)
      }
    } catch let failure as ERPFailure {
      if Task.isCancelled { return nil }
      round.gate.failed(failure, at: monotonic, using: &round.generator)
      failed(failure, .comparison, attempted: "comparing what was delivered")
      round.comparisonFailed(failure, at: monotonic)
    } catch {
      if !Task.isCancelled { ports.note("the comparison with the ERP waits: \(error)") }
      round.compared(at: monotonic, next: policy.capMicroseconds)
    }
    return round.comparisonWait(at: monotonic)
  }

  /// Where the connector or its address is another than before, what was delivered until now is left out.
  func noteIdentity(_ round: inout ERPRound) async {
    guard let comparison = ports.comparison else { return }
    do {
      let identity = settings.identity ?? connector.name
      if let known = try await comparison.loadScope().flatMap({ ComparisonScope($0) }), known.identity == identity {
        round.comparedAfter = known.after
        return
      }
      let scope = ComparisonScope(identity: identity, after: try await comparison.lastDelivered())
      try await comparison.saveScope(scope.text)
      if scope.after > 0 {
        ports.note("what was delivered before is not compared with \(identity): it was not noted that it went there")
      }
      round.comparedAfter = scope.after
    } catch {
      if !Task.isCancelled { ports.note("which ERP was talked to before could not be read: \(error)") }
    }
  }

  private func compareRecent(
    _ ids: [Int64], _ comparison: ComparisonPorts, _ round: inout ERPRound
  ) async throws {
    let rows = try await comparison.rows(ids, ComparisonSweep.maximumBytes)
    if !rows.isEmpty { try await compare(rows, comparison, &round) }
    // The payloads may have been too many bytes for one piece.
    round.recent.compared(rows.isEmpty ? ids : rows.map(\.id))
    round.compared(at: monotonic, next: nil)
  }

  /// The next piece of the regular comparison.
  private func compareNext(
    _ comparison: ComparisonPorts, _ every: Int64, after: Int64, isAskedFor: Bool, _ round: inout ERPRound
  ) async throws {
    let now = clock.now().utc
    var sweep = try await currentSweep(comparison, every, isAskedFor: isAskedFor, &round)
    sweep.row = max(sweep.row, after)
    guard !sweep.isDone else {
      return round.compared(at: monotonic, next: sweep.pause(rowsLeft: 0, at: now, every: every))
    }
    let rows = try await comparison.rowsAfter(sweep.row, ComparisonSweep.rowsAtOnce, ComparisonSweep.maximumBytes)
      .filter { row in sweep.lastRow.map { row.id <= $0 } ?? true }
    if let last = rows.last {
      sweep.note(try await compare(rows, comparison, &round))
      round.recent.compared(rows.map(\.id))
      sweep.row = last.id
    }
    let left = try await rows.isEmpty ? 0 : comparison.countAfter(sweep.row)
    sweep.isDone = left == 0 || sweep.lastRow.map { sweep.row >= $0 } == true
    if sweep.isDone { try await end(&sweep, comparison) }
    try await comparison.savePlace(sweep.text)
    round.sweep = sweep
    let wasFast = round.isSweepFast
    note(sweep, wasAskedFor: wasFast)
    round.isSweepFast = wasFast && !sweep.isDone
    let pause =
      round.isSweepFast
      ? ComparisonSweep.askedForMicroseconds : sweep.pause(rowsLeft: left, at: now, every: every)
    round.compared(at: monotonic, next: pause, isAskedFor: wasFast)
  }

  /// The comparison that is going on, or a new one.
  private func currentSweep(
    _ comparison: ComparisonPorts, _ every: Int64, isAskedFor: Bool, _ round: inout ERPRound
  ) async throws -> ComparisonSweep {
    let now = clock.now().utc
    if round.sweep == nil {
      round.sweep = try await comparison.loadPlace().flatMap { ComparisonSweep($0) }
      if let sweep = round.sweep { note(sweep, wasAskedFor: false) }
    }
    if let sweep = round.sweep, !isAskedFor, !sweep.isOver(at: now, every: every) { return sweep }
    let oldest = now.advanced(byMicroseconds: -Int64(settings.comparedDays) * 86_400_000_000)
    var sweep = ComparisonSweep(startedAt: now, row: try await comparison.lastRow(oldest))
    if isAskedFor {
      sweep.lastRow = try await comparison.lastDelivered()
      round.beginsAskedFor(at: monotonic)
    }
    round.sweep = sweep
    begin(sweep, isAskedFor: isAskedFor)
    return sweep
  }

  @discardableResult private func compare(
    _ rows: [OutboxRow], _ comparison: ComparisonPorts, _ round: inout ERPRound
  ) async throws -> PieceFindings {
    let found = try await lookAgain(rows)
    if !found.comparedRows.isEmpty {
      succeeded(.comparison, &round)
      let begun = round.sweep.flatMap { $0.isDone ? nil : $0.startedAt }
      let reports = found.reports(connector: connector.name, at: clock.now().utc, begunAt: begun)
      for report in reports {
        try await comparison.report(report)
        shared.withLock { $0.note(report) }
      }
    }
    shared.withLock { $0.comparison?.list(found) }
    for drift in found.drifts {
      ports.note(
        "the ERP differs from what was delivered (\(drift.idempotencyKey)): \(drift.field) was \(drift.delivered), "
          + "is \(drift.found)")
    }
    return found
  }

  /// Rows of a piece that all fail, from which on it is not the rows: the ERP or its address is wrong.
  static let rowsThatFailAlike = 5

  /// Compares all rows in one question; where that fails for a reason that does not concern the whole ERP, one by one,
  /// and those that fail are passed over until the next regular comparison.
  ///
  private func lookAgain(_ rows: [OutboxRow]) async throws -> PieceFindings {
    do throws(ERPFailure) {
      return PieceFindings(compared: rows.map(\.id), drifts: try await connector.compare(rows))
    } catch {
      guard !error.concernsWholeERP, !Task.isCancelled else { throw error }
    }
    var compared: [Int64] = []
    var drifts: [DeliveryDrift] = []
    var failures: [(row: OutboxRow, failure: ERPFailure)] = []
    for row in rows {
      do throws(ERPFailure) {
        drifts += try await connector.compare([row])
        compared.append(row.id)
      } catch {
        guard !error.concernsWholeERP, !Task.isCancelled else { throw error }
        failures.append((row, error))
        if compared.isEmpty, failures.count >= Self.rowsThatFailAlike, failures.count == rows.count { throw error }
      }
    }
    shared.withLock { $0.passedOverRows += failures.count }
    for (row, failure) in failures {
      ports.note("\(row.idempotencyKey) could not be compared with the ERP and is passed over: \(failure)")
    }
    var found = PieceFindings(compared: compared, drifts: drifts)
    found.passedOver = failures.map { row, failure in
      ComparisonAccount.PassedOver(row: row.id, idempotencyKey: row.idempotencyKey, reason: failure.description)
    }
    return found
  }
}
