import Devices
import Shopfloor

/// Reads a condition on a parameter: `above:` or `below:` with `hysteresis:`; neither: a bit.
enum ConditionReader {
  static let keys = ["above", "below", "hysteresis"]

  static func read(_ node: DocumentNode) -> CyclePlan.Condition {
    let hysteresis = node["hysteresis"]?.number("Write a number of 0 or more") ?? 0
    if hysteresis < 0 { node.fault("the hysteresis is negative", "Write a number of 0 or more") }
    if node["above"] != nil, node["below"] != nil {
      node.fault("a condition is either above or below a level", "Take one of the two out")
    }
    if let level = node["above"]?.number("Write a number") { return .above(level: level, hysteresis: hysteresis) }
    if let level = node["below"]?.number("Write a number") { return .below(level: level, hysteresis: hysteresis) }
    return .bit
  }
}
