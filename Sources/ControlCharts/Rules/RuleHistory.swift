/// What the rules remember of a panel: on which side of which line the last 32 points lay, one bit a point with the newest
/// in bit 0, and how the values stepped. 48 bytes; a point costs no loop over points and no memory.
///
/// A pure function of the values, their lines, the gaps and the stages: it can be stored, restored and replayed, and judges
/// the same ever after. It depends on no rule set.
public struct RuleHistory: Codable, Hashable, Sendable {
  /// Above the centre, below it, above +1 sigma, below -1 sigma. Both bits of a point beyond one sigma are set where no such
  /// line was known: it counts neither as inside nor as outside.
  private var zones = SIMD4<UInt32>()
  /// Above +2 sigma, below -2 sigma, risen, fallen.
  private var moves = SIMD4<UInt32>()
  /// Beyond 3 sigma on either side: the zones of the centre say on which.
  private var beyondThreeSigma: UInt32 = 0
  /// Points since the stage or the last breaking gap began, and since the run of controls began; both stop at 32.
  private var seen: UInt8 = 0
  private var seenInRun: UInt8 = 0
  /// Steps in one direction, ties left out: positive when rising; stops at 32.
  private var steadySteps: Int8 = 0
  /// 0 until a point was seen.
  private var previous = 0.0

  public init() {}

  /// Takes the next point and says which rules fire on it. There is no reset after a signal.
  ///
  /// The value must be a finite number: what is none is a ``gap(policy:)``.
  @inline(__always)
  public mutating func take(_ value: Double, lines: RuleLines, rules: CompiledRules) -> FiredRules {
    precondition(value.isFinite, "a value that is no number is a gap")
    let point = SIMD2(value, -value)
    let beyondLimit = bits(point .> lines.threeSigma)
    push(point, lines: lines, beyondLimit: beyondLimit.x | beyondLimit.y)
    return mayFire(rules.filter) ? judge(rules, beyondLimit) : FiredRules()
  }

  /// A point is missing. Under `break` runs restart and windows are emptied; under `skip` nothing happens.
  public mutating func gap(policy: GapPolicy) {
    if policy == .break { self = RuleHistory() }
  }

  /// New limits, a new work order or a reset: nothing before counts any more.
  public mutating func beginStage() { self = RuleHistory() }

  /// A new run of controls begins: what must be of one run (Westgard R-4s) forgets the points before, nothing else does.
  public mutating func beginRun() { seenInRun = 0 }

  @inline(__always)
  private mutating func push(_ point: SIMD2<Double>, lines: RuleLines, beyondLimit: UInt32) {
    let last = seen == 0 ? point : SIMD2(previous, -previous)
    zones = zones &<< 1 | bits(pair(point, point) .> pair(lines.centers, lines.oneSigma))
    let newest = bits(pair(point, point) .> pair(lines.twoSigma, last))
    moves = moves &<< 1 | newest
    beyondThreeSigma = beyondThreeSigma << 1 | beyondLimit
    let step = Int32(truncatingIfNeeded: newest.z) &- Int32(truncatingIfNeeded: newest.w)
    // All ones where the step goes against those before it: then they count no more. A tie is no step.
    let turned = ((Int32(steadySteps) ^ step) >> 31) & (0 &- (step & 1))
    steadySteps = Int8(truncatingIfNeeded: max(-32, min(32, Int32(steadySteps) & ~turned &+ step)))
    previous = point.x
    seen &+= seen < 32 ? 1 : 0
    seenInRun &+= seenInRun < 32 ? 1 : 0
  }

  /// False where certainly no rule fires: nearly always, and without a branch.
  @inline(__always)
  private func mayFire(_ filter: RuleFilter) -> Bool {
    let missingZones = ~zones & filter.zones
    let missingMoves = ~moves & filter.moves
    let quietZones = missingZones & (missingZones &- filter.zonesSlack) | missingZones & 1
    let quietMoves = missingMoves & (missingMoves &- filter.movesSlack) | missingMoves & 1
    let oneSigma = zones.z | zones.w
    let even: UInt32 = 0x5555_5555
    let zigzag = moves.z & even | moves.w & ~even
    let zagzig = moves.w & even | moves.z & ~even
    let hits = bit(any((quietZones .== 0) .| (quietMoves .== 0)))
    let hasPattern =
      bit(~zigzag & filter.turns == 0) | bit(~zagzig & filter.turns == 0)
      | bit(oneSigma & filter.inside == 0) & bit(seen >= filter.insideSeen) | bit(~oneSigma & filter.outside == 0)
      | bit(~beyondThreeSigma & filter.beyondThreeSigma == 0)
      | bit((moves.x | moves.y | beyondThreeSigma) & filter.opposite != 0)
      | bit(steadySteps >= filter.steadySteps) | bit(steadySteps <= 0 &- filter.steadySteps)
    return hits | hasPattern != 0
  }

