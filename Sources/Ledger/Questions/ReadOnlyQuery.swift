import Dispatch
import Foundation
import GRDB
public import Shopfloor

/// A question in SQL, asked of a ledger that is opened for reading alone.
public struct ReadOnlyQuery: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
  }

  public struct Answer: Hashable, Sendable {
    public var columns: [String]
    public var rows: [[Value]]
    /// The bound of rows or bytes was reached: there is more.
    public var isCutOff: Bool

    public init(columns: [String], rows: [[Value]], isCutOff: Bool) {
      self.columns = columns
      self.rows = rows
      self.isCutOff = isCutOff
    }
  }

  public enum Fault: Error, Hashable, Sendable {
    /// Not one statement that reads.
    case notAQuestion
    case tooLong(bytes: Int)
    case outOfTime(seconds: Double)
    /// What SQLite says to the statement.
    case wrong(String)

    public var words: Words {
      switch self {
      case .notAQuestion:
        Words(
          "one statement is asked that begins with SELECT, WITH, VALUES or EXPLAIN; the ledger is never written here",
          "只接受一条以 SELECT、WITH、VALUES 或 EXPLAIN 开头的语句；此处不能写入账本")
      case .tooLong(let bytes):
        Words(
          "the statement has \(bytes) bytes, over the bound of \(ReadOnlyQuery.maximumStatementBytes)",
          "语句有 \(bytes) 字节，超过上限 \(ReadOnlyQuery.maximumStatementBytes)")
      case .outOfTime(let seconds):
        Words(
          "the answer took longer than \(seconds) s; ask by a key (lot, run, station and time), or raise --seconds",
          "查询超过 \(seconds) 秒；请按键（批次、运行、工位与时间）查询，或增大 --seconds")
      case .wrong(let reason): Words("SQLite says: \(reason)", "SQLite 报告：\(reason)")
      }
    }
  }

  public var sql: String
  public var maximumRows: Int
  public var maximumSeconds: Double

  public static let maximumStatementBytes = 100_000
  /// Of texts and blobs in one answer.
  public static let maximumAnswerBytes = 64_000_000

  public init(_ sql: String, maximumRows: Int = 10_000, maximumSeconds: Double = 30) {
    self.sql = sql
    self.maximumRows = maximumRows
    self.maximumSeconds = maximumSeconds
  }

  /// Opens the ledger for reading alone and answers.
  ///
  /// - Throws: a `Fault`, or a `LedgerError` where the file cannot be read.
  public func ask(path: String) throws -> Answer {
    guard sql.utf8.count <= Self.maximumStatementBytes else { throw Fault.tooLong(bytes: sql.utf8.count) }
    let first = sql.drop(while: \.isWhitespace).prefix { $0.isLetter }.uppercased()
    guard ["SELECT", "WITH", "VALUES", "EXPLAIN"].contains(first) else { throw Fault.notAQuestion }
    let queue = try LedgerFile(path: path, disk: FileSystemDisk()).openForReading()
    let timer = DispatchWorkItem { queue.interrupt() }
    DispatchQueue.global().asyncAfter(deadline: .now() + maximumSeconds, execute: timer)
    defer { timer.cancel() }
    do {
      return try queue.unsafeRead { db in try answer(db) }
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_INTERRUPT: throw Fault.outOfTime(seconds: maximumSeconds)
      case .SQLITE_READONLY, .SQLITE_AUTH, .SQLITE_MISUSE: throw Fault.notAQuestion
      default: throw Fault.wrong(error.message ?? "\(error)")
      }
    }
  }

  private func answer(_ db: Database) throws -> Answer {
    // Of a connection that is read-only already: refuses what a view or a function might still try.
    try db.execute(sql: "PRAGMA query_only = 1")
    let statement = try db.makeStatement(sql: sql)
    guard statement.columnCount > 0 else { throw Fault.notAQuestion }
    var answer = Answer(columns: statement.columnNames, rows: [], isCutOff: false)
    var bytes = 0
    let rows = try Row.fetchCursor(statement)
    while let row = try rows.next() {
      guard answer.rows.count < maximumRows, bytes < Self.maximumAnswerBytes else {
        answer.isCutOff = true
        break
      }
      let values = Array(row.databaseValues.map { Value($0) })
      for value in values { bytes += value.bytes }
      answer.rows.append(values)
    }
    return answer
  }
}

extension ReadOnlyQuery.Value {
  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .blob([UInt8](data))
    }
  }

  fileprivate var bytes: Int {
    switch self {
    case .null, .integer, .real: 8
    case .text(let text): text.utf8.count
    case .blob(let bytes): bytes.count
    }
  }
}
