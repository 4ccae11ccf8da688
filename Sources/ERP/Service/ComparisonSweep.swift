import Shopfloor

/// One regular comparison of everything that was delivered, from the oldest to the newest row, in small pieces that are
/// spread over the time until the next one begins.
struct ComparisonSweep: Hashable {
  /// Rows of one piece.
  static let rowsAtOnce = 50
  /// Bytes of payload of one piece, beside a single row that is larger.
  static let maximumBytes = 4_194_304
  /// Two pieces are never closer together, in microseconds.
  static let shortestMicroseconds: Int64 = 10_000_000
  /// The pause between two pieces where a person waits for the end, in microseconds.
  static let askedForMicroseconds: Int64 = 1_000_000

  var startedAt: Timestamp
  /// The last row that was looked at.
  var row: Int64
  var isDone: Bool
  /// Rows that were looked at, and those of them that the ERP shows otherwise or of which nothing is known.
  var comparedRows = 0
  var differingRows = 0
  var incomparableRows = 0
  var endedAt: Timestamp?
  /// Where a person asked for it, the last row that had been delivered then: what is delivered meanwhile must not keep
  /// it from ending. Not kept: after a restart it goes on as a regular one.
  var lastRow: Int64?

  init(startedAt: Timestamp, row: Int64, isDone: Bool = false) {
    self.startedAt = startedAt
    self.row = row
    self.isDone = isDone
  }

  mutating func note(_ found: PieceFindings) {
    comparedRows += found.comparedRows.count
    differingRows += found.differingRows
    incomparableRows += found.passedOver.count
  }

  /// As it stands among the settings of the ledger: "1795000000000000;1207;going;1150;2;1;" with the counts and, where it
  /// is done, its end.
  var text: String {
    "\(startedAt.microseconds);\(row);\(isDone ? "done" : "going");\(comparedRows);\(differingRows);"
      + "\(incomparableRows);\(endedAt.map { "\($0.microseconds)" } ?? "")"
  }

  /// Nil where the text is none of ours: the comparison begins anew then. Former programs wrote no counts.
  init?(_ text: String) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    guard parts.count == 3 || parts.count == 7, let started = Int64(parts[0]), let row = Int64(parts[1]), row >= 0,
      ["done", "going"].contains(parts[2])
    else { return nil }
    self.init(startedAt: Timestamp(microseconds: started), row: row, isDone: parts[2] == "done")
    guard parts.count == 7 else { return }
    guard let compared = Int(parts[3]), let differing = Int(parts[4]), let incomparable = Int(parts[5]),
      parts[6].isEmpty || Int64(parts[6]) != nil
    else { return nil }
    (comparedRows, differingRows, incomparableRows) = (compared, differing, incomparable)
    endedAt = Int64(parts[6]).map(Timestamp.init(microseconds:))
  }

  /// Whether the next comparison begins. A beginning in the future was written under a wrong clock.
  func isOver(at now: Timestamp, every microseconds: Int64) -> Bool {
    now < startedAt || (isDone && now.microseconds(since: startedAt) >= microseconds)
  }

  /// The pause until the next piece, in microseconds, so that the rest is evenly spread over the rest of the time.
  func pause(rowsLeft: Int, at now: Timestamp, every microseconds: Int64) -> Int64 {
    let left = microseconds - now.microseconds(since: startedAt)
    guard !isDone else { return max(Self.shortestMicroseconds, left) }
    let pieces = Int64(rowsLeft / Self.rowsAtOnce + 1)
    return max(Self.shortestMicroseconds, left / (pieces + 1))
  }
}
