import Crypto
import Foundation
import GRDB
import Shopfloor

/// Goes through the events in their order: chain, columns, subjects, tree, projections, and what they say of other tables.
///
/// Every piece is a read of its own, so that a long verification holds up no writer; events are only ever appended.
struct EventWalk {
  /// Events of one piece.
  static let eventsPerPiece: Int64 = 2_000

  /// What an event says of the readings' chain.
  struct Anchor: Hashable {
    var throughBatch: Int64
    var head: String
    var sequence: Int64
  }

  private(set) var sequence: Int64
  private(set) var frontier: MerkleFrontier
  /// False from the first event on whose leaf is not known.
  private(set) var hasTree = true
  private(set) var subjects = SubjectSum()
  private(set) var records: Int64 = 0
  private(set) var checkpoints: Int64 = 0
  private(set) var signatures: Int64 = 0
  private(set) var owed: Int64 = 0
  /// Segments whose readings an event says were removed by a rule, with the root it names.
  private(set) var retired: [Int64: String] = [:]
  /// How far the stored nodes reach, as this piece sees it.
  private var storedSize: Int64 = 0
  let projections: DatabaseQueue
  private var link: ChainLink
  private var commitGroup: Int64 = 0
  private let publicKey: [UInt8]?

  /// - Parameters:
  ///   - sequence: the last event that is not looked at, with its stored hash.
  ///   - frontier: the tree up to there.
  init(after sequence: Int64, hash: [UInt8], frontier: MerkleFrontier, publicKey: [UInt8]?) throws {
    self.sequence = sequence
    self.frontier = frontier
    self.publicKey = publicKey
    link = ChainLink(hash)
    projections = try DatabaseQueue()
    try projections.write { db in
      for step in Schema.steps { try db.execute(sql: step) }
    }
  }

  /// Takes the next piece.
  ///
  /// - Returns: the anchors that the events of the piece set; nil at the end.
  mutating func piece(_ db: Database, _ findings: inout FindingList) throws -> [Anchor]? {
    let last = sequence
    var anchors: [Anchor] = []
    var walk = self
    do {
      walk.storedSize = try EventTree.storedSize(db)
      try projections.write { kept in
        let rows = try Row.fetchCursor(
          db,
          sql: """
            SELECT sequence, commit_group, time, kind, derived, body, hash FROM event WHERE sequence > ?
            ORDER BY sequence LIMIT ?
            """, arguments: [last, Self.eventsPerPiece])
        while let row = try rows.next() { try walk.take(row, db, kept, &anchors, &findings) }
      }
    } catch {
      // The piece is left behind; what follows is looked at again.
      let from = walk.sequence + 1
      findings.add(
        LedgerFinding(
          .event, from, last + Self.eventsPerPiece,
          Words("these events cannot be read: \(error)", "这些事件无法读取：\(error)")))
      walk.sequence = max(walk.sequence, last + Self.eventsPerPiece)
      walk.link.loseTrack()
      walk.hasTree = false
      self = walk
      return try EventTree.lastSequence(db) > sequence ? anchors : nil
    }
    self = walk
    return sequence == last ? nil : anchors
  }

  private mutating func take(
    _ row: Row, _ db: Database, _ kept: Database, _ anchors: inout [Anchor], _ findings: inout FindingList
  ) throws {
    let found = try row.integer("sequence")
    if found != sequence + 1 {
      findings.add(
        LedgerFinding(
          .event, sequence + 1, found - 1,
          Words("missing: after \(sequence) comes \(found)", "缺失：\(sequence) 之后是 \(found)")))
      link.loseTrack()
      hasTree = false
    }
    sequence = found
    let time = try row.integer("time")
    let (body, hash) = (try row.bytes("body"), try row.bytes("hash"))
    var isSound = link.take(body, hash)
    var record: EventRecord?
    do throws(LedgerError) {
      record = try EventChain.record(sequence: found, bytes: body, hash: hash)
    } catch {
      report("its bytes cannot be read: \(error)", "内容无法读取：\(error)", time, nil, db, &findings)
    }
    if !isSound, record != nil {
      report("its bytes do not give its stored hash", "内容与保存的哈希不符", time, record, db, &findings)
    }
    isSound = isSound && record != nil
    try growTree(body, isSound: isSound, db, &findings)
    guard isSound, let record else { return subjects.leaveOut(found) }
    compareColumns(row, record, &findings)
    for key in Set(record.event.subjects.map(\.key)) { subjects.expect(key, found) }
    do {
      try Projections.apply(record.event, sequence: found, at: record.time, into: kept)
    } catch {
      findings.add(
        LedgerFinding(
          .event, found, nil,
          Words("it does not follow from the events before it: \(error)", "与之前的事件矛盾：\(error)"), from: time))
    }
    try follow(record, db, &anchors, &findings)
  }

