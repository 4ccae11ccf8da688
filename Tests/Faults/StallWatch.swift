import Foundation
import Synchronization

/// Sees how long this process was not let run at a time: what a machine that stalls does to time-outs is no fault of the
/// driver.
final class StallWatch: Sendable {
  private let longest = Atomic<Int64>(0)
  private let isStopped = Atomic(false)

  static let stepMicroseconds: UInt32 = 5_000

  init() {
    Thread.detachNewThread { [self] in
      var last = DispatchTime.now().uptimeNanoseconds
      while !isStopped.load(ordering: .relaxed) {
        usleep(Self.stepMicroseconds)
        let now = DispatchTime.now().uptimeNanoseconds
        let gap = Int64((now - last) / 1_000) - Int64(Self.stepMicroseconds)
        longest.max(gap, ordering: .relaxed)
        last = now
      }
    }
  }

  /// Ends the watch; gives the longest stall in microseconds.
  func stop() -> Int64 {
    isStopped.store(true, ordering: .relaxed)
    return longest.load(ordering: .relaxed)
  }
}
