import Devices
import ERP
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

/// The run loop with a real simulated ERP and an outbox in memory.
@Suite struct ERPServiceTests {
  static let quick = RetryPolicy(
    firstMicroseconds: 50_000, capMicroseconds: 200_000, personMicroseconds: 3_600_000_000)

  func service(_ erp: SimulatedERP, _ outbox: MemoryOutbox, tokenFile: String? = nil) -> ERPService {
    ERPService(
      connector: HTTPConnector(HTTPConnectorSettings(baseURL: erp.address, tokenFile: tokenFile)),
      ports: outbox.ports(), policy: Self.quick, settings: ERPServiceSettings(pollMicroseconds: 200_000))
  }

  func rows(_ count: Int64) -> [OutboxRow] {
    (1...count).map { outboxRow($0, lot: Identifier(stringLiteral: "L-\($0 % 4)")) }
  }

  @Test func everythingGoesWrongAndEveryRecordIsThereOnce() async throws {
    let erp = try SimulatedERP(
      scenario: """
        faults:
          - {request: create, effect: answer_lost, first: 1}
          - {request: create, effect: answer_500, first: 3}
          - {request: create, effect: false_success, first: 6}
          - {request: search, effect: unavailable, first: 9, seconds: 0.5}
          - {request: content, effect: answer_lost, first: 4, count: 2}
        """)
    let outbox = MemoryOutbox(rows(12), reportsToLose: 2)
    // A success that stored nothing is tried again after minutes; here at once.
    let service = ERPService(
      connector: HTTPConnector(HTTPConnectorSettings(baseURL: erp.address)), ports: outbox.ports(),
      policy: RetryPolicy(firstMicroseconds: 50_000, capMicroseconds: 200_000, personMicroseconds: 200_000),
      settings: ERPServiceSettings(pollMicroseconds: 200_000))
    try await whileRunning({ try await service.run() }) {
      try await eventually("all delivered") { await outbox.undelivered.isEmpty }
      try await eventually("nothing waits") { service.status().waitingRows == 0 }
    }
    let keys = try erp.storedKeys()
    #expect(keys.count == 12)
    #expect(Set(keys) == Set(rows(12).map(\.idempotencyKey)))
    let delivered = await outbox.reports.filter { if case .delivered = $0.outcome { true } else { false } }
    for lot in Set(delivered.map(\.lot)) {
      let ids = delivered.filter { $0.lot == lot }.map(\.outboxRow)
      #expect(ids == ids.sorted())
    }
  }

  @Test func twoRunsOfTheDaemonDeliverOnce() async throws {
    let erp = try SimulatedERP(scenario: "faults:\n  - {request: content, effect: slow, first: 3, seconds: 3}")
    // Every report of the first run is lost, as if it had been killed before its commits.
    let outbox = MemoryOutbox(rows(4), reportsToLose: 1)
    let first = service(erp, outbox)
    try await whileRunning({ try await first.run() }) {
      try await eventually("two stored") { try erp.storedKeys().count >= 2 }
    }
    let second = service(erp, outbox)
    try await whileRunning({ try await second.run() }) {
      try await eventually("all delivered") { await outbox.undelivered.isEmpty }
    }
    #expect(try erp.storedKeys().count == 4)
  }

  @Test func startsBeforeTheERPAndSurvivesItsKill() async throws {
    let erp = try SimulatedERP(port: freeLoopbackPort(), starts: false)
    let outbox = MemoryOutbox(rows(2))
    let service = service(erp, outbox)
    try await whileRunning({ try await service.run() }) {
      try await eventually("the error is shown") {
        service.status().state == .disconnected && service.status().lastError?.contains("no connection") == true
      }
      #expect(await outbox.undelivered.count == 2)
      try await eventually("the backlog is shown") { service.status().waitingRows == 2 }
      try erp.start()
      try await eventually("delivered") { await outbox.undelivered.isEmpty }
      try await eventually("the error is over") {
        service.status().state == .connected && service.status().lastError == nil
      }
      erp.killNow()
      await outbox.add(outboxRow(3))
      service.poke()
      try await eventually("away again") { service.status().state == .disconnected }
      try erp.start()
      try await eventually("delivered after the kill") { await outbox.undelivered.isEmpty }
    }
    #expect(try erp.storedKeys().count == 3)
  }

