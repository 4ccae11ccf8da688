import Ledger
import Shopfloor

/// Which rows go into one batch, and in which order. What happened just now goes first; then what must go before it is
/// the turn of what happens now, the older rows of the same order keys; then the rest of the backlog. Neither starves the
/// other. Rows of one order key always go in the order of their ids. Pure: who asks tells what follows a row in its key.
struct BatchPlan {
  /// What is older than this is backlog, in microseconds.
  static let liveMicroseconds: Int64 = 600_000_000
  /// The part of a batch that is kept for the backlog where there is one: one row in so many.
  static let backlogShare = 4

  private enum Lane { case live, promoted, backlog }

  private var live: [OutboxRow] = []
  /// Older rows of order keys of which something happened just now.
  private var promoted: [OutboxRow] = []
  /// The first rows of the other keys, by their ids.
  private(set) var backlog: [OutboxRow]
  private let liveSince: Timestamp
  private var liveLeft: Int
  private var oldLeft: Int
  private var promotedKeys: Set<String> = []
  /// Whether the bound on the rate held rows back.
  private(set) var isHeldByRate = false

  /// - Parameters:
  ///   - live: the first rows of the keys of which something happened since `liveSince`; all are due.
  ///   - backlog: the first rows of keys; all are due. Keys of `live` are left out.
  ///   - rows: size of the batch.
  ///   - oldRows: how many rows from before `liveSince` may go now.
  init(live: [OutboxRow], backlog: [OutboxRow], since liveSince: Timestamp, rows: Int, oldRows: Int) {
    let keys = Set(live.compactMap(\.orderKey))
    let ids = Set(live.map(\.id))
    self.backlog = backlog.filter { row in !ids.contains(row.id) && row.orderKey.map { !keys.contains($0) } ?? true }
      .sorted { $0.id < $1.id }
    self.liveSince = liveSince
    oldLeft = oldRows
    liveLeft = rows
    promotedKeys = keys
    for row in live { insert(row) }
    let share = max(1, rows / Self.backlogShare)
    if oldRows > 0, !promoted.isEmpty || !self.backlog.isEmpty { liveLeft = max(1, rows - share) }
  }

  private func isOld(_ row: OutboxRow) -> Bool { row.createdAt < liveSince }

  /// The next row of the batch; nil where none may go now.
  mutating func next() -> OutboxRow? {
    if liveLeft > 0, let row = take(.live) {
      liveLeft -= 1
      return row
    }
    return take(.promoted) ?? take(.backlog) ?? take(.live)
  }

  /// What follows a row that was taken in its order key.
  mutating func follow(with follower: OutboxRow) { insert(follower) }

  private mutating func take(_ lane: Lane) -> OutboxRow? {
    switch lane {
    case .live: return live.isEmpty ? nil : live.removeFirst()
    case .promoted: return takeOld(\.promoted)
    case .backlog: return takeOld(\.backlog)
    }
  }

  private mutating func takeOld(_ lane: WritableKeyPath<Self, [OutboxRow]>) -> OutboxRow? {
    let rows = self[keyPath: lane]
    guard let place = oldLeft > 0 ? rows.indices.first : rows.firstIndex(where: { !isOld($0) }) else {
      if !rows.isEmpty { isHeldByRate = true }
      return nil
    }
    let row = self[keyPath: lane].remove(at: place)
    if isOld(row) { oldLeft -= 1 }
    return row
  }

  private mutating func insert(_ row: OutboxRow) {
    if !isOld(row) {
      Self.insert(row, into: &live)
    } else if row.orderKey.map(promotedKeys.contains) ?? false {
      Self.insert(row, into: &promoted)
    } else {
      Self.insert(row, into: &backlog)
    }
  }

  private static func insert(_ row: OutboxRow, into rows: inout [OutboxRow]) {
    rows.insert(row, at: rows.firstIndex { $0.id > row.id } ?? rows.endIndex)
  }
}
