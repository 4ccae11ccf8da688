/// What must at least be true of a history for any rule of a set to fire: a few masks that tell quickly, for nearly every
/// point, that none does. Where it says "perhaps", the rules themselves decide.
struct RuleFilter: Hashable, Sendable {
  private static let none = UInt32.max

  /// For each register: bits that must be set, of which one may be missing where the slack is 1. A register that no rule
  /// uses asks for all 32.
  private(set) var zones = SIMD4(repeating: Self.none)
  private(set) var zonesSlack = SIMD4<UInt32>()
  private(set) var moves = SIMD4(repeating: Self.none)
  private(set) var movesSlack = SIMD4<UInt32>()
  private(set) var beyondThreeSigma = Self.none
  private(set) var turns = Self.none
  private(set) var inside = Self.none
  private(set) var insideSeen = UInt8.max
  private(set) var outside = Self.none
  /// 0 where no rule asks.
  private(set) var opposite: UInt32 = 0
  private(set) var steadySteps = Int8.max

  init(_ checks: [RuleCheck]) {
    for check in checks { admit(check) }
  }

  private mutating func admit(_ check: RuleCheck) {
    switch check.kind {
    case .limits: beyondThreeSigma &= 1
    case .zoneAll: admitZone(check.sigmas, check.mask, slack: 0)
    case .zoneAllButOne: admitZone(check.sigmas, check.mask, slack: 1)
    case .zoneCount: admitZone(check.sigmas, 1, slack: 0)
    case .steps:
      moves.z &= check.mask
      moves.w &= check.mask
    case .steadySteps: steadySteps = min(steadySteps, Int8(check.count))
    case .turns: turns &= check.mask
    case .inside:
      inside &= check.mask
      insideSeen = min(insideSeen, check.minimumSeen)
    case .outside, .outsideBothSides: outside &= check.mask
    case .opposite:
      // The register of one sigma is not looked at here: such a rule is judged at every point.
      if check.sigmas == 1 { beyondThreeSigma = 0 }
      opposite |= check.mask
    }
  }

  private mutating func admitZone(_ sigmas: UInt8, _ mask: UInt32, slack: UInt32) {
    switch sigmas {
    case 0:
      zones.x &= mask
      zones.y &= mask
    case 1:
      zones.z &= mask
      zones.w &= mask
      zonesSlack.z |= slack
      zonesSlack.w |= slack
    case 2:
      moves.x &= mask
      moves.y &= mask
      movesSlack.x |= slack
      movesSlack.y |= slack
    default: beyondThreeSigma &= slack == 0 ? mask : 1
    }
  }
}
