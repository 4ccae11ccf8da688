import Devices

/// A point that somebody wants, with the parameters it feeds; none where it is read only because it scales another.
struct MappedPoint: Hashable, Sendable {
  private let shared: SharedPoint
  let parameters: [ParameterIndex]

  init(point: ProfilePoint, parameters: [ParameterIndex]) {
    self.init(SharedPoint(point), parameters: parameters)
  }

  init(_ shared: SharedPoint, parameters: [ParameterIndex]) {
    self.shared = shared
    self.parameters = parameters
  }

  var point: ProfilePoint { _read { yield shared.point } }

  static func == (left: MappedPoint, right: MappedPoint) -> Bool {
    left.parameters == right.parameters && (left.shared === right.shared || left.point == right.point)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(point.name)
    hasher.combine(parameters)
  }
}

/// A point as all devices of its profile share it: it is several hundred bytes, and a thousand devices have a hundred
/// each.
final class SharedPoint: Sendable {
  let point: ProfilePoint

  init(_ point: ProfilePoint) { self.point = point }
}

/// The points of the profiles met so far.
struct SharedPoints {
  private var profiles: [String: [(points: [ProfilePoint], shared: [SharedPoint])]] = [:]

  /// The points of a profile in its order. Profiles of one name are usually one and the same; that is seen at once.
  mutating func of(_ profile: DeviceProfile) -> [SharedPoint] {
    if let known = profiles[profile.name]?.first(where: { $0.points == profile.points }) { return known.shared }
    let shared = profile.points.map(SharedPoint.init)
    profiles[profile.name, default: []].append((profile.points, shared))
    return shared
  }
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
