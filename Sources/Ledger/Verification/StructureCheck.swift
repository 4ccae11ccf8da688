import GRDB
import Shopfloor

/// What SQLite itself can say of the file, and whether tables, indices and triggers are those of this version.
enum StructureCheck {
  /// Messages of SQLite that are kept.
  static let maximumMessages = 100

  static func schema(_ db: Database, _ findings: inout FindingList) throws {
    let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    let expected = try DatabaseQueue().write { fresh in
      for step in Schema.steps { try fresh.execute(sql: step) }
      return try Row.fetchAll(fresh, sql: sql)
    }
    let found = try Row.fetchAll(db, sql: sql)
    func key(_ row: Row) -> String { row.databaseValues.map { "\($0)" }.joined(separator: "|") }
    let (expectedKeys, foundKeys) = (Set(expected.map(key)), Set(found.map(key)))
    for row in expected where !foundKeys.contains(key(row)) {
      let name = try row.text("name")
      findings.add(.index, "\(name) is missing or is not as this version makes it", "\(name) 缺失或与本版本不符")
    }
    for row in found where !expectedKeys.contains(key(row)) {
      // A name of another type is a name of nobody.
      let name = (try? row.text("name")) ?? "?"
      // The expected ones come from this program.
      if !expected.contains(where: { (try? $0.text("name")) == name }) {
        findings.add(.index, "\(name) is not of this program", "\(name) 不属于本程序")
      }
    }
  }

  /// Pages, rows and their indices (SQLite: PRAGMA integrity_check).
  static func integrity(_ db: Database, _ findings: inout FindingList) throws {
    let messages = try String.fetchCursor(db, sql: "PRAGMA integrity_check(\(maximumMessages))")
    while let message = try messages.next() {
      if message != "ok" { findings.add(.index, "SQLite: \(message)", "SQLite：\(message)") }
    }
  }
}
