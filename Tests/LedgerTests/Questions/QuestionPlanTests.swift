import Foundation
import GRDB
import Harness
import Shopfloor
import Synchronization
import Testing

@testable import Ledger

/// Every statement that a question asks is noted, and SQLite is asked how it would answer it.
@Suite("Questions are answered by indexes alone")
struct QuestionPlanTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("plans") }

  /// What may be gone through from one end to the other: short lists by nature.
  private static let shortLists = ["device", "parameter", "CONSTANT ROW", "names"]

  private func line() throws -> LedgerStore {
    let store = try QuestionedLine.storeOfSixtyLots(in: folder)
    try QuestionedLine.record([QuestionedLine.calibration(atHour: 20, found: .outOfTolerance)], in: store)
    return store
  }

  /// The statements that a question asks, with their values.
  private func statements(_ ask: (LedgerReader) throws -> Bool) throws -> [String] {
    let noted = StatementNotes()
    var configuration = Configuration()
    configuration.readonly = true
    configuration.publicStatementArguments = true
    configuration.prepareDatabase { db in
      db.trace { event in if case .statement(let statement) = event { noted.add(statement.expandedSQL) } }
    }
    let reader = LedgerReader(try DatabaseQueue(path: folder.file("lotwire.sqlite").path, configuration: configuration))
    let hasAnswer = try ask(reader)
    #expect(hasAnswer)
    // The library looks at the schema of a table once.
    return noted.all.filter { ($0.hasPrefix("SELECT") || $0.hasPrefix("WITH")) && !$0.contains("sqlite_master") }
  }

  private func scans(of statement: String, _ db: Database) throws -> [String] {
    try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + statement).map { $0["detail"] as String }.filter { detail in
      guard detail.hasPrefix("SCAN") else { return false }
      let name = detail.dropFirst("SCAN ".count)
      return !Self.shortLists.contains { name == $0 || name.hasPrefix($0 + " ") } && !name.hasPrefix("(")
        && !detail.contains("event_hold")
    }
  }

  private func expectIndexesAlone(_ ask: (LedgerReader) throws -> Bool) throws {
    let store = try line()
    defer { store.close() }
    let asked = Set(try statements(ask))
    #expect(!asked.isEmpty)
    try store.reader.read { db in
      for statement in asked {
        let found = try scans(of: statement, db)
        #expect(found.isEmpty, "\(found) in \(statement)")
      }
    }
  }

  static let begin = QuestionedLine.start(of: 10)
  static let end = QuestionedLine.start(of: 20)

  struct Question: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var ask: @Sendable (LedgerReader) throws -> Bool

    init(_ name: String, _ ask: @escaping @Sendable (LedgerReader) throws -> Bool) {
      testDescription = name
      self.ask = ask
    }
  }

  static let questions: [Question] = [
    Question("trace of a lot") { try $0.trace(.lot("L-21")) != nil },
    Question("trace of a material lot") { try $0.trace(.material("ML-1")) != nil },
    Question("trace of a supplier's lot") { try $0.trace(.supplierLot("S/1")) != nil },
    Question("trace of a serial number") { try $0.trace(.serial("SN-3")) != nil },
    Question("trace of a container") { try $0.trace(.container("C-3")) != nil },
    Question("trace of an order") { try $0.trace(.order("WO-2")) != nil },
    Question("trace of a station") { try $0.trace(.station("sealer", from: begin, to: end)) != nil },
    Question("genealogy forward") { try $0.genealogy(of: .material("ML-1"), .forward) != nil },
    Question("genealogy backward") { try $0.genealogy(of: .lot("L-21"), .backward) != nil },
    Question("lots of a product") { try !$0.lots(LotQuestion(product: "P-A")).found.isEmpty },
    Question("lots of an order") { try !$0.lots(LotQuestion(order: "WO-2")).found.isEmpty },
    Question("lots of a station") { try !$0.lots(LotQuestion(station: "oven", from: begin)).found.isEmpty },
    Question("lots of a stretch") { try !$0.lots(LotQuestion(from: begin, to: end)).found.isEmpty },
    Question("lots on hold") { try !$0.lots(LotQuestion(isHeld: true)).found.isEmpty },
    Question("runs") { try !$0.runs(at: "oven", from: begin, to: end).found.isEmpty },
    Question("runs of all stations") { try !$0.runs(at: nil, from: begin, to: end).found.isEmpty },
    Question("a person's deeds") { try !$0.actions(of: "P-2", from: begin, to: end).actions.isEmpty },
    Question("a parameter") {
      try $0.parameter("seal.temperature", at: "sealer", from: begin, to: end, now: end) != nil
    },
    Question("calibrations") { try !$0.calibrations(of: "sealer", "seal.temperature").found.isEmpty },
    Question("lots in doubt") {
      try $0.lotsInDoubt(at: "sealer", "seal.temperature", now: end)?.lots.isEmpty == false
    },
    Question("golden batch") { try $0.compare("L-59")?.comparisons.isEmpty == false },
    Question("alarms of a stretch") { try !$0.alarms(from: begin, until: end).isEmpty },
    Question("lots awaiting their seal") { try $0.lotsAwaitingSeal().isEmpty },
  ]

  @Test("no question goes through events, subjects or commits from end to end", arguments: questions)
  func plan(_ question: Question) throws { try expectIndexesAlone(question.ask) }
}

private final class StatementNotes: Sendable {
  private let notes = Mutex<[String]>([])

  func add(_ statement: String) { notes.withLock { $0.append(statement) } }

  var all: [String] { notes.withLock { $0 } }
}
