extension MerkleTree {
  /// The path that proves a leaf to be in a tree (RFC 9162, 2.1.3.1), from the leaf up.
  ///
  /// - Parameter index: of the leaf, from 0, below `size`.
  public static func inclusionProof(index: Int64, size: Int64, _ node: CompleteNode) throws -> [Hash] {
    precondition(index >= 0 && index < size, "the leaf is in the tree")
    var path: [Hash] = []
    var (start, end) = (Int64(0), size)
    while end - start > 1 {
      let split = start + largestPowerOfTwo(below: end - start)
      if index < split {
        path.append(try root(from: split, to: end, node))
        end = split
      } else {
        path.append(try root(from: start, to: split, node))
        start = split
      }
    }
    return path.reversed()
  }

  /// Whether the path proves the leaf (RFC 9162, 2.1.3.2).
  public static func checkInclusion(leaf: Hash, index: Int64, size: Int64, path: [Hash], root: Hash) -> Bool {
    guard index >= 0, index < size else { return false }
    var (node, last, hash) = (index, size - 1, leaf)
    for step in path {
      if last == 0 { return false }
      if node & 1 == 1 || node == last {
        hash = nodeHash(step, hash)
        while node & 1 == 0 && node != 0 { (node, last) = (node >> 1, last >> 1) }
      } else {
        hash = nodeHash(hash, step)
      }
      (node, last) = (node >> 1, last >> 1)
    }
    return last == 0 && hash == root
  }

  /// The hashes that prove the tree of `first` leaves to be the beginning of that of `second` (RFC 9162, 2.1.4.1).
  public static func consistencyProof(first: Int64, second: Int64, _ node: CompleteNode) throws -> [Hash] {
    precondition(first > 0 && first <= second, "a beginning is not longer than the whole")
    var path: [Hash] = []
    var (start, end) = (Int64(0), second)
    // Whether the subtree in hand is the whole first tree, whose root the other side knows.
    var isKnown = true
    while first != end {
      let split = start + largestPowerOfTwo(below: end - start)
      if first <= split {
        path.append(try root(from: split, to: end, node))
        end = split
      } else {
        path.append(try root(from: start, to: split, node))
        start = split
        isKnown = false
      }
    }
    if !isKnown { path.append(try root(from: start, to: end, node)) }
    return path.reversed()
  }

  /// Whether the hashes prove that the second tree only appended to the first (RFC 9162, 2.1.4.2).
  public static func checkConsistency(
    first: Int64, firstRoot: Hash, second: Int64, secondRoot: Hash, path: [Hash]
  ) -> Bool {
    guard first > 0, first <= second else { return false }
    if first == second { return path.isEmpty && firstRoot == secondRoot }
    var path = path
    if first & (first - 1) == 0 { path.insert(firstRoot, at: 0) }
    guard let beginning = path.first else { return false }
    var (node, last) = (first - 1, second - 1)
    while node & 1 == 1 { (node, last) = (node >> 1, last >> 1) }
    var (left, whole) = (beginning, beginning)
    for step in path.dropFirst() {
      if last == 0 { return false }
      if node & 1 == 1 || node == last {
        left = nodeHash(step, left)
        whole = nodeHash(step, whole)
        while node & 1 == 0 && node != 0 { (node, last) = (node >> 1, last >> 1) }
      } else {
        whole = nodeHash(whole, step)
      }
      (node, last) = (node >> 1, last >> 1)
    }
    return last == 0 && left == firstRoot && whole == secondRoot
  }
}
