/// On which side of the centre line the last 32 points lay: one bit a point, the newest in bit 0.
struct SideHistory: Codable, Hashable, Sendable {
  private var above: UInt32 = 0
  private var below: UInt32 = 0

  mutating func take(isAbove: Bool, isBelow: Bool) {
    above = above << 1 | (isAbove ? 1 : 0)
    below = below << 1 | (isBelow ? 1 : 0)
  }

  mutating func empty() {
    above = 0
    below = 0
  }

  /// The side on which all the last points of the mask lie.
  func side(ofLast mask: UInt32) -> ChartSide? {
    if above & mask == mask { return .high }
    if below & mask == mask { return .low }
    return nil
  }

  /// A mask of the newest `points` bits; `points` lies in ``ChartRule/runLengths``.
  static func mask(points: Int) -> UInt32 { UInt32.max >> UInt32(32 - points) }
}
