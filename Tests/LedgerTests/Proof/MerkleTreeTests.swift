import Crypto
import Testing

@testable import Ledger

/// The example tree of the reference tests of Certificate Transparency (RFC 6962 and RFC 9162 hash alike), and a slow
/// recursion straight from the text of RFC 9162.
@Suite struct MerkleTreeTests {
  static let leaves: [[UInt8]] = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
  ].map(bytes)

  static let roots = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ].map(bytes)

  static let inclusions: [(index: Int64, size: Int64, path: [String])] = [
    (0, 1, []),
    (
      0, 8,
      [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
      ]
    ),
    (
      5, 8,
      [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      ]
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
      1, 5,
      [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      ]
    ),
  ]

  static let consistencies: [(first: Int64, second: Int64, path: [String])] = [
    (1, 1, []),
    (
      1, 8,
      [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
      ]
    ),
    (
      6, 8,
      [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      ]
    ),
    (
      2, 5,
      [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      ]
    ),
  ]

  @Test func theRootsOfTheReferenceTree() {
    #expect(MerkleTree.emptyRoot == Self.bytes("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
    var frontier = MerkleFrontier()
    for (leaf, root) in zip(Self.leaves, Self.roots) {
      frontier.append(MerkleTree.leafHash(leaf))
      #expect(frontier.root == root)
    }
  }

  @Test func theInclusionProofsOfTheReferenceTree() throws {
    let node = Self.nodes(Self.leaves.map(MerkleTree.leafHash))
    for proof in Self.inclusions {
      #expect(
        try MerkleTree.inclusionProof(index: proof.index, size: proof.size, node) == proof.path.map(Self.bytes))
    }
  }

  @Test func theConsistencyProofsOfTheReferenceTree() throws {
    let node = Self.nodes(Self.leaves.map(MerkleTree.leafHash))
    for proof in Self.consistencies {
      #expect(
        try MerkleTree.consistencyProof(first: proof.first, second: proof.second, node) == proof.path.map(Self.bytes))
    }
  }

  @Test func everyTreeUpTo40LeavesAgreesWithTheRecursionOfTheStandard() throws {
    let hashes = (0..<40).map { MerkleTree.leafHash([UInt8($0)]) }
    let node = Self.nodes(hashes)
    var frontier = MerkleFrontier()
    for size in 1...hashes.count {
      frontier.append(hashes[size - 1])
      let root = Self.slowRoot(hashes[..<size])
      #expect(frontier.root == root)
      #expect(try MerkleFrontier(size: Int64(size), node) == frontier)
      for index in 0..<size {
        let path = try MerkleTree.inclusionProof(index: Int64(index), size: Int64(size), node)
        #expect(path == Self.slowPath(index, hashes[..<size]))
        #expect(
          MerkleTree.checkInclusion(
            leaf: hashes[index], index: Int64(index), size: Int64(size), path: path, root: root))
        #expect(
          !MerkleTree.checkInclusion(
            leaf: MerkleTree.leafHash([99]), index: Int64(index), size: Int64(size), path: path, root: root))
        #expect(
          !MerkleTree.checkInclusion(
            leaf: hashes[index], index: Int64(index), size: Int64(size), path: path + [root], root: root))
      }
      for first in 1...size {
        let former = Self.slowRoot(hashes[..<first])
        let path = try MerkleTree.consistencyProof(first: Int64(first), second: Int64(size), node)
        func holds(_ firstRoot: [UInt8], _ secondRoot: [UInt8], _ path: [[UInt8]]) -> Bool {
          MerkleTree.checkConsistency(
            first: Int64(first), firstRoot: firstRoot, second: Int64(size), secondRoot: secondRoot, path: path)
        }
        #expect(holds(former, root, path))
        #expect(!holds(MerkleTree.leafHash([99]), root, path))
        #expect(!holds(former, MerkleTree.leafHash([99]), path))
        if !path.isEmpty { #expect(!holds(former, root, Array(path.dropLast()))) }
      }
    }
  }

  // MARK: The slow reference

  private static func slowRoot(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    if leaves.count == 1, let leaf = leaves.first { return leaf }
    var half = 1
    while half * 2 < leaves.count { half *= 2 }
    let split = leaves.startIndex + half
    return Array(
      SHA256.hash(data: [1] + slowRoot(leaves[leaves.startIndex..<split]) + slowRoot(leaves[split..<leaves.endIndex])))
  }

  private static func slowPath(_ index: Int, _ leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
    if leaves.count == 1 { return [] }
    var half = 1
    while half * 2 < leaves.count { half *= 2 }
    let split = leaves.startIndex + half
    return index < half
      ? slowPath(index, leaves[leaves.startIndex..<split]) + [slowRoot(leaves[split..<leaves.endIndex])]
      : slowPath(index - half, leaves[split..<leaves.endIndex]) + [slowRoot(leaves[leaves.startIndex..<split])]
  }

  private static func nodes(_ hashes: [[UInt8]]) -> MerkleTree.CompleteNode {
    { level, position in
      let width = 1 << level
      let start = Int(position) * width
      return slowRoot(hashes[start..<(start + width)])
    }
  }

  static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
