import Devices
import Foundation
import GRDB
public import Shopfloor

/// The writing end of the ledger. One owner thread calls `commit`; readers come through `reader`.
public final class LedgerStore: Sendable {
  public let path: String
  public let reader: LedgerReader
  /// What the check at the opening found, in words.
  public let chainFinding: String
  /// Damage that the check found and set aside; the recorder tells of it in its first commit.
  public let damage: [LedgerDamageFound]
  private let pool: DatabasePool
  private let lock: any LedgerLock
  /// Touched by the owner thread alone, inside `commit` and `register`, which the pool serialises.
  private nonisolated(unsafe) var tail: Tail

  struct Tail {
    var sequence: Int64
    var eventHash: [UInt8]
    var group: Int64
    var readingsHash: [UInt8]
    var deviceNumbers: [DeviceName: UInt32]
    var codec = ReadingBatchCodec()
    let encoder = EventChain.makeEncoder()
  }

  /// Opens or creates the ledger, checks the chain of events and of the latest readings, and says what it found.
  ///
  /// `afterFailure`: a commit failed before, by this process or the one before it; see `LedgerFile.openForWriting`.
  ///
  /// - Parameter tell: what takes long, such as bringing a large ledger up to date, is told before it begins.
  /// - Throws: a `LedgerError`; a file that is not ours, newer, in use or damaged is left as it is.
  public init(
    path: String, on disk: any LedgerDisk = FileSystemDisk(), afterFailure: Bool = false,
    tell: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(LedgerError) {
    self.path = path
    let file = LedgerFile(path: path, disk: disk)
    try file.check()
    lock = try file.lock()
    pool = try file.openForWriting(afterFailure: afterFailure, tell: tell)
    reader = LedgerReader(pool)
    let check = try ChainCheck.run(reader, head: LedgerHead(besides: path).read(on: disk))
    let restored = try reader.read { db in try LedgerRestore.finding(db, lastSequence: check.lastSequence) }
    chainFinding = check.finding + (restored.map { "; \($0)" } ?? "")
    damage = check.damage
    do {
      try Self.setAside(check.damage, in: pool)
      tail = try pool.read { db in
        Tail(
          sequence: check.lastSequence, eventHash: check.lastEventHash, group: try Self.lastGroup(db),
          readingsHash: check.lastReadingsHash, deviceNumbers: try Self.deviceNumbers(db))
      }
    } catch {
      throw .readFailed(reason: "\(error)")
    }
  }

  /// The highest number that a commit ever had. Of commits that were cut off, events and anchors still tell: their numbers
  /// are set aside, and no new commit may have one of them.
  private static func lastGroup(_ db: Database) throws -> Int64 {
    let events = try Int64.fetchOne(db, sql: "SELECT max(commit_group) FROM event") ?? 0
    let setAside = try Int64.fetchOne(db, sql: "SELECT max(last) FROM quarantine WHERE place = 'readings'") ?? 0
    return max(try ReadingsHead(db).throughBatch, events, setAside)
  }

  /// Readers leave damaged stretches out from the first moment on, before an event tells of them.
  private static func setAside(_ damage: [LedgerDamageFound], in pool: DatabasePool) throws {
    guard !damage.isEmpty else { return }
    try pool.write { db in
      let now = try Int64.fetchOne(db, sql: "SELECT time FROM commit_group ORDER BY id DESC LIMIT 1") ?? 0
      for found in damage {
        guard let place = QuarantinedStretch.Place(rawValue: found.place.rawValue) else { continue }
        try LedgerUpkeep.quarantine(
          QuarantinedStretch(place: place, first: found.first, last: found.last, reason: found.reason, foundAt: now)
        ).apply(to: db)
      }
    }
  }

  private static func deviceNumbers(_ db: Database) throws -> [DeviceName: UInt32] {
    var numbers: [DeviceName: UInt32] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT number, name FROM device") {
      numbers[try row.name("name") { try DeviceName($0) }] = try row.unsigned32("number")
    }
    return numbers
  }

  /// The head of the readings' hash chain, to be anchored in the chain of events.
  public var readingsHead: (group: Int64, hash: String) { (tail.group, EventChain.hex(tail.readingsHash)) }

  // MARK: Registration

  /// Gives every parameter and device its number; the same parameter keeps its number for ever.
  public func register(
    _ parameters: [(station: StationName, plan: ParameterPlan)], devices: [DeviceName]
  ) throws(LedgerError) -> [RegisteredParameter] {
    do {
      return try pool.write { db in
        for device in devices {
          try db.execute(sql: "INSERT INTO device (name) VALUES (?) ON CONFLICT DO NOTHING", arguments: [device.text])
        }
        tail.deviceNumbers = try Self.deviceNumbers(db)
        return try parameters.map { station, plan in
          let key: StatementArguments = [station.text, plan.name.text, plan.device.text, plan.point, plan.unit]
          try db.cachedStatement(
            sql: """
              INSERT INTO parameter (number, station, name, device, point, unit)
              VALUES ((SELECT coalesce(max(number) + 1, 0) FROM parameter), ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
              """
          ).execute(arguments: key)
          let number = try UInt32.fetchOne(
            try db.cachedStatement(
              sql: """
                SELECT number FROM parameter WHERE station = ? AND name = ? AND device = ? AND point = ? AND unit = ?
                """), arguments: key)
          guard let number else { throw DatabaseError(message: "parameter \(plan.name) was not registered") }
          return RegisteredParameter(
            index: ParameterIndex(number), station: station, name: plan.name, device: plan.device, point: plan.point,
            unit: plan.unit)
        }
      }
    } catch {
      throw .commitFailed(reason: "\(error)")
    }
  }

