import Devices
import GRDB

extension ReadingScan {
  /// A header with the place of its block.
  struct LocatedHeader: Hashable, Sendable {
    var segment: Int64
    var header: BlockHeader
  }

  /// The headers of a parameter's blocks that hold readings with a time of their own in [from, to), in the order of
  /// arrival. Blocks of segments that were set aside are not given; retired ones are, for their statistics stand.
  ///
  /// Nothing but an index is read. What is not packed yet has no header: see ``rawReadings(of:from:to:_:_:)``.
  static func headers(of parameter: ParameterIndex, from: Int64, to: Int64, _ db: Database) throws -> [LocatedHeader] {
    guard from < to else { return [] }
    let quarantine = try Quarantine(db)
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT segment, first_reading, last_reading, reading_count, good_count, minimum, maximum, sum
        FROM block INDEXED BY block_header WHERE parameter = ? AND first_reading < ? AND last_reading >= ?
        """, arguments: [parameter.rawValue, to, from])
    var found: [LocatedHeader] = []
    while let row = try rows.next() {
      let segment = try row.integer("segment")
      guard quarantine.reason(ofSegment: segment) == nil else { continue }
      found.append(
        LocatedHeader(
          segment: segment,
          header: BlockHeader(
            parameter: parameter.rawValue, clock: 0, firstReading: try row.integer("first_reading"),
            lastReading: try row.integer("last_reading"), readingCount: Int(try row.integer("reading_count")),
            goodCount: Int(try row.integer("good_count")),
            minimum: Double.fromDatabaseValue(row["minimum"]), maximum: Double.fromDatabaseValue(row["maximum"]),
            sum: Double.fromDatabaseValue(row["sum"]))))
    }
    return found.sorted { $0.segment < $1.segment }
  }
}
