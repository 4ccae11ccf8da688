import Devices
import Foundation
import GRDB
import Harness
import Shopfloor

@testable import Ledger

/// A small line that records lots into a ledger, to be backed up, copied and restored.
final class KeptLine {
  let folder: TemporaryFolder
  let store: LedgerStore
  private let parameters: [RegisteredParameter]
  private var second: Int64 = 0
  private var lots = 0
  private var commits = 0

  var path: String { store.path }

  init(_ purpose: String) throws {
    folder = try TemporaryFolder(purpose)
    try FileManager.default.createDirectory(at: folder.file("data"), withIntermediateDirectories: true)
    store = try LedgerStore(path: folder.file("data/lotwire.sqlite").path)
    parameters = try LedgerStoreTests.register(store)
  }

  deinit { store.close() }

  func makeFolder(_ name: String) throws -> String {
    let url = folder.file(name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url.path
  }

  var now: Timestamp { LedgerStoreTests.clock(second).utc }

  @discardableResult func commit(
    _ events: [Event] = [], values: [Double] = [], change: (inout CommitGroup) -> Void = { _ in }
  ) throws -> CommitReceipt {
    second += 1
    commits += 1
    var group = CommitGroup(clock: LedgerStoreTests.clock(second))
    group.events = events.map { .init($0, actor: "recorder") }
    if !values.isEmpty {
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: now, monotonicMicroseconds: second * 1_000_000,
          readings: values.map { Reading(parameter: parameters[0].index, time: now, value: $0) })
      ]
    }
    change(&group)
    return try store.commit(group)
  }

  /// One lot from its order to its sealed record.
  @discardableResult func recordLot(commits: Int = 10) throws -> LotNumber {
    lots += 1
    let lot = LotNumber(stringLiteral: "L-\(lots)")
    let run = RunID(stringLiteral: "R-\(lots)")
    let order = WorkOrderNumber(stringLiteral: "WO-\(lots)")
    try commit([
      .workOrderUpdated(
        WorkOrder(
          number: order, product: "P", productName: "Pouch", quantity: 1, unit: "pcs", operations: ["seal"],
          lots: [lot], materials: [])),
      .materialLotUpdated(MaterialLot(number: "M-1", item: "FILM", status: .released)),
      .runStarted(
        Run(
          id: run, station: "sealer", operation: "seal", workOrders: [order], lots: [lot], startedAt: now,
          startedBy: "P-1", planDigest: "d")),
    ])
    for number in 0..<commits { try commit(values: (0..<20).map { 180 + Double(number * 20 + $0) / 64 }) }
    try commit([
      .materialConsumed(
        MaterialConsumed(
          run: run, materialLot: "M-1", item: "FILM", person: "P-1", quantity: 1.5, serial: nil, at: now))
    ])
    try commit([
      .runEnded(RunEnded(run: run, person: "P-1", at: now, completedOperation: true)),
      .lotCompleted(LotCompleted(lot: lot, workOrder: order, at: now)),
    ])
    let bytes = [UInt8]("the sealed record of lot \(lot)\n".utf8)
    let notice = SealedRecordNotice(
      lot: lot, revision: 0, digestSHA256: String(repeating: "ab", count: 32), keyID: "key", byteCount: bytes.count,
      exceptionCount: 0, throughSequence: 1)
    try commit([.recordSealed(notice)]) { group in
      group.records = [CommitGroup.SealedRecord(notice: notice, bytes: bytes)]
      group.checkpoint = [UInt8](repeating: 7, count: 100)
      group.settings = [(name: "place", value: "\(self.lots)")]
    }
    let head = store.readingsHead
    try commit([.readingsAnchored(ReadingsAnchored(throughBatch: head.group, headSHA256: head.hash))])
    return lot
  }

  /// A segment over the next `count` commits.
  func pack(_ count: Int64) throws {
    let segment = try store.reader.read { db in
      let before = try LedgerReader.lastSegment(db)
      let first = (before?.lastBatch ?? 0) + 1
      let commits = try Row.fetchAll(
        db, sql: "SELECT * FROM commit_group WHERE id BETWEEN ? AND ? ORDER BY id",
        arguments: [first, first + count - 1]
      ).map { try StoredCommit($0) }
      return try SegmentCodec(devices: LedgerReader.devices(db))
        .pack(commits, id: first, headBefore: before?.headAfter ?? EventChain.genesis)
    }
    let first = segment.firstBatch
    try commit([]) { group in
      group.upkeep = [
        .addSegment(segment), .dropPackedCommits(limit: 3),
        .addMerkleNodes([MerkleNode(level: 8, position: first, hash: [1, 2])]),
      ]
    }
  }
}

/// Every row of every table that a copy carries, to be compared.
func contents(of path: String) throws -> [String: [String]] {
  let queue = try DatabaseQueue(path: path)
  defer {
    // It was only read.
    try? queue.close()
  }
  return try queue.read { db in
    var contents: [String: [String]] = [:]
    let tables = try String.fetchAll(
      db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    let packed = try Int64.fetchOne(db, sql: "SELECT coalesce(max(last_batch), 0) FROM segment") ?? 0
    for table in tables {
      // Packed commits that are not dropped yet are read by nobody.
      let condition = table == "commit_group" ? "WHERE id > \(packed)" : ""
      contents[table] = try Row.fetchAll(db, sql: "SELECT * FROM \(table) \(condition)").map { row in
        row.databaseValues.map { "\($0)" }.joined(separator: "|")
      }.sorted()
    }
    return contents
  }
}
