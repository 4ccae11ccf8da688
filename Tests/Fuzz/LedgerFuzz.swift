import Devices
import Shopfloor

@testable import Ledger
@testable import Modbus

/// One segment: packed, given back, spoilt, read again.
struct LedgerFuzz {
  private var generator: SeededGenerator
  private static let devices: [UInt32: DeviceName] = [1: "plc-1", 300: "sensor"]

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func run(_ tally: inout LedgerTally) throws {
    let codec = SegmentCodec(devices: Self.devices)
    let commits = commits()
    let segment: PackedSegment
    do throws(SegmentCodec.Fault) {
      segment = try codec.pack(commits, id: 1, headBefore: EventChain.genesis)
    } catch {
      throw FuzzFinding("packing: \(error.reason)")
    }
    tally.segments += 1
    tally.commits += commits.count
    for _ in 0..<8 { try spoil(segment, commits, codec, &tally) }
    for commit in commits { try spoil(commit) }
  }

  private mutating func spoil(
    _ segment: PackedSegment, _ commits: [StoredCommit], _ codec: SegmentCodec, _ tally: inout LedgerTally
  ) throws {
    var spoilt = segment
    let place = Int.random(in: 0...(spoilt.clocks.count + spoilt.blocks.count), using: &generator)
    if place == 0 {
      mutate(&spoilt.skeleton.body)
    } else if place <= spoilt.clocks.count {
      mutate(&spoilt.clocks[place - 1].body)
    } else {
      mutate(&spoilt.blocks[place - 1 - spoilt.clocks.count].part.body)
    }
    guard spoilt != segment else { return }
    let parts = [spoilt.skeleton] + spoilt.clocks + spoilt.blocks.map(\.part)
    guard parts.contains(where: { SegmentCodec.digest(of: $0.body) != $0.digest }) else {
      throw FuzzFinding("a spoilt part gives its digest")
    }
    do throws(SegmentCodec.Fault) {
      let found = try codec.unpack(spoilt)
      if found.map(\.stored) == commits { tally.seenByDigestAlone += 1 } else { tally.readDifferently += 1 }
    } catch {
      tally.refused += 1
    }
  }

  private mutating func spoil(_ commit: StoredCommit) throws {
    guard var body = commit.body else { return }
    mutate(&body)
    // Whether it is refused or read as something else: its hash tells.
    _ = try? ReadingBatchCodec.decode(body) { Self.devices[$0] }
    guard body == commit.body || EventChain.hash(after: EventChain.genesis, of: body) != commit.hash else {
      throw FuzzFinding("a spoilt commit gives its hash")
    }
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: bytes.indices, using: &generator)
      switch Int.random(in: 0...4, using: &generator) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 2: bytes[place] = Bool.random(using: &generator) ? 0xFF : 0
      case 3: bytes.removeSubrange(place..<min(place + Int.random(in: 1...9, using: &generator), bytes.count))
      default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
      }
    }
  }

  // MARK: Commits

  private mutating func commits() -> [StoredCommit] {
    var codec = ReadingBatchCodec()
    var head = EventChain.genesis
    var time: Int64 = 1_795_000_000_000_000
    var commits: [StoredCommit] = []
    for id in 1...Int64.random(in: 1...20, using: &generator) {
      time += Int64.random(in: -9...1_000_000, using: &generator)
      let batches = (0..<Int.random(in: 0...2, using: &generator)).map { _ in batch(time) }
      var commit = StoredCommit(id: id, time: time, monotonic: time / 3, lastEvent: id / 4, body: nil, hash: nil)
      if !batches.isEmpty {
        let bytes = codec.encode(batches) { $0 == "plc-1" ? 1 : 300 }
        head = EventChain.hash(after: head, of: bytes)
        (commit.body, commit.hash) = (bytes, head)
      }
      commits.append(commit)
    }
    return commits
  }

  private mutating func batch(_ time: Int64) -> ReadingBatch {
    let readings = (0..<UInt32.random(in: 0...12, using: &generator)).map { parameter in
      reading(ParameterIndex(Bool.random(using: &generator) ? parameter : .random(in: 0...9, using: &generator)), time)
    }
    return ReadingBatch(
      device: Bool.random(using: &generator) ? "plc-1" : "sensor", receivedAt: Timestamp(microseconds: time),
      monotonicMicroseconds: time / 3, messageKey: Bool.random(using: &generator) ? generator.next() : nil,
      readings: readings)
  }

  private mutating func reading(_ parameter: ParameterIndex, _ time: Int64) -> Reading {
    let late = Int.random(in: 0...9, using: &generator) == 0 ? Int64.random(in: 0...1 << 40, using: &generator) : 0
    let at = Timestamp(microseconds: time - late)
    switch Int.random(in: 0...5, using: &generator) {
    case 0: return Reading(parameter: parameter, time: at, value: Double(bitPattern: generator.next()))
    case 1:
      let word = UInt16.random(in: 0...400, using: &generator)
      return Reading(parameter: parameter, time: at, value: Double(word) / 10, raw: UInt64(word), rawWordCount: 1)
    case 2:
      let value = Float.random(in: -1...1, using: &generator)
      return Reading(
        parameter: parameter, time: at, value: Double(value), raw: UInt64(value.bitPattern), rawWordCount: 2)
    case 3:
      return Reading(
        parameter: parameter, time: at, quality: Quality.allCases.randomElement(using: &generator) ?? .good, value: 7,
        detail: UInt16.random(in: 0...9, using: &generator), raw: generator.next(), rawWordCount: 4)
    default: return Reading(parameter: parameter, time: at, value: -0.0)
    }
  }
}
