/// Work on the ledger that no reading and no command brings: prepared on a thread of its own by reading, carried out by the
/// one writer in one of its commits. Each piece is small, so that it holds up no reading.
public enum LedgerUpkeep: Sendable, Hashable {
  /// Keeps a packed segment beside the commits it holds; from then on readers take them from the segment.
  case addSegment(PackedSegment)
  /// Removes commits that a segment holds, the oldest first.
  case dropPackedCommits(limit: Int)
  /// Nodes of the Merkle tree over the events.
  case addMerkleNodes([MerkleNode])
  /// Sets a stretch aside that does not give its digest.
  case quarantine(QuarantinedStretch)
  /// Removes the readings of a segment, not its digests. Judged on the events up to one: the writer asks
  /// ``LedgerStore/checkJudgement(of:)`` before it carries it out.
  case retireSegment(Int64, judgedThrough: Int64 = .max)
  /// Keeps a value of the upkeep's own.
  case keepSetting(name: String, value: String)
}

/// A complete subtree of the Merkle tree over the events.
public struct MerkleNode: Sendable, Hashable {
  /// 0: a leaf; a node of level n covers 2ⁿ events.
  public var level: Int
  /// From the left, from 0.
  public var position: Int64
  /// 32 bytes.
  public var hash: [UInt8]

  public init(level: Int, position: Int64, hash: [UInt8]) {
    self.level = level
    self.position = position
    self.hash = hash
  }
}

/// A stretch of the ledger that is left as it is and read by nobody.
public struct QuarantinedStretch: Sendable, Hashable {
  public enum Place: String, Sendable, Hashable, CaseIterable {
    case event, readings, segment, record
  }

  public var place: Place
  /// Events by sequence, readings by commit, segments by id, records by row.
  public var first: Int64
  public var last: Int64
  public var reason: String
  /// Microseconds UTC.
  public var foundAt: Int64

  public init(place: Place, first: Int64, last: Int64, reason: String, foundAt: Int64) {
    self.place = place
    self.first = first
    self.last = last
    self.reason = reason
    self.foundAt = foundAt
  }
}
