/// How long to wait for a reply of one unit: learned from the replies so far as TCP learns its retransmission timeout
/// (RFC 6298: smoothed time plus four times its deviation, doubled after a timeout), never beyond what the rules allow.
struct ResponseTimer: Hashable, Sendable {
  /// A lost TCP segment is sent again after 200 ms at the earliest (Linux, TCP_RTO_MIN); a shorter wait would turn every
  /// lost segment into a lost reading.
  static let tcpFloorMicroseconds: Int64 = 300_000
  /// On a serial line nothing is sent again; a busy device must still get through its cycle.
  static let serialFloorMicroseconds: Int64 = 100_000

  let floorMicroseconds: Int64
  let capMicroseconds: Int64
  private var smoothed: Int64?
  private var deviation: Int64 = 0
  private var doublings = 0

  init(floorMicroseconds: Int64, capMicroseconds: Int64) {
    self.capMicroseconds = capMicroseconds
    self.floorMicroseconds = min(floorMicroseconds, capMicroseconds)
  }

  /// Until the first reply the cap.
  var timeoutMicroseconds: Int64 {
    guard let smoothed else { return capMicroseconds }
    let learned = max(floorMicroseconds, smoothed + 4 * deviation)
    return min(capMicroseconds, learned << Int64(doublings))
  }

  /// The smoothed time from request to reply; nil before the first reply.
  var observedMicroseconds: Int64? { smoothed }

  mutating func answered(after microseconds: Int64) {
    doublings = 0
    guard let before = smoothed else {
      smoothed = microseconds
      deviation = microseconds / 2
      return
    }
    deviation += (abs(before - microseconds) - deviation) / 4
    smoothed = before + (microseconds - before) / 8
  }

  mutating func timedOut() {
    if doublings < 10 { doublings += 1 }
  }
}
