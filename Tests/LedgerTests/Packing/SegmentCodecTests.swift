import Devices
import Shopfloor
import Testing

@testable import Ledger

@Suite("Packed segments")
struct SegmentCodecTests {
  let codec = SegmentCodec(devices: AwkwardCommits.devices)

  @Test("commits come back byte for byte, with their hashes, for 150 seeds")
  func roundTrip() throws {
    for seed in 0..<150 as Range<UInt64> {
      let commits = AwkwardCommits.make(seed: seed, first: 17)
      let segment = try codec.pack(commits, id: 3, headBefore: EventChain.genesis)
      #expect(try codec.unpack(segment).map(\.stored) == commits, "seed \(seed)")
      #expect(segment.headAfter == commits.last { $0.hash != nil }?.hash ?? EventChain.genesis)
      #expect((segment.firstBatch, segment.lastBatch) == (17, 16 + Int64(commits.count)))
      #expect(try SegmentSkeleton(segment.skeleton.body).verbatim.isEmpty)
    }
  }

  @Test("headers say of a block what a plain walk through its readings says")
  func headers() throws {
    for seed in 0..<40 as Range<UInt64> {
      let commits = AwkwardCommits.make(seed: seed)
      let segment = try codec.pack(commits, id: 1, headBefore: EventChain.genesis)
      let readings = try AwkwardCommits.readings(of: commits)
      #expect(segment.blocks.map(\.header.parameter) == readings.keys.sorted())
      #expect(segment.readingCount == readings.values.reduce(0) { $0 + Int64($1.count) })
      for block in segment.blocks {
        let found = try #require(readings[block.header.parameter])
        let good = found.filter(\.quality.isGood).map(\.value)
        let sum = good.reduce(0, +)
        #expect(block.header.readingCount == found.count)
        #expect(block.header.goodCount == good.count)
        #expect(block.header.minimum == good.min())
        #expect(block.header.maximum == good.max())
        #expect(block.header.sum == (sum.isFinite ? sum : nil))
        #expect(block.header.firstReading == found.map(\.time.microseconds).min())
        #expect(block.header.lastReading == found.map(\.time.microseconds).max())
      }
    }
  }

  @Test("one parameter is read from its block and its clock alone, with the same bits")
  func block() throws {
    for seed in 0..<40 as Range<UInt64> {
      let commits = AwkwardCommits.make(seed: seed)
      let segment = try codec.pack(commits, id: 1, headBefore: EventChain.genesis)
      let readings = try AwkwardCommits.readings(of: commits)
      for block in segment.blocks {
        let times = try SegmentCodec.times(segment.clocks[block.header.clock].body)
        let found = try ReadingBlock.decode(block.part.body, times: times)
        let stored = try #require(readings[block.header.parameter])
        #expect(found == stored)
        #expect(found.map(\.value.bitPattern) == stored.map(\.value.bitPattern))
      }
    }
  }

  @Test("the root is that of the digests of the parts, and every digest that of its bytes")
  func root() throws {
    let segment = try codec.pack(AwkwardCommits.make(seed: 5), id: 1, headBefore: EventChain.genesis)
    let parts = [segment.skeleton] + segment.clocks + segment.blocks.map(\.part)
    #expect(parts.allSatisfy { $0.digest == SegmentCodec.digest(of: $0.body) })
    #expect(segment.root == MerkleTree.root(ofLeafHashes: parts.map { MerkleTree.leafHash($0.digest) }))
  }

  @Test("a commit that does not give its hash stays as it is, and its readings are in no block")
  func damagedCommit() throws {
    var commits = AwkwardCommits.make(seed: 12)
    let place = try #require(commits.firstIndex { ($0.body?.count ?? 0) > 40 })
    commits[place].body?[30] ^= 4
    let segment = try codec.pack(commits, id: 1, headBefore: EventChain.genesis)
    let unpacked = try codec.unpack(segment)
    #expect(unpacked.map(\.stored) == commits)
    #expect(unpacked.filter(\.isDamaged).map(\.stored.id) == [commits[place].id])
    let others = commits.enumerated().filter { $0.offset != place }.map(\.element)
    let count = try AwkwardCommits.readings(of: others).values.reduce(0) { $0 + $1.count }
    #expect(segment.readingCount == Int64(count))
  }

  @Test("a body in another form than ours is kept as it is")
  func foreignForm() throws {
    // One batch without readings, its device number in a longer form than ours.
    let body: [UInt8] = [1, 1, 0x81, 0x00, 2, 2, 0, 0]
    let hash = EventChain.hash(after: EventChain.genesis, of: body)
    let commit = StoredCommit(id: 1, time: 1, monotonic: 1, lastEvent: 0, body: body, hash: hash)
    let segment = try codec.pack([commit], id: 1, headBefore: EventChain.genesis)
    #expect(try SegmentSkeleton(segment.skeleton.body).verbatim.map(\.body) == [body])
    #expect(try codec.unpack(segment).map(\.stored) == [commit])
  }

  @Test("commits with a hole between them are refused")
  func hole() throws {
    var commits = AwkwardCommits.make(seed: 3)
    commits.remove(at: 1)
    #expect(throws: SegmentCodec.Fault.self) { try codec.pack(commits, id: 1, headBefore: EventChain.genesis) }
  }

  @Test("damaged parts are an error or other commits, never a trap")
  func damage() throws {
    for seed in 0..<150 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let segment = try codec.pack(AwkwardCommits.make(seed: seed % 20), id: 1, headBefore: EventChain.genesis)
      var damaged = segment
      func spoil(_ bytes: inout [UInt8]) {
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8(truncatingIfNeeded: generator.next())
        }
        if Int.random(in: 0...3, using: &generator) == 0 { bytes.removeLast(bytes.count / 2) }
      }
      switch seed % 3 {
      case 0: spoil(&damaged.skeleton.body)
      case 1: for place in damaged.clocks.indices { spoil(&damaged.clocks[place].body) }
      default: for place in damaged.blocks.indices { spoil(&damaged.blocks[place].part.body) }
      }
      // Either outcome is right here; the digests tell.
      _ = try? codec.unpack(damaged)
    }
  }
}