  // MARK: Commit

  /// Makes a group durable. After it returns, everything in the group survives a power cut.
  ///
  /// - Throws: `commitFailed`. Then it is not known whether the group is durable: close this store and open a new one.
  public func commit(_ group: CommitGroup) throws(LedgerError) -> CommitReceipt {
    do {
      return try pool.writeWithoutTransaction { db in
        var next = tail
        var receipt = CommitReceipt(group: tail.group, events: [])
        try db.inTransaction(.immediate) {
          receipt = try Self.write(group, into: db, &next)
          return .commit
        }
        tail = next
        return receipt
      }
    } catch {
      throw .commitFailed(reason: "\(error)")
    }
  }

  static func write(_ group: CommitGroup, into db: Database, _ tail: inout Tail) throws -> CommitReceipt {
    tail.group += 1
    var records: [EventRecord] = []
    records.reserveCapacity(group.events.count)
    for pending in group.events {
      let record = try append(pending, group.clock, into: db, &tail)
      records.append(record)
      if let movement = MaterialMovement(record) { try Outbox.insert(movement, of: record, into: db) }
      if let report = ProductionReportMessage(record) { try Outbox.insert(report, of: record, into: db) }
      if let message = NotificationMessage(record) { try Outbox.insert(message, into: db) }
      try Projections.apply(pending.event, sequence: record.sequence, at: group.clock.utc, into: db)
    }
    try appendGroup(group, into: db, &tail)
    for record in group.records { try Outbox.insert(record, at: group.clock.utc, into: db) }
    for report in group.deliveries { try Outbox.update(report, into: db) }
    for decision in group.decisions { try Outbox.update(decision, at: group.clock.utc, into: db) }
    for setting in group.settings {
      try db.cachedStatement(
        sql: "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
      ).execute(arguments: [setting.name, setting.value])
    }
    if let checkpoint = group.checkpoint {
      try db.cachedStatement(
        sql: """
          INSERT INTO checkpoint (id, commit_group, body, digest) VALUES (1, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET commit_group = excluded.commit_group, body = excluded.body,
            digest = excluded.digest
          """
      ).execute(arguments: [
        tail.group, Data(checkpoint), Data(RowDigest.checkpoint(group: tail.group, body: checkpoint)),
      ])
    }
    for work in group.upkeep { try work.apply(to: db) }
    return CommitReceipt(group: tail.group, events: records)
  }

  private static func append(
    _ pending: CommitGroup.PendingEvent, _ clock: ClockReading, into db: Database, _ tail: inout Tail
  ) throws -> EventRecord {
    let sequence = tail.sequence + 1
    let bytes = try EventChain.canonicalBytes(
      of: .init(
        sequence: sequence, time: clock.utc, monotonic: clock.monotonicMicroseconds, actor: pending.actor,
        derived: pending.derived, event: pending.event), with: tail.encoder)
    let hash = EventChain.hash(after: tail.eventHash, of: bytes)
    try db.cachedStatement(
      sql: """
        INSERT INTO event (sequence, commit_group, time, kind, derived, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      sequence, tail.group, clock.utc.microseconds, pending.event.kind.rawValue, pending.derived, Data(bytes),
      Data(hash),
    ])
    for subject in pending.event.subjects {
      try db.cachedStatement(sql: "INSERT OR IGNORE INTO event_subject (subject, sequence) VALUES (?, ?)")
        .execute(arguments: [subject.key, sequence])
    }
    tail.sequence = sequence
    tail.eventHash = hash
    return EventRecord(
      sequence: sequence, time: clock.utc, monotonicMicroseconds: clock.monotonicMicroseconds, actor: pending.actor,
      derived: pending.derived, event: pending.event, canonicalBytes: bytes, hash: hash)
  }

  private static func appendGroup(_ group: CommitGroup, into db: Database, _ tail: inout Tail) throws {
    var count = 0
    var first = Int64.max
    var last = Int64.min
    for batch in group.batches {
      count += batch.readings.count
      for reading in batch.readings {
        first = min(first, reading.time.microseconds)
        last = max(last, reading.time.microseconds)
      }
    }
    var body: Data?
    var outOfWindow = false
    if !group.batches.isEmpty {
      let bytes = tail.codec.encode(group.batches) { name in
        guard let number = tail.deviceNumbers[name] else { preconditionFailure("device \(name) was not registered") }
        return number
      }
      tail.readingsHash = EventChain.hash(after: tail.readingsHash, of: bytes)
      body = Data(bytes)
      let now = group.clock.utc.microseconds
      outOfWindow = count > 0 && (now - first >= bindingWindowMicroseconds || last - now >= bindingWindowMicroseconds)
    }
    try db.cachedStatement(
      sql: """
        INSERT INTO commit_group
          (id, time, monotonic, last_event, reading_count, first_reading, last_reading, out_of_window, body, hash, digest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      tail.group, group.clock.utc.microseconds, group.clock.monotonicMicroseconds, tail.sequence, count,
      count > 0 ? first : nil, count > 0 ? last : nil, outOfWindow, body,
      body == nil ? nil : Data(tail.readingsHash),
      Data(
        RowDigest.commit(
          id: tail.group, time: group.clock.utc.microseconds, monotonic: group.clock.monotonicMicroseconds,
          lastEvent: tail.sequence, readingCount: Int64(count), firstReading: count > 0 ? first : nil,
          lastReading: count > 0 ? last : nil, outOfWindow: outOfWindow)),
    ])
  }

  /// Ends the store; the file is whole without it too.
  public func close() {
    // A failing close leaves the WAL for the next start, which loses nothing.
    try? pool.close()
    lock.release()
  }
}
