/// Gauss-Legendre quadrature on [-1, 1] with any number of nodes: exact for polynomials up to the degree 2n - 1.
struct LegendreRule: Sendable {
  let nodes: [Double]
  let weights: [Double]

  /// Nodes by Newton's method on the Legendre polynomial, from Tricomi's first guess.
  init(_ count: Int) {
    var nodes = [Double](repeating: 0, count: count)
    var weights = nodes
    for index in 0..<count {
      var x = -mathCos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 0.0
      for _ in 0..<100 {
        let (value, derivative) = Self.legendre(count, x)
        slope = derivative
        let step = value / derivative
        x -= step
        if abs(step) < 1e-16 { break }
      }
      nodes[index] = x
      weights[index] = 2 / ((1 - x * x) * slope * slope)
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// The polynomial of a degree, and its derivative.
  private static func legendre(_ degree: Int, _ x: Double) -> (Double, Double) {
    var previous = 1.0
    var value = x
    for order in 1..<max(degree, 1) {
      let n = Double(order)
      (previous, value) = (value, ((2 * n + 1) * x * value - n * previous) / (n + 1))
    }
    return (value, Double(degree) * (x * value - previous) / (x * x - 1))
  }
}
