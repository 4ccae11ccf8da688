public import Shopfloor

/// A stretch of time, cut into buckets of equal length; the first and the last one may be shorter.
public struct SeriesGrid: Hashable, Sendable {
  /// Bound of one answer, in buckets.
  public static let maximumBuckets = 100_000

  public let from: Timestamp
  /// The first instant after the stretch.
  public let to: Timestamp
  public let widthMicroseconds: Int64
  public let count: Int
  /// Where the first bucket would begin if it were whole, microseconds UTC.
  private let origin: Int64

  /// So many buckets from end to end; fewer where the stretch has not as many microseconds.
  ///
  /// - Returns: nil for a stretch without length and for counts outside 1 to ``maximumBuckets``.
  public init?(from: Timestamp, to: Timestamp, count: Int) {
    let span = to.microseconds.subtractingReportingOverflow(from.microseconds)
    guard !span.overflow, span.partialValue > 0, (1...Self.maximumBuckets).contains(count) else { return nil }
    let width = (span.partialValue - 1) / Int64(count) + 1
    self.init(from: from, to: to, width: width, origin: from.microseconds)
  }

  /// Buckets of this length that begin at whole multiples of it since 1970, so that those of a minute begin with the
  /// minute.
  ///
  /// - Returns: nil for a stretch without length, a width below 1 µs, and where there are more than ``maximumBuckets``.
  public init?(from: Timestamp, to: Timestamp, everyMicroseconds width: Int64) {
    let span = to.microseconds.subtractingReportingOverflow(from.microseconds)
    guard !span.overflow, span.partialValue > 0, width > 0 else { return nil }
    let rest = from.microseconds % width
    let origin = from.microseconds.subtractingReportingOverflow(rest < 0 ? rest + width : rest)
    guard !origin.overflow else { return nil }
    self.init(from: from, to: to, width: width, origin: origin.partialValue)
  }

  private init?(from: Timestamp, to: Timestamp, width: Int64, origin: Int64) {
    let covered = (to.microseconds - 1).subtractingReportingOverflow(origin)
    guard !covered.overflow, covered.partialValue / width < Int64(Self.maximumBuckets) else { return nil }
    self.from = from
    self.to = to
    widthMicroseconds = width
    count = Int(covered.partialValue / width) + 1
    self.origin = origin
  }

  /// The bucket of an instant of the stretch.
  func bucket(of microseconds: Int64) -> Int { Int((microseconds - origin) / widthMicroseconds) }

  func contains(_ microseconds: Int64) -> Bool { microseconds >= from.microseconds && microseconds < to.microseconds }

  /// From when on, and before when.
  public func bounds(of bucket: Int) -> (from: Timestamp, to: Timestamp) {
    let begin = origin + Int64(bucket) * widthMicroseconds
    let end = begin.addingReportingOverflow(widthMicroseconds)
    return (
      max(from, Timestamp(microseconds: begin)), end.overflow ? to : min(to, Timestamp(microseconds: end.partialValue))
    )
  }
}
