import Devices
import ERP
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

/// Movements of material from a real ledger to the real simulated ERP, with everything going wrong in between.
@Suite(.serialized) struct MovementDeliveryTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("movements") }

  /// Long waits are of no use here: what stored nothing is tried again at once.
  static let quick = RetryPolicy(firstMicroseconds: 50_000, capMicroseconds: 200_000, personMicroseconds: 200_000)

  func service(_ erp: SimulatedERP, _ line: LedgerLine) -> ERPService {
    ERPService(
      connector: HTTPConnector(HTTPConnectorSettings(baseURL: erp.address)), ports: line.ports(), policy: Self.quick,
      settings: ERPServiceSettings(pollMicroseconds: 200_000))
  }

  func expectSameStock(_ erp: SimulatedERP, _ day: MovedDay) throws {
    let found = try erp.stock().lots.mapValues {
      MovedDay.Stock(received: $0.received, picked: $0.picked, consumed: $0.consumed, movements: $0.movements)
    }
    #expect(found == day.stock)
  }

  struct StoredMovement: Decodable {
    var event: Int64
    var material_lot: String
  }

  @Test func everythingGoesWrongAndTheStockAgreesWithAPlainCount() async throws {
    let erp = try SimulatedERP(
      scenario: """
        faults:
          - {request: create, effect: answer_lost, first: 2, count: 2}
          - {request: create, effect: answer_500, first: 7}
          - {request: create, effect: false_success, first: 11}
          - {request: search, effect: unavailable, first: 20, seconds: 0.5}
          - {request: content, effect: answer_lost, first: 9, count: 2}
          - {request: create, effect: answer_500, first: 30, count: 3}
        """)
    let line = try LedgerLine(path: folder.file("lotwire.sqlite").path, reportsToLose: 3)
    let day = MovedDay(seed: 7, lots: 5, steps: 60)
    for event in day.events { try await line.commit([event]) }
    let service = service(erp, line)
    try await whileRunning({ try await service.run() }) {
      try await eventually("all delivered") { try await line.backlog().waitingRows == 0 }
    }
    try expectSameStock(erp, day)
    // The keys are there once each, and the movements of a lot came in their order.
    let keys = try erp.storedKeys()
    #expect(keys.count == Set(keys).count)
    #expect(keys.count == day.stock.values.reduce(0) { $0 + $1.movements })
    let stored = try erp.stored().map { try JSONDecoder().decode(StoredMovement.self, from: $0.content) }
    for (lot, movements) in Dictionary(grouping: stored, by: \.material_lot) {
      #expect(movements.map(\.event) == movements.map(\.event).sorted(), "lot \(lot)")
    }
    // A long backlog is never read as a whole.
    #expect(await line.mostRowsAtOnce <= 9)
    await line.close()
  }

  @Test(arguments: [1, 2]) func restartsInTheMiddleDeliverOnce(seed: UInt64) async throws {
    let erp = try SimulatedERP(
      scenario: "faults:\n  - {request: create, effect: answer_lost, first: 3, count: 1}", port: freeLoopbackPort())
    let line = try LedgerLine(path: folder.file("lotwire.sqlite").path, reportsToLose: 1)
    let day = MovedDay(seed: seed, lots: 3, steps: 25)
    try await line.commit(day.events)
    let movements = day.stock.values.reduce(0) { $0 + $1.movements }
    for share in 1...3 {
      let service = service(erp, line)
      try await whileRunning({ try await service.run() }) {
        try await eventually("some stored") { try erp.storedKeys().count >= movements * share / 4 }
      }
      try await line.restart()
      // The ERP is killed too: it has its files, and no memory of the conversation.
      erp.killNow()
      try erp.start()
    }
    let service = service(erp, line)
    try await whileRunning({ try await service.run() }) {
      try await eventually("all delivered") { try await line.backlog().waitingRows == 0 }
    }
    try expectSameStock(erp, day)
    #expect(try erp.storedKeys().count == movements)
    await line.close()
  }

  @Test func aRefusedMovementBecomesANamedExceptionAndTheOthersGoOn() async throws {
    let erp = try SimulatedERP(
      scenario: """
        refuse_movements:
          - {movement: consumption, material_lot: M-1, words: "lot M-1 is closed in the books"}
        """)
    let line = try LedgerLine(path: folder.file("lotwire.sqlite").path)
    let day = MovedDay(seed: 11, lots: 2, steps: 30)
    try await line.commit(day.events)
    let consumptions = day.events.count { event in
      if case .materialConsumed(let use) = event { use.materialLot == "M-1" } else { false }
    }
    #expect(consumptions > 0)
    let service = service(erp, line)
    try await whileRunning({ try await service.run() }) {
      try await eventually("all done with") { try await line.backlog().waitingRows == 0 }
    }
    #expect(service.status().blockedRows == 0)
    let conflicts = try await line.events(about: .material("M-1")).compactMap { event -> MaterialConflict? in
      if case .materialConflict(let conflict) = event { conflict } else { nil }
    }
    #expect(conflicts.count == consumptions)
    #expect(conflicts.allSatisfy { $0.kind == .movementRefused && $0.item == "FILM" })
    #expect(conflicts.allSatisfy { $0.words.english.contains("lot M-1 is closed in the books") })
    let stored = try erp.stock().lots
    #expect(stored["M-1"]?.movements == (day.stock["M-1"]?.movements ?? 0) - consumptions)
    #expect(stored["M-2"]?.movements == day.stock["M-2"]?.movements)
    await line.close()
  }

  @Test func theERPIsAwayWhileMovementsGatherAndGetsThemAllInOrder() async throws {
    let erp = try SimulatedERP(port: freeLoopbackPort(), starts: false)
    let line = try LedgerLine(path: folder.file("lotwire.sqlite").path)
    let service = service(erp, line)
    let day = MovedDay(seed: 5, lots: 40, steps: 200)
    try await whileRunning({ try await service.run() }) {
      try await eventually("away") { service.status().state == .disconnected }
      for event in day.events { try await line.commit([event]) }
      service.poke()
      try await eventually("the backlog is shown") {
        service.status().waitingRows == day.stock.values.reduce(0) { $0 + $1.movements }
      }
      try erp.start()
      try await eventually("all delivered") { try await line.backlog().waitingRows == 0 }
    }
    try expectSameStock(erp, day)
    #expect(await line.mostRowsAtOnce <= 9)
    await line.close()
  }

  @Test func movementsGoToAnExchangeFolderOnceAndByteForByte() async throws {
    let outbound = try TemporaryFolder("outbound")
    let line = try LedgerLine(path: folder.file("lotwire.sqlite").path, reportsToLose: 2)
    let day = MovedDay(seed: 3, lots: 3, steps: 20)
    try await line.commit(day.events)
    let payloads = try await line.openRows().map(\.payloadSHA256)
    let service = ERPService(
      connector: FileDropConnector(FileDropSettings(outboundFolder: outbound.url.path)), ports: line.ports(),
      policy: Self.quick, settings: ERPServiceSettings(pollMicroseconds: 200_000))
    try await whileRunning({ try await service.run() }) {
      try await eventually("all delivered") { try await line.backlog().waitingRows == 0 }
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: outbound.url.path)
    #expect(files.count == payloads.count)
    #expect(files.allSatisfy { $0.hasPrefix("lotwire_3Amovement_3A") && $0.hasSuffix(".json") })
    await line.close()
  }
}
