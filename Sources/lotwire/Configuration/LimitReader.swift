import Devices
import Shopfloor

/// Reads a pair of limits: `{low: 170, high: 190, deadband: 1, delay_seconds: 2, response: hold, priority: high}`.
struct LimitReader {
  /// Whether a violation may hold or stop: specification limits only.
  var isSpecification: Bool
  /// Whether a reaction plan may be named: in control plans only, which have them.
  var hasReactionPlans = false

  func read(_ node: DocumentNode) -> LimitPlan? {
    node.allowKeys(
      ["low", "high", "deadband", "delay_seconds", "priority"] + (isSpecification ? ["response"] : [])
        + (hasReactionPlans ? ["reaction_plan"] : []))
    let low = node["low"]?.number("Write a number")
    let high = node["high"]?.number("Write a number")
    guard low != nil || high != nil else {
      node.fault("there is neither a low nor a high limit", "Write low:, high: or both")
      return nil
    }
    if let low, let high, low >= high {
      node.fault("the low limit \(low) is not below the high limit \(high)", "Write the smaller number as low")
      return nil
    }
    let deadband = node["deadband"]?.number("Write a number of 0 or more") ?? 0
    if deadband < 0 { node.fault("the deadband is negative", "Write a number of 0 or more") }
    if let low, let high, deadband >= high - low {
      node.fault("the deadband is as wide as the limits, so that an alarm could never return", "Write a smaller number")
    }
    let delay = node["delay_seconds"]?.seconds(in: 0...86_400, "Write seconds, such as 2") ?? 0
    return LimitPlan(
      low: low, high: high, deadband: deadband, onDelayMicroseconds: delay,
      response: isSpecification
        ? node["response"]?.choice(ViolationResponse.allCases.map(\.rawValue)).flatMap(ViolationResponse.init) : nil,
      priority: node["priority"].flatMap(Self.priority),
      reactionPlan: hasReactionPlans ? node["reaction_plan"]?.string("Write the name of a reaction plan") : nil)
  }

  static func priority(_ node: DocumentNode) -> AlarmPriority? {
    node.choice(AlarmPriority.allCases.map(\.rawValue)).flatMap(AlarmPriority.init)
  }
}
