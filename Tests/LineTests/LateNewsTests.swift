import BatchRecord
import Devices
import Foundation
import Harness
import Ledger
import Logging
import Recorder
import Shopfloor
import Synchronization
import Testing

@testable import lotwire

/// The real recorder, ledger and sealing in one process, with a clock that is put forward: from the picking for two orders
/// over one run of both to the sealed records, and to what becomes of them at an ERP that refuses one.
@Suite("A run of two orders, and late news of its records")
struct LateNewsTests {
  private final class Clock: WallClock {
    private let ahead = Mutex<Int64>(0)

    func now() -> ClockReading {
      let (reading, ahead) = (SystemClock().now(), ahead.withLock { $0 })
      return ClockReading(
        utc: reading.utc.advanced(byMicroseconds: ahead),
        monotonicMicroseconds: reading.monotonicMicroseconds + ahead)
    }

    func pass(minutes: Int64) { ahead.withLock { $0 += minutes * 60_000_000 } }
  }

  private struct Refused: Error { var words: String }

  private struct Line {
    let clock = Clock()
    let triggers = SealingTriggers(settleMicroseconds: 0, logger: Logger(label: "test"))
    let recorder: Recorder
    let reader: LedgerReader
    let service: SealingService

    init(_ folder: TemporaryFolder) async throws {
      let path = folder.file("lotwire.sqlite").path
      var setup = Recorder.Setup(ledgerPath: path, programVersion: "test", bootID: "boot-1")
      setup.reserveBytes = 1 << 20
      recorder = try Recorder(setup, clock: clock) { [triggers] in triggers.take($0) }
      reader = try LedgerReader(path: path)
      service = SealingService(
        recorder: recorder, ledger: try LedgerAccess(path: path, purpose: "test"), key: SigningKey(), clock: clock,
        triggers: triggers, logger: Logger(label: "test"), sealed: {})
      let people = [Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate, .disposition])]
      try await perform(.updatePeople(people))
      try await perform(.applyPlan(Self.plan, digest: "plan-1", changes: []))
      try await perform(.updateWork(Self.work))
    }

    static let plan = LinePlan(
      site: "Suzhou", line: "Line 1",
      stations: [
        StationPlan(name: "store", operation: "picking", role: .picking),
        StationPlan(name: "oven", operation: "cure", loadCapacityLots: 4),
      ])

    static let work = WorkChange(
      orders: [("WO-1", "L-1"), ("WO-2", "L-2")].map { (order: WorkOrderNumber, lot: LotNumber) in
        WorkOrder(
          number: order, product: "KIT", productName: "Kit", quantity: 10, unit: "pcs", operations: ["cure"],
          lots: [lot], materials: [BillOfMaterialsLine(item: "FILM", quantityPerUnit: 0.5)])
      },
      materials: [MaterialLot(number: "M-1", item: "FILM", status: .released, quantity: Quantity(100))],
      items: [Item(code: "FILM", name: "Film", unit: "m")])

    func perform(_ command: Command) async throws {
      let answer = await recorder.perform(command, actor: "test", at: clock.now().utc)
      if case .refused(let refusal) = answer { throw Refused(words: refusal.words.english) }
    }

    func scan(_ texts: [String], at station: StationName) async throws {
      for text in texts { try await perform(.scan(ScannedLabel(text: text), station: station)) }
    }

    /// Until the lot has this revision; the service is woken, because it cannot know that the clock was put forward.
    func sealed(_ lot: LotNumber, _ revision: Int) async throws -> [UInt8] {
      for _ in 0..<600 {
        triggers.wakeup.wake()
        if let bytes = try reader.sealedRecord(of: lot), try LotExtract(sealedBytes: bytes).revision == revision {
          return bytes
        }
        try await Task.sleep(for: .milliseconds(50))
      }
      throw Refused(words: "\(lot) has no revision \(revision)")
    }

    /// The ERP takes all but the records of the lot.
    func answerAll(refusing lot: LotNumber) async throws -> [OutboxRow] {
      var refused: [OutboxRow] = []
      for row in try reader.openOutboxRows(limit: 100) where row.state == .pending {
        let isRefused = row.kind == "batch-record" && row.lot == lot
        if isRefused { refused.append(row) }
        try await perform(
          .reportDelivery(
            DeliveryReport(
              outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: row.lot, material: row.material,
              connector: "erp",
              outcome: isRefused ? .blocked(reason: "The production is closed") : .delivered(receipt: "1"))))
      }
      return refused
    }

    func setAside(_ rows: [OutboxRow]) async throws {
      for row in rows {
        try await perform(
          .decideDelivery(
            DeliveryDecision(
              outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: row.lot, action: .setAside, person: "P-1",
              reason: "completed by hand", at: clock.now().utc)))
      }
    }
  }

  @Test("each order's share is sealed; a refusal and a decision get an addendum each, and those get none")
  func wholeStory() async throws {
    let folder = try TemporaryFolder("late-news")
    let line = try await Line(folder)
    defer { line.recorder.stop() }
    let sealing = Task { try await line.service.run() }
    for (order, quantity) in [("WO-1", "3"), ("WO-2", "2")] {
      try await line.scan(
        ["badge-1", order, CommandCard.quantityPrefix + quantity, "M-1", CommandCard.end.rawValue], at: "store")
    }
    try await line.scan(
      ["badge-1", "L-1", "L-2", CommandCard.start.rawValue, CommandCard.quantityPrefix + "5", "M-1"], at: "oven")
    try await line.scan([CommandCard.end.rawValue], at: "oven")
    for (lot, share) in [("L-1", 3), ("L-2", 2)] as [(LotNumber, Int)] {
      let bytes = try await line.sealed(lot, 0)
      #expect(RecordVerifier.verify(bytes).isVerified)
      let extract = try LotExtract(sealedBytes: bytes)
      #expect(extract.uses.map { extract.share(of: $0) } == [.part(Quantity(share))])
    }
    let first = try await line.answerAll(refusing: "L-1")
    #expect(first.count == 1)
    line.clock.pass(minutes: 11)
    try await expect(line, 1, refused: 1, setAside: 0)
    // The first record is done with; the addendum that waited behind it is refused as well, and set aside.
    try await line.setAside(first)
    try await line.setAside(try await line.answerAll(refusing: "L-1"))
    line.clock.pass(minutes: 11)
    try await expect(line, 2, refused: 2, setAside: 2)
    try await line.setAside(try await line.answerAll(refusing: "L-1"))
    line.clock.pass(minutes: 60)
    line.triggers.wakeup.wake()
    #expect(line.triggers.counts.waiting == 0, "what became of an addendum makes no other one")
    // A process that starts now finds nothing to seal.
    let next = SealingTriggers(settleMicroseconds: 0, logger: Logger(label: "test"))
    next.lookBack(try line.reader.events(after: 0, limit: SealingTriggers.maximumLookedBack))
    #expect(next.counts.waiting == 0)
    sealing.cancel()
    _ = try? await sealing.value  // its end is its cancellation
    #expect(try LotExtract(sealedBytes: try #require(try line.reader.sealedRecord(of: "L-1"))).revision == 2)
    #expect(try LotExtract(sealedBytes: try #require(try line.reader.sealedRecord(of: "L-2"))).revision == 0)
  }

  private func expect(_ line: Line, _ revision: Int, refused: Int, setAside: Int) async throws {
    let bytes = try await line.sealed("L-1", revision)
    #expect(RecordVerifier.verify(bytes).isVerified)
    let text = try RecordSummary(sealedBytes: bytes).text(in: .english)
    #expect(text.ranges(of: "The ERP did not take lotwire:record:L-1:").count == refused, "\(text)")
    #expect(text.ranges(of: "P-1 set lotwire:record:L-1:").count == setAside, "\(text)")
  }
}
