import Devices
import GRDB

/// Blocks over a longer stretch, made long by readings that came late, have an index of their own (`block_long`): 6 h.
/// So blocks are looked for from this long before a stretch on, not from the beginning of the ledger.
let longBlockMicroseconds: Int64 = 21_600_000_000

/// The headers of a parameter's blocks, read from an index alone.
enum SeriesHeaders {
  /// Gives every header whose block may hold readings with a time in [from, to), microseconds UTC, in no order, until the
  /// body does not want another one.
  static func each(
    of parameter: ParameterIndex, from: Int64, to: Int64, _ db: Database,
    _ body: (_ segment: Int64, _ header: BlockHeader) throws -> Bool
  ) throws {
    let earliest = from.subtractingReportingOverflow(longBlockMicroseconds)
    let begin = earliest.overflow ? Int64.min : earliest.partialValue
    let columns = "first_reading, last_reading, reading_count, good_count, minimum, maximum, sum, segment"
    let rows = try Row.fetchCursor(
      try db.cachedStatement(
        sql: """
          SELECT \(columns) FROM block INDEXED BY block_header
          WHERE parameter = ?1 AND first_reading >= ?2 AND first_reading < ?4 AND last_reading >= ?3
          UNION ALL
          SELECT \(columns) FROM block INDEXED BY block_long
          WHERE parameter = ?1 AND first_reading < ?2 AND last_reading >= ?3
            AND last_reading - first_reading > \(longBlockMicroseconds)
          """), arguments: [parameter.rawValue, begin, from, to])
    while let row = try rows.next() {
      let header = BlockHeader(
        parameter: parameter.rawValue, clock: 0, firstReading: try integer(row, 0), lastReading: try integer(row, 1),
        readingCount: Int(try integer(row, 2)), goodCount: Int(try integer(row, 3)), minimum: try number(row, 4),
        maximum: try number(row, 5), sum: try number(row, 6))
      guard header.firstReading <= header.lastReading, header.goodCount >= 0, header.goodCount <= header.readingCount,
        header.readingCount <= maximumReadings
      else { throw damage }
      guard try body(try integer(row, 7), header) else { return }
    }
  }

  /// No block holds more, in readings; a header that says more is damaged.
  private static let maximumReadings = 1 << 32

  // By place: a year has 50,000 headers, and looking for names costs more than the rest.

  private static func integer(_ row: Row, _ column: Int) throws -> Int64 {
    guard case .int64(let number) = (row[column] as DatabaseValue).storage else { throw damage }
    return number
  }

  private static func number(_ row: Row, _ column: Int) throws -> Double? {
    switch (row[column] as DatabaseValue).storage {
    case .double(let number): number
    case .null: nil
    case .int64, .string, .blob: throw damage
    }
  }

  private static var damage: LedgerError {
    .readFailed(reason: "a header of packed readings is damaged; run \"lotwire ledger verify\"")
  }
}
