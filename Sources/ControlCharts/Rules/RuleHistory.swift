/// What the rules remember of a panel: on which side of which line the last 32 points lay, one bit a point with the newest
/// in bit 0, and how the values stepped. 48 bytes; a point costs no loop over points and no memory.
///
/// A pure function of the values, their lines, the gaps and the stages: it can be stored, restored and replayed, and judges
/// the same ever after. It depends on no rule set.
public struct RuleHistory: Codable, Hashable, Sendable {
  private var above: UInt32 = 0
  private var below: UInt32 = 0
  /// Both bits of a point are set where no one-sigma line was known: it counts neither as inside nor as outside.
  private var aboveOneSigma: UInt32 = 0
  private var belowOneSigma: UInt32 = 0
  private var aboveTwoSigma: UInt32 = 0
  private var belowTwoSigma: UInt32 = 0
  /// On either side: `above` and `below` say on which.
  private var beyondThreeSigma: UInt32 = 0
  private var up: UInt32 = 0
  private var down: UInt32 = 0
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
  public mutating func take(_ value: Double, lines: RuleLines, rules: CompiledRules) -> FiredRules {
    precondition(value.isFinite, "a value that is no number is a gap")
    let isAboveLimit = value > lines.upperThreeSigma
    let isBelowLimit = value < lines.lowerThreeSigma
    push(value, lines: lines, isBeyondLimit: isAboveLimit || isBelowLimit)
    var fired = FiredRules()
    for check in rules.checks { judge(check, isAboveLimit, isBelowLimit, &fired) }
    return fired
  }

  /// A point is missing. Under `break` runs restart and windows are emptied; under `skip` nothing happens.
  public mutating func gap(policy: GapPolicy) {
    if policy == .break { self = RuleHistory() }
  }

  /// New limits, a new work order or a reset: nothing before counts any more.
  public mutating func beginStage() { self = RuleHistory() }

  /// A new run of controls begins: what must be of one run (Westgard R-4s) forgets the points before, nothing else does.
  public mutating func beginRun() { seenInRun = 0 }

  private mutating func push(_ value: Double, lines: RuleLines, isBeyondLimit: Bool) {
    above = above << 1 | bit(value > lines.center)
    below = below << 1 | bit(value < lines.center)
    // "Not at or below" is also true of a line that is not known.
    aboveOneSigma = aboveOneSigma << 1 | bit(!(value <= lines.upperOneSigma))
    belowOneSigma = belowOneSigma << 1 | bit(!(value >= lines.lowerOneSigma))
    aboveTwoSigma = aboveTwoSigma << 1 | bit(value > lines.upperTwoSigma)
    belowTwoSigma = belowTwoSigma << 1 | bit(value < lines.lowerTwoSigma)
    beyondThreeSigma = beyondThreeSigma << 1 | bit(isBeyondLimit)
    let hasPrevious = bit(seen > 0)
    let isRise = bit(value > previous) & hasPrevious
    let isFall = bit(value < previous) & hasPrevious
    up = up << 1 | isRise
    down = down << 1 | isFall
    let step = Int8(truncatingIfNeeded: isRise) &- Int8(truncatingIfNeeded: isFall)
    if step != 0 {
      steadySteps = steadySteps ^ step < 0 ? step : max(-32, min(32, steadySteps &+ step))
    }
    previous = value
    seen = min(seen &+ 1, 32)
    seenInRun = min(seenInRun &+ 1, 32)
  }

  private func judge(
    _ check: RuleCheck, _ isAboveLimit: Bool, _ isBelowLimit: Bool, _ fired: inout FiredRules
  ) {
    let mask = check.mask
    var isHigh = false
    var isLow = false
    var fires = false
    switch check.kind {
    case .limits:
      isHigh = isAboveLimit
      isLow = isBelowLimit
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
      isHigh = ~up & mask == 0
      isLow = ~down & mask == 0
    case .steadySteps:
      isHigh = steadySteps >= Int8(check.count)
      isLow = steadySteps <= -Int8(check.count)
    case .turns:
      let even: UInt32 = 0x5555_5555
      fires = ~(up & even | down & ~even) & mask == 0 || ~(down & even | up & ~even) & mask == 0
    case .inside:
      fires = (aboveOneSigma | belowOneSigma) & mask == 0
    case .outside:
      fires = ~(aboveOneSigma ^ belowOneSigma) & mask == 0
      isHigh = fires && belowOneSigma & mask == 0
      isLow = fires && aboveOneSigma & mask == 0
    case .outsideBothSides:
      fires =
        ~(aboveOneSigma ^ belowOneSigma) & mask == 0 && aboveOneSigma & mask != 0 && belowOneSigma & mask != 0
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
    case 0: (above, below)
    case 1: (aboveOneSigma & ~belowOneSigma, belowOneSigma & ~aboveOneSigma)
    case 2: (aboveTwoSigma, belowTwoSigma)
    default: (beyondThreeSigma & above, beyondThreeSigma & below)
    }
  }
}

private func bit(_ isSet: Bool) -> UInt32 { isSet ? 1 : 0 }

private func isOneBitAtMost(_ bits: UInt32) -> Bool { bits & (bits &- 1) == 0 }
