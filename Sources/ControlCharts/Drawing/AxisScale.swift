/// The vertical axis of a panel: its ends and its ticks at 1, 2 or 5 times a power of ten.
struct AxisScale {
  let lower: Double
  let upper: Double
  let ticks: [Double]
  private let decimals: Int

  /// Beyond this the ends of an axis could not be subtracted any more.
  private static let largest = 1e300
  /// Below this a range is taken for nothing.
  private static let smallest = 1e-290
  /// Share of the range that stays free above and below.
  private static let margin = 0.08
  /// Narrowest range against the size of its numbers: below it neighbouring ticks would be the same double.
  private static let narrowest = 1e-9

  /// - Parameter values: everything that must be visible; none gives an axis from 0 to 1.
  init(values: some Sequence<Double>, tickCount: Int) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = (0, 1) }
    low = min(max(low, -Self.largest), Self.largest)
    high = min(max(high, -Self.largest), Self.largest)
    let size = max(low.magnitude, high.magnitude)
    if high - low <= max(size * Self.narrowest, Self.smallest) {
      let half = size <= Self.smallest ? 1 : size * (high == low ? 0.1 : Self.narrowest)
      (low, high) = (low - half, high + half)
    }
    let free = (high - low) * Self.margin
    lower = low - free
    upper = high + free

    let wanted = (upper - lower) / Double(max(2, tickCount))
    let exponent = DecimalText(wanted).point - 1
    let power = Double.powerOfTen(exponent)
    let factor: Double =
      switch wanted / power {
      case ...1: 1
      case ...2: 2
      case ...5: 5
      default: 10
      }
    let step = factor * power
    let first = (lower / step).rounded(.up)
    let count = Int(((upper / step).rounded(.down) - first).magnitude)
    // From the whole number of steps and not by adding: every tick is the double nearest to its text.
    ticks = (0...min(count, 4 * max(2, tickCount))).map { (first + Double($0)) * step }
    decimals = max(0, -(exponent + (factor == 10 ? 1 : 0)))
  }

  /// 0 at the lower end, 1 at the upper; values outside stay at the ends.
  func fraction(_ value: Double) -> Double { min(1, max(0, (value - lower) / (upper - lower))) }

  func text(_ tick: Double) -> String {
    decimals <= 9 && tick.magnitude < 1e9 ? DecimalText(tick).fixed(decimals) : tick.shortText
  }
}
