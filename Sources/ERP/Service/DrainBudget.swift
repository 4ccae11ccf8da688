/// How many rows of a backlog may go now, where the configuration bounds their rate: a bucket that fills evenly and holds
/// what one second brings, at least one row. Times are monotonic microseconds.
struct DrainBudget {
  /// Nil: no bound.
  let rowsPerSecond: Double?
  private var rows: Double
  private var filledAt: Int64 = 0

  init(rowsPerSecond: Double?) {
    self.rowsPerSecond = rowsPerSecond
    rows = rowsPerSecond.map { max(1, $0) } ?? 0
  }

  /// Whole rows that may go at this time.
  mutating func available(at now: Int64) -> Int {
    guard let rowsPerSecond else { return .max }
    let passed = Double(max(0, now - filledAt)) / 1_000_000
    filledAt = now
    rows = min(max(1, rowsPerSecond), rows + passed * rowsPerSecond)
    return Int(rows)
  }

  /// Takes rows off that went, at most those that were available.
  mutating func spend(_ count: Int) { if rowsPerSecond != nil { rows = max(0, rows - Double(count)) } }

  /// How long until another row may go, in microseconds.
  var waitMicroseconds: Int64 {
    guard let rowsPerSecond, rows < 1 else { return 0 }
    return Int64(((1 - rows) / rowsPerSecond * 1_000_000).rounded(.up))
  }
}
