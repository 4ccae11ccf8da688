/// What was delivered of late and has not been compared since. Only in memory: after a restart the regular comparison
/// comes round to it. Times are monotonic microseconds.
struct RecentDeliveries {
  /// A row is looked at so long after its delivery, in microseconds: what people or other programs do to it at once is
  /// noticed within the hour.
  static let settleMicroseconds: Int64 = 1_800_000_000
  /// Rows that are remembered; of more, the oldest are left to the regular comparison.
  static let maximumRows = 10_000

  private var rows: [(id: Int64, at: Int64)] = []
  /// Rows that were left to the regular comparison.
  private(set) var leftOut = 0

  mutating func add(_ id: Int64, at now: Int64) {
    rows.append((id, now))
    guard rows.count > Self.maximumRows else { return }
    let excess = rows.count - Self.maximumRows + Self.maximumRows / 10
    rows.removeFirst(excess)
    leftOut += excess
  }

  /// When the oldest is due; nil where there is none.
  var nextAt: Int64? { rows.first.map { $0.at + Self.settleMicroseconds } }

  /// Those that are due, at most `limit`.
  func due(at now: Int64, limit: Int) -> [Int64] {
    rows.prefix(limit).prefix { $0.at + Self.settleMicroseconds <= now }.map(\.id)
  }

  mutating func compared(_ ids: [Int64]) {
    let ids = Set(ids)
    rows.removeAll { ids.contains($0.id) }
  }
}
