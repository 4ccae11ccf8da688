/// Gauss-Legendre quadrature with twenty nodes: exact to the last digits over a panel on which the integrand bends no
/// more than a normal density does over a few sigmas.
enum GaussLegendre {
  private static let nodes: [(abscissa: Double, weight: Double)] = computedNodes(count: 20)

  static func integral(from low: Double, to high: Double, of function: (Double) -> Double) -> Double {
    let half = (high - low) / 2
    let middle = low + half
    return half * nodes.reduce(0) { $0 + $1.weight * function(middle + half * $1.abscissa) }
  }

  /// Over `panels` panels of equal width.
  static func integral(from low: Double, to high: Double, panels: Int, of function: (Double) -> Double) -> Double {
    let width = (high - low) / Double(panels)
    return (0..<panels).reduce(0) { sum, panel in
      let start = low + Double(panel) * width
      return sum + integral(from: start, to: start + width, of: function)
    }
  }

  /// Roots of the Legendre polynomial by Newton steps (Abramowitz and Stegun 25.4.29).
  private static func computedNodes(count: Int) -> [(abscissa: Double, weight: Double)] {
    (1...count).map { index in
      var x = mathCos(Double.pi * (Double(index) - 0.25) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<8 {
        var (previous, value) = (1.0, x)
        for degree in 2...count {
          let next = (Double(2 * degree - 1) * x * value - Double(degree - 1) * previous) / Double(degree)
          (previous, value) = (value, next)
        }
        slope = Double(count) * (x * value - previous) / (x * x - 1)
        x -= value / slope
      }
      return (x, 2 / ((1 - x * x) * slope * slope))
    }
  }
}
