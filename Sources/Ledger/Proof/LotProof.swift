import Foundation
import GRDB
public import Shopfloor

/// What proves one lot alone: its leaves, the signed checkpoint that closed it, and the way from that checkpoint to the
/// latest one. Checked without ledger or daemon.
public struct LotProof: Hashable, Sendable, Codable {
  public static let currentFormat = "lotwire-lot-proof-1"

  public struct Leaf: Hashable, Sendable, Codable {
    /// Sequence of the event; nil: a series of readings.
    public var event: Int64?
    /// The bytes of the leaf, UTF-8.
    public var text: String
  }

  /// A leaf of the tree over all events, with its path to the root (RFC 9162, 2.1.3).
  public struct Inclusion: Hashable, Sendable, Codable {
    public var sequence: Int64
    public var text: String
    /// Hashes in base64.
    public var path: [String]
  }

  public var format = Self.currentFormat
  public var lot: LotNumber
  public var leaves: [Leaf]
  /// The signed note of the checkpoint that closed the lot.
  public var note: String
  /// The signed note of the latest checkpoint.
  public var latestNote: String
  /// That the latest tree only appended to the one that closed the lot (RFC 9162, 2.1.4); hashes in base64.
  public var consistency: [String]
  /// The event that tells of the closing checkpoint, in the latest tree; nil where that is not later.
  public var checkpoint: Inclusion?

  /// The proof as a file: JSON with sorted keys.
  public func fileBytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return [UInt8](try encoder.encode(self)) + [0x0A]
  }

  public init(fileBytes: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(fileBytes)) }

  private init(
    lot: LotNumber, leaves: [Leaf], note: String, latestNote: String, consistency: [String], checkpoint: Inclusion?
  ) {
    self.lot = lot
    self.leaves = leaves
    self.note = note
    self.latestNote = latestNote
    self.consistency = consistency
    self.checkpoint = checkpoint
  }

  /// Takes the proof of a lot from the ledger.
  ///
  /// - Returns: nil where no checkpoint closed the lot.
  static func make(of lot: LotNumber, _ db: Database) throws -> LotProof? {
    let sealed = try EvidenceCollector.events(of: [.recordSealed], about: .lot(lot), db).last
    guard let sealed, let closing = try closing(lot, after: sealed.sequence, db) else { return nil }
    let tree = try LotTree(
      of: lot, through: closing.checkpoint.treeSize, throughBatch: closing.checkpoint.throughBatch, db)
    guard tree.rootFact == closing.checkpoint.lot else {
      if tree.isRetired {
        throw LedgerError.readFailed(
          reason: "readings of lot \(lot) were removed by a rule of retention; they and their proof are in its archive")
      }
      throw LedgerError.chainBroken(
        sequence: closing.sequence, reason: "the lot no longer gives the root that was signed; verify the ledger")
    }
    guard let latest = try checkpoint("ORDER BY sequence DESC LIMIT 1", [], db).first else { return nil }
    let node = EventTree.node(db)
    let (first, second) = (closing.checkpoint.treeSize, latest.checkpoint.treeSize)
    let consistency = try MerkleTree.consistencyProof(first: first, second: second, node)
    var inclusion: Inclusion?
    if closing.sequence <= second {
      inclusion = Inclusion(
        sequence: closing.sequence, text: String(decoding: closing.bytes, as: UTF8.self),
        path: try MerkleTree.inclusionProof(index: closing.sequence - 1, size: second, node).map(base64))
    }
    return LotProof(
      lot: lot,
      leaves: tree.leaves.map { leaf in
        var sequence: Int64?
        if case .event(let found) = leaf.content { sequence = found }
        return Leaf(event: sequence, text: String(decoding: leaf.bytes, as: UTF8.self))
      },
      note: closing.checkpoint.note, latestNote: latest.checkpoint.note, consistency: consistency.map(base64),
      checkpoint: inclusion)
  }

  private typealias Found = (sequence: Int64, bytes: [UInt8], checkpoint: LedgerCheckpointed)

  private static func closing(_ lot: LotNumber, after sealed: Int64, _ db: Database) throws -> Found? {
    var last = sealed
    // A few at a time: the one that is looked for follows soon.
    while true {
      let found = try checkpoint("AND sequence > ? ORDER BY sequence LIMIT 20", [last], db)
      if let closing = found.first(where: { $0.checkpoint.lot?.lot == lot }) { return closing }
      guard let end = found.last else { return nil }
      last = end.sequence
    }
  }

  private static func checkpoint(_ rest: String, _ arguments: StatementArguments, _ db: Database) throws -> [Found] {
    try LedgerReader.events(
      db, "SELECT sequence, body, hash FROM event WHERE kind = 'ledgerCheckpointed' \(rest)", arguments
    ).compactMap { record in
      guard case .ledgerCheckpointed(let checkpoint) = record.event else { return nil }
      return (record.sequence, record.canonicalBytes, checkpoint)
    }
  }

  private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

