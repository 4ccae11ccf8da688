/// What one rule must remember of points of which only the zone is known. Zones count from 0, below -3 sigma, to 7, above
/// +3 sigma; the centre lies between 3 and 4.
struct ZoneAutomaton {
  static let zones = 8
  /// Longest window of k of m whose points are kept one by one.
  private static let longestWindow = 10

  private let rule: RunRule

  /// Nil for a rule that looks at steps, and for one that would have to remember too much.
  init?(_ rule: RunRule) {
    switch rule {
    case .trend, .alternation: return nil
    case .beyond(let count, let window, _, _):
      guard count == window || window <= Self.longestWindow else { return nil }
    default: break
    }
    self.rule = rule
  }

  /// The state of an empty history is 0. Nil: the rule fires.
  func next(_ state: Int, zone: Int) -> Int? {
    switch rule {
    case .beyondLimits: isHigh(zone, 3) || isLow(zone, 3) ? nil : 0
    case .run(let points): run(state, zone, 0, points)
    case .beyond(let count, let window, let sigmas, _) where count == window: run(state, zone, sigmas, count)
    case .beyond(let count, let window, let sigmas, let isPartial):
      windowed(state, zone, sigmas, count, window, isPartial)
    case .withinOneSigma(let points): (3...4).contains(zone) ? counted(state, points) : 0
    case .outsideOneSigma(let points, false): (3...4).contains(zone) ? 0 : counted(state, points)
    case .outsideOneSigma(let points, true): bothSides(state, zone, points)
    case .opposite(let sigmas, let window): opposite(state, zone, sigmas, window)
    case .trend, .alternation: preconditionFailure("steps are not seen in zones")
    }
  }

  /// After so many points the rule's clock stands as before: runs of controls.
  var period: Int {
    if case .opposite(_, let window) = rule { window } else { 1 }
  }

  private func isHigh(_ zone: Int, _ sigmas: Int) -> Bool { zone >= 4 + sigmas }
  private func isLow(_ zone: Int, _ sigmas: Int) -> Bool { zone <= 3 - sigmas }

  private func counted(_ state: Int, _ points: Int) -> Int? { state + 1 == points ? nil : state + 1 }

  /// Points in a row beyond a line: positive above, negative below.
  private func run(_ state: Int, _ zone: Int, _ sigmas: Int, _ points: Int) -> Int? {
    let next = isHigh(zone, sigmas) ? max(state, 0) + 1 : isLow(zone, sigmas) ? min(state, 0) - 1 : 0
    return abs(next) == points ? nil : next
  }

  /// Bits above, bits below, and how many points were seen where that matters.
  private func windowed(
    _ state: Int, _ zone: Int, _ sigmas: Int, _ count: Int, _ window: Int, _ isPartial: Bool
  ) -> Int? {
    let kept = 1 << (window - 1) - 1
    let high = (state & kept) << 1 | (isHigh(zone, sigmas) ? 1 : 0)
    let low = (state >> 16 & kept) << 1 | (isLow(zone, sigmas) ? 1 : 0)
    let seen = isPartial ? window : min(state >> 32 + 1, window)
    if seen == window, high & 1 == 1 && high.nonzeroBitCount >= count || low & 1 == 1 && low.nonzeroBitCount >= count {
      return nil
    }
    return high & kept | (low & kept) << 16 | (isPartial ? 0 : min(seen, window - 1) << 32)
  }

  /// Points in a row beyond one sigma, those of them since the last change of side, and that side.
  private func bothSides(_ state: Int, _ zone: Int, _ points: Int) -> Int? {
    if (3...4).contains(zone) { return 0 }
    let side = isHigh(zone, 1) ? 1 : 2
    let outside = min((state >> 8 & 0xff) + 1, points)
    let sameSide = state & 3 == side ? min(state >> 16 + 1, points) : 1
    return outside == points && sameSide < points ? nil : sameSide << 16 | outside << 8 | side
  }

  /// Points of this run of controls, and on which sides some of them lay.
  private func opposite(_ state: Int, _ zone: Int, _ sigmas: Int, _ window: Int) -> Int? {
    let sides = state & 3 | (isHigh(zone, sigmas) ? 1 : 0) | (isLow(zone, sigmas) ? 2 : 0)
    if sides == 3 { return nil }
    let points = state >> 2 + 1
    return points == window ? 0 : points << 2 | sides
  }
}
