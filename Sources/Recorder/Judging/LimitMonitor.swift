import Shopfloor

/// Holds a stream of good values to one pair of limits, with deadband and on-delay (ANSI/ISA-18.2-2016).
///
/// A value strictly beyond a limit violates it. The alarm is raised once the violation has lasted for the delay,
/// measured between readings, and returns when the value is back inside by more than the deadband.
struct LimitMonitor: Hashable, Sendable, Codable {
  enum State: Hashable, Sendable, Codable {
    case normal
    case pending(Alarm.Side, since: Timestamp)
    case raised(AlarmID, Alarm.Side)
  }

  enum Verdict: Hashable, Sendable {
    case raise(Alarm.Side, limit: Double)
    case returned(AlarmID)
  }

  let plan: LimitPlan
  private(set) var state = State.normal

  init(plan: LimitPlan) { self.plan = plan }

  /// What the value changes; nil almost always. After `.raise` the caller says the alarm's id with `didRaise`.
  @inline(__always)
  mutating func judge(_ value: Double, at time: Timestamp) -> Verdict? {
    if case .normal = state, value <= plan.high ?? .infinity, value >= plan.low ?? -.infinity { return nil }
    return judgeUnusual(value, at: time)
  }

  private mutating func judgeUnusual(_ value: Double, at time: Timestamp) -> Verdict? {
    switch state {
    case .raised(let alarm, let side):
      guard isBack(value, side) else { return nil }
      state = .normal
      return .returned(alarm)
    case .normal, .pending:
      guard let side = violatedSide(value) else {
        state = .normal
        return nil
      }
      var since = time
      if case .pending(side, let earlier) = state { since = earlier }
      state = .pending(side, since: since)
      guard time.microseconds(since: since) >= plan.onDelayMicroseconds else { return nil }
      return .raise(side, limit: limit(side))
    }
  }

  mutating func didRaise(_ alarm: AlarmID, _ side: Alarm.Side) { state = .raised(alarm, side) }

  /// Takes over the alarm that is raised under other limits. From the next value on these limits judge it.
  mutating func keepAlarm(of former: LimitMonitor) {
    if case .raised = former.state { state = former.state }
  }

  /// The episode is over though no value was seen to be back.
  mutating func endEpisode() { state = .normal }

  var isNormal: Bool {
    if case .normal = state { true } else { false }
  }

  /// The alarm that is raised here, if one is.
  var raisedAlarm: AlarmID? {
    if case .raised(let alarm, _) = state { alarm } else { nil }
  }

  /// A gap ends a violation that was only pending: its duration is not known.
  mutating func recordGap() {
    if case .pending = state { state = .normal }
  }

  private func limit(_ side: Alarm.Side) -> Double {
    switch side {
    case .high: plan.high ?? .infinity
    case .low: plan.low ?? -.infinity
    }
  }

  private func violatedSide(_ value: Double) -> Alarm.Side? {
    if let high = plan.high, value > high { return .high }
    if let low = plan.low, value < low { return .low }
    return nil
  }

  /// With a deadband of 0 the limit itself is inside; with more, the value must come back by that much.
  private func isBack(_ value: Double, _ side: Alarm.Side) -> Bool {
    switch side {
    case .high: value <= limit(.high) - plan.deadband
    case .low: value >= limit(.low) + plan.deadband
    }
  }

  /// The rule as a person reads it.
  func words(_ side: Alarm.Side, unit: String) -> Words {
    let seconds = Double(plan.onDelayMicroseconds) / 1_000_000
    let delay = plan.onDelayMicroseconds > 0
    switch side {
    case .high:
      return Words(
        "above \(limit(side)) \(unit)" + (delay ? " for \(seconds) s" : ""),
        "高于 \(limit(side)) \(unit)" + (delay ? "，持续 \(seconds) 秒" : ""))
    case .low:
      return Words(
        "below \(limit(side)) \(unit)" + (delay ? " for \(seconds) s" : ""),
        "低于 \(limit(side)) \(unit)" + (delay ? "，持续 \(seconds) 秒" : ""))
    }
  }
}
