import Foundation
import GRDB
import Shopfloor

/// Goes through the chains at start: every event and every blob of readings since the latest checkpoint that still holds,
/// the anchors that tie them together, and what the head file beside the ledger says.
///
/// Damage in what the recorder needs to know its state refuses the start. Any other damage is set aside and told of.
struct ChainCheck {
  struct Result {
    var finding: String
    var lastSequence: Int64
    var lastEventHash: [UInt8]
    var lastReadingsHash: [UInt8]
    /// What was found now, to be set aside and told of.
    var damage: [LedgerDamageFound] = []
  }

  /// Damaged stretches that are told of one by one at a start; more refuse it, for then the file as a whole is in doubt.
  static let maximumStretches = 1_000

  private let known: [QuarantinedStretch]
  /// The commit that the recorder's kept state stands after; 0: there is none.
  private let recorderCommit: Int64
  /// The recorder's kept state is not what was written: everything is needed to make it anew.
  private let hasLostState: Bool
  private var damage: [LedgerDamageFound] = []
  private var anchors: [Int64: (sequence: Int64, hash: String)] = [:]

  /// - Parameters:
  ///   - head: what the head file says; nil: there is none.
  ///   - isWhole: goes through everything, whatever a checkpoint says.
  static func run(
    _ reader: LedgerReader, head: LedgerHead.Content?, isWhole: Bool = false
  ) throws(LedgerError) -> Result {
    try reader.read { db in
      var check = try ChainCheck(db)
      let latest = isWhole || check.hasLostState ? nil : try VerifiedMark.latest(db)
      // A mark that does not hold is no mark: then everything is gone through.
      let mark = try latest.flatMap { try VerifiedMark($0.treeSize, db) }
      let events = try check.checkEvents(db, after: mark)
      let readings = try check.checkReadings(db, after: mark)
      var finding = words(events.count, readings.count, mark)
      if let latest, mark == nil {
        finding += "; the checkpoint in event \(latest.sequence) does not hold, so everything was gone through"
      }
      if check.hasLostState {
        finding += "; the recorder's kept state does not give its digest and is made anew from the ledger"
      }
      if let head, let lost = try check.compare(head, last: events.last, db) { finding += "; " + lost }
      for found in check.damage where found.place != .state {
        let place = found.place == .event ? "event" : "reading batch"
        let range = found.first == found.last ? "\(found.first)" : "\(found.first) to \(found.last)"
        finding += "; DAMAGED: \(place) \(range): \(found.reason)"
      }
      return Result(
        finding: finding, lastSequence: events.last, lastEventHash: events.hash, lastReadingsHash: readings.hash,
        damage: try check.damage + check.untold(db))
    }
  }

  private static func words(_ events: Int64, _ readings: Int64, _ mark: VerifiedMark?) -> String {
    guard let mark else {
      return events == 0
        ? "the ledger is new and empty" : "the chain of \(events) events and \(readings) reading batches holds"
    }
    return "the chain of \(events) events and \(readings) reading batches since the checkpoint over \(mark.treeSize) "
      + "events holds"
  }

  private init(_ db: Database) throws {
    known = try VerifiedMark.quarantined(db)
    let kept = try LedgerReader.keptState(db)
    hasLostState = kept.map { !$0.isSound } ?? false
    recorderCommit = hasLostState ? 0 : kept?.group ?? 0
  }

  private func isKnown(_ place: QuarantinedStretch.Place, _ number: Int64) -> Bool {
    known.contains { $0.place == place && $0.first <= number && $0.last >= number }
  }

  private mutating func add(_ found: LedgerDamageFound, _ refusal: LedgerError) throws {
    guard damage.count < Self.maximumStretches else { throw refusal }
    damage.append(found)
  }

  // MARK: Events

