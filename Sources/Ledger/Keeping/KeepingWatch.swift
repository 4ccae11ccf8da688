import Devices
import Shopfloor

/// Since when a piece of work is under way, and when it counts as hanging. Pure: the time is given.
struct KeepingWatch: Sendable {
  /// After so long without an answer the status names it, in microseconds.
  static let patienceMicroseconds: Int64 = 30_000_000

  private var since = ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0)
  private var extraMicroseconds: Int64 = 0

  init() {}

  /// - Parameter extraMicroseconds: what the work itself may take.
  init(since: ClockReading, extraMicroseconds: Int64 = 0) {
    self.since = since
    self.extraMicroseconds = extraMicroseconds
  }

  /// - Throws: `folder` where the work has not answered for too long. It goes on meanwhile.
  func check(_ path: String, at now: ClockReading) throws(KeepingFault) {
    let length = now.monotonicMicroseconds - since.monotonicMicroseconds
    guard length > Self.patienceMicroseconds + extraMicroseconds else { return }
    throw .folder(path: path, reason: "it has not answered since \(since.utc)")
  }
}
