import Devices

/// A point that somebody wants, with the parameters it feeds; none where it is read only because it scales another.
struct MappedPoint: Hashable, Sendable {
  var point: ProfilePoint
  var parameters: [ParameterIndex]
}

/// One request and the points its reply carries.
struct ReadBlock: Sendable, Equatable {
  /// Why the block is asked.
  enum Purpose: Hashable, Sendable {
    case planned
    /// A part of a block that the device refused; the number is the refusal's in its poll.
    case piece(Int)
    /// A stretch that the device once refused.
    case probe
    /// One point alone, while the device refuses everything else.
    case signOfLife
  }

  let request: ReadRequest
  let points: [MappedPoint]
  var purpose: Purpose
  let decoding: BlockDecoding

  /// - Parameter slots: of the whole device; where the points need none it may be left out.
  init(
    request: ReadRequest, points: [MappedPoint], purpose: Purpose = .planned, slots: ScaleSlots = ScaleSlots([])
  ) {
    self.request = request
    self.points = points
    self.purpose = purpose
    decoding = BlockDecoding(points, start: request.address, slots: slots)
  }

  static func == (left: ReadBlock, right: ReadBlock) -> Bool {
    left.request == right.request && left.points == right.points && left.purpose == right.purpose
  }
}
