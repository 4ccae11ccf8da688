public import Shopfloor

/// How the ledger's disk stands, and since when nothing can be kept.
public struct StorageState: Hashable, Sendable, Codable {
  /// Nil while everything is recorded.
  public var fault: StorageFault?
  /// Of the file system that holds the ledger; nil where nobody knows.
  public var freeBytes: Int64?
  public var capacityBytes: Int64?
  public var level = StorageLow.Level.enough
  /// What is set aside now: 0 while it is in use, or where there was no room for it.
  public var reserveBytes: Int64 = 0
  /// Readings that wait in the bounded inbox because nothing can be kept, and since when the oldest of them waits.
  public var heldReadings = 0
  public var heldSince: Timestamp?
  /// Times that recording stopped and began again since the daemon started.
  public var suspensions: UInt64 = 0

  public init() {}

  /// What people are told; nil while everything is recorded.
  public var words: Words? { fault?.words }
}

/// How long commits took, in fixed steps.
public struct CommitLatency: Hashable, Sendable, Codable {
  /// Upper ends of the steps in microseconds, both 1-2-5: from a fast SSD to a card that is about to fail.
  public static let boundsMicroseconds: [Int64] = [
    500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000,
  ]

  /// One more than there are bounds: the last is beyond all of them.
  public private(set) var counts = [UInt64](repeating: 0, count: boundsMicroseconds.count + 1)
  public private(set) var sumMicroseconds: Int64 = 0

  public init() {}

  public var count: UInt64 { counts.reduce(0, +) }

  mutating func add(microseconds: Int64) {
    let step = Self.boundsMicroseconds.firstIndex { microseconds <= $0 } ?? Self.boundsMicroseconds.count
    counts[step] += 1
    sumMicroseconds += microseconds
  }
}
