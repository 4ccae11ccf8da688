import Shopfloor

/// Decides by the free space of the ledger's file system: which level it has reached, how large the reserve is, and when
/// there is room again. Pure.
struct StorageWatch: Hashable, Sendable {
  /// Set aside beside the ledger, so that the end of recording can still be written on a full disk.
  static let reserveBytes: Int64 = 64 << 20
  /// On a small file system the reserve takes at most this share of it.
  static let maximumReservePercent: Int64 = 5
  /// Room that must be free beside the reserve before recording resumes, and the share of a small file system for it.
  static let marginBytes: Int64 = 16 << 20
  static let maximumMarginPercent: Int64 = 1
  /// A level is left for a better one only when so much more is free: no event for every page that comes and goes.
  static let returnPercent: Int64 = 1
  static let intervalMicroseconds: Int64 = 10_000_000

  private(set) var level = StorageLow.Level.enough

  static func reserve(capacityBytes: Int64) -> Int64 {
    min(reserveBytes, share(maximumReservePercent, of: capacityBytes))
  }

  /// Free bytes from which a reserve can be made again and recording resumes.
  static func resumesAt(capacityBytes: Int64) -> Int64 {
    reserve(capacityBytes: capacityBytes) + min(marginBytes, share(maximumMarginPercent, of: capacityBytes))
  }

  private static func share(_ percent: Int64, of bytes: Int64) -> Int64 { bytes / 100 * percent }

  /// Below 20, 10 and 5 % of the file system.
  static func level(freeBytes: Int64, capacityBytes: Int64, returning: Bool = false) -> StorageLow.Level {
    let more = returning ? returnPercent : 0
    if freeBytes < share(5 + more, of: capacityBytes) { return .critical }
    if freeBytes < share(10 + more, of: capacityBytes) { return .lower }
    if freeBytes < share(20 + more, of: capacityBytes) { return .low }
    return .enough
  }

  /// The level that was reached, where it is another one than before.
  mutating func look(freeBytes: Int64, capacityBytes: Int64) -> StorageLow.Level? {
    let now = Self.level(freeBytes: freeBytes, capacityBytes: capacityBytes)
    let isBetter = Self.rank(now) < Self.rank(level)
    let reached =
      isBetter
      ? Self.level(freeBytes: freeBytes, capacityBytes: capacityBytes, returning: true) : now
    guard reached != level, !isBetter || Self.rank(reached) < Self.rank(level) else { return nil }
    level = reached
    return reached
  }

  private static func rank(_ level: StorageLow.Level) -> Int { StorageLow.Level.allCases.firstIndex(of: level) ?? 0 }
}