  private mutating func checkEvents(
    _ db: Database, after mark: VerifiedMark?
  ) throws -> (count: Int64, last: Int64, hash: [UInt8]) {
    var link = ChainLink(mark?.eventHash ?? EventChain.genesis)
    var last = mark?.treeSize ?? 0
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT sequence, commit_group, time, kind, body, hash FROM event WHERE sequence > ? ORDER BY sequence
        """, arguments: [last])
    while let row = try rows.next() {
      let found = try row.integer("sequence")
      if found != last + 1 {
        try add(
          last + 1, found - 1, "it is missing; the next one is \(found)", before: row, isLost: true)
        link.loseTrack()
      }
      last = found
      let (body, hash) = (try row.bytes("body"), try row.bytes("hash"))
      guard link.take(body, hash) else {
        try add(found, found, "its bytes do not give its stored hash", before: row, isLost: false)
        continue
      }
      if try row.text("kind") == EventKind.readingsAnchored.rawValue,
        case .readingsAnchored(let anchor) = try EventChain.record(sequence: found, bytes: body, hash: hash).event
      {
        anchors[anchor.throughBatch] = (found, anchor.headSHA256)
      }
    }
    return (last - (mark?.treeSize ?? 0), last, link.head ?? EventChain.genesis)
  }

  /// Events that the recorder's kept state already holds are not needed to start.
  private mutating func add(
    _ first: Int64, _ last: Int64, _ reason: String, before row: Row, isLost: Bool
  ) throws {
    let refusal = LedgerError.chainBroken(sequence: first, reason: reason)
    let time = try row.integer("time")
    guard try row.integer("commit_group") <= recorderCommit else { throw refusal }
    if isKnown(.event, first) { return }
    try add(
      LedgerDamageFound(
        place: .event, first: first, last: last, reason: reason, from: isLost ? nil : Timestamp(microseconds: time),
        until: Timestamp(microseconds: time)), refusal)
  }

  // MARK: Readings

  private mutating func checkReadings(
    _ db: Database, after mark: VerifiedMark?
  ) throws -> (count: Int64, hash: [UInt8]) {
    var count: Int64 = 0
    var last = mark?.throughBatch ?? 0
    var link = ChainLink(mark?.readingsHead ?? EventChain.genesis)
    if mark == nil, try db.tableExists("segment"),
      let packed = try Row.fetchOne(
        db, sql: "SELECT last_batch, head_after FROM segment ORDER BY last_batch DESC LIMIT 1")
    {
      // Packed readings are proven by their own digests, when they are read and by a whole verification.
      (last, link) = (try packed.integer("last_batch"), ChainLink(try packed.bytes("head_after")))
    }
    let start = last
    let rows = try Row.fetchCursor(
      db, sql: "SELECT id, time, body, hash FROM commit_group WHERE id > ? ORDER BY id", arguments: [last])
    while let row = try rows.next() {
      let id = try row.integer("id")
      let time = try row.integer("time")
      if id != last + 1 {
        try addReadings(last + 1, id - 1, "the commit with this number is missing", time, db)
        link.loseTrack()
      }
      last = id
      let (body, hash) = (try row.optionalBytes("body"), try row.optionalBytes("hash"))
      if let body, let hash {
        count += 1
        if !link.take(body, hash) { try addReadings(id, id, "its bytes do not give its stored hash", time, db) }
      } else if (body == nil) != (hash == nil) {
        try addReadings(id, id, "it has readings or a hash alone", time, db)
      }
      if let anchor = anchors[id], let head = link.head, anchor.hash != EventChain.hex(head) {
        try addReadings(id, id, "event \(anchor.sequence) anchors another state of the readings", time, db)
      }
    }
    let withEvents = try Int64.fetchOne(db, sql: "SELECT max(commit_group) FROM event") ?? 0
    if let beyond = anchors.keys.max(), beyond > last, beyond > start, beyond >= withEvents {
      try addReadings(last + 1, beyond, "it is anchored but missing", nil, db)
    } else if withEvents > last {
      try addReadings(last + 1, withEvents, "it is missing; its events are there", nil, db)
    }
    return (count, try link.head ?? ReadingsHead(db).hash)
  }

  private mutating func addReadings(
    _ first: Int64, _ last: Int64, _ reason: String, _ time: Int64?, _ db: Database
  ) throws {
    if isKnown(.readings, first) || damage.last.map({ $0.place == .readings && $0.last >= first }) == true { return }
    let span = try Concerned.span(of: .readings, first, last, db) ?? time.map { $0...$0 }
    let concerned = try span.map { try Concerned.between($0.lowerBound, $0.upperBound, db) }
    try add(
      LedgerDamageFound(
        place: .readings, first: first, last: last, reason: reason,
        from: span.map { Timestamp(microseconds: $0.lowerBound) },
        until: span.map { Timestamp(microseconds: $0.upperBound) },
        lots: concerned?.lots ?? [], runs: concerned?.runs ?? []),
      .readingsDamaged(batch: first, reason: reason))
  }

  // MARK: Head file

  /// What the head file says that the ledger does not hold, in words.
  private mutating func compare(_ head: LedgerHead.Content, last: Int64, _ db: Database) throws -> String? {
    let note: CheckpointNote
    switch head {
    case .unreadable(let why): return "the head file beside the ledger cannot be used: \(why)"
    case .note(let found): note = found
    }
    var reason: String?
    if note.treeSize > last {
      reason =
        "the ledger ends at event \(last), and its head file says it once held \(note.treeSize): it was cut off, or an "
        + "older file was put in its place"
    } else if note.treeSize > 0, try EventTree.root(of: note.treeSize, db) != note.root {
      reason =
        "the head file beside the ledger is of another ledger or of another history: one of the two was exchanged"
    }
    guard let reason else { return nil }
    damage.append(
      LedgerDamageFound(place: .state, first: min(last + 1, note.treeSize), last: note.treeSize, reason: reason))
    return "DAMAGED: " + reason
  }

  /// Stretches that were set aside and that no event tells of: the daemon ended between the two.
  private func untold(_ db: Database) throws -> [LedgerDamageFound] {
    guard !known.isEmpty else { return [] }
    let told = try EvidenceCollector.events(of: [.ledgerDamageFound], about: .ledger, db).compactMap {
      if case .ledgerDamageFound(let damage) = $0.event { damage } else { nil }
    }
    return try known.compactMap { stretch in
      guard let place = LedgerDamageFound.Place(rawValue: stretch.place.rawValue),
        !told.contains(where: { $0.place == place && $0.first == stretch.first && $0.last == stretch.last })
      else { return nil }
      let span =
        place == .event ? nil : try Concerned.span(of: stretch.place, stretch.first, stretch.last, db)
      let concerned = try span.map { try Concerned.between($0.lowerBound, $0.upperBound, db) }
      return LedgerDamageFound(
        place: place, first: stretch.first, last: stretch.last, reason: stretch.reason,
        from: span.map { Timestamp(microseconds: $0.lowerBound) },
        until: span.map { Timestamp(microseconds: $0.upperBound) }, lots: concerned?.lots ?? [],
        runs: concerned?.runs ?? [])
    }
  }
}
