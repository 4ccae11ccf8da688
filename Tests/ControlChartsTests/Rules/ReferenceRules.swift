import ControlCharts

/// A slow, obvious rule engine written from the definitions: it keeps every point and scans the windows anew.
struct ReferenceRules {
  struct Point {
    var value: Double
    /// On which lines' far side the point lies strictly, by sigmas; 0 is the centre, a missing line is never passed.
    private var isAbove: (Bool, Bool, Bool, Bool)
    private var isBelow: (Bool, Bool, Bool, Bool)
    /// Neither beyond a one-sigma line nor without any.
    let isInside: Bool

    init(_ value: Double, _ lines: PanelLines) {
      func isAbove(_ line: Double?) -> Bool { if let line { value > line } else { false } }
      func isBelow(_ line: Double?) -> Bool { if let line { value < line } else { false } }
      self.value = value
      self.isAbove = (
        isAbove(lines.center), isAbove(lines.upperOneSigma), isAbove(lines.upperTwoSigma),
        isAbove(lines.upperThreeSigma)
      )
      self.isBelow = (
        isBelow(lines.center), isBelow(lines.lowerOneSigma), isBelow(lines.lowerTwoSigma),
        isBelow(lines.lowerThreeSigma)
      )
      isInside =
        !self.isAbove.1 && !self.isBelow.1 && (lines.upperOneSigma != nil || lines.lowerOneSigma != nil)
    }

    func isBeyond(_ sigmas: Int, _ side: ChartSide) -> Bool {
      let flags = side == .high ? isAbove : isBelow
      switch sigmas {
      case 0: return flags.0
      case 1: return flags.1
      case 2: return flags.2
      default: return flags.3
      }
    }

    var isOutside: Bool { isAbove.1 || isBelow.1 }
  }

  struct Verdict: Hashable {
    var fires: Bool
    var side: ChartSide?

    static let silent = Verdict(fires: false, side: nil)

    init(fires: Bool, side: ChartSide? = nil) {
      self.fires = fires
      self.side = side
    }

    init(_ fires: (ChartSide) -> Bool) {
      self.init(fires: fires(.high) || fires(.low), side: fires(.high) ? .high : fires(.low) ? .low : nil)
    }
  }

  /// Since the stage, or the last breaking gap, began; and where the newest run of controls begins in it.
  private var points: [Point] = []
  private var runStart = 0

  mutating func take(_ value: Double, _ lines: PanelLines) { points.append(Point(value, lines)) }

  mutating func restart() {
    points = []
    runStart = 0
  }

  mutating func beginRun() { runStart = points.count }

  func verdict(_ rule: RunRule) -> Verdict {
    guard let newest = points.last else { return .silent }
    switch rule {
    case .beyondLimits: return Verdict { newest.isBeyond(3, $0) }
    case .beyond(let count, let window, let sigmas, let isPartial):
      if !isPartial, points.count < window { return .silent }
      let last = points.suffix(window)
      return Verdict { side in
        newest.isBeyond(sigmas, side) && last.count(where: { $0.isBeyond(sigmas, side) }) >= count
      }
    case .run(let length):
      guard let last = last(length) else { return .silent }
      return Verdict { side in last.allSatisfy { $0.isBeyond(0, side) } }
    case .trend(let length, let ties): return trend(length, ties)
    case .alternation(let length):
      guard let last = last(length) else { return .silent }
      let steps = zip(last, last.dropFirst()).map { $1.value - $0.value }
      return Verdict(
        fires: steps.allSatisfy { $0 != 0 } && zip(steps, steps.dropFirst()).allSatisfy { ($0 < 0) != ($1 < 0) })
    case .withinOneSigma(let length):
      return Verdict(fires: last(length).map { $0.allSatisfy(\.isInside) } ?? false)
    case .outsideOneSigma(let length, let bothSides):
      guard let last = last(length), last.allSatisfy(\.isOutside) else { return .silent }
      let hasHigh = last.contains { $0.isBeyond(1, .high) }
      let hasLow = last.contains { $0.isBeyond(1, .low) }
      if bothSides { return Verdict(fires: hasHigh && hasLow) }
      return Verdict(fires: true, side: hasHigh && hasLow ? nil : hasHigh ? .high : .low)
    case .opposite(let sigmas, let window):
      let last = points[max(runStart, points.count - window)...]
      return Verdict(
        fires: last.contains { $0.isBeyond(sigmas, .high) } && last.contains { $0.isBeyond(sigmas, .low) })
    }
  }

  private func last(_ length: Int) -> ArraySlice<Point>? { points.count >= length ? points.suffix(length) : nil }

  private func trend(_ length: Int, _ ties: RunRule.TiePolicy) -> Verdict {
    // From the newest step back, until there are enough.
    var steps: [Double] = []
    var index = points.count - 1
    while index > 0, steps.count < length - 1 {
      let step = points[index].value - points[index - 1].value
      if step != 0 || ties == .break { steps.append(step) }
      index -= 1
    }
    guard steps.count == length - 1 else { return .silent }
    return Verdict { side in steps.allSatisfy { side == .high ? $0 > 0 : $0 < 0 } }
  }
}