  @inline(never)
  private func judge(_ rules: CompiledRules, _ beyondLimit: SIMD2<UInt32>) -> FiredRules {
    var fired = FiredRules()
    for check in rules.checks { judge(check, beyondLimit, &fired) }
    return fired
  }

  private func judge(_ check: RuleCheck, _ beyondLimit: SIMD2<UInt32>, _ fired: inout FiredRules) {
    let mask = check.mask
    var isHigh = false
    var isLow = false
    var fires = false
    switch check.kind {
    case .limits:
      isHigh = beyondLimit.x != 0
      isLow = beyondLimit.y != 0
    case .zoneAll:
      let (high, low) = zone(check.sigmas)
      isHigh = ~high & mask == 0
      isLow = ~low & mask == 0
    case .zoneAllButOne:
      let (high, low) = zone(check.sigmas)
      isHigh = high & 1 != 0 && isOneBitAtMost(~high & mask)
      isLow = low & 1 != 0 && isOneBitAtMost(~low & mask)
    case .zoneCount:
      let (high, low) = zone(check.sigmas)
      isHigh = high & 1 != 0 && (high & mask).nonzeroBitCount >= Int(check.count)
      isLow = low & 1 != 0 && (low & mask).nonzeroBitCount >= Int(check.count)
    case .steps:
      isHigh = ~moves.z & mask == 0
      isLow = ~moves.w & mask == 0
    case .steadySteps:
      isHigh = steadySteps >= Int8(check.count)
      isLow = steadySteps <= -Int8(check.count)
    case .turns:
      let even: UInt32 = 0x5555_5555
      fires =
        ~(moves.z & even | moves.w & ~even) & mask == 0 || ~(moves.w & even | moves.z & ~even) & mask == 0
    case .inside:
      fires = (zones.z | zones.w) & mask == 0
    case .outside:
      fires = ~(zones.z ^ zones.w) & mask == 0
      isHigh = fires && zones.w & mask == 0
      isLow = fires && zones.z & mask == 0
    case .outsideBothSides:
      fires = ~(zones.z ^ zones.w) & mask == 0 && zones.z & mask != 0 && zones.w & mask != 0
    case .opposite:
      let ofRun = mask & UInt32(truncatingIfNeeded: (1 as UInt64) << UInt64(seenInRun) &- 1)
      let (high, low) = zone(check.sigmas)
      fires = high & ofRun != 0 && low & ofRun != 0
    }
    guard seen >= check.minimumSeen else { return }
    if isHigh { fired.high |= check.bit }
    if isLow { fired.low |= check.bit }
    if fires || isHigh || isLow { fired.rules |= check.bit }
  }

  /// The bits above and below the line of so many sigmas; 0 is the centre.
  private func zone(_ sigmas: UInt8) -> (high: UInt32, low: UInt32) {
    switch sigmas {
    case 0: (zones.x, zones.y)
    case 1: (zones.z & ~zones.w, zones.w & ~zones.z)
    case 2: (moves.x, moves.y)
    default: (beyondThreeSigma & zones.x, beyondThreeSigma & zones.y)
    }
  }
}

private func bit(_ isSet: Bool) -> UInt32 { isSet ? 1 : 0 }

private func isOneBitAtMost(_ bits: UInt32) -> Bool { bits & (bits &- 1) == 0 }

private func pair(_ one: SIMD2<Double>, _ other: SIMD2<Double>) -> SIMD4<Double> {
  SIMD4(lowHalf: one, highHalf: other)
}

/// 1 where the mask is set.
private func bits(_ mask: SIMDMask<SIMD4<Int64>>) -> SIMD4<UInt32> {
  SIMD4(truncatingIfNeeded: SIMD4<UInt64>().replacing(with: 1, where: mask))
}

private func bits(_ mask: SIMDMask<SIMD2<Int64>>) -> SIMD2<UInt32> {
  SIMD2(truncatingIfNeeded: SIMD2<UInt64>().replacing(with: 1, where: mask))
}
