import Devices

/// The requests of one poll.
struct ReadPlan: Sendable, Equatable {
  /// A point that is due and left out, because the device refuses its address.
  struct Refused: Sendable, Hashable {
    var parameters: [ParameterIndex]
    var exception: UInt8
  }

  var blocks: [ReadBlock]
  var refused: [Refused]
  /// Points of the device that scale others.
  var scaleSlotCount: Int
  /// Readings that the poll gives.
  private(set) var readingCount: Int

  init(blocks: [ReadBlock], refused: [Refused] = [], scaleSlotCount: Int = 0) {
    self.blocks = blocks
    self.refused = refused
    self.scaleSlotCount = scaleSlotCount
    readingCount =
      blocks.reduce(0) { $0 + $1.decoding.readingCount } + refused.reduce(0) { $0 + $1.parameters.count }
  }

  func expectedMicroseconds(_ cost: RequestCost) -> Double {
    blocks.reduce(0) { $0 + cost.microseconds(of: $1.request) }
  }
}
