import Devices
import Shopfloor

/// A segment in the making: commits come one after the other.
struct SegmentPacking {
  private var skeleton: SegmentSkeleton
  private var readings: [UInt32: [Reading]] = [:]
  private var shapeNumbers: [[UInt32]: Int64] = [:]
  private var codec = ReadingBatchCodec()
  private var previousReceived: Int64 = 0
  private var previousTime: Int64 = 0
  /// The readings' hash chain after the commits so far.
  private(set) var head: [UInt8]
  private(set) var firstTime = Int64.max
  private(set) var lastTime = Int64.min
  private var nextID: Int64

  init(firstBatch: Int64, head: [UInt8]) {
    skeleton = SegmentSkeleton(firstBatch: firstBatch)
    nextID = firstBatch
    self.head = head
  }

  mutating func add(
    _ commit: StoredCommit, devices: [UInt32: DeviceName], numbers: [DeviceName: UInt32]
  ) throws(SegmentCodec.Fault) {
    guard commit.id == nextID else {
      throw SegmentCodec.Fault(commit: nextID, reason: "it is missing; the next one is \(commit.id)")
    }
    nextID += 1
    firstTime = min(firstTime, commit.time)
    lastTime = max(lastTime, commit.time)
    let batches = try batches(of: commit, devices: devices, numbers: numbers)
    var near = previousTime
    for batch in batches {
      add(batch, device: numbers[batch.device])
      near = batch.receivedAt.microseconds
    }
    skeleton.batchCounts.append(commit.body == nil ? 0 : Int64(batches.count) + 1)
    skeleton.lastEvents.append(commit.lastEvent)
    skeleton.times.append(commit.time &- near)
    skeleton.monotonics.append(commit.monotonic &- commit.time)
    previousTime = commit.time
  }

  /// The batches of a commit, where it gives its hash; what its columns do not give again is kept as it is.
  private mutating func batches(
    of commit: StoredCommit, devices: [UInt32: DeviceName], numbers: [DeviceName: UInt32]
  ) throws(SegmentCodec.Fault) -> [ReadingBatch] {
    guard let body = commit.body else {
      guard commit.hash == nil else { throw SegmentCodec.Fault(commit: commit.id, reason: "it has a hash of nothing") }
      return []
    }
    guard let stored = commit.hash, stored.count == EventChain.genesis.count else {
      throw SegmentCodec.Fault(commit: commit.id, reason: "it has readings and no hash")
    }
    let place = skeleton.batchCounts.count
    let hash = EventChain.hash(after: head, of: body)
    head = stored
    var found: [ReadingBatch]?
    if hash == stored {
      do throws(ByteReader.Damage) {
        found = try ReadingBatchCodec.decode(body) { devices[$0] }
      } catch {
        found = nil
      }
    }
    guard let found else {
      // Its stored hash is kept too, so that the chain goes on behind it as it did before.
      skeleton.verbatim.append(.init(commit: place, body: body, damagedHash: stored))
      return []
    }
    if codec.encode(found, deviceNumber: { numbers[$0] ?? .max }) != body {
      skeleton.verbatim.append(.init(commit: place, body: body, damagedHash: nil))
    }
    return found
  }

  private mutating func add(_ batch: ReadingBatch, device: UInt32?) {
    let shape = batch.readings.map(\.parameter.rawValue)
    let shapeNumber = shapeNumbers[shape] ?? Int64(skeleton.shapeTable.count)
    if Int(shapeNumber) == skeleton.shapeTable.count {
      shapeNumbers[shape] = shapeNumber
      skeleton.shapeTable.append(shape)
    }
    let received = batch.receivedAt.microseconds
    let near = batch.readings.first?.time.microseconds ?? previousReceived
    // A batch that was decoded has a device with a number.
    skeleton.devices.append(Int64(device ?? 0))
    skeleton.shapes.append(shapeNumber)
    skeleton.received.append(received &- near)
    skeleton.batchMonotonics.append(batch.monotonicMicroseconds &- received)
    skeleton.hasKey.append(batch.messageKey == nil ? 0 : 1)
    if let key = batch.messageKey { skeleton.keys.append(key) }
    for reading in batch.readings { readings[reading.parameter.rawValue, default: []].append(reading) }
    previousReceived = received
  }

  /// After the parts were made, so that they are not in memory twice while what was packed is compared.
  mutating func forgetReadings() { readings = [:] }

  /// The parts: blocks by the number of their parameter.
  func finish() -> (skeleton: PackedSegment.Part, clocks: [PackedSegment.Part], blocks: [PackedSegment.Block]) {
    var clockNumbers: [[Int64]: Int] = [:]
    var clocks: [PackedSegment.Part] = []
    var blocks: [PackedSegment.Block] = []
    for (parameter, found) in readings.sorted(by: { $0.key < $1.key }) {
      let times = found.map(\.time.microseconds)
      let number = clockNumbers[times] ?? clocks.count
      if number == clocks.count {
        clockNumbers[times] = number
        clocks.append(SegmentCodec.part(SegmentCodec.clock(times)))
      }
      blocks.append(
        PackedSegment.Block(
          header: ReadingBlock.header(of: found, parameter: parameter, clock: number),
          part: SegmentCodec.part(ReadingBlock.encode(found, parameter: parameter, clock: number))))
    }
    return (SegmentCodec.part(skeleton.encoded), clocks, blocks)
  }
}
