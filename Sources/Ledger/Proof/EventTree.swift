import Foundation
import GRDB

/// The Merkle tree over all events: the leaf of event n, at index n-1, is the hash of its canonical bytes (RFC 9162, 2.1).
///
/// Complete nodes from `storedLevel` up lie in `merkle_node`; lower ones are computed again from the events.
enum EventTree {
  /// A stored node covers 16 events at least: the tree takes about 4 bytes an event on disk.
  static let storedLevel = 4
  static let eventsPerStoredNode: Int64 = 1 << 4

  /// How many events, from the first on, stand in stored nodes.
  static func storedSize(_ db: Database) throws -> Int64 {
    let last = try Int64.fetchOne(
      db, sql: "SELECT max(position) FROM merkle_node WHERE level = ?", arguments: [storedLevel])
    return last.map { ($0 + 1) * eventsPerStoredNode } ?? 0
  }

  static func lastSequence(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM event") ?? 0
  }

  /// The hash of a complete subtree.
  static func node(_ db: Database) -> MerkleTree.CompleteNode {
    { level, position in
      if level >= storedLevel {
        let hash = try Data.fetchOne(
          db, sql: "SELECT hash FROM merkle_node WHERE level = ? AND position = ?", arguments: [level, position])
        if let hash, hash.count == MerkleTree.hashByteCount { return [UInt8](hash) }
        guard level == storedLevel else {
          // A node that is not stored yet, or lost, follows from the two below it.
          let below = node(db)
          return MerkleTree.nodeHash(try below(level - 1, position * 2), try below(level - 1, position * 2 + 1))
        }
      }
      let count = Int64(1) << Int64(level)
      var frontier = MerkleFrontier()
      try forEachLeaf(db, after: position * count, through: (position + 1) * count) { frontier.append($0) }
      guard frontier.size == count else {
        throw LedgerError.chainBroken(
          sequence: position * count + frontier.size + 1, reason: "it is missing, and the tree of events needs it")
      }
      return frontier.root
    }
  }

  /// The hashes of the leaves of the events after `sequence`, in their order.
  static func forEachLeaf(
    _ db: Database, after sequence: Int64, through last: Int64, _ body: (MerkleTree.Hash) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT body FROM event WHERE sequence > ? AND sequence <= ? ORDER BY sequence",
      arguments: [sequence, last])
    while let row = try rows.next() { try body(MerkleTree.leafHash(try row.bytes("body"))) }
  }

  /// The tree over the first `size` events, and the stored nodes that became complete since the last ones.
  static func grown(to size: Int64, _ db: Database) throws -> (frontier: MerkleFrontier, nodes: [MerkleNode]) {
    let start = min(try storedSize(db), size / eventsPerStoredNode * eventsPerStoredNode)
    var frontier = try MerkleFrontier(size: start, node(db))
    var nodes: [MerkleNode] = []
    try forEachLeaf(db, after: start, through: size) { leaf in
      nodes += frontier.append(leaf).filter { $0.level >= storedLevel }
    }
    guard frontier.size == size else {
      throw LedgerError.chainBroken(
        sequence: frontier.size + 1, reason: "it is missing, and the tree of events needs it")
    }
    return (frontier, nodes)
  }

  /// The root over the first `size` events.
  static func root(of size: Int64, _ db: Database) throws -> MerkleTree.Hash {
    try grown(to: size, db).frontier.root
  }
}
