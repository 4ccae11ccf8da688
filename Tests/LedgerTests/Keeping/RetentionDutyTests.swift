import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Retention over a ledger")
struct RetentionDutyTests {
  /// Three lots, the first two packed, delivered and archived.
  private func line() throws -> KeptLine {
    let line = try KeptLine("retention")
    for _ in 0..<3 { try line.recordLot(commits: 3) }
    let standing = try line.store.reader.standing()
    for number in 1...3 {
      try line.commit([
        .ledgerCopied(
          LedgerCopied(
            purpose: .archive, name: "lot-L-\(number)", throughSequence: standing.throughSequence,
            throughBatch: standing.throughBatch, bytes: 1,
            digestSHA256: "d\(number)", lots: [LotNumber(stringLiteral: "L-\(number)")]))
      ]) { group in
        group.deliveries = [
          DeliveryReport(
            outboxRow: Int64(2 * number), idempotencyKey: "k", lot: "L-1", connector: "files",
            outcome: .delivered(receipt: "r"))
        ]
      }
    }
    try line.pack(8)
    try line.pack(8)
    return line
  }

  /// One round of the duty, years later.
  private func round(_ line: KeptLine) throws -> [ReadingsRetired] {
    var duty = RetentionDuty(rules: RetentionRules(readingsDays: 10))
    var retired: [ReadingsRetired] = []
    let context = DutyContext(now: LedgerStoreTests.clock(1_000_000_000), reader: line.store.reader) {
      work, facts throws(LedgerError) in
      for case .readingsRetired(let fact) in facts { retired.append(fact) }
      do {
        return try line.commit(facts) { $0.upkeep = work }.events
      } catch {
        throw .commitFailed(reason: "\(error)")
      }
    }
    while try duty.perform(context) != .microseconds(RetentionDuty.roundMicroseconds) {}
    return retired
  }

  @Test("removes the readings of what is over, keeps their digests, and tells of it once")
  func retire() throws {
    let line = try line()
    let retired = try round(line)
    #expect(retired.map(\.segment) == [1, 9])
    #expect(retired.first?.archive?.contains("lot-L-1") == true)
    let left = try line.store.reader.read { db in
      (
        try Int.fetchOne(db, sql: "SELECT count(*) FROM block WHERE body IS NOT NULL"),
        try Int.fetchOne(db, sql: "SELECT count(*) FROM block WHERE length(digest) = 32")
      )
    }
    #expect(left.0 == 0)
    #expect(left.1 == 2)
    #expect(try round(line).isEmpty)
    #expect(try line.store.reader.sealedRecord(of: "L-1") != nil)
  }

  @Test("a hold on one lot keeps every lot that shares its material")
  func hold() throws {
    let line = try line()
    try line.commit([.lotHeld(LotHeld(lot: "L-3", person: "P-1", reason: "recall"))])
    #expect(try round(line).isEmpty)
    let reasons = try line.store.reader.retentionReport(
      rules: RetentionRules(readingsDays: 10), at: LedgerStoreTests.clock(1_000_000_000).utc, limit: 9)
    try #require(reasons.count == 2)
    #expect(
      reasons[0].verdict == .stays([.relatedOnHold("L-3", of: "L-1"), .relatedOnHold("L-3", of: "L-2")]))
    try line.commit([.lotHoldLifted(LotHeld(lot: "L-3", person: "P-1", reason: "done"))])
    #expect(try round(line).count == 2)
  }

  @Test("a hold that is given between the judging and the removal wins")
  func holdBetween() throws {
    let line = try line()
    var duty = RetentionDuty(rules: RetentionRules(readingsDays: 10))
    var refused = 0
    var removed = 0
    let context = DutyContext(now: LedgerStoreTests.clock(1_000_000_000), reader: line.store.reader) {
      work, facts throws(LedgerError) in
      do {
        if refused == 0 { try line.commit([.lotHeld(LotHeld(lot: "L-1", person: "P-1", reason: "recall"))]) }
        do throws(LedgerError) {
          try line.store.checkJudgement(of: work)
        } catch {
          refused += 1
          throw error
        }
        removed += 1
        return try line.commit(facts) { $0.upkeep = work }.events
      } catch let error as LedgerError {
        throw error
      } catch {
        throw .commitFailed(reason: "\(error)")
      }
    }
    while try duty.perform(context) != .microseconds(RetentionDuty.roundMicroseconds) {}
    #expect(refused == 1)
    #expect(removed == 0)
    let left = try line.store.reader.read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM block WHERE body IS NULL")
    }
    #expect(left == 0)
  }

  @Test("an archive from before the last commit of a segment does not let its readings go")
  func oldArchive() throws {
    let line = try KeptLine("retention-old-archive")
    try line.recordLot(commits: 3)
    let early = LedgerCopied(
      purpose: .archive, name: "lot-L-1", throughSequence: try line.store.reader.standing().throughSequence,
      throughBatch: 7, bytes: 1, digestSHA256: "d", lots: ["L-1"])
    try line.commit([.ledgerCopied(early)]) { group in
      group.deliveries = [
        DeliveryReport(
          outboxRow: 2, idempotencyKey: "k", lot: "L-1", connector: "files", outcome: .delivered(receipt: "r"))
      ]
    }
    try line.pack(8)
    #expect(try round(line).isEmpty)
    var late = early
    late.throughBatch = 8
    try line.commit([.ledgerCopied(late)])
    #expect(try round(line).map(\.segment) == [1])
  }

  @Test("relatives are looked for only where nothing else keeps the readings")
  func relatives() throws {
    let line = try line()
    let rules = RetentionRules(readingsDays: 10)
    for (second, relatives) in [(100, 0), (1_000_000_000, 2)] as [(Int64, Int)] {
      let candidate = try line.store.reader.retentionCandidate(after: 0) { candidate in
        let verdict = RetentionPlan.judge(
          candidate.segment, lots: candidate.lots, rules: rules, at: LedgerStoreTests.clock(second).utc)
        if case .mayGo = verdict { return true }
        return false
      }
      #expect(candidate?.lots["L-1"]?.related.count == relatives)
    }
  }

  @Test("a gap in the proof of delivery or archive keeps the readings")
  func owed() throws {
    let line = try KeptLine("retention-owed")
    try line.recordLot(commits: 3)
    try line.pack(8)
    #expect(try round(line).isEmpty)
    let report = try line.store.reader.retentionReport(
      rules: RetentionRules(readingsDays: 10), at: LedgerStoreTests.clock(1_000_000_000).utc, limit: 9)
    #expect(report.map(\.verdict) == [.stays([.notDelivered("L-1"), .notArchived("L-1")])])
  }
}
