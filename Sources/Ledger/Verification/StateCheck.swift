import Foundation
import GRDB
import Shopfloor

/// Compares what is kept beside the events with what they give: projections, subjects, nodes, counts, the recorder's state.
enum StateCheck {
  /// Tables of current state with their columns; the first ones are the key.
  private static let projections: [(table: String, key: String, columns: String)] = [
    ("run", "id", "id, station, started_at, ended_at"), ("lot", "number", "number, completed_at, sealed_revision"),
    ("gap", "id", "id, station, since, open_parameters, until"),
    ("alarm", "id", "id, station, raised_at, returned_at, closed_at"),
  ]
  /// Differences that are told of one table.
  private static let maximumDifferences = 10

  /// The tables of current state, rebuilt from the events, against those that are kept.
  static func compareProjections(_ db: Database, with rebuilt: Database, _ findings: inout FindingList) throws {
    for (table, key, columns) in projections {
      let sql = "SELECT \(columns) FROM \(table) ORDER BY \(key)"
      try compare(
        table, try Row.fetchCursor(db, sql: sql), try Row.fetchCursor(rebuilt, sql: sql), &findings)
    }
    // Undone uses of ledgers from before version 3 are not in the table: what is missing there is found by the events.
    let extra = try Row.fetchAll(
      db,
      sql: """
        SELECT m.run, m.sequence FROM run_material m
        WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.sequence = m.sequence AND e.kind IN ('materialConsumed', 'stepUndone')
          AND coalesce(json_extract(CAST(e.body AS TEXT), '$.data.run'), m.run) = m.run) LIMIT ?
        """, arguments: [maximumDifferences])
    for row in extra {
      findings.add(
        .state, try row.integer("sequence"),
        "run_material names event \(try row.integer("sequence")), which used nothing",
        "run_material 指向未用料的事件 \(try row.integer("sequence"))")
    }
    let rows = try Row.fetchCursor(rebuilt, sql: "SELECT run, sequence FROM run_material ORDER BY run, sequence")
    while let row = try rows.next() {
      let (run, sequence) = (try row.text("run"), try row.integer("sequence"))
      let stands = try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM run_material WHERE run = ?1 AND sequence = ?2)
            OR EXISTS (SELECT 1 FROM event WHERE sequence = ?2 AND kind = 'stepUndone')
              AND NOT EXISTS (SELECT 1 FROM run_material WHERE sequence = ?2)
              AND NOT EXISTS (SELECT 1 FROM event e JOIN run_material m ON m.sequence = e.sequence
                WHERE e.kind = 'stepUndone' AND e.sequence < ?2)
          """, arguments: [run, sequence])
      if stands != true {
        findings.add(
          .state, sequence, "run_material lacks event \(sequence) of run \(run)",
          "run_material 缺少批次运行 \(run) 的事件 \(sequence)")
      }
    }
  }

  private static func compare(
    _ table: String, _ kept: RowCursor, _ rebuilt: RowCursor, _ findings: inout FindingList
  ) throws {
    var told = 0
    while told < maximumDifferences {
      let (found, expected) = (try kept.next(), try rebuilt.next())
      if found == nil && expected == nil { return }
      let (left, right) = (found.map(Self.text) ?? "nothing", expected.map(Self.text) ?? "nothing")
      if left != right {
        told += 1
        findings.add(
          .state, "table \(table) says \(left), the events say \(right)", "表 \(table) 为 \(left)，按事件应为 \(right)")
        // One side may have a row more: from there on the rows do not lie side by side.
        if found == nil || expected == nil || found?.databaseValues.first != expected?.databaseValues.first { return }
      }
    }
  }

  private static func text(_ row: Row) -> String {
    "(\(row.databaseValues.map { "\($0)" }.joined(separator: ", ")))"
  }

  /// Blocks and clocks are read by themselves: those of no segment would be answered, and proven by nobody.
  private static func findOrphans(_ db: Database, _ findings: inout FindingList) throws {
    for (table, name) in [("block", "parameter"), ("segment_clock", "number")] {
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT segment, \(name) AS name FROM \(table) WHERE segment NOT IN (SELECT id FROM segment)
          ORDER BY segment LIMIT ?
          """, arguments: [maximumDifferences])
      for row in rows {
        let (segment, number) = (try row.integer("segment"), try row.integer("name"))
        findings.add(
          .segment, segment, "table \(table) has a row of it (\(name) \(number)), and there is no such segment",
          "表 \(table) 有该段的行（\(name) \(number)），但无此段")
      }
    }
  }

  // MARK: Subjects

  /// Rows of the index of subjects that are read in one piece.
  static let subjectsPerPiece = 20_000

  /// Sums the index of subjects up, piece by piece.
  struct SubjectScan {
    private(set) var sum = SubjectSum()
    private var after: (subject: String, sequence: Int64) = ("", 0)

    /// - Returns: false at the end.
    mutating func piece(through last: Int64, without: Set<Int64>, _ db: Database) throws -> Bool {
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT subject, sequence FROM event_subject WHERE (subject, sequence) > (?, ?) ORDER BY subject, sequence LIMIT ?
          """, arguments: [after.subject, after.sequence, subjectsPerPiece])
      var count = 0
      while let row = try rows.next() {
        count += 1
        after = (try row.text("subject"), try row.integer("sequence"))
        if after.sequence <= last, !without.contains(after.sequence) { sum.expect(after.subject, after.sequence) }
      }
      return count == subjectsPerPiece
    }
  }

  /// Names the rows that are wrong, where the sums disagree.
  static func nameSubjects(_ db: Database, through last: Int64, without: Set<Int64>, _ findings: inout FindingList)
    throws
  {
    var told = 0
    let events = try Row.fetchCursor(
      db, sql: "SELECT sequence, body, hash FROM event WHERE sequence <= ? ORDER BY sequence", arguments: [last])
    while told < maximumDifferences, let row = try events.next() {
      let sequence = try row.integer("sequence")
      guard !without.contains(sequence) else { continue }
      let event = try EventChain.record(
        sequence: sequence, bytes: try row.bytes("body"), hash: try row.bytes("hash")
      ).event
      for key in Set(event.subjects.map(\.key)).sorted() {
        let stands = try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM event_subject WHERE subject = ? AND sequence = ?)",
          arguments: [key, sequence])
        if stands != true {
          told += 1
          findings.add(
            .index, sequence, "event \(sequence) is not found under \(key)", "在 \(key) 下找不到事件 \(sequence)")
        }
      }
    }
    let rows = try Row.fetchCursor(db, sql: "SELECT subject, sequence FROM event_subject")
    while told < maximumDifferences, let row = try rows.next() {
      let (subject, sequence) = (try row.text("subject"), try row.integer("sequence"))
      guard sequence <= last, !without.contains(sequence) else { continue }
      let event = try LedgerReader.events(
        db, "SELECT sequence, body, hash FROM event WHERE sequence = ?", [sequence]
      ).first?.event
      if event?.subjects.contains(where: { $0.key == subject }) != true {
        told += 1
        findings.add(
          .index, sequence, "event \(sequence) stands under \(subject), which it does not name",
          "事件 \(sequence) 列在 \(subject) 下，但并未涉及")
      }
    }
    if told == 0 { findings.add(.index, "the index of subjects has other rows than the events", "主题索引与事件不符") }
  }

  // MARK: Small tables

  /// The recorder's kept state and the numbers of rows.
  static func small(_ db: Database, _ walk: EventWalk, isWhole: Bool, _ findings: inout FindingList) throws {
    if let row = try Row.fetchOne(db, sql: "SELECT commit_group, body, digest FROM checkpoint") {
      let (group, body) = (try row.integer("commit_group"), try row.bytes("body"))
      if let digest = try row.optionalBytes("digest"), digest != RowDigest.checkpoint(group: group, body: body) {
        findings.add(
          .state, group, "the recorder's state after commit \(group) does not give its digest",
          "记录器在提交 \(group) 之后的状态与摘要不符")
      }
      if group > (try ReadingsHead(db).throughBatch) {
        findings.add(
          .state, group, "the recorder's state stands after commit \(group), which is missing",
          "记录器状态位于缺失的提交 \(group) 之后")
      }
    }
    // Rows are read through once, so that a column of a wrong type is seen; what they say is compared with their index.
    _ = try LedgerReader.devices(db)
    _ = try LedgerReader.parameters(db)
    guard isWhole else { return }
    func count(_ table: String, _ expected: Int64, _ place: LedgerDamageFound.Place) throws {
      let found = try Int64.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
      if found > expected {
        findings.add(
          place, "table \(table) has \(found) rows, the events say \(expected)",
          "表 \(table) 有 \(found) 行，按事件应为 \(expected)")
      }
    }
    if walk.sequence == (try EventTree.lastSequence(db)) {
      try count("record", walk.records, .record)
      try count("outbox", walk.owed, .outbox)
    }
    try findOrphans(db, &findings)
    // The walk has found every node where it belongs; here it is seen that there are no others.
    let size = try EventTree.storedSize(db)
    let expected = (EventTree.storedLevel..<63).reduce(Int64(0)) { $0 + size >> Int64($1) }
    let all = try Int64.fetchOne(db, sql: "SELECT count(*) FROM merkle_node") ?? 0
    if all != expected {
      findings.add(
        .index, "the tree of events has \(all) nodes, \(expected) should be there", "事件树有 \(all) 个节点，应有 \(expected) 个")
    }
  }
}
