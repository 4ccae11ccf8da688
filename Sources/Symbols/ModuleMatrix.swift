/// A printed symbol as dark and light modules, row by row, without its quiet zone.
public struct ModuleMatrix: Hashable, Sendable {
  public let columns: Int
  public let rows: Int
  /// Row by row; true is dark.
  public private(set) var isDark: [Bool]
  /// Light modules that must surround the symbol: left and right, above and below.
  public let quietColumns: Int
  public let quietRows: Int

  init(columns: Int, rows: Int, quietColumns: Int, quietRows: Int) {
    self.columns = columns
    self.rows = rows
    self.quietColumns = quietColumns
    self.quietRows = quietRows
    isDark = Array(repeating: false, count: columns * rows)
  }

  public subscript(column: Int, row: Int) -> Bool {
    get { isDark[row * columns + column] }
    set { isDark[row * columns + column] = newValue }
  }

  /// Dark stretches of a row, as ranges of columns.
  public func darkRuns(inRow row: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var column = 0
    while column < columns {
      guard self[column, row] else {
        column += 1
        continue
      }
      let start = column
      while column < columns, self[column, row] { column += 1 }
      runs.append(start..<column)
    }
    return runs
  }
}
