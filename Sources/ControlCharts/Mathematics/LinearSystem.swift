/// A dense system of linear equations.
enum LinearSystem {
  /// The solution of Ax = b by Gaussian elimination with partial pivoting; `rows` is square. Nil where A is singular.
  static func solve(_ rows: [[Double]], _ right: [Double]) -> [Double]? {
    var rows = rows
    var x = right
    let count = x.count
    for column in 0..<count {
      var pivot = column
      for row in column..<count where abs(rows[row][column]) > abs(rows[pivot][column]) { pivot = row }
      guard rows[pivot][column] != 0 else { return nil }
      rows.swapAt(column, pivot)
      x.swapAt(column, pivot)
      for row in (column + 1)..<max(count, column + 1) {
        let factor = rows[row][column] / rows[column][column]
        if factor == 0 { continue }
        for index in column..<count { rows[row][index] -= factor * rows[column][index] }
        x[row] -= factor * x[column]
      }
    }
    for column in stride(from: count - 1, through: 0, by: -1) {
      for index in (column + 1)..<max(count, column + 1) { x[column] -= rows[column][index] * x[index] }
      x[column] /= rows[column][column]
    }
    return x
  }
}
