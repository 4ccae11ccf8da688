/// One rule as masks over the bits of a ``RuleHistory``.
struct RuleCheck: Hashable, Sendable {
  enum Kind: UInt8, Sendable {
    case limits
    /// The newest is beyond a line, and all of the window; all but one; or `count` of them.
    case zoneAll, zoneAllButOne, zoneCount
    case steps, steadySteps, turns, inside, outside, outsideBothSides, opposite
  }

  var kind: Kind
  /// 0 is the centre line.
  var sigmas: UInt8 = 0
  /// Points beyond the line, or steps, that are needed.
  var count: UInt8 = 0
  /// Points that the stage must have had; 0 where fewer will do.
  var minimumSeen: UInt8 = 0
  /// The points, or steps, that the rule looks at.
  var mask: UInt32 = 0
  /// Its bit in ``FiredRules``.
  var bit: UInt32

  /// The rule's parameters lie within their bounds.
  init(_ rule: RunRule, bit: UInt32) {
    self.bit = bit
    switch rule {
    case .beyondLimits:
      kind = .limits
    case .beyond(let count, let window, let sigmas, let isPartial):
      kind = count == window ? .zoneAll : count == window - 1 ? .zoneAllButOne : .zoneCount
      self.sigmas = UInt8(sigmas)
      self.count = UInt8(count)
      minimumSeen = isPartial ? 0 : UInt8(window)
      mask = Self.mask(window)
    case .run(let points):
      kind = .zoneAll
      mask = Self.mask(points)
    case .trend(let points, let ties):
      kind = ties == .break ? .steps : .steadySteps
      count = UInt8(points - 1)
      mask = Self.mask(points - 1)
    case .alternation(let points):
      kind = .turns
      mask = Self.mask(points - 1)
    case .withinOneSigma(let points):
      kind = .inside
      minimumSeen = UInt8(points)
      mask = Self.mask(points)
    case .outsideOneSigma(let points, let bothSides):
      kind = bothSides ? .outsideBothSides : .outside
      mask = Self.mask(points)
    case .opposite(let sigmas, let window):
      kind = .opposite
      self.sigmas = UInt8(sigmas)
      mask = Self.mask(window)
    }
  }

  /// The newest so many bits, 1 to 32.
  private static func mask(_ points: Int) -> UInt32 { UInt32.max >> UInt32(32 - points) }
}
