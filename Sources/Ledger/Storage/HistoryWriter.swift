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
  /// What the packing of a plant leaves alone, see `PackingPlan`.
  public static let newestCommits: Int64 = 5_000
  /// A segment is full with so many readings, or with this time from its first commit to its last one.
  static let readingsPerSegment = 262_144
  static let segmentMicroseconds: Int64 = 3_600_000_000

  private let pool: DatabasePool
  private let lock: any LedgerLock
  private var tail: LedgerStore.Tail
  private let unpacked: Int64?
  private var waiting: [CommitGroup] = []
  private var waitingEvents: [CommitGroup.PendingEvent] = []
  /// Commits that are not packed, oldest first.
  private var loose: ArraySlice<LooseCommit> = []
  private var segments: Int64 = 0
  private var lastClock: ClockReading?
  private var packedHead = EventChain.genesis

  private struct LooseCommit {
    var id: Int64
    var time: Int64
    var readings: Int
  }

  /// - Throws: where there is a ledger already.
  ///
  /// - Parameter unpacked: so many of the newest commits are not packed; nil: none of all is.
  public init(path: String, unpacked: Int64? = newestCommits) throws(LedgerError) {
    self.unpacked = unpacked
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

  /// Takes the next commit. What it owes to others counts as delivered.
  public func commit(_ group: CommitGroup) throws(LedgerError) {
    waiting.append(group)
    lastClock = group.clock
    waiting[waiting.count - 1].events.append(contentsOf: waitingEvents)
    waitingEvents = []
    if waiting.count >= Self.commitsPerTransaction { try flush() }
  }

  /// Writes what waits, so that ``readingsHead`` and ``lastSequence`` hold for everything that was taken.
  public func flush() throws(LedgerError) {
    guard !waiting.isEmpty else { return }
    let groups = waiting
    waiting.removeAll(keepingCapacity: true)
    try write { db, tail in
      for group in groups {
        _ = try LedgerStore.write(group, into: db, &tail)
        let count = group.batches.reduce(0) { $0 + $1.readings.count }
        loose.append(LooseCommit(id: tail.group, time: group.clock.utc.microseconds, readings: count))
      }
      try db.execute(
        sql: "UPDATE outbox SET state = 'delivered', last_answer = 'made up' WHERE state = 'pending'")
    }
    while let full = nextSegment(orRest: false) { try pack(full) }
  }

  // MARK: Packing

  /// How many of the oldest commits make the next segment.
  private func nextSegment(orRest takesRest: Bool) -> Int? {
    guard let unpacked, let first = loose.first else { return nil }
    let free = loose.count - Int(unpacked)
    var readings = 0
    for (number, commit) in loose.prefix(max(free, 0)).enumerated() {
      readings += commit.readings
      if readings >= Self.readingsPerSegment || commit.time - first.time >= Self.segmentMicroseconds {
        return number + 1
      }
    }
    return takesRest && free > 0 ? free : nil
  }

  /// Packs so many of the oldest commits; the next commit tells of it.
  private func pack(_ count: Int) throws(LedgerError) {
    guard let first = loose.first else { return }
    let last = first.id + Int64(count) - 1
    var notice: ReadingsPacked?
    try write { db, _ in
      let commits = try Row.fetchAll(
        db,
        sql:
          "SELECT id, time, monotonic, last_event, body, hash FROM commit_group WHERE id BETWEEN ? AND ? ORDER BY id",
        arguments: [first.id, last]
      ).map { row in
        StoredCommit(
          id: row["id"], time: row["time"], monotonic: row["monotonic"], lastEvent: row["last_event"],
          body: (row["body"] as Data?).map { [UInt8]($0) }, hash: (row["hash"] as Data?).map { [UInt8]($0) })
      }
      let codec = SegmentCodec(devices: try LedgerReader.devices(db))
      let segment = try codec.pack(commits, id: segments + 1, headBefore: packedHead)
      try LedgerUpkeep.addSegment(segment).apply(to: db)
      try LedgerUpkeep.dropPackedCommits(limit: count).apply(to: db)
      packedHead = segment.headAfter
      let parts = [segment.skeleton] + segment.clocks + segment.blocks.map(\.part)
      notice = ReadingsPacked(
        segment: segment.id, firstBatch: segment.firstBatch, lastBatch: segment.lastBatch,
        readings: segment.readingCount, bytesBefore: commits.reduce(0) { $0 + Int64($1.body?.count ?? 0) },
        bytesAfter: parts.reduce(0) { $0 + Int64($1.body.count) }, rootSHA256: EventChain.hex(segment.root))
    }
    segments += 1
    loose = loose.dropFirst(count)
    if let notice { waitingEvents.append(.init(.readingsPacked(notice), actor: "recorder")) }
  }

  /// Ends the history, with a commit that tells of the last segments: everything is on disk, and the ledger may be opened by the recorder.
  public func close() throws(LedgerError) {
    try flush()
    while let rest = nextSegment(orRest: true) { try pack(rest) }
    if !waitingEvents.isEmpty, let clock = lastClock {
      try commit(CommitGroup(clock: clock))
      try flush()
    }
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
