import Devices
import Shopfloor

/// A poll under way: its requests, and what has come of them so far.
struct Poll: Sendable {
  var blocks: [ReadBlock]
  var nextBlock = 0
  var readings: [Reading] = []
  var answeredBlocks = 0
  /// What went wrong last, in words for a technician.
  var fault: String?

  init(blocks: [ReadBlock]) { self.blocks = blocks }

  var isFinished: Bool { nextBlock == blocks.count }

  /// Records the next block as failed.
  mutating func failNext(_ quality: Quality, detail: UInt16 = 0, at time: Timestamp) {
    for mapped in blocks[nextBlock].points {
      for parameter in mapped.parameters {
        readings.append(Reading(parameter: parameter, time: time, quality: quality, detail: detail))
      }
    }
    nextBlock += 1
  }

  mutating func failRest(_ quality: Quality, detail: UInt16 = 0, at time: Timestamp) {
    while !isFinished { failNext(quality, detail: detail, at: time) }
  }
}
