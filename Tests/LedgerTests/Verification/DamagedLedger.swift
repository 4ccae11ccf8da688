import Crypto
import Devices
import Foundation
import GRDB
import Harness
import Shopfloor

@testable import Ledger

/// A ledger with everything in it, as one file, and copies of it to damage.
struct DamagedLedger {
  let bytes: [UInt8]
  let publicKey: [UInt8]
  let dump: [String]

  /// The head file beside it.
  let head: String

  /// Made once; tests damage copies of it.
  static let shared = Result {
    let folder = try TemporaryFolder("sound")
    return try DamagedLedger(at: folder.file("sound.sqlite").path)
  }

  /// Writes a copy.
  func copy(to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    try head.write(toFile: path + ".head", atomically: true, encoding: .utf8)
  }

  /// Lots with readings and sealed records, material movements, alarms, gaps, settings, the recorder's state, checkpoints.
  init(at path: String) throws {
    let floor = try ProvenFloor(path: path)
    publicKey = floor.publicKey
    var duty = floor.duty()
    while try duty.perform(floor.context()) == .none {}
    for number in 1...4 {
      try floor.runLot(try LotNumber("L-\(number)"), readings: 60, readingsPerCommit: 40, recordBytes: 12_000)
      try floor.commit(
        [
          .workOrderUpdated(try Self.order(number)),
          .materialConsumed(try Self.use(number, at: floor.clock.utc)),
          .alarmRaised(try Self.alarm(number, at: floor.clock.utc)),
          .gapOpened(try Self.gap(number, at: floor.clock.utc)),
          .readingsAnchored(
            ReadingsAnchored(
              throughBatch: floor.store.readingsHead.group, headSHA256: floor.store.readingsHead.hash)),
        ], checkpoint: [UInt8](repeating: UInt8(number), count: 20_000))
      floor.second += 300
      while try duty.perform(floor.context()) == .none {}
    }
    try Self.pack(floor)
    let segments = try floor.store.reader.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM segment") ?? 0 }
    guard segments > 1 else { throw LedgerError.readFailed(reason: "nothing was packed") }
    var group = CommitGroup(clock: floor.clock)
    group.settings = [("erp.cursor", "4711"), ("erp.page", "12")]
    _ = try floor.store.commit(group)
    floor.store.close()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    dump = try Self.dump(queue)
    try queue.close()
    head = try String(contentsOfFile: path + ".head", encoding: .utf8)
    bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Packs the older commits into several segments, and drops some of them.
  private static func pack(_ floor: ProvenFloor) throws {
    var rest = PackingPlan.Rest()
    (rest.newestCommits, rest.ageMicroseconds) = (100, 0)
    var bounds = PackingPlan.Bounds()
    bounds.commits = 50
    var duty = PackingDuty(bounds: bounds, rest: rest)
    floor.second += 100
    for _ in 0..<20 { _ = try duty.perform(floor.context()) }
  }

  /// Every byte of a row: the description of bytes leaves most of them out.
  private static func text(_ row: Row) -> String {
    row.databaseValues.map { value in
      if case .blob(let data) = value.storage { EventChain.hex([UInt8](data)) } else { "\(value)" }
    }.joined(separator: ",")
  }

  /// Every row of every table, and the schema; throws where they cannot be read.
  static func dump(_ reader: any DatabaseReader) throws -> [String] {
    try reader.read { db in
      var lines = try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
        .map { "\($0.databaseValues)" }
      let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      for table in tables {
        // In the order of the table's own tree; an index is compared by integrity_check.
        lines += try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\" NOT INDEXED").map {
          "\(table) \(text($0))"
        }
      }
      return lines
    }
  }

  private static func order(_ number: Int) throws -> WorkOrder {
    WorkOrder(
      number: "WO-1", product: "P", productName: "pouch", quantity: 10, unit: "pcs", operations: ["seal"],
      lots: [try LotNumber("L-\(number)")], materials: [])
  }

  private static func use(_ number: Int, at time: Timestamp) throws -> MaterialConsumed {
    MaterialConsumed(
      run: try RunID("R-L-\(number)"), materialLot: "M-1", item: "film", person: "P-1", quantity: 2, serial: nil,
      at: time)
  }

  private static func alarm(_ number: Int, at time: Timestamp) throws -> Alarm {
    Alarm(
      id: try AlarmID("A-\(number)"), kind: .specification, station: "sealer", source: "seal.temperature",
      rule: Words("above 190.0", "高于 190.0"), side: .high, value: 191.5, limit: 190, unit: "°C",
      run: try RunID("R-L-\(number)"), raisedAt: time)
  }

  private static func gap(_ number: Int, at time: Timestamp) throws -> GapOpened {
    GapOpened(
      gap: try GapID("G-\(number)"), station: "sealer", device: "plc-1", parameters: ["seal.temperature"], since: time,
      reason: "timeout")
  }
}
