import Ledger
import Shopfloor

/// Which rows go into one batch, and in which order. Two lanes: order keys of which something happened just now go first,
/// the backlog follows; neither starves the other. Within a lane rows go by their ids, and rows of one order key always
/// in theirs. Pure: who asks tells what follows a row in its key.
struct BatchPlan {
  /// What is older than this is backlog, whichever lane it goes in, in microseconds.
  static let liveMicroseconds: Int64 = 60_000_000
  /// The part of a batch that is kept for the backlog where both lanes have something to do: one row in so many.
  static let backlogShare = 4

  private var live: [OutboxRow]
  /// The first rows of the other keys, by their ids.
  private(set) var backlog: [OutboxRow]
  private let liveSince: Timestamp
  private var liveLeft: Int
  private var oldLeft: Int
  /// Rows that the bound on the rate held back.
  private(set) var isHeldByRate = false

  /// - Parameters:
  ///   - live: the first rows of the keys of which something happened since `liveSince`; all are due.
  ///   - backlog: the first rows of keys; all are due. Keys of `live` are left out.
  ///   - rows: size of the batch.
  ///   - oldRows: how many rows from before `liveSince` may go now.
  init(live: [OutboxRow], backlog: [OutboxRow], since liveSince: Timestamp, rows: Int, oldRows: Int) {
    let keys = Set(live.compactMap(\.orderKey))
    let ids = Set(live.map(\.id))
    self.live = live.sorted { $0.id < $1.id }
    self.backlog = backlog.filter { row in !ids.contains(row.id) && row.orderKey.map { !keys.contains($0) } ?? true }
      .sorted { $0.id < $1.id }
    self.liveSince = liveSince
    liveLeft = self.backlog.isEmpty ? rows : max(1, rows - max(1, rows / Self.backlogShare))
    oldLeft = oldRows
  }

  func isOld(_ row: OutboxRow) -> Bool { row.createdAt < liveSince }

  /// The next row of the batch; nil where none may go now.
  mutating func next() -> OutboxRow? {
    if liveLeft > 0, let row = take(from: \.live) {
      liveLeft -= 1
      return row
    }
    return take(from: \.backlog) ?? take(from: \.live)
  }

  /// What follows a row that was taken in its order key.
  mutating func follow(_ row: OutboxRow, with follower: OutboxRow) {
    if takenFromLive.contains(row.id) {
      Self.insert(follower, into: &live)
    } else {
      Self.insert(follower, into: &backlog)
    }
  }

  private var takenFromLive: Set<Int64> = []

  private mutating func take(from lane: WritableKeyPath<Self, [OutboxRow]>) -> OutboxRow? {
    let rows = self[keyPath: lane]
    guard let place = oldLeft > 0 ? rows.indices.first : rows.firstIndex(where: { !isOld($0) }) else {
      if !rows.isEmpty { isHeldByRate = true }
      return nil
    }
    let row = self[keyPath: lane].remove(at: place)
    if isOld(row) { oldLeft -= 1 }
    if lane == \.live { takenFromLive.insert(row.id) }
    return row
  }

  private static func insert(_ row: OutboxRow, into rows: inout [OutboxRow]) {
    rows.insert(row, at: rows.firstIndex { $0.id > row.id } ?? rows.endIndex)
  }
}
