import Shopfloor
import Testing

@testable import Recorder

@Suite("Limit monitor")
struct LimitMonitorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var plan: LimitPlan
    /// Values one second apart; nil is a gap.
    var values: [Double?]
    /// What each value changes: "high 110" raised, "back", or "" for nothing.
    var verdicts: [String]

    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "on the limit conforms", plan: LimitPlan(low: 90, high: 110), values: [90, 110, 90.5, 109.5],
      verdicts: ["", "", "", ""]),
    Case(
      name: "just beyond raises", plan: LimitPlan(low: 90, high: 110), values: [110.001], verdicts: ["high 110.0"]),
    Case(
      name: "one raise per episode", plan: LimitPlan(low: 90, high: 110), values: [111, 112, 120, 110, 111],
      verdicts: ["high 110.0", "", "", "back", "high 110.0"]),
    Case(
      name: "without a deadband the limit is inside", plan: LimitPlan(low: 90, high: nil), values: [89, 89.99, 90],
      verdicts: ["low 90.0", "", "back"]),
    Case(
      name: "the deadband must be crossed", plan: LimitPlan(low: 90, high: 110, deadband: 2),
      values: [111, 109, 108.01, 108, 89, 91.9, 92],
      verdicts: ["high 110.0", "", "", "back", "low 90.0", "", "back"]),
    Case(
      name: "the delay is lasted out", plan: LimitPlan(low: nil, high: 110, onDelayMicroseconds: 2_000_000),
      values: [111, 111, 111, 111], verdicts: ["", "", "high 110.0", ""]),
    Case(
      name: "coming back before the delay raises nothing",
      plan: LimitPlan(low: nil, high: 110, onDelayMicroseconds: 2_000_000),
      values: [111, 111, 110, 111, 111, 111], verdicts: ["", "", "", "", "", "high 110.0"]),
    Case(
      name: "another side begins another delay", plan: LimitPlan(low: 90, high: 110, onDelayMicroseconds: 1_000_000),
      values: [111, 80, 80], verdicts: ["", "", "low 90.0"]),
    Case(
      name: "from high to low returns first", plan: LimitPlan(low: 90, high: 110), values: [111, 80, 80, 95],
      verdicts: ["high 110.0", "back", "low 90.0", "back"]),
    Case(
      name: "a gap ends what was pending", plan: LimitPlan(low: nil, high: 110, onDelayMicroseconds: 2_000_000),
      values: [111, 111, nil, 111, 111, 111], verdicts: ["", "", "", "", "", "high 110.0"]),
    Case(
      name: "a gap does not end what is raised", plan: LimitPlan(low: nil, high: 110), values: [111, nil, 111, 100],
      verdicts: ["high 110.0", "", "", "back"]),
    Case(
      name: "no limits, no alarm", plan: LimitPlan(low: nil, high: nil), values: [-1e300, 1e300], verdicts: ["", ""]),
  ]

  @Test("judges value after value", arguments: cases)
  func table(_ one: Case) {
    var monitor = LimitMonitor(plan: one.plan)
    var verdicts: [String] = []
    for (second, value) in one.values.enumerated() {
      guard let value else {
        monitor.recordGap()
        verdicts.append("")
        continue
      }
      switch monitor.judge(value, at: Timestamp(microseconds: Int64(second) * 1_000_000)) {
      case .raise(let side, let limit):
        monitor.didRaise("A-000001", side)
        verdicts.append("\(side.rawValue) \(limit)")
      case .returned(let alarm):
        #expect(alarm == "A-000001")
        verdicts.append("back")
      case nil: verdicts.append("")
      }
    }
    #expect(verdicts == one.verdicts)
  }
}