  private func report(
    _ english: String, _ chinese: String, _ time: Int64, _ record: EventRecord?, _ db: Database,
    _ findings: inout FindingList
  ) {
    var lots: [LotNumber] = []
    var runs: [RunID] = []
    for subject in record?.event.subjects ?? [] {
      if case .lot(let lot) = subject { lots.append(lot) }
      if case .run(let run) = subject { runs.append(run) }
    }
    // Without its bytes the event is only known by its time; nobody is named where that cannot be read either.
    if record == nil, let concerned = try? Concerned.between(time, time, db) {
      (lots, runs) = (concerned.lots, concerned.runs)
    }
    findings.add(LedgerFinding(.event, sequence, nil, Words(english, chinese), from: time, lots: lots, runs: runs))
  }

  private mutating func compareColumns(_ row: Row, _ record: EventRecord, _ findings: inout FindingList) {
    func differ(_ column: String, _ found: String, _ expected: String) {
      findings.add(
        .index, sequence, "column \(column) of event \(sequence) says \(found), its bytes say \(expected)",
        "事件 \(sequence) 的列 \(column) 为 \(found)，内容为 \(expected)")
    }
    // A column of another type reads as nil, which is the finding.
    let kind = try? row.text("kind")
    if kind != record.event.kind.rawValue { differ("kind", kind ?? "?", record.event.kind.rawValue) }
    // The same.
    let time = try? row.integer("time")
    if time != record.time.microseconds { differ("time", "\(time ?? 0)", "\(record.time.microseconds)") }
    // The same.
    let derived = try? row.integer("derived")
    if derived != (record.derived ? 1 : 0) { differ("derived", "\(derived ?? -1)", "\(record.derived)") }
    // A column of another type reads as no number at all, which is the finding.
    let group = (try? row.integer("commit_group")) ?? -1
    if group < commitGroup { differ("commit_group", "\(group)", "\(commitGroup) or later") }
    commitGroup = max(commitGroup, group)
  }

  private mutating func growTree(
    _ body: [UInt8], isSound: Bool, _ db: Database, _ findings: inout FindingList
  ) throws {
    guard hasTree else { return }
    for node in frontier.append(MerkleTree.leafHash(body)) where node.level >= EventTree.storedLevel {
      let stored = try Row.fetchOne(
        db, sql: "SELECT hash FROM merkle_node WHERE level = ? AND position = ?",
        arguments: [node.level, node.position])
      let first = (node.position << Int64(node.level)) + 1
      guard let stored else {
        if sequence <= storedSize {
          findings.add(
            .index, sequence, "the node of the tree over events \(first) to \(sequence) is missing",
            "事件 \(first) 至 \(sequence) 的树节点缺失")
        }
        continue
      }
      if try stored.bytes("hash") != node.hash, !findings.hasDamagedEvent(from: first, through: sequence) {
        findings.add(
          .index, sequence,
          "the node of the tree over events \(first) to \(sequence) is not what they give",
          "事件 \(first) 至 \(sequence) 的树节点与事件不符")
      }
    }
  }

