/// Rows that build on what the ERP does not have yet, and since when they are told so. Times are monotonic microseconds.
struct RowWaits: Hashable {
  /// A row that waits longer than this while the ERP answers is shown.
  static let longestMicroseconds: Int64 = 6 * 3_600_000_000
  /// A row that was not told so again for this long is forgotten: a person set it aside, or the ERP was away meanwhile.
  /// Longer than the longest wait between two attempts.
  static let forgottenAfterMicroseconds: Int64 = 3_600_000_000
  /// Rows that are remembered; further ones are remembered when one of these is done with.
  static let maximumRows = 1_000

  private struct Entry: Hashable {
    var since: Int64
    var last: Int64
    var words: String
  }

  private var entries: [Int64: Entry] = [:]

  /// A row was told to wait.
  mutating func waits(_ row: Int64, _ words: String, at now: Int64) {
    entries = entries.filter { now - $0.value.last < Self.forgottenAfterMicroseconds }
    guard entries.count < Self.maximumRows || entries[row] != nil else { return }
    entries[row] = Entry(since: entries[row]?.since ?? now, last: now, words: words)
  }

  mutating func forget(_ row: Int64) { entries[row] = nil }

  /// The oldest row that waits too long, and how many do; nil where none does.
  func overdue(at now: Int64) -> String? {
    let late = entries.values.filter {
      now - $0.last < Self.forgottenAfterMicroseconds && now - $0.since >= Self.longestMicroseconds
    }
    guard let oldest = late.min(by: { $0.since < $1.since }) else { return nil }
    let hours = (now - oldest.since) / 3_600_000_000
    let others = late.count > 1 ? " (and \(late.count - 1) more)" : ""
    return "a delivery waits for \(hours) h although the ERP answers\(others): \(oldest.words)"
  }
}
