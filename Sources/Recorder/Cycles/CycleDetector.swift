import Shopfloor

/// Finds where cycles begin and end from the good readings of one parameter.
struct CycleDetector: Hashable, Sendable, Codable {
  enum Edge: Hashable, Sendable {
    case began
    /// The very first reading shows a cycle in progress: its beginning was not seen.
    case alreadyRunning
    case ended
  }

  let condition: CyclePlan.Condition
  /// Nil until the first reading.
  private(set) var isActive: Bool?

  init(condition: CyclePlan.Condition) { self.condition = condition }

  mutating func take(_ value: Double) -> Edge? {
    let next = state(value)
    defer { isActive = next }
    switch (isActive, next) {
    case (nil, true): return .alreadyRunning
    case (.some(false), true): return .began
    case (.some(true), false): return .ended
    default: return nil
    }
  }

  /// Between the level and the level with hysteresis the state stays what it was; a first value there counts as off.
  private func state(_ value: Double) -> Bool {
    switch condition {
    case .bit: value != 0
    case .above(let level, let hysteresis):
      value > level ? true : value < level - hysteresis ? false : isActive ?? false
    case .below(let level, let hysteresis):
      value < level ? true : value > level + hysteresis ? false : isActive ?? false
    }
  }
}
