import Crypto
import Devices
import Foundation
import GRDB
public import Shopfloor

/// Writes a made-up history into a new ledger, as the recorder would have written it over years: the same bytes, chains and
/// tables, but without a sync after each commit. For large ledgers to be measured and tested; it records nobody's
/// production.
///
/// Events and readings come in commits, in the order of time. Commits go straight into packed segments but for the newest.
public final class HistoryWriter {
  /// Commits of one transaction of this writer.
  static let commitsPerTransaction = 512

  private let pool: DatabasePool
  private let lock: any LedgerLock
  private var tail: LedgerStore.Tail
  private let packing: Bool
  private var waiting: [CommitGroup] = []

  /// - Throws: where there is a ledger already.
  ///
  /// - Parameter packing: whether all commits but the newest go into segments.
  public init(path: String, packing: Bool = true) throws(LedgerError) {
    self.packing = packing
    let file = LedgerFile(path: path, disk: FileSystemDisk())
    guard file.content == .absent else {
      throw .cannotOpen(path: path, reason: "there is a file already; a made-up history begins with a new ledger")
    }
    lock = try file.lock()
    pool = try file.openForWriting()
    tail = LedgerStore.Tail(
      sequence: 0, eventHash: EventChain.genesis, group: 0, readingsHash: EventChain.genesis, deviceNumbers: [:])
    do {
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = OFF")
        try db.execute(sql: "PRAGMA cache_size = -65536")
      }
    } catch {
      throw .commitFailed(reason: "\(error)")
    }
  }

  /// SHA-256 in hexadecimal.
  public static func digest(of bytes: [UInt8]) -> String { EventChain.hex([UInt8](SHA256.hash(data: bytes))) }

  /// The head of the readings' hash chain after the last commit that was written.
  public var readingsHead: (group: Int64, hash: String) { (tail.group, EventChain.hex(tail.readingsHash)) }
  public var lastSequence: Int64 { tail.sequence }

  /// Gives parameters their numbers, from 0 in this order, and devices theirs.
  public func register(
    _ parameters: [(station: StationName, plan: ParameterPlan)], devices: [DeviceName]
  ) throws(LedgerError) {
    try write { db, tail in
      for device in devices {
        try db.execute(sql: "INSERT INTO device (name) VALUES (?)", arguments: [device.text])
        tail.deviceNumbers[device] = UInt32(db.lastInsertedRowID)
      }
      for (number, (station, plan)) in parameters.enumerated() {
        try db.execute(
          sql: "INSERT INTO parameter (number, station, name, device, point, unit) VALUES (?, ?, ?, ?, ?, ?)",
          arguments: [number, station.text, plan.name.text, plan.device.text, plan.point, plan.unit])
      }
    }
  }

  /// Takes the next commit. Its sealed records are owed to nobody.
  public func commit(_ group: CommitGroup) throws(LedgerError) {
    waiting.append(group)
    if waiting.count >= Self.commitsPerTransaction { try flush() }
  }

  /// Writes what waits, so that ``readingsHead`` and ``lastSequence`` hold for everything that was taken.
  public func flush() throws(LedgerError) {
    guard !waiting.isEmpty else { return }
    let groups = waiting
    waiting.removeAll(keepingCapacity: true)
    try write { db, tail in
      for var group in groups {
        let records = group.records
        group.records = []
        _ = try LedgerStore.write(group, into: db, &tail)
        for record in records { try Outbox.keep(record, at: group.clock.utc, into: db) }
      }
      try db.execute(
        sql: "UPDATE outbox SET state = 'delivered', last_answer = 'made up' WHERE state = 'pending'")
    }
  }

  /// Ends the history: everything is on disk, and the ledger may be opened by the recorder.
  public func close() throws(LedgerError) {
    try flush()
    do {
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL")
        _ = try db.checkpoint(.truncate)
      }
      try pool.close()
    } catch {
      throw .commitFailed(reason: "\(error)")
    }
    lock.release()
  }

  private func write(_ body: (Database, inout LedgerStore.Tail) throws -> Void) throws(LedgerError) {
    do {
      try pool.writeWithoutTransaction { db in
        try db.inTransaction(.immediate) {
          try body(db, &tail)
          return .commit
        }
      }
    } catch {
      throw .commitFailed(reason: "\(error)")
    }
  }
}
