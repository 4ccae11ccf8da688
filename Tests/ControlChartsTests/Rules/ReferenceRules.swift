import ControlCharts

/// A slow, obvious rule engine written from the definitions: it keeps every point and scans the windows anew.
struct ReferenceRules {
  struct Point {
    var value: Double
    var lines: PanelLines

    /// On which side of the line of so many sigmas the point lies strictly; 0 is the centre, a missing line is never passed.
    func isBeyond(_ sigmas: Int, _ side: ChartSide) -> Bool {
      let line: Double? =
        switch (sigmas, side) {
        case (1, .high): lines.upperOneSigma
        case (1, .low): lines.lowerOneSigma
        case (2, .high): lines.upperTwoSigma
        case (2, .low): lines.lowerTwoSigma
        case (3, .high): lines.upperThreeSigma
        case (3, .low): lines.lowerThreeSigma
        default: lines.center
        }
      guard let line else { return false }
      return side == .high ? value > line : value < line
    }

    var isOutside: Bool { isBeyond(1, .high) || isBeyond(1, .low) }
    /// Neither beyond a one-sigma line nor without any.
    var isInside: Bool { !isOutside && (lines.upperOneSigma != nil || lines.lowerOneSigma != nil) }
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

  mutating func take(_ value: Double, _ lines: PanelLines) { points.append(Point(value: value, lines: lines)) }

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
    // Ties left out, there is no telling how far back the steps lie.
    let looked = ties == .ignore ? points[...] : points.suffix(length)
    var steps = zip(looked, looked.dropFirst()).map { $1.value - $0.value }
    if ties == .ignore { steps.removeAll { $0 == 0 } }
    guard steps.count >= length - 1 else { return .silent }
    let last = steps.suffix(length - 1)
    return Verdict { side in last.allSatisfy { side == .high ? $0 > 0 : $0 < 0 } }
  }
}