extension LotProof {
  /// Checks the proof.
  ///
  /// - Parameter publicKey: the line's; nil: the signatures are not looked at.
  /// - Returns: what does not hold; empty where the proof holds.
  public func problems(publicKey: [UInt8]?) -> [Words] {
    var problems: [Words] = []
    func add(_ english: String, _ chinese: String) { problems.append(Words(english, chinese)) }
    guard format == Self.currentFormat else {
      return [Words("this form of proof is not known: \(format)", "未知的证明格式：\(format)")]
    }
    guard let closing = CheckpointNote(text: note), let latest = CheckpointNote(text: latestNote) else {
      return [Words("a note is not a signed checkpoint", "文本不是签名的检查点")]
    }
    if let publicKey {
      for (name, chinese, note) in [("closing", "关闭", closing), ("latest", "最新", latest)]
      where !note.isSigned(by: publicKey) {
        add("the \(name) checkpoint was not signed with this key", "\(chinese)检查点并非由该密钥签名")
      }
    }
    let hashes = leaves.map { MerkleTree.leafHash(Array($0.text.utf8)) }
    if closing.lot?.lot != lot { add("the checkpoint closes another lot", "检查点关闭的是另一批次") }
    if closing.lot?.leaves != leaves.count
      || closing.lot?.rootSHA256 != EventChain.hex(MerkleTree.root(ofLeafHashes: hashes))
    {
      add("the leaves do not give the root that was signed", "各叶与签名的根不符")
    }
    if closing.origin != latest.origin { add("the checkpoints are of two ledgers", "两个检查点属于不同账本") }
    if !MerkleTree.checkConsistency(
      first: closing.treeSize, firstRoot: closing.root, second: latest.treeSize, secondRoot: latest.root,
      path: Self.hashes(consistency))
    {
      add("the latest ledger did not grow from the one that closed the lot", "最新账本并非由关闭该批次的账本增长而来")
    }
    if let checkpoint {
      if !checkpoint.text.contains(closing.lot?.rootSHA256 ?? "-")
        || !MerkleTree.checkInclusion(
          leaf: MerkleTree.leafHash(Array(checkpoint.text.utf8)), index: checkpoint.sequence - 1,
          size: latest.treeSize, path: Self.hashes(checkpoint.path), root: latest.root)
      {
        add("the event of the checkpoint is not in the latest ledger", "检查点事件不在最新账本中")
      }
    }
    return problems
  }

  private static func hashes(_ texts: [String]) -> [[UInt8]] {
    // What is no hash fits no path.
    texts.map { Data(base64Encoded: $0).map { [UInt8]($0) } ?? [] }
  }
}

extension LedgerReader {
  /// The proof of one lot; nil where no checkpoint closed it.
  public func proof(of lot: LotNumber) throws(LedgerError) -> LotProof? {
    try read { db in try LotProof.make(of: lot, db) }
  }
}
