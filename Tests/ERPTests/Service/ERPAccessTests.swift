import Devices
import ERP
import Foundation
import Harness
import Ledger
import Shopfloor
import Synchronization
import Testing

/// Alarms about access: raised by the service for every connector, and ended also by the next run of the daemon.
@Suite struct ERPAccessTests {
  /// One run of the daemon, until `isDone`.
  static func run(
    _ line: LedgerLine, _ connector: any ERPConnector, personMicroseconds: Int64 = 3_600_000_000,
    _ what: String, until isDone: @escaping (ERPService) async throws -> Bool
  ) async throws {
    let service = ERPService(
      connector: connector, ports: line.ports(journal: line.journal(of: connector.name)),
      policy: RetryPolicy(
        firstMicroseconds: 50_000, capMicroseconds: 200_000, personMicroseconds: personMicroseconds),
      settings: ERPServiceSettings(pollMicroseconds: 100_000))
    try await whileRunning({ try await service.run() }) {
      try await eventually(what) { try await isDone(service) }
    }
  }

  /// A refusal, a restart with what is right, and one more start.
  static func outlivesRestarts(
    _ line: LedgerLine, source: String, connector: () -> any ERPConnector, mend: () throws -> Void
  ) async throws {
    try await run(line, connector(), "the alarm") { _ in await !line.accessAlarms.isEmpty }
    #expect(await line.accessAlarms == [source])
    #expect(await line.notedEvents == [.erpNoted, .alarmRaised])
    try await run(line, connector(), "refused again") { $0.status().lastError != nil }
    #expect(await line.accessAlarms == [source])
    try mend()
    try await run(line, connector(), "the end of the alarm") { _ in await line.accessAlarms.isEmpty }
    let events = await line.notedEvents
    #expect(events.suffix(2) == [.erpNoted, .alarmReturned] && events.count { $0 == .alarmRaised } == 1)
    for _ in 1...2 {
      try await run(line, connector(), "contact") { $0.status().lastContactAt != nil && $0.status().waitingRows == 0 }
    }
    #expect(await line.notedEvents == events)
  }

  @Test func anAlarmOfAFormerRunEndsWithTheFirstSuccess() async throws {
    let erp = try MemoryERP(.init(token: "right"))
    let folder = try TemporaryFolder("access")
    let settings = HTTPConnectorSettings(baseURL: erp.address, tokenFile: try folder.secret("token", "wrong"))
    let line = try LedgerLine(path: folder.file("ledger.sqlite").path)
    try await Self.outlivesRestarts(line, source: "ERP: credential (http)", connector: { HTTPConnector(settings) }) {
      _ = try folder.secret("token", "right")
    }
    await line.close()
  }

  /// Nothing is delivered here: a poll is enough, for the refusal and for its end. The pause after a refusal is an hour:
  /// what is mended is seen before.
  @Test func aMendedTokenIsTriedAtOnceAndTheAlarmEnds() async throws {
    let erp = try MemoryERP(.init(token: "right"))
    let folder = try TemporaryFolder("access")
    let settings = HTTPConnectorSettings(baseURL: erp.address, tokenFile: try folder.secret("token", "wrong"))
    let line = try LedgerLine(path: folder.file("ledger.sqlite").path)
    var isMended = false
    try await Self.run(line, HTTPConnector(settings), "mended") { _ in
      guard isMended else {
        if await line.accessAlarms.isEmpty { return false }
        try folder.secret("token", "right")
        isMended = true
        return false
      }
      return await line.accessAlarms.isEmpty
    }
    #expect(await line.notedEvents == [.erpNoted, .alarmRaised, .erpNoted, .alarmReturned])
    #expect(erp.with { $0.refusedCredentials } == 1)
    await line.close()
  }

