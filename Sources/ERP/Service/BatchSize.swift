/// How many rows go to the ERP together: more while it answers fast, fewer while it is slow, so that news, work and the
/// end of the daemon never wait long for a batch.
struct BatchSize {
  /// Fewest and most rows of a batch. Four, so that a quarter of the smallest batch is a row.
  static let range = 4...64
  /// Bytes of payload of a batch, beside a single row that is larger.
  static let maximumBytes = 4_194_304
  /// A full batch that took less than this is doubled, in microseconds: twice as many rows take at most twice as long, and
  /// are not halved again.
  static let fastMicroseconds: Int64 = slowMicroseconds / 2
  /// A batch that took longer than this is halved, in microseconds.
  static let slowMicroseconds: Int64 = 5_000_000

  private(set) var rows = 16

  mutating func took(_ microseconds: Int64, rows count: Int) {
    if microseconds > Self.slowMicroseconds {
      rows = max(Self.range.lowerBound, rows / 2)
    } else if microseconds < Self.fastMicroseconds, count >= rows {
      rows = min(Self.range.upperBound, rows * 2)
    }
  }
}
