/// Remembers the keys of the latest messages, so that one that a broker delivers again is kept once.
///
/// The bound is many times what a broker may have in flight to one client: 20 by default in mosquitto 2, 5,000 with the
/// settings that we ship. One window serves all brokers: while one of them is away, others may bring so many keys that
/// what it delivers again is not known any more, and stands twice.
struct MessageWindow: Hashable, Sendable {
  static let maximumKeys = 262_144
  /// Commits that are read back at the start to fill the window.
  static let restoredGroups = 5_000

  private var known: Set<UInt64> = []
  private var ring: [UInt64] = []
  private var next = 0

  /// False where the key was seen before.
  mutating func insert(_ key: UInt64) -> Bool {
    guard known.insert(key).inserted else { return false }
    if ring.count < Self.maximumKeys {
      ring.append(key)
    } else {
      known.remove(ring[next])
      ring[next] = key
      next = (next + 1) % Self.maximumKeys
    }
    return true
  }
}