  @Test func aRowThatWasRefusedWithAWrongTokenGoesWhenItIsMended() async throws {
    let erp = try MemoryERP(.init(token: "right"))
    let folder = try TemporaryFolder("access")
    let settings = HTTPConnectorSettings(baseURL: erp.address, tokenFile: try folder.secret("token", "right"))
    let outbox = MemoryOutbox([])
    let service = ERPService(
      connector: HTTPConnector(settings), ports: outbox.ports(),
      policy: RetryPolicy(firstMicroseconds: 50_000, capMicroseconds: 200_000, personMicroseconds: 3_600_000_000),
      settings: ERPServiceSettings(pollMicroseconds: 300_000))
    try await whileRunning({ try await service.run() }) {
      try await eventually("contact") { service.status().lastContactAt != nil }
      try folder.secret("token", "wrong")
      for id in 1...3 { await outbox.add(outboxRow(Int64(id))) }
      service.poke()
      try await eventually("refused") { erp.with { $0.refusedCredentials } > 0 }
      try folder.secret("token", "right")
      try await eventually("delivered") { await outbox.undelivered.isEmpty }
    }
    #expect(erp.with { $0.refusedCredentials } <= 2)
  }

  @Test func manyWrongTokensAreFewAttempts() async throws {
    let erp = try MemoryERP(.init(token: "right"))
    let folder = try TemporaryFolder("access")
    let settings = HTTPConnectorSettings(baseURL: erp.address, tokenFile: try folder.secret("token", "wrong"))
    let line = try LedgerLine(path: folder.file("ledger.sqlite").path)
    var number = 0
    try await Self.run(line, HTTPConnector(settings), "many changes") { _ in
      guard erp.with({ $0.refusedCredentials }) > 0 else { return false }
      number += 1
      try folder.secret("token", "wrong-\(number)")
      // As many changes again after the last attempt that is allowed.
      return number > 60 && erp.with { $0.refusedCredentials } >= 4
    }
    #expect(erp.with { $0.refusedCredentials } == 1 + 3)
    await line.close()
  }

  /// A token that may read work and write nothing: neither polls nor counts of the outbox make it look accepted.
  @Test func aRefusalOfDeliveriesAloneStandsUntilOneGoesThrough() async throws {
    let folder = try TemporaryFolder("access")
    let line = try LedgerLine(path: folder.file("ledger.sqlite").path)
    let erp = ReadOnlyERP()
    let service = ERPService(
      connector: erp, ports: line.ports(journal: line.journal(of: erp.name)),
      policy: RetryPolicy(firstMicroseconds: 10_000, capMicroseconds: 20_000, personMicroseconds: 50_000),
      settings: ERPServiceSettings(pollMicroseconds: 20_000))
    try await whileRunning({ try await service.run() }) {
      try await eventually("contact") { service.status().lastContactAt != nil }
      try await line.commit(MovedDay(seed: 1, lots: 1, steps: 1).events)
      service.poke()
      try await eventually("many refusals and polls") { erp.refused >= 12 }
      #expect(await line.notedEvents == [.erpNoted, .alarmRaised])
      erp.mayWrite()
      try await eventually("the end of the alarm") { await line.accessAlarms.isEmpty }
      #expect(await line.notedEvents == [.erpNoted, .alarmRaised, .erpNoted, .alarmReturned])
    }
    await line.close()
  }
}

private final class ReadOnlyERP: ERPConnector {
  let name = "read-only"
  private let state = Mutex((refused: 0, mayWrite: false))

  var refused: Int { state.withLock { $0.refused } }
  func mayWrite() { state.withLock { $0.mayWrite = true } }

  func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate { WorkUpdate() }

  func deliver(_ row: OutboxRow, _ journal: any DeliveryJournal) async throws(ERPFailure) -> DeliveryVerdict {
    let mayWrite = state.withLock { state in
      if !state.mayWrite { state.refused += 1 }
      return state.mayWrite
    }
    guard mayWrite else { throw ERPFailure(.unauthorized, problem: "HTTP 401", remedy: "Ask for the right to write") }
    return .delivered(receipt: row.idempotencyKey)
  }

  func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] { [] }
  func close() async {}
}
