/// One report of a scanner and when it came.
struct ArrivedReport: Hashable, Sendable {
  var bytes: [UInt8]
  /// Monotonic microseconds.
  var at: Int64
  /// The kernel stamped it. Otherwise `at` is when it was found, which is later where this process was held up.
  var isTimeExact: Bool
}
