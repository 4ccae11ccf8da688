import Devices
import Shopfloor

/// Puts the commits of a segment together again from its columns.
struct SegmentUnpacking {
  private let skeleton: SegmentSkeleton
  private let devices: [UInt32: DeviceName]
  private let numbers: [DeviceName: UInt32]
  /// By number of the block.
  private var readings: [[Reading]] = []
  private var next: [Int] = []
  /// The shapes as numbers of blocks.
  private var shapes: [[Int]] = []
  private var codec = ReadingBatchCodec()
  private var nextBatch = 0
  private var nextKey = 0
  private var previousReceived: Int64 = 0

  init(
    _ skeleton: SegmentSkeleton, _ blocks: [UInt32: [Reading]], devices: [UInt32: DeviceName],
    numbers: [DeviceName: UInt32]
  ) throws(ByteReader.Damage) {
    self.skeleton = skeleton
    self.devices = devices
    self.numbers = numbers
    var places: [UInt32: Int] = [:]
    for (parameter, found) in blocks {
      places[parameter] = readings.count
      readings.append(found)
    }
    next = [Int](repeating: 0, count: readings.count)
    for shape in skeleton.shapeTable {
      var blocksOfShape: [Int] = []
      for parameter in shape {
        guard let place = places[parameter] else {
          throw ByteReader.Damage(offset: 0, reason: "parameter \(parameter) has no block")
        }
        blocksOfShape.append(place)
      }
      shapes.append(blocksOfShape)
    }
  }

  /// Gives one commit after the other.
  mutating func each(
    after headBefore: [UInt8], _ body: (SegmentCodec.UnpackedCommit) -> Void
  ) throws(ByteReader.Damage) {
    var head = headBefore
    var previousTime: Int64 = 0
    var verbatim = skeleton.verbatim[...]
    for place in skeleton.batchCounts.indices {
      var batches: [ReadingBatch] = []
      for _ in 0..<max(Int(skeleton.batchCounts[place]) - 1, 0) { batches.append(try batch()) }
      var kept: SegmentSkeleton.Verbatim?
      if let first = verbatim.first, first.commit == place {
        kept = first
        verbatim = verbatim.dropFirst()
      }
      var bytes: [UInt8]?
      if skeleton.batchCounts[place] > 0 {
        let stored = kept?.body ?? codec.encode(batches) { numbers[$0] ?? .max }
        head = kept?.damagedHash ?? EventChain.hash(after: head, of: stored)
        bytes = stored
      }
      let time = (batches.last?.receivedAt.microseconds ?? previousTime) &+ skeleton.times[place]
      previousTime = time
      body(
        SegmentCodec.UnpackedCommit(
          stored: StoredCommit(
            id: skeleton.firstBatch &+ Int64(place), time: time, monotonic: time &+ skeleton.monotonics[place],
            lastEvent: skeleton.lastEvents[place], body: bytes, hash: bytes == nil ? nil : head),
          batches: batches, isDamaged: kept?.damagedHash != nil))
    }
  }

  private mutating func batch() throws(ByteReader.Damage) -> ReadingBatch {
    // The skeleton was checked: there are as many batches as its commits say, of known shapes.
    let place = nextBatch
    nextBatch += 1
    guard let number = UInt32(exactly: skeleton.devices[place]), let device = devices[number] else {
      throw ByteReader.Damage(offset: 0, reason: "device number \(skeleton.devices[place]) is not registered")
    }
    let shape = shapes[Int(skeleton.shapes[place])]
    var found: [Reading] = []
    found.reserveCapacity(shape.count)
    for block in shape {
      guard next[block] < readings[block].count else {
        throw ByteReader.Damage(
          offset: 0, reason: "a block has \(readings[block].count) readings, and more are asked for")
      }
      found.append(readings[block][next[block]])
      next[block] += 1
    }
    let near = found.first?.time.microseconds ?? previousReceived
    let received = near &+ skeleton.received[place]
    previousReceived = received
    var key: UInt64?
    if skeleton.hasKey[place] != 0 {
      key = skeleton.keys[nextKey]
      nextKey += 1
    }
    return ReadingBatch(
      device: device, receivedAt: Timestamp(microseconds: received),
      monotonicMicroseconds: received &+ skeleton.batchMonotonics[place], messageKey: key, readings: found)
  }
}
