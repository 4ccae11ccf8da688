import Crypto

/// The Merkle tree of RFC 9162, section 2.1, with SHA-256. Hashes are 32 bytes.
public enum MerkleTree {
  public typealias Hash = [UInt8]

  /// RFC 9162, 2.1.1: the root over no leaves is the hash of nothing.
  public static let emptyRoot: Hash = Array(SHA256.hash(data: [UInt8]()))
  public static let hashByteCount = 32

  /// RFC 9162, 2.1.1: a leaf is told from a node by the byte before it.
  public static func leafHash(_ bytes: [UInt8]) -> Hash {
    var hasher = SHA256()
    hasher.update(data: [0x00])
    hasher.update(data: bytes)
    return Array(hasher.finalize())
  }

  public static func nodeHash(_ left: Hash, _ right: Hash) -> Hash {
    var hasher = SHA256()
    hasher.update(data: [0x01])
    hasher.update(data: left)
    hasher.update(data: right)
    return Array(hasher.finalize())
  }

  /// The root over the hashes of leaves.
  public static func root(ofLeafHashes leaves: [Hash]) -> Hash {
    var frontier = MerkleFrontier()
    for leaf in leaves { frontier.append(leaf) }
    return frontier.root
  }

  /// Gives the hash of a complete subtree: of the 2ˡᵉᵛᵉˡ leaves from `position`·2ˡᵉᵛᵉˡ on.
  public typealias CompleteNode = (_ level: Int, _ position: Int64) throws -> Hash

  /// The root over the leaves `start` to `end`-1, where `start` is a multiple of the largest power of two in the stretch.
  static func root(from start: Int64, to end: Int64, _ node: CompleteNode) throws -> Hash {
    let count = end - start
    if count <= 0 { return emptyRoot }
    if count & (count - 1) == 0 {
      let level = count.trailingZeroBitCount
      return try node(level, start >> Int64(level))
    }
    let split = start + largestPowerOfTwo(below: count)
    return nodeHash(try root(from: start, to: split, node), try root(from: split, to: end, node))
  }

  /// RFC 9162, 2.1.1: the largest power of two smaller than n, for n > 1.
  static func largestPowerOfTwo(below count: Int64) -> Int64 {
    precondition(count > 1, "one leaf is not split")
    return 1 << Int64(63 - (count - 1).leadingZeroBitCount)
  }
}

/// A tree that grows by leaves: it holds the roots of its complete subtrees alone, at most 63 hashes.
public struct MerkleFrontier: Sendable, Hashable {
  /// Leaves so far.
  public private(set) var size: Int64 = 0
  /// Complete subtrees from the left, the largest first: one for every bit of `size`.
  private var subtrees: [MerkleTree.Hash] = []

  public init() {}

  /// The frontier of a tree of so many leaves, whose complete subtrees are known.
  public init(size: Int64, _ node: MerkleTree.CompleteNode) throws {
    self.size = size
    var start: Int64 = 0
    for level in stride(from: 62, through: 0, by: -1) where size >> Int64(level) & 1 == 1 {
      subtrees.append(try node(level, start >> Int64(level)))
      start += 1 << Int64(level)
    }
  }

  /// Appends the hash of a leaf.
  ///
  /// - Returns: the nodes that became complete, the leaf itself first.
  @discardableResult
  public mutating func append(_ leaf: MerkleTree.Hash) -> [MerkleNode] {
    var completed = [MerkleNode(level: 0, position: size, hash: leaf)]
    var hash = leaf
    var level = 0
    while size >> Int64(level) & 1 == 1 {
      hash = MerkleTree.nodeHash(subtrees.removeLast(), hash)
      level += 1
      completed.append(MerkleNode(level: level, position: size >> Int64(level), hash: hash))
    }
    subtrees.append(hash)
    size += 1
    return completed
  }

  /// The root over all leaves.
  public var root: MerkleTree.Hash {
    guard var hash = subtrees.last else { return MerkleTree.emptyRoot }
    for left in subtrees.dropLast().reversed() { hash = MerkleTree.nodeHash(left, hash) }
    return hash
  }
}
