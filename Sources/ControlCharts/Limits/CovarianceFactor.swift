/// The Cholesky factor of a covariance matrix: distances are measured with it.
struct CovarianceFactor: Hashable, Sendable {
  private let size: Int
  /// Lower triangle, row by row, with the full width.
  private let lower: [Double]

  /// Nil where the matrix is not symmetric, or not positive definite within the precision of doubles.
  init?(_ matrix: [Double], size: Int) {
    guard matrix.count == size * size else { return nil }
    var lower = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        guard matrix[row * size + column] == matrix[column * size + row] else { return nil }
        var rest = matrix[row * size + column]
        for inner in 0..<column { rest -= lower[row * size + inner] * lower[column * size + inner] }
        if row == column {
          // What is left of a variable when the others are known, against all of it: rounding alone leaves about 1e-16.
          guard rest > 1e-12 * matrix[row * size + row], rest.isFinite else { return nil }
          lower[row * size + row] = rest.squareRoot()
        } else {
          lower[row * size + column] = rest / lower[column * size + column]
        }
      }
    }
    self.size = size
    self.lower = lower
  }

  /// dᵀ S⁻¹ d: the square of the distance in units of the covariance.
  func squaredDistance(_ difference: [Double]) -> Double {
    var solved = [Double](repeating: 0, count: size)
    var sum = 0.0
    for row in 0..<size {
      var rest = difference[row]
      for column in 0..<row { rest -= lower[row * size + column] * solved[column] }
      solved[row] = rest / lower[row * size + row]
      sum += solved[row] * solved[row]
    }
    return sum
  }
}
