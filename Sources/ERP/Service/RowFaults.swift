/// Rows that the ERP answers with an error of its own. An error that meets every row is the ERP's; one that meets a single
/// row again and again, while others go through between its attempts, is that row's.
struct RowFaults: Hashable {
  /// Failed attempts of a row, with deliveries of other rows before each, after which a person decides about it.
  static let maximumFaults = 6
  /// Rows that are remembered; the oldest are forgotten first and begin anew.
  static let maximumRows = 1_000

  private struct Entry: Hashable {
    var row: Int64
    var count: Int
    var delivered: Int
  }

  /// The row that failed last stands last.
  private var entries: [Entry] = []

  /// A row failed.
  ///
  /// - Parameter delivered: how many rows were delivered so far.
  /// - Returns: whether a person is to decide about it.
  mutating func isBeyondPatience(_ row: Int64, othersDelivered delivered: Int) -> Bool {
    var entry = Entry(row: row, count: 0, delivered: delivered)
    if let place = entries.firstIndex(where: { $0.row == row }) {
      entry = entries.remove(at: place)
      if delivered > entry.delivered { entry.count += 1 }
    } else if delivered > 0 {
      entry.count = 1
    }
    entry.delivered = delivered
    guard entry.count < Self.maximumFaults else { return true }
    entries.append(entry)
    if entries.count > Self.maximumRows { entries.removeFirst() }
    return false
  }

  mutating func forget(_ row: Int64) { entries.removeAll { $0.row == row } }
}
