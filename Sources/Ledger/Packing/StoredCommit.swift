/// A commit as `commit_group` holds it; what is told there of its readings follows from its body.
struct StoredCommit: Hashable, Sendable {
  var id: Int64
  /// Microseconds UTC, and monotonic.
  var time: Int64
  var monotonic: Int64
  /// The last event that was there after it.
  var lastEvent: Int64
  /// Nil where it brought no readings.
  var body: [UInt8]?
  /// SHA-256 over the hash before and the body; nil where there is none.
  var hash: [UInt8]?
}
