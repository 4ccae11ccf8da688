import Devices
import GRDB
import Shopfloor

/// Grows the Merkle tree over the events and signs what the ledger holds: by time, after every sealed lot, and at the end.
public struct CheckpointDuty: LedgerDuty {
  public typealias Sign = (_ text: [UInt8]) throws -> LedgerSignature

  /// Events that enter the tree in one piece of work.
  public static let eventsPerPiece: Int64 = 4_096
  public static let defaultIntervalMicroseconds: Int64 = 300_000_000
  /// How often sealed lots are looked for.
  static let lookIntervalMicroseconds: Int64 = 2_000_000
  /// Where it is kept up to which event the sealed lots have their checkpoints.
  static let lotsThroughSetting = "proof.lots_through"

  public let name = "checkpoints"
  private let origin: String
  private let sign: Sign
  private let intervalMicroseconds: Int64
  private let headFile: LedgerHead
  /// Monotonic; nil: none was written since the start.
  private var lastAt: Int64?
  /// In the ledger, and not in the head file yet: the file could not be written.
  private var unkept: CheckpointNote?

  /// - Parameters:
  ///   - ledgerPath: the head file lies beside it, with ".head" behind its name.
  ///   - sign: signs with the line's key, as sealed records are signed.
  public init(
    site: String, line: String, ledgerPath: String,
    intervalMicroseconds: Int64 = CheckpointDuty.defaultIntervalMicroseconds, sign: @escaping Sign
  ) {
    origin = CheckpointNote.origin(site: site, line: line)
    self.sign = sign
    self.intervalMicroseconds = intervalMicroseconds
    headFile = LedgerHead(besides: ledgerPath)
  }

  public mutating func perform(_ context: DutyContext) throws -> DutyPause {
    if try growTree(context) { return .none }
    if try closeNextLot(context) { return .none }
    let now = context.now.monotonicMicroseconds
    if let lastAt, now - lastAt < intervalMicroseconds {
      // Not before the other work: a head file that cannot be written holds up no checkpoint.
      try keepHead()
      return .microseconds(min(Self.lookIntervalMicroseconds, intervalMicroseconds - (now - lastAt)))
    }
    try write(.time, nil, [], context)
    return .microseconds(min(Self.lookIntervalMicroseconds, intervalMicroseconds))
  }

  /// The last checkpoint before the daemon ends. What is missing in the tree waits for the next start.
  public mutating func finish(_ context: DutyContext) throws {
    let behind = try context.reader.read { db in
      (try EventTree.lastSequence(db)) - (try EventTree.storedSize(db))
    }
    if behind <= Self.eventsPerPiece { try write(.stop, nil, [], context) }
  }

  /// Adds the nodes of the next events where many are missing, as in a ledger of an older program.
  private func growTree(_ context: DutyContext) throws -> Bool {
    let nodes = try context.reader.read { db -> [MerkleNode] in
      let (stored, last) = (try EventTree.storedSize(db), try EventTree.lastSequence(db))
      return last - stored <= Self.eventsPerPiece ? [] : try EventTree.grown(to: stored + Self.eventsPerPiece, db).nodes
    }
    guard !nodes.isEmpty else { return false }
    _ = try context.write([.addMerkleNodes(nodes)], [])
    return true
  }

  /// Writes the checkpoint of the oldest sealed record that has none.
  private mutating func closeNextLot(_ context: DutyContext) throws -> Bool {
    guard let text = try context.reader.setting(Self.lotsThroughSetting), let through = Int64(text) else {
      // Lots that were sealed before this ledger had a tree have no root of their own.
      let last = try context.reader.lastEventSequence()
      _ = try context.write([.keepSetting(name: Self.lotsThroughSetting, value: String(last))], [])
      return true
    }
    let sealed = try context.reader.read { db in
      try LedgerReader.events(
        db,
        """
        SELECT sequence, body, hash FROM event WHERE kind = 'recordSealed' AND sequence > ? ORDER BY sequence LIMIT 1
        """, [through]
      ).first
    }
    guard let sealed, case .recordSealed(let notice) = sealed.event else { return false }
    try write(
      .lotClosed, notice.lot, [.keepSetting(name: Self.lotsThroughSetting, value: String(sealed.sequence))], context)
    return true
  }

  private mutating func write(
    _ occasion: LedgerCheckpointed.Occasion, _ lot: LotNumber?, _ work: [LedgerUpkeep], _ context: DutyContext
  ) throws {
    // One snapshot for the tree, the head of the readings and the lot.
    let found = try context.reader.read { db -> (note: CheckpointNote, nodes: [MerkleNode]) in
      let size = try EventTree.lastSequence(db)
      let (frontier, nodes) = try EventTree.grown(to: size, db)
      let head = try ReadingsHead(db)
      let lotRoot = try lot.map { try LotTree(of: $0, through: size, throughBatch: head.throughBatch, db).rootFact }
      return (
        CheckpointNote(
          origin: origin, treeSize: size, root: frontier.root, throughBatch: head.throughBatch,
          readingsHead: EventChain.hex(head.hash), lot: lotRoot),
        nodes
      )
    }
    var note = found.note
    let keyID = try note.sign(sign)
    let fact = LedgerCheckpointed(
      occasion: occasion, treeSize: note.treeSize, rootSHA256: EventChain.hex(note.root),
      throughBatch: note.throughBatch, readingsHeadSHA256: note.readingsHead, lot: note.lot, note: note.text,
      keyID: keyID)
    let nodes: [LedgerUpkeep] = found.nodes.isEmpty ? [] : [.addMerkleNodes(found.nodes)]
    _ = try context.write(nodes + work, [.ledgerCheckpointed(fact)])
    lastAt = context.now.monotonicMicroseconds
    unkept = note
    try keepHead()
  }

  private mutating func keepHead() throws {
    guard let note = unkept else { return }
    try headFile.keep(note)
    unkept = nil
  }
}

/// The head of the readings' hash chain as the rows say it.
struct ReadingsHead {
  var throughBatch: Int64
  var hash: [UInt8]

  init(_ db: Database) throws {
    let commit = try Int64.fetchOne(db, sql: "SELECT max(id) FROM commit_group")
    let packed = try Row.fetchOne(
      db, sql: "SELECT last_batch, head_after FROM segment ORDER BY last_batch DESC LIMIT 1")
    let covered = try packed?.integer("last_batch") ?? 0
    throughBatch = max(commit ?? 0, covered)
    let raw = try Row.fetchOne(
      db, sql: "SELECT hash FROM commit_group WHERE id > ? AND hash IS NOT NULL ORDER BY id DESC LIMIT 1",
      arguments: [covered])
    hash = try raw?.bytes("hash") ?? packed?.bytes("head_after") ?? EventChain.genesis
  }
}
