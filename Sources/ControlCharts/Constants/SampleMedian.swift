/// The median of a sample of standard normal values.
enum SampleMedian {
  /// Standard deviation of the median by size, from 1 on, of as many values as range charts take.
  static let deviations: [Double] = {
    var squares = [Double](repeating: 0, count: ControlChartConstants.tabulatedSizes.upperBound + 1)
    addOdd(to: &squares)
    addEven(to: &squares)
    return squares.dropFirst().map { $0.squareRoot() }
  }()

  /// n = 2m+1: the density of the median is n!/(m!)²·(Φ(1-Φ))^m·φ.
  private static func addOdd(to squares: inout [Double]) {
    for node in Quadrature.line {
      let inside = NormalCurve.lowerTail(node.place) * NormalCurve.lowerTail(-node.place)
      var density = node.weight * NormalCurve.density(node.place)
      var size = 1
      while size < squares.count {
        squares[size] += density * node.place * node.place
        let m = Double(size + 1) / 2
        density *= inside * Double((size + 1) * (size + 2)) / (m * m)
        size += 2
      }
    }
  }

  /// n = 2m: the median is the middle u of the two values u-v and u+v, whose density is
  /// n!/((m-1)!)²·(Φ(u-v)(1-Φ(u+v)))^(m-1)·φ(u-v)φ(u+v), twice for the change of variables.
  private static func addEven(to squares: inout [Double]) {
    for spread in Quadrature.halfLine(panels: 8, width: 1) {
      for middle in Quadrature.line {
        let inside =
          NormalCurve.lowerTail(middle.place - spread.place) * NormalCurve.lowerTail(-middle.place - spread.place)
        let exponent = middle.place * middle.place + spread.place * spread.place
        var density =
          4 * spread.weight * middle.weight * NormalCurve.exponential(ofMinus: exponent) / (2 * Double.pi)
        var size = 2
        while size < squares.count {
          squares[size] += density * middle.place * middle.place
          let m = Double(size) / 2
          density *= inside * Double((size + 1) * (size + 2)) / (m * m)
          size += 2
        }
      }
    }
  }
}
