import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Questions in SQL, and the views")
struct ReadOnlyQueryTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("sql") }

  private var path: String { folder.file("lotwire.sqlite").path }

  private func line() throws -> LedgerStore {
    let store = try QuestionedLine.storeOfSixtyLots(in: folder)
    try QuestionedLine.record([QuestionedLine.calibration(atHour: 20, found: .outOfTolerance)], in: store)
    return store
  }

  @Test("are answered beside the daemon, up to a bound of rows")
  func answers() throws {
    let store = try line()
    defer { store.close() }
    let answer = try ReadOnlyQuery("SELECT number, product FROM v_lot WHERE number = 'L-7'").ask(path: path)
    #expect(answer.columns == ["number", "product"] && answer.rows == [[.text("L-7"), .text("P-B")]])
    let cut = try ReadOnlyQuery("SELECT sequence FROM v_event", maximumRows: 3).ask(path: path)
    #expect(cut.rows == [[.integer(1)], [.integer(2)], [.integer(3)]] && cut.isCutOff)
    let kinds = try ReadOnlyQuery("VALUES (NULL, 1, 0.5, 'a', x'00ff')").ask(path: path)
    #expect(kinds.rows == [[.null, .integer(1), .real(0.5), .text("a"), .blob([0, 255])]])
  }

  @Test(
    "what is no single reading statement is refused",
    arguments: [
      "DELETE FROM event", "PRAGMA user_version = 9", "ATTACH 'other' AS o", "", "  ;", "VACUUM",
      "WITH x AS (SELECT 1) DELETE FROM device", "SELECT 1; SELECT 2", "SELECT no_such_column FROM v_lot", "EXPLAIN",
      "INSERT INTO setting VALUES ('a', 'b')",
    ])
  func refusals(sql: String) throws {
    let store = try line()
    defer { store.close() }
    #expect(throws: ReadOnlyQuery.Fault.self) { try ReadOnlyQuery(sql).ask(path: path) }
    #expect(try store.reader.summary(of: "L-1") != nil)
  }

  @Test("one that takes too long is ended with clear words")
  func outOfTime() throws {
    let store = try line()
    defer { store.close() }
    let endless = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    #expect(throws: ReadOnlyQuery.Fault.outOfTime(seconds: 0.2)) {
      try ReadOnlyQuery(endless, maximumSeconds: 0.2).ask(path: path)
    }
  }

  /// What QUESTIONS.md says of a view: its columns in their order.
  private static func documented() throws -> [String: [String]] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/Ledger/QUESTIONS.md").standardizedFileURL
    var views: [String: [String]] = [:]
    var current: String?
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("### `v_") {
        current = String(line.dropFirst(5).prefix { $0 != "`" })
        views[current ?? "", default: []] = []
      } else if line.hasPrefix("#") {
        current = nil
      } else if let view = current, line.hasPrefix("| `") {
        views[view, default: []].append(String(line.dropFirst(3).prefix { $0 != "`" }))
      }
    }
    return views
  }

  @Test("every view is described column by column")
  func documentation() throws {
    let store = try line()
    defer { store.close() }
    let described = try Self.documented()
    let built = try store.reader.read { db in
      try Dictionary(
        uniqueKeysWithValues: String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'view'").map {
          view in
          (view, try Row.fetchAll(db, sql: "PRAGMA table_info(\(view))").map { $0["name"] as String })
        })
    }
    #expect(described == built)
  }

  /// The key by which each view is quick, and a value that it has.
  static let keys: [(view: String, key: String, isSeveral: Bool)] = [
    ("v_lot", "number = 'L-7'", false), ("v_run", "id = 'R-7'", false), ("v_run_lot", "lot = 'L-7'", true),
    ("v_event", "sequence = 7", false), ("v_alarm", "id = 'A-13'", false), ("v_material", "number = 'ML-2'", false),
    ("v_person_action", "person = 'P-2'", true),
    ("v_calibration", "station = 'sealer' AND parameter = 'seal.temperature'", false),
    ("v_parameter", "station = 'sealer'", false),
  ]

  @Test("every view answers by its key without going through the ledger", arguments: keys)
  func quick(view: String, key: String, isSeveral: Bool) throws {
    let store = try line()
    defer { store.close() }
    try store.reader.read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(view) WHERE \(key)")
      #expect(isSeveral ? rows.count > 1 : rows.count == 1)
      let plan = try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN SELECT * FROM \(view) WHERE \(key)")
      let scans = plan.map { $0["detail"] as String }.filter { $0.hasPrefix("SCAN") && !$0.hasPrefix("SCAN parameter") }
      #expect(scans.isEmpty)
    }
  }

  @Test("views say what the questions say")
  func agreement() throws {
    let store = try line()
    defer { store.close() }
    for number in 1...60 {
      let lot = QuestionedLine.lot(number)
      let told = try #require(try store.reader.summary(of: lot))
      let row = try #require(
        try store.reader.read {
          try Row.fetchOne($0, sql: "SELECT * FROM v_lot WHERE number = ?", arguments: [lot.text])
        })
      #expect(row["work_order"] == told.order?.text && row["product"] == told.product?.text)
      #expect(row["customer"] == told.customer && row["hold"] == told.hold)
      #expect(
        row["completed_at"] == told.completedAt?.microseconds && row["started_at"] == told.startedAt?.microseconds)
    }
    let counts = try store.reader.read { db in
      try ["v_lot", "v_run", "v_alarm", "v_material", "v_calibration", "v_record", "v_delivery", "v_gap"].map {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? -1
      }
    }
    // Lots of the orders, two runs a lot, an alarm every 13th, four films and five lots taken in as material.
    let owed = try store.reader.openOutboxRows(limit: 10_000).count
    #expect(counts == [63, 120, 4, 9, 1, 0, owed, 0])
  }
}
