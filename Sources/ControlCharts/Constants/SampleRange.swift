/// The range of a sample of standard normal values, for the sizes that range charts take.
enum SampleRange {
  struct Moments {
    var mean: Double
    var deviation: Double
  }

  /// d2 and d3 by size, from 2 on: d2 = ∫ (1 - Φ(x)^n - (1-Φ(x))^n) dx, d3² = E(R²) - d2², E(R²) = ∫ 2r·P(R > r) dr
  /// (Tippett 1925).
  static let moments: [Moments] = {
    let sizes = ControlChartConstants.tabulatedSizes
    var means = [Double](repeating: 0, count: sizes.count)
    for node in Quadrature.line {
      let lower = NormalCurve.lowerTail(node.place)
      let upper = NormalCurve.lowerTail(-node.place)
      var lowerPower = lower
      var upperPower = upper
      for index in means.indices {
        lowerPower *= lower
        upperPower *= upper
        means[index] += node.weight * (1 - lowerPower - upperPower)
      }
    }
    var squares = [Double](repeating: 0, count: sizes.count)
    for node in Quadrature.halfLine(panels: 8, width: 2) {
      let probabilities = atMost(node.place)
      for index in squares.indices {
        squares[index] += node.weight * 2 * node.place * (1 - probabilities[index])
      }
    }
    return zip(means, squares).map { mean, square in
      Moments(mean: mean, deviation: (square - mean * mean).squareRoot())
    }
  }()

  struct Median {
    var place: Double
    /// Variance of the median of many ranges, times their number, against the square of the median: 1/(2f(m)·m)², with f
    /// the density of the range at its median m (Kendall and Stuart, asymptotic).
    var relativeVariance: Double
  }

  /// The median of the range by size, from 2 on.
  static let medians: [Median] = moments.indices.map { index in
    let place = median(index)
    let density = probabilityAndDensity(size: index + 2, range: place).density
    return Median(place: place, relativeVariance: 1 / (4 * density * density * place * place))
  }

  /// Where P(R <= r) = 1/2.
  private static func median(_ index: Int) -> Double {
    var low = 0.0
    var high = NormalCurve.reach
    var guess = moments[index].mean
    // Newton's method, kept within what is known to hold the median.
    for _ in 0..<60 {
      let (probability, density) = probabilityAndDensity(size: index + 2, range: guess)
      if probability < 0.5 { low = guess } else { high = guess }
      let next = guess - (probability - 0.5) / density
      let step = next > low && next < high ? next : (low + high) / 2
      if abs(step - guess) < 1e-15 * guess { return step }
      guess = step
    }
    return guess
  }

  /// P(R <= range) by size, from 2 on: n ∫ φ(x)(Φ(x+r) - Φ(x))^(n-1) dx.
  private static func atMost(_ range: Double) -> [Double] {
    var probabilities = [Double](repeating: 0, count: ControlChartConstants.tabulatedSizes.count)
    for node in Quadrature.line {
      let inside = NormalCurve.lowerTail(node.place + range) - NormalCurve.lowerTail(node.place)
      var power = node.weight * NormalCurve.density(node.place)
      for index in probabilities.indices {
        power *= inside
        probabilities[index] += Double(index + 2) * power
      }
    }
    return probabilities
  }

  private static func probabilityAndDensity(size: Int, range: Double) -> (probability: Double, density: Double) {
    var probability = 0.0
    var density = 0.0
    for node in Quadrature.line {
      let end = node.place + range
      let inside = NormalCurve.lowerTail(end) - NormalCurve.lowerTail(node.place)
      var power = node.weight * NormalCurve.density(node.place)
      for _ in 0..<(size - 2) { power *= inside }
      probability += power * inside
      density += power * NormalCurve.density(end)
    }
    return (Double(size) * probability, Double(size * (size - 1)) * density)
  }
}
