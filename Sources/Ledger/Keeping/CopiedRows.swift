import GRDB

/// Rows of one table, every column as it is.
struct CopiedRows: Sendable {
  var table: String
  var columns: [String] = []
  var rows: [[DatabaseValue]] = []

  /// Reads rows, at most so many bytes of them but one at least.
  static func read(
    _ db: Database, _ table: String, where condition: String, _ arguments: StatementArguments = [],
    maximumBytes: Int64 = .max
  ) throws -> (rows: CopiedRows, isCutOff: Bool) {
    var found = CopiedRows(table: table)
    var bytes: Int64 = 0
    let cursor = try Row.fetchCursor(db, sql: "SELECT * FROM \(table) WHERE \(condition)", arguments: arguments)
    while let row = try cursor.next() {
      if !found.rows.isEmpty && bytes >= maximumBytes { return (found, true) }
      if found.columns.isEmpty { found.columns = Array(row.columnNames) }
      let values = Array(row.databaseValues)
      for value in values {
        if case .blob(let blob) = value.storage { bytes += Int64(blob.count) }
      }
      found.rows.append(values)
    }
    return (found, false)
  }

  func value(_ column: String, _ row: [DatabaseValue]) -> DatabaseValue {
    columns.firstIndex(of: column).map { row[$0] } ?? .null
  }

  func insert(into db: Database, orReplace: Bool = false) throws {
    guard !rows.isEmpty else { return }
    let sql = """
      INSERT \(orReplace ? "OR REPLACE " : "")INTO \(table) (\(columns.map { "\"\($0)\"" }.joined(separator: ", ")))
      VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
      """
    let statement = try db.cachedStatement(sql: sql)
    for row in rows { try statement.execute(arguments: StatementArguments(row)) }
  }
}
