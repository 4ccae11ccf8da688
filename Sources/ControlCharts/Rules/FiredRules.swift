/// Which rules of a set fire on the newest point: a bit for each, in the order of the set.
@frozen public struct FiredRules: Hashable, Sendable {
  public var rules: UInt32
  /// Of those, the ones whose pattern lies on the upper side, and on the lower side. A rule without a side is in neither.
  public var high: UInt32
  public var low: UInt32

  @inlinable public init(rules: UInt32 = 0, high: UInt32 = 0, low: UInt32 = 0) {
    self.rules = rules
    self.high = high
    self.low = low
  }

  @inlinable public var isEmpty: Bool { rules == 0 }

  /// Whether the rule at this position of the set fires.
  public func contains(_ position: Int) -> Bool { rules & 1 << UInt32(position) != 0 }

  /// Nil where the rule has no side, or does not fire.
  public func side(_ position: Int) -> ChartSide? {
    let bit: UInt32 = 1 << UInt32(position)
    return high & bit != 0 ? .high : low & bit != 0 ? .low : nil
  }
}