  /// Looks at what the event says of other tables.
  private mutating func follow(
    _ record: EventRecord, _ db: Database, _ anchors: inout [Anchor], _ findings: inout FindingList
  ) throws {
    switch record.event {
    case .readingsAnchored(let anchor):
      anchors.append(Anchor(throughBatch: anchor.throughBatch, head: anchor.headSHA256, sequence: record.sequence))
    case .ledgerCheckpointed(let checkpoint):
      checkpoints += 1
      anchors.append(
        Anchor(
          throughBatch: checkpoint.throughBatch, head: checkpoint.readingsHeadSHA256, sequence: record.sequence))
      try check(checkpoint, db, &findings)
    case .recordSealed(let notice):
      records += 1
      try OwedCheck.record(notice, record, db, &findings)
      owed += 1
    case .readingsPacked(let packed): try SegmentCheck.compare(packed, record.sequence, db, &findings)
    case .readingsRetired(let fact): retired[fact.segment] = fact.rootSHA256
    case .delivered(let report): try OwedCheck.delivered(report, record.sequence, db, &findings)
    case .deliveryDecided(let decision): try OwedCheck.decided(decision, record.sequence, db, &findings)
    default: break
    }
    if let movement = MaterialMovement(record) {
      owed += 1
      try OwedCheck.movement(movement, record, db, &findings)
    }
    if let report = ProductionReportMessage(record) {
      owed += 1
      try OwedCheck.row(
        ProductionReportMessage.idempotencyKey(of: record), kind: ProductionReportMessage.kind, receiver: nil,
        orderKey: EventSubject.lot(report.lot).key, payload: try report.canonicalBytes(), lot: report.lot, record, db,
        &findings)
    }
    if let message = NotificationMessage(record) {
      owed += 1
      try OwedCheck.row(
        message.id, kind: NotificationMessage.kind, receiver: NotificationMessage.receiver(of: message.subscription),
        orderKey: message.orderKey, payload: try message.canonicalBytes(), record, db, &findings)
    }
  }

  private mutating func check(
    _ checkpoint: LedgerCheckpointed, _ db: Database, _ findings: inout FindingList
  ) throws {
    func differ(_ english: String, _ chinese: String) {
      findings.add(
        LedgerFinding(.event, sequence, nil, Words("checkpoint: \(english)", "检查点：\(chinese)")))
    }
    guard let note = CheckpointNote(text: checkpoint.note) else {
      return differ("its note is not a signed checkpoint", "其文本不是签名的检查点")
    }
    if note.treeSize != checkpoint.treeSize || EventChain.hex(note.root) != checkpoint.rootSHA256
      || note.throughBatch != checkpoint.throughBatch || note.readingsHead != checkpoint.readingsHeadSHA256
      || note.lot != checkpoint.lot
    {
      differ("its note says other than the event", "其文本与事件不一致")
    }
    if let publicKey {
      signatures += 1
      if !note.isSigned(by: publicKey) { differ("it was not signed with this key", "并非由该密钥签名") }
    }
    let start = note.treeSize / EventTree.eventsPerStoredNode * EventTree.eventsPerStoredNode + 1
    guard hasTree, note.treeSize < sequence, !findings.hasDamagedEvent(from: start, through: note.treeSize) else {
      if note.treeSize >= sequence { differ("it speaks of events after itself", "涉及其后的事件") }
      return
    }
    if try EventTree.root(of: note.treeSize, db) != note.root {
      differ("the events up to \(note.treeSize) do not give its root", "前 \(note.treeSize) 个事件与其根不符")
    }
  }
}

/// One chain of hashes in the going: it finds its way again after damage.
struct ChainLink {
  private var stored: [UInt8]?
  /// What the last one gave, where that is not what it has stored.
  private var computed: [UInt8]?

  init(_ hash: [UInt8]) { stored = hash }

  var head: [UInt8]? { stored }

  /// The next one is taken as it is.
  mutating func loseTrack() { (stored, computed) = (nil, nil) }

  /// Whether the bytes give their hash after the one before; a hash that was damaged itself condemns no successor.
  mutating func take(_ body: [UInt8], _ hash: [UInt8]) -> Bool {
    guard let previous = stored else {
      stored = hash
      return true
    }
    let given = EventChain.hash(after: previous, of: body)
    let other = computed
    (stored, computed) = (hash, given == hash ? nil : given)
    if given == hash { return true }
    if let other, EventChain.hash(after: other, of: body) == hash {
      computed = nil
      return true
    }
    return false
  }
}

/// A sum over pairs of subject and event that does not depend on their order; its keys are random in each process.
struct SubjectSum: Hashable {
  private(set) var count: Int64 = 0
  private var sum: UInt64 = 0
  /// Events whose subjects are not known.
  private(set) var leftOut: Set<Int64> = []

  mutating func expect(_ subject: String, _ sequence: Int64) {
    var hasher = Hasher()
    hasher.combine(subject)
    hasher.combine(sequence)
    count += 1
    sum &+= UInt64(bitPattern: Int64(hasher.finalize()))
  }

  mutating func leaveOut(_ sequence: Int64) { leftOut.insert(sequence) }

  func agrees(with other: SubjectSum) -> Bool { count == other.count && sum == other.sum }
}
