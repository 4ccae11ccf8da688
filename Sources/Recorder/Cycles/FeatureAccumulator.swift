import Shopfloor

/// Takes the features of one parameter over one cycle. Sums run in the order of the readings, so that the same readings
/// always give the same bits.
struct FeatureAccumulator: Hashable, Sendable, Codable {
  private(set) var count = 0
  private var sum = 0.0
  private var minimum = 0.0
  private var maximum = 0.0
  private var end = 0.0
  private var endTime = Timestamp(microseconds: .min)

  mutating func take(_ value: Double, at time: Timestamp) {
    minimum = count == 0 ? value : min(minimum, value)
    maximum = count == 0 ? value : max(maximum, value)
    count += 1
    sum += value
    if time >= endTime {
      end = value
      endTime = time
    }
  }

  /// Nil where there were no readings; `duration` is the cycle's own affair.
  func value(of feature: CharacteristicPlan.Feature) -> Double? {
    guard count > 0 else { return nil }
    switch feature {
    case .mean: return sum / Double(count)
    case .minimum: return minimum
    case .maximum: return maximum
    case .end: return end
    case .duration: return nil
    }
  }
}
