import Shopfloor

/// An individuals chart with moving range and EWMA, judged by the definitions alone: at every point each rule looks at
/// the whole history again. It shares nothing with the engine that it is compared with.
struct SlowChart {
  enum Entry {
    case value(Double, at: Timestamp)
    /// A point is missing: runs and windows begin anew, the EWMA goes on.
    case gap
    /// Everything begins anew.
    case stage
  }

  /// A rule that began to fire.
  struct Onset: Hashable {
    var at: Timestamp
    var rule: String
  }

  var center: Double
  var sigma: Double
  var lambda: Double
  var width: Double

  func onsets(_ entries: [Entry]) -> [Onset] {
    var found: [Onset] = []
    var firingBefore: Set<String> = []
    for index in entries.indices {
      switch entries[index] {
      case .gap: break
      case .stage: firingBefore = []
      case .value(_, let time):
        let firing = self.firing(on: Array(entries[...index]))
        found += firing.subtracting(firingBefore).sorted().map { Onset(at: time, rule: $0) }
        firingBefore = firing
      }
    }
    return found
  }

  /// The rules that fire on the last entry, which is a value.
  private func firing(on entries: [Entry]) -> Set<String> {
    let unbroken = entries.split(omittingEmptySubsequences: false) { if case .value = $0 { false } else { true } }
    let run = Self.values(unbroken.last ?? [])
    let stage = entries.split(omittingEmptySubsequences: false) { if case .stage = $0 { true } else { false } }
    let all = Self.values(stage.last ?? [])
    var firing: Set<String> = []
    for side in [1.0, -1.0] {
      let distances = run.map { side * ($0 - center) / sigma }
      if distances.suffix(1).contains(where: { $0 > 3 }) { firing.insert("1 point beyond a control limit") }
      if Self.holds(2, of: 3, beyond: 2, distances) { firing.insert("2 of 3 points beyond 2 sigma on one side") }
      if Self.holds(4, of: 5, beyond: 1, distances) { firing.insert("4 of 5 points beyond 1 sigma on one side") }
      if distances.count >= 8, distances.suffix(8).allSatisfy({ $0 > 0 }) {
        firing.insert("8 points in a row on one side of the centre line")
      }
    }
    // The mean range of two values is 2/√π sigma, its standard deviation √(2 - 4/π) sigma.
    if run.count >= 2 {
      let range = abs(run[run.count - 1] - run[run.count - 2])
      let limit = (2 / Double.pi.squareRoot() + 3 * (2 - 4 / Double.pi).squareRoot()) * sigma
      if range > limit { firing.insert("moving range: 1 point beyond a control limit") }
    }
    if isEWMABeyond(all) { firing.insert("EWMA: 1 point beyond a control limit") }
    return firing
  }

  /// The newest point lies beyond so many sigma, and so many of the last ones do.
  private static func holds(_ count: Int, of window: Int, beyond sigmas: Double, _ distances: [Double]) -> Bool {
    guard let newest = distances.last, newest > sigmas else { return false }
    return distances.suffix(window).count { $0 > sigmas } >= count
  }

  /// By the weights of the sum, and the closed form of its variance.
  private func isEWMABeyond(_ values: [Double]) -> Bool {
    var average = power(1 - lambda, values.count) * center
    for (age, value) in values.reversed().enumerated() { average += lambda * power(1 - lambda, age) * value }
    let variance = sigma * sigma * lambda / (2 - lambda) * (1 - power(1 - lambda, 2 * values.count))
    return abs(average - center) > width * variance.squareRoot()
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  private static func values(_ entries: some Sequence<Entry>) -> [Double] {
    entries.compactMap { if case .value(let value, _) = $0 { value } else { nil } }
  }
}