  @Test func wrongTokenIsNotTriedAgainAndAgain() async throws {
    let erp = try SimulatedERP(scenario: "token: right")
    let file = erp.folder.file("token")
    try Data("wrong".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    let outbox = MemoryOutbox(rows(5))
    let service = service(erp, outbox, tokenFile: file.path)
    try await whileRunning({ try await service.run() }) {
      try await eventually("the error is shown") { service.status().lastError?.contains("credential") == true }
      for _ in 0..<20 { service.poke() }
      try await eventually("the backlog is shown") { service.status().waitingRows == 5 }
    }
    #expect(await outbox.reports.count <= 1)
    #expect(await outbox.notes.filter { $0.contains("credential") }.count <= 1)
  }

  @Test func blockedRowHoldsBackOnlyItsLot() async throws {
    let erp = try SimulatedERP(scenario: "faults:\n  - {request: create, effect: refused, first: 1}")
    let outbox = MemoryOutbox([outboxRow(1, lot: "A"), outboxRow(2, lot: "A"), outboxRow(3, lot: "B")])
    let service = service(erp, outbox)
    try await whileRunning({ try await service.run() }) {
      try await eventually("lot B delivered") { await outbox.row(3)?.state == .delivered }
      try await eventually("the block is shown") { service.status().blockedRows == 1 }
    }
    #expect(await outbox.row(1)?.state == .blocked)
    #expect(await outbox.row(1)?.lastAnswer?.contains("the lot is closed in the books") == true)
    #expect(await outbox.row(2)?.attempts == 0)
  }

  @Test func damagedOutboxRowIsNotSent() async throws {
    let erp = try SimulatedERP()
    var row = outboxRow(1)
    row.payload.append(0x20)
    let outbox = MemoryOutbox([row])
    let service = service(erp, outbox)
    try await whileRunning({ try await service.run() }) {
      try await eventually("blocked") { await outbox.row(1)?.state == .blocked }
    }
    #expect(try erp.storedKeys().isEmpty)
  }

  @Test func cursorIsSavedOnlyAfterTheWorkIsDurable() async throws {
    let scenario = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Simulators/Scenarios/erp-demo.yaml"), encoding: .utf8)
    let erp = try SimulatedERP(scenario: scenario)
    let outbox = MemoryOutbox([], appliesToLose: 1)
    let service = service(erp, outbox)
    try await whileRunning({ try await service.run() }) {
      try await eventually("cursor saved") { await outbox.cursor != nil }
    }
    #expect(await outbox.calls.prefix(2) == ["apply", "cursor"])
    #expect(await outbox.change.orders.map(\.number) == ["WO-4711", "WO-4712"])
    #expect(await outbox.change.orders.map(\.lots.count) == [2, 8])
    let materials = await outbox.change.materials
    #expect(materials.map(\.status) == [.released, .quarantined, .released, .released])
    #expect(materials.last?.unusableFrom == nil)
  }

  @Test func pokeWakesASleepingService() async throws {
    let erp = try SimulatedERP()
    let outbox = MemoryOutbox([])
    let service = ERPService(
      connector: HTTPConnector(HTTPConnectorSettings(baseURL: erp.address)), ports: outbox.ports(),
      settings: ERPServiceSettings(pollMicroseconds: 3_600_000_000))
    try await whileRunning({ try await service.run() }) {
      try await eventually("first contact") { service.status().state == .connected }
      await outbox.add(outboxRow(1))
      service.poke()
      try await eventually("delivered") { await outbox.undelivered.isEmpty }
      try await eventually("counted") { service.status().deliveredRows == 1 }
    }
  }
}
