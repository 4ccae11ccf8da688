import ERP
import Ledger
import Shopfloor
import Testing

/// Comparison, work, credential and end.
extension ConformanceRun {
  /// Rows as the ledger gives them for a comparison.
  private func delivered(_ rows: [OutboxRow]) async throws -> [OutboxRow] {
    let connector = try await peer.connector()
    var done: [OutboxRow] = []
    for (row, answer) in zip(rows, try await deliverAll(connector, rows)) {
      var row = row
      row.state = .delivered
      if case .success(.delivered(let receipt)) = answer { row.lastAnswer = receipt }
      #expect(row.lastAnswer != nil, "\(answer)")
      done.append(row)
    }
    await connector.close()
    #expect(done.count == rows.count)
    return done
  }

  private func compare(_ rows: [OutboxRow]) async throws -> [DeliveryDrift] {
    let connector = try await peer.connector()
    let found: Result<[DeliveryDrift], ERPFailure>
    do throws(ERPFailure) { found = .success(try await connector.compare(rows)) } catch { found = .failure(error) }
    await connector.close()
    return try found.get()
  }

  func comparesClean() async throws {
    let rows = try await delivered((1...5).map { try peer.comparedRow($0) })
    #expect(try await compare(rows) == [])
    #expect(try await compare([]) == [])
    for row in rows { #expect(try await peer.count(row) == 1) }
  }

  func comparesChanged() async throws {
    let rows = try await delivered(
      (0...Peer.tamperings.count).map { try peer.comparedRow($0 + 1) })
    for (row, tampering) in zip(rows, Peer.tamperings) { try await peer.tamper(tampering, row) }
    let drifts = try await compare(rows)
    for (row, tampering) in zip(rows, Peer.tamperings) {
      let ours = drifts.filter { $0.outboxRow == row.id }
      #expect(!ours.isEmpty, "\(tampering) was not found")
      #expect(
        ours.allSatisfy { $0.idempotencyKey == row.idempotencyKey && $0.delivered != $0.found && !$0.field.isEmpty })
    }
    #expect(drifts.allSatisfy { $0.outboxRow != rows.last?.id })
  }

  func work() async throws {
    try await peer.seedOrders(good: ["WO-1", "WO-2"], bad: [])
    let connector = try await peer.connector()
    let first = try await connector.fetchWork(since: nil)
    #expect(Set(first.change.orders.map(\.number.text)).isSuperset(of: ["WO-1", "WO-2"]))
    // Killed before the update was durable: the same comes again.
    #expect(try await connector.fetchWork(since: nil).change == first.change)
    try await connector.confirm(first)
    try await connector.confirm(first)
    if !Peer.repeatsWork { #expect(try await connector.fetchWork(since: first.cursor).change.isEmpty) }
    try await peer.seedOrders(good: ["WO-3"], bad: [])
    let next = try await connector.fetchWork(since: first.cursor)
    let numbers = next.change.orders.map(\.number.text)
    #expect(numbers.contains("WO-3"))
    if !Peer.repeatsWork { #expect(numbers == ["WO-3"]) }
    await connector.close()
  }

  func badElement() async throws {
    try await peer.seedOrders(good: ["WO-11", "WO-13"], bad: ["WO-12"])
    let connector = try await peer.connector()
    let update = try await connector.fetchWork(since: nil)
    let numbers = update.change.orders.map(\.number.text)
    #expect(numbers.contains("WO-11") && numbers.contains("WO-13") && !numbers.contains("WO-12"))
    #expect(update.refusals.count { $0.subject.contains("WO-12") } == 1)
    #expect(update.refusals.allSatisfy { !$0.field.isEmpty && !$0.why.isEmpty })
    await connector.close()
  }

  func wrongCredential() async throws {
    let rows = try (1...3).map { try peer.row($0, subject: $0, .text("number \($0)")) }
    let connector = try await peer.connector()
    try await peer.disturb(.credential(isRight: false))
    let before = try await peer.refusedCredentials()
    let answers = await connector.deliver(rows, notes)
    #expect(answers.count == 1)
    if case .failure(let failure)? = answers.first {
      #expect(failure.code == .unauthorized)
    } else {
      Issue.record("a wrong credential was accepted: \(answers)")
    }
    // One attempt, not one for each row: ERPs lock accounts.
    #expect(try await peer.refusedCredentials() == before + 1)
    try await peer.disturb(.credential(isRight: true))
    for (row, answer) in zip(rows, await connector.deliver(rows, notes)) {
      #expect(try answer.get() != .blocked(reason: ""))
      #expect(try await peer.count(row) == 1)
    }
    await connector.close()
  }

  func closes() async throws {
    let rows = try await delivered([try peer.row(1, subject: 1, .text("before the end"))])
    let connector = try await peer.connector()
    await connector.close()
    let again = try await peer.connector()
    for row in rows {
      _ = try await attempt(again, row).get()
      #expect(try await peer.count(row) == 1)
    }
    await again.close()
  }
}
