import Devices
import Glibc
import Shopfloor

/// Where every thread leaves work for the recorder's own thread: bounded, never blocking the one who offers.
///
/// A POSIX mutex and condition variable, because the owner must sleep with a deadline by the monotonic clock.
final class BoundedInbox: @unchecked Sendable {
  // Proof of Sendable: every access to `queue` and `lastEngine` happens between lock and unlock of `mutex`.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var queue: InboxQueue
  /// The state that the owner left when it ended.
  private var lastEngine: LineEngine?

  init(bounds: InboxBounds) {
    queue = InboxQueue(bounds: bounds)
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  // MARK: Offering

  func offer(_ readings: PendingReadings) -> Bool {
    locked {
      let offer = queue.offer(readings, now: Self.monotonicMicroseconds())
      if offer == .takenAndDue { pthread_cond_signal(condition) }
      return offer != .turnedAway
    }
  }

  func submit(_ command: PendingCommand) -> Bool {
    locked {
      guard queue.submit(command) else { return false }
      pthread_cond_signal(condition)
      return true
    }
  }

  func keepUp(_ upkeep: PendingUpkeep) -> Bool {
    locked {
      guard queue.keepUp(upkeep) else { return false }
      pthread_cond_signal(condition)
      return true
    }
  }

  func inspect(_ inspection: @escaping @Sendable (borrowing LineEngine) -> Void) {
    let last = locked { () -> LineEngine? in
      if lastEngine == nil {
        queue.inspect(inspection)
        pthread_cond_signal(condition)
      }
      return lastEngine
    }
    if let last { inspection(last) }
  }

  /// The owner has ended: who asks from now on is shown the state it left.
  func close(_ engine: LineEngine) {
    let waiting = locked {
      lastEngine = engine
      return queue.takeInspections()
    }
    for inspection in waiting { inspection(engine) }
  }

  func stop() {
    locked {
      queue.stop()
      pthread_cond_signal(condition)
    }
  }

  /// Puts readings back in front that a failed commit could not keep and nobody else keeps.
  func putBack(_ readings: [PendingReadings], holdMicroseconds: Int64) {
    guard !readings.isEmpty else { return }
    locked { queue.putBack(readings, holdMicroseconds: holdMicroseconds, now: Self.monotonicMicroseconds()) }
  }

  var waitingReadings: Int { locked { queue.readingCount } }

  // MARK: Taking

  /// Waits until something is due, at most until `latest` (monotonic microseconds), and takes it.
  func take(notAfter latest: Int64) -> InboxLoad {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      let now = Self.monotonicMicroseconds()
      let due = min(queue.dueAt(now), latest)
      if now >= due { return queue.take(now: now) }
      sleep(until: due)
    }
  }

  private func sleep(until deadline: Int64) {
    var time = timespec(tv_sec: Int(deadline / 1_000_000), tv_nsec: Int(deadline % 1_000_000) * 1_000)
    pthread_cond_timedwait(condition, mutex, &time)
  }

  /// The clock that a sleep with a deadline can go by; ``SystemClock`` reads the same one.
  static func monotonicMicroseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
