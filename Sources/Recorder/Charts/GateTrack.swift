import Shopfloor

/// Whether a condition held over a stretch of time: "machine warm for five minutes".
struct GateTrack: Hashable, Sendable, Codable {
  /// Stretches of holding that are remembered: a cycle is finished soon after its end, so that few are needed.
  static let maximumStretches = 8

  struct Stretch: Hashable, Sendable, Codable {
    var since: Timestamp
    var until: Timestamp?
  }

  let plan: GatePlan
  private var detector: CycleDetector
  private var stretches: [Stretch] = []

  init(plan: GatePlan) {
    self.plan = plan
    detector = CycleDetector(condition: plan.condition)
  }

  /// Takes a good reading of the gate's parameter.
  mutating func take(_ value: Double, at time: Timestamp) {
    switch detector.take(value) {
    case .began, .alreadyRunning:
      stretches.append(Stretch(since: time, until: nil))
      if stretches.count > Self.maximumStretches { stretches.removeFirst() }
    case .ended: end(at: time)
    case nil: break
    }
  }

  /// Readings are missing: whether the condition held is not known, so it counts as not.
  mutating func recordMissingReadings(at time: Timestamp) {
    end(at: time)
    detector = CycleDetector(condition: plan.condition)
  }

  private mutating func end(at time: Timestamp) {
    if let last = stretches.indices.last, stretches[last].until == nil { stretches[last].until = time }
  }

  /// Whether the condition held, for as long as it must have before, all the while.
  func isOpen(from: Timestamp, to: Timestamp) -> Bool {
    stretches.contains { stretch in
      stretch.since.advanced(byMicroseconds: plan.afterMicroseconds) <= from && stretch.until.map { to <= $0 } ?? true
    }
  }
}
