public import Devices
import Foundation
import GRDB
public import Shopfloor
import Synchronization

/// The reading end of the ledger: snapshots that never hold up the writer.
public final class LedgerReader: Sendable {
  private let database: any DatabaseReader
  /// The segment that was unpacked last: commits are asked for in small groups, one after the other.
  let lastUnpacked = Mutex<UnpackedSegment?>(nil)

  init(_ database: any DatabaseReader) { self.database = database }

  /// Opens a ledger for reading alone, with or without a running daemon.
  public convenience init(path: String, on disk: any LedgerDisk = FileSystemDisk()) throws(LedgerError) {
    self.init(try LedgerFile(path: path, disk: disk).openForReading())
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    do {
      return try database.read(body)
    } catch let error as LedgerError {
      throw error
    } catch {
      throw .readFailed(reason: "\(error)")
    }
  }

  // MARK: Recorder restart

  /// The latest checkpoint of the recorder and the commit it stands after; nil where there is none, or where it does not
  /// give its digest: then the state is made anew from the ledger.
  public func checkpoint() throws(LedgerError) -> (group: Int64, body: [UInt8])? {
    try read { db in
      guard let kept = try Self.keptState(db), kept.isSound else { return nil }
      return (kept.group, kept.body)
    }
  }

  /// The recorder's kept state, and whether it gives its digest; programs before version 5 wrote none.
  static func keptState(_ db: Database) throws -> (group: Int64, body: [UInt8], isSound: Bool)? {
    try Row.fetchOne(db, sql: "SELECT * FROM checkpoint").map { row in
      let (group, body) = (try row.integer("commit_group"), try row.bytes("body"))
      let digest = row.hasColumn("digest") ? try row.optionalBytes("digest") : nil
      return (group, body, digest.map { $0 == RowDigest.checkpoint(group: group, body: body) } ?? true)
    }
  }

  /// The plan with this digest that was put in force last, up to a commit.
  public func plan(digest: String, through group: Int64) throws(LedgerError) -> LinePlan? {
    let found = try read { db in
      try Self.events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ? AND e.commit_group <= ? ORDER BY s.sequence DESC LIMIT 1
        """, [EventSubject.plan(digest).key, EventKind.planApplied.rawValue, group])
    }
    guard case .planApplied(let applied) = found.first?.event else { return nil }
    return applied.plan
  }

  /// A commit as it was made, to be judged again.
  public struct StoredGroup: Sendable {
    public var id: Int64
    public var clock: ClockReading
    public var batches: [ReadingBatch]
    /// False where its readings were removed by a rule of retention, set aside, or cannot be read.
    public var isWhole: Bool
    public var events: [EventRecord]
  }

  public func parameters() throws(LedgerError) -> [RegisteredParameter] {
    try read { db in try Self.parameters(db) }
  }

  public func setting(_ name: String) throws(LedgerError) -> String? {
    try read { db in try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name]) }
  }

  // MARK: Records

  /// Completed lots whose record is not sealed yet.
  public func lotsAwaitingSeal() throws(LedgerError) -> [LotNumber] {
    try read { db in
      try String.fetchAll(
        db,
        sql: "SELECT number FROM lot WHERE completed_at IS NOT NULL AND sealed_revision IS NULL ORDER BY completed_at"
      ).map { try LotNumber($0) }
    }
  }

  /// The latest sealed record of a lot, byte for byte.
  public func sealedRecord(of lot: LotNumber) throws(LedgerError) -> [UInt8]? {
    try read { db in
      try Data.fetchOne(
        db, sql: "SELECT body FROM record WHERE lot = ? ORDER BY revision DESC LIMIT 1", arguments: [lot.text]
      ).map { [UInt8]($0) }
    }
  }

  // MARK: Events

  public func event(_ sequence: Int64) throws(LedgerError) -> EventRecord? {
    try read { db in
      try Self.events(db, "SELECT sequence, body, hash FROM event WHERE sequence = ?", [sequence]).first
    }
  }

  /// The events after a sequence, oldest first, at most `limit`.
  public func events(after sequence: Int64, limit: Int) throws(LedgerError) -> [EventRecord] {
    try read { db in
      try Self.events(
        db, "SELECT sequence, body, hash FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?", [sequence, limit])
    }
  }

  /// The events about a subject, oldest first.
  public func events(about subject: EventSubject) throws(LedgerError) -> [EventRecord] {
    try read { db in try Self.events(db, about: [subject.key]) }
  }

  /// The sequence of the last event; 0 in an empty ledger.
  public func lastEventSequence() throws(LedgerError) -> Int64 {
    try read { db in try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM event") ?? 0 }
  }

  // MARK: Rows

  static func devices(_ db: Database) throws -> [UInt32: DeviceName] {
    var devices: [UInt32: DeviceName] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT number, name FROM device") {
      devices[try row.unsigned32("number")] = try row.name("name") { try DeviceName($0) }
    }
    return devices
  }

  static func parameters(_ db: Database) throws -> [RegisteredParameter] {
    try Row.fetchAll(db, sql: "SELECT * FROM parameter ORDER BY number").map { row in
      RegisteredParameter(
        index: ParameterIndex(try row.unsigned32("number")), station: try row.name("station") { try StationName($0) },
        name: try row.name("name") { try ParameterName($0) }, device: try row.name("device") { try DeviceName($0) },
        point: try row.text("point"), unit: try row.text("unit"))
    }
  }

  static func batches(_ row: Row, _ devices: [UInt32: DeviceName]) throws -> [ReadingBatch] {
    guard let body = try row.optionalBytes("body") else { return [] }
    let id = try row.integer("id")
    do throws(ByteReader.Damage) {
      return try ReadingBatchCodec.decode(body) { devices[$0] }
    } catch {
      throw LedgerError.readingsDamaged(batch: id, reason: "\(error.reason) (byte \(error.offset))")
    }
  }

  static func events(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws -> [EventRecord] {
    try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
      try EventChain.record(
        sequence: try row.integer("sequence"), bytes: try row.bytes("body"), hash: try row.bytes("hash"))
    }
  }

  static func events(_ db: Database, about subjects: [String]) throws -> [EventRecord] {
    var found: [Int64: EventRecord] = [:]
    for subject in subjects {
      let events = try Self.events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ?
        """, [subject])
      for event in events { found[event.sequence] = event }
    }
    return found.values.sorted { $0.sequence < $1.sequence }
  }
}
