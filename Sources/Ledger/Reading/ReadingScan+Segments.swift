import Devices
import GRDB
import Shopfloor

extension ReadingScan {
  /// What one block gave.
  enum BlockAnswer {
    case readings([Reading])
    case missing(MissingStretch)
  }

  /// The readings of packed commits, as ``readings(of:from:to:_:_:)`` gives them.
  static func packedReadings(
    of parameters: Set<ParameterIndex>, from: Int64, to: Int64, through: Int64 = .max, _ db: Database, _ body: Receiver
  ) throws -> [MissingStretch] {
    let quarantine = try Quarantine(db)
    var places: [SegmentRows.BlockPlace] = []
    for parameter in parameters { places += try blocks(of: parameter, from: from, to: to, db) }
    // In a segment, blocks follow each other that share a clock more often than not.
    places.sort { ($0.segment, $0.parameter) < ($1.segment, $1.parameter) }
    var missing = try setAside(quarantine, from: from, to: to, db)
    let cut = through == .max ? nil : try SegmentRows.holding(commit: through + 1, db)
    if let cut { places.removeAll { $0.segment >= cut.id } }
    var cache = SegmentRows.ClockCache()
    for place in places {
      switch try block(at: place, quarantine, &cache, db) {
      case .missing(let stretch): missing.append(stretch)
      case .readings(let found):
        let parameter = ParameterIndex(place.parameter)
        if place.firstReading >= from, place.lastReading < to {
          try body(parameter, found[...])
        } else {
          let within = found.filter { $0.time.microseconds >= from && $0.time.microseconds < to }
          if !within.isEmpty { try body(parameter, within[...]) }
        }
      }
    }
    if let cut, cut.firstBatch <= through {
      missing += try firstCommits(
        of: cut, through: through, parameters, from: from, to: to, quarantine, db, body)
    }
    return missing
  }

  /// The readings of the commits of a segment up to one: blocks do not say which commit brought a reading.
  private static func firstCommits(
    of head: SegmentRows.Head, through: Int64, _ parameters: Set<ParameterIndex>, from: Int64, to: Int64,
    _ quarantine: Quarantine, _ db: Database, _ body: Receiver
  ) throws -> [MissingStretch] {
    func missing(_ cause: MissingStretch.Cause) -> [MissingStretch] {
      [
        MissingStretch(
          cause: cause, firstBatch: head.firstBatch, lastBatch: through, parameter: nil, firstReading: nil,
          lastReading: nil)
      ]
    }
    guard !head.isRetired else { return missing(.retired) }
    if let reason = quarantine.reason(ofSegment: head.id) { return missing(.quarantined(reason)) }
    var gathered = GatheredReadings(parameters: parameters, from: from, to: to)
    do {
      let codec = SegmentCodec(devices: try LedgerReader.devices(db))
      for commit in try SegmentRows.commits(of: head, codec, db) where commit.stored.id <= through && !commit.isDamaged
      {
        for batch in commit.batches { gathered.add(batch) }
      }
    } catch LedgerError.readingsDamaged(_, let reason) {
      return missing(.damaged(reason))
    }
    try gathered.handOn(body)
    return []
  }

  /// The readings of one parameter in one segment, in the order of arrival; nil where it has none there.
  static func block(segment: Int64, of parameter: ParameterIndex, _ db: Database) throws -> BlockAnswer? {
    let row = try Row.fetchOne(
      db, sql: "SELECT segment, parameter, first_reading, last_reading FROM block WHERE segment = ? AND parameter = ?",
      arguments: [segment, parameter.rawValue])
    guard let row else { return nil }
    var cache = SegmentRows.ClockCache()
    return try block(at: try place(row), try Quarantine(db), &cache, db)
  }

  /// The blocks of a parameter with readings in [from, to); in no order. Those that late readings made long are found
  /// through an index of their own, so that a stretch of a long ledger costs no more than one of a short one.
  static func blocks(
    of parameter: ParameterIndex, from: Int64, to: Int64, _ db: Database
  ) throws -> [SegmentRows.BlockPlace] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT segment, parameter, first_reading, last_reading FROM block INDEXED BY block_header
        WHERE parameter = ?1 AND first_reading >= ?2 AND first_reading < ?3 AND last_reading >= ?4
        UNION ALL
        SELECT segment, parameter, first_reading, last_reading FROM block INDEXED BY block_long
        WHERE parameter = ?1 AND first_reading < ?2 AND last_reading >= ?4
          AND last_reading - first_reading > \(longBlockMicroseconds)
        """)
    return try Row.fetchAll(
      statement,
      arguments: [parameter.rawValue, from.subtractingWithinRange(longBlockMicroseconds), to, from]
    ).map(place)
  }

  private static func place(_ row: Row) throws -> SegmentRows.BlockPlace {
    SegmentRows.BlockPlace(
      segment: try row.integer("segment"), parameter: try row.unsigned32("parameter"),
      firstReading: try row.integer("first_reading"),
      lastReading: try row.integer("last_reading"))
  }

  private static func block(
    at place: SegmentRows.BlockPlace, _ quarantine: Quarantine, _ cache: inout SegmentRows.ClockCache, _ db: Database
  ) throws -> BlockAnswer {
    func missing(_ cause: MissingStretch.Cause) throws -> BlockAnswer {
      let head = try SegmentRows.segment(place.segment, db)
      return .missing(
        MissingStretch(
          cause: cause, firstBatch: head?.firstBatch ?? 0, lastBatch: head?.lastBatch ?? 0,
          parameter: ParameterIndex(place.parameter), firstReading: place.firstReading,
          lastReading: place.lastReading))
    }
    if let reason = quarantine.reason(ofSegment: place.segment) { return try missing(.quarantined(reason)) }
    do {
      return .readings(try SegmentRows.readings(place, &cache, db))
    } catch let damage as SegmentRows.PartDamage {
      return try missing(damage.isRetired ? .retired : .damaged(damage.reason))
    }
  }

  /// Commits that were set aside before they were packed: they are in no block.
  private static func setAside(
    _ quarantine: Quarantine, from: Int64, to: Int64, _ db: Database
  ) throws -> [MissingStretch] {
    try quarantine.commits(through: try coveredThrough(db)).flatMap { range, reason in
      try Row.fetchAll(
        db,
        sql: """
          SELECT first_batch, last_batch FROM segment WHERE last_batch >= ? AND first_batch <= ?
            AND first_time < ? AND last_time >= ? ORDER BY id
          """,
        arguments: [
          range.lowerBound, range.upperBound, to.addingWithinRange(bindingWindowMicroseconds),
          from.subtractingWithinRange(bindingWindowMicroseconds),
        ]
      ).map { row in
        MissingStretch(
          cause: .quarantined(reason), firstBatch: max(try row.integer("first_batch"), range.lowerBound),
          lastBatch: min(try row.integer("last_batch"), range.upperBound), parameter: nil, firstReading: nil,
          lastReading: nil)
      }
    }
  }
}
