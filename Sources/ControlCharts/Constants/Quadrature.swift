/// Nodes and weights of the two rules that the constants are integrated with.
enum Quadrature {
  struct Node {
    var place: Double
    var weight: Double
  }

  /// The trapezoidal rule over all the line within the reach of the normal curve. For functions that are analytic and
  /// fall off as the curve does, its error falls faster than any power of the step.
  static let line: [Node] = {
    let step = 0.125
    let steps = Int((NormalCurve.reach / step).rounded())
    return (-steps...steps).map { Node(place: Double($0) * step, weight: step) }
  }()

  /// Gauss-Legendre with 20 nodes on each of `panels` panels of the given width, from 0 on.
  static func halfLine(panels: Int, width: Double) -> [Node] {
    (0..<panels).flatMap { panel in
      legendre.map { Node(place: (Double(panel) + ($0.place + 1) / 2) * width, weight: $0.weight * width / 2) }
    }
  }

  /// Gauss-Legendre on -1...1: roots of the Legendre polynomial by Newton's method from Tricomi's approximation.
  private static let legendre: [Node] = {
    let count = 20
    return (1...count).map { index in
      var place = cosine(Double.pi * (Double(index) - 0.25) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<8 {
        var before = 1.0
        var value = place
        for degree in 2...count {
          let k = Double(degree)
          (before, value) = (value, ((2 * k - 1) * place * value - (k - 1) * before) / k)
        }
        slope = Double(count) * (place * value - before) / (place * place - 1)
        place -= value / slope
      }
      return Node(place: place, weight: 2 / ((1 - place * place) * slope * slope))
    }
  }()

  /// By its series; good enough to begin Newton's method with for angles up to π.
  private static func cosine(_ angle: Double) -> Double {
    var sum = 1.0
    for term in stride(from: 30.0, through: 2, by: -2) { sum = 1 - angle * angle / (term * (term - 1)) * sum }
    return sum
  }
}
