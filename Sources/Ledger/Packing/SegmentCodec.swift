import Crypto
import Devices
import Shopfloor

/// Packs consecutive commits into a segment, and gives them back byte for byte.
///
/// A segment has three kinds of parts, each with its SHA-256: one skeleton (``SegmentSkeleton``), columns of times that
/// parameters share (clocks: a version byte, a count and an ``IntegerColumn``), and one ``ReadingBlock`` a parameter. The root
/// of the segment is the Merkle tree hash (RFC 9162, 2.1.1) over those digests in this order.
struct SegmentCodec {
  static let clockVersion: UInt8 = 1

  /// The devices of the ledger by number.
  let devices: [UInt32: DeviceName]
  private let numbers: [DeviceName: UInt32]

  init(devices: [UInt32: DeviceName]) {
    self.devices = devices
    numbers = Dictionary(devices.map { ($0.value, $0.key) }) { first, _ in first }
  }

  struct Fault: Error, Hashable {
    /// Nil: of the segment as a whole.
    var commit: Int64?
    var reason: String
  }

  /// Packs commits; then unpacks them and compares.
  ///
  /// - Parameters:
  ///   - commits: at least one, with consecutive numbers, as they are stored. Where one does not give its hash, its bytes
  ///     are kept as they are and its readings are in no block.
  ///   - head: the readings' hash chain before the first one.
  func pack(_ commits: [StoredCommit], id: Int64, headBefore head: [UInt8]) throws(Fault) -> PackedSegment {
    guard let first = commits.first, let last = commits.last else { throw Fault(commit: nil, reason: "no commits") }
    var packing = SegmentPacking(firstBatch: first.id, head: head)
    for commit in commits { try packing.add(commit, devices: devices, numbers: numbers) }
    let (skeleton, clocks, blocks) = packing.finish()
    packing.forgetReadings()
    let parts = [skeleton] + clocks + blocks.map(\.part)
    let segment = PackedSegment(
      id: id, firstBatch: first.id, lastBatch: last.id, firstTime: packing.firstTime, lastTime: packing.lastTime,
      firstReading: blocks.map(\.header.firstReading).min(), lastReading: blocks.map(\.header.lastReading).max(),
      readingCount: blocks.reduce(0) { $0 + Int64($1.header.readingCount) }, headBefore: head,
      headAfter: packing.head, root: Self.root(of: parts.map(\.digest)), skeleton: skeleton, clocks: clocks,
      blocks: blocks)
    var rest = commits[...]
    try eachCommit(of: segment) { commit in
      if rest.first == commit.stored { rest = rest.dropFirst() }
    }
    guard rest.isEmpty else {
      throw Fault(commit: rest.first?.id, reason: "it does not come back as it was")
    }
    return segment
  }

  /// The Merkle root over the digests of the parts: skeleton, clocks, blocks.
  static func root(of digests: [[UInt8]]) -> [UInt8] {
    MerkleTree.root(ofLeafHashes: digests.map(MerkleTree.leafHash))
  }

  static func digest(of body: [UInt8]) -> [UInt8] { [UInt8](SHA256.hash(data: body)) }

  static func part(_ body: [UInt8]) -> PackedSegment.Part { PackedSegment.Part(digest: digest(of: body), body: body) }

  // MARK: Unpacking

  /// A commit that was packed.
  struct UnpackedCommit: Hashable {
    var stored: StoredCommit
    /// Its batches; empty where it is damaged.
    var batches: [ReadingBatch]
    /// It did not give its hash when it was packed.
    var isDamaged: Bool
  }

  func unpack(_ segment: PackedSegment) throws(Fault) -> [UnpackedCommit] {
    var commits: [UnpackedCommit] = []
    try eachCommit(of: segment) { commits.append($0) }
    return commits
  }

  private func eachCommit(of segment: PackedSegment, _ body: (UnpackedCommit) -> Void) throws(Fault) {
    try eachCommit(
      skeleton: segment.skeleton.body, clocks: segment.clocks.map(\.body),
      blocks: segment.blocks.map { ($0.header.parameter, $0.header.clock, $0.part.body) },
      headBefore: segment.headBefore, body)
  }

  func unpack(
    skeleton: [UInt8], clocks: [[UInt8]], blocks: [(parameter: UInt32, clock: Int, body: [UInt8])],
    headBefore: [UInt8]
  ) throws(Fault) -> [UnpackedCommit] {
    var commits: [UnpackedCommit] = []
    try eachCommit(skeleton: skeleton, clocks: clocks, blocks: blocks, headBefore: headBefore) { commits.append($0) }
    return commits
  }

  /// Gives the commits back, one after the other. Nothing is assumed of the bytes; what digests say of them is for the
  /// caller.
  func eachCommit(
    skeleton bytes: [UInt8], clocks: [[UInt8]], blocks: [(parameter: UInt32, clock: Int, body: [UInt8])],
    headBefore: [UInt8], _ body: (UnpackedCommit) -> Void
  ) throws(Fault) {
    do throws(ByteReader.Damage) {
      let skeleton = try SegmentSkeleton(bytes)
      var columns: [[Int64]] = []
      for clock in clocks { columns.append(try Self.times(clock)) }
      var readings: [UInt32: [Reading]] = [:]
      for block in blocks {
        guard columns.indices.contains(block.clock) else {
          throw ByteReader.Damage(offset: 0, reason: "clock \(block.clock) of \(columns.count)")
        }
        readings[block.parameter] = try ReadingBlock.decode(block.body, times: columns[block.clock])
      }
      var unpacking = try SegmentUnpacking(skeleton, readings, devices: devices, numbers: numbers)
      try unpacking.each(after: headBefore, body)
    } catch {
      throw Fault(commit: nil, reason: "\(error.reason) (byte \(error.offset))")
    }
  }

  /// A column of times.
  static func times(_ clock: [UInt8]) throws(ByteReader.Damage) -> [Int64] {
    var reader = ByteReader(clock)
    guard try reader.byte() == clockVersion else {
      throw ByteReader.Damage(offset: 0, reason: "the form of this clock is not known")
    }
    let times = try IntegerColumn.decode(&reader, count: try reader.count(atMost: ReadingBlock.maximumReadings))
    guard reader.isAtEnd else {
      throw ByteReader.Damage(offset: reader.offset, reason: "there are bytes after the last time")
    }
    return times
  }

  static func clock(_ times: [Int64]) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(clockVersion)
    writer.variable(UInt64(times.count))
    IntegerColumn.encode(times, into: &writer)
    return writer.bytes
  }
}
