import Devices
import Shopfloor

/// Collects the replies of one poll of one device, in whatever order they come, into its readings and texts.
struct PollDecoder: Sendable {
  /// The blocks of the poll in the order in which they are asked; replacements follow at the end.
  private(set) var blocks: [ReadBlock] = []
  /// Blocks that have no outcome yet.
  private(set) var outstanding = 0
  /// Blocks that were answered with data.
  private(set) var answeredBlocks = 0
  private var hasOutcome: [Bool] = []
  private var values = DecodedValues()

  var isFinished: Bool { outstanding == 0 }

  init() {}

  /// - Parameter time: of the readings of the points that the device is known to refuse.
  init(_ plan: ReadPlan, at time: Timestamp) {
    start(plan, at: time)
  }

  /// Begins the next poll; keeps the memory of the last one.
  mutating func start(_ plan: ReadPlan, at time: Timestamp) {
    blocks = plan.blocks
    outstanding = blocks.count
    answeredBlocks = 0
    hasOutcome.removeAll(keepingCapacity: true)
    hasOutcome.append(contentsOf: repeatElement(false, count: blocks.count))
    values.readings = []
    values.readings.reserveCapacity(plan.readingCount)
    values.texts = []
    values.unscaled.removeAll(keepingCapacity: true)
    values.scales.removeAll(keepingCapacity: true)
    values.scales.append(contentsOf: repeatElement(.unread, count: plan.scaleSlotCount))
    for refused in plan.refused {
      for parameter in refused.parameters {
        values.readings.append(
          Reading(
            parameter: parameter, time: time, quality: .badDeviceException, detail: UInt16(refused.exception)))
      }
    }
  }

  /// Takes the data bytes of the reply to a block, which the matcher has held against the request.
  mutating func accept(_ index: Int, data: UnsafeRawBufferPointer, at time: Timestamp) {
    precondition(data.count == blocks[index].request.replyByteCount, "the matcher let a reply of another size through")
    guard settle(index) else { return }
    answeredBlocks += 1
    blocks[index].decoding.decode(data, of: blocks[index].points, block: index, at: time, into: &values)
  }

  /// The same with the data in an array.
  mutating func accept(_ index: Int, data: [UInt8], at time: Timestamp) {
    data.withUnsafeBytes { accept(index, data: $0, at: time) }
  }

  /// Records a block as failed; `detail` is the exception code where there is one.
  mutating func fail(_ index: Int, _ quality: Quality, detail: UInt16 = 0, at time: Timestamp) {
    guard settle(index) else { return }
    for mapped in blocks[index].points {
      for parameter in mapped.parameters {
        values.readings.append(Reading(parameter: parameter, time: time, quality: quality, detail: detail))
      }
    }
  }

  /// Records every block without an outcome as failed.
  mutating func failRest(_ quality: Quality, detail: UInt16 = 0, at time: Timestamp) {
    for index in blocks.indices where !hasOutcome[index] { fail(index, quality, detail: detail, at: time) }
  }

  /// Asks other blocks in place of a refused one.
  mutating func replace(_ index: Int, with replacements: [ReadBlock]) {
    guard settle(index) else { return }
    append(replacements)
  }

  /// Asks further blocks in this poll.
  mutating func append(_ further: [ReadBlock]) {
    blocks += further
    outstanding += further.count
    hasOutcome.append(contentsOf: repeatElement(false, count: further.count))
  }

  /// Whether the block still waits for its outcome.
  func isOutstanding(_ index: Int) -> Bool { !hasOutcome[index] }

  /// What the poll brought, each reading with the time of its own reply; empties the decoder.
  mutating func takeResult() -> (readings: [Reading], texts: [TextReading]) {
    for unscaled in values.unscaled {
      let block = blocks[unscaled.block]
      block.decoding.finish(unscaled, of: block.points, into: &values)
    }
    defer {
      values.readings = []
      values.texts = []
      values.unscaled.removeAll(keepingCapacity: true)
    }
    return (values.readings, values.texts)
  }

  private mutating func settle(_ index: Int) -> Bool {
    guard !hasOutcome[index] else { return false }
    hasOutcome[index] = true
    outstanding -= 1
    return true
  }
}
