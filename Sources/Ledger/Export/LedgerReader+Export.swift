import Devices
import GRDB
import Shopfloor

extension LedgerReader {
  /// Takes a part of the ledger out into a file, from one read transaction: everything in it is of the same instant.
  ///
  /// While it runs, the write-ahead log of the ledger cannot be folded back and grows by what the line writes meanwhile.
  ///
  /// - Parameters:
  ///   - path: a file that is not there yet.
  ///   - byteOrderMark: of CSV; some spreadsheets take UTF-8 for something else without it.
  public func export(
    _ scope: ExportScope, as form: ExportForm, into path: String, byteOrderMark: Bool = false
  ) throws(ExportFault) -> ExportSummary {
    let file = try ExportFile(path: path)
    let outcome: Result<ExportSummary, ExportFault>
    do throws(LedgerError) {
      outcome = try read { db in
        do {
          guard let content = try ExportContent(scope, db) else { return .failure(.unknown(scope)) }
          var summary = ExportSummary(
            readings: 0, parameters: content.parameters.count, runs: content.runs.count, events: 0, bytes: 0,
            missing: [])
          switch form {
          case .csv: try Self.write(content, asCSVInto: file, byteOrderMark: byteOrderMark, db, &summary)
          case .arrow: try Self.write(content, asArrowInto: file, db, &summary)
          case .sqlite: try SQLiteSlice(content, db).write(into: file.temporaryPath, &summary)
          }
          return .success(summary)
        } catch let fault as ExportFault {
          return .failure(fault)
        }
      }
    } catch {
      throw .ledger(error)
    }
    var summary = try outcome.get()
    try file.finish()
    summary.bytes = file.byteCount
    return summary
  }

  private static func write(
    _ content: ExportContent, asCSVInto file: ExportFile, byteOrderMark: Bool, _ db: Database,
    _ summary: inout ExportSummary
  ) throws {
    var csv = ReadingCSV(content.parameters, runs: content.runs.map(\.id.text))
    try file.write((byteOrderMark ? CSVText.byteOrderMark : []) + csv.header)
    var count: Int64 = 0
    summary.missing = try content.readings(db) { readings, runs in
      try file.write(csv.lines(readings, runs))
      count += Int64(readings.count)
    }
    summary.readings = count
  }

  private static func write(
    _ content: ExportContent, asArrowInto file: ExportFile, _ db: Database, _ summary: inout ExportSummary
  ) throws {
    var table = try ArrowReadings(content) { bytes throws in try file.write(bytes) }
    var count: Int64 = 0
    summary.missing = try content.readings(db) { readings, runs in
      try table.add(readings, runs)
      count += Int64(readings.count)
    }
    try table.finish()
    summary.readings = count
  }
}
