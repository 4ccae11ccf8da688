import Devices
import Glibc
import Shopfloor

/// Where every thread leaves work for the recorder's own thread: bounded, never blocking the one who offers.
///
/// A POSIX mutex and condition variable, because the owner must sleep with a deadline by the monotonic clock.
final class BoundedInbox: @unchecked Sendable {
  // Proof of Sendable: every access to `load` and `readingCount` happens between lock and unlock of `mutex`, as every access to the other variables.
  private let bounds: InboxBounds
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var load = InboxLoad()
  private var readingCount = 0
  private var oldestReadingAt: Int64?
  /// The state that the owner left when it ended.
  private var lastEngine: LineEngine?
  /// Readings that came back are left until then, monotonic microseconds: an inbox that is full while the ledger is
  /// away must not keep its owner spinning.
  private var readingsHeldUntil: Int64 = .min

  init(bounds: InboxBounds) {
    self.bounds = bounds
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
    let count = readings.readingCount
    return locked {
      guard !load.isStopping, readingCount + count <= bounds.maximumReadings else {
        // Who awaits the commit keeps them and offers them again: nothing is missing.
        if readings.acknowledge == nil {
          for batch in readings.batches { load.turnedAway[batch.device, default: 0] += 1 }
        }
        return false
      }
      let isFirst = load.readings.isEmpty
      let now = Self.monotonicMicroseconds()
      if isFirst { oldestReadingAt = now }
      // Who awaits the commit hands over nothing more until then: waiting for company would only slow him down.
      let isAwaited = bounds.commitsAwaitedAtOnce && readings.acknowledge != nil
      if isAwaited { oldestReadingAt = now - bounds.commitDelayMicroseconds }
      readingCount += count
      load.readings.append(readings)
      // The owner sleeps until the first reading or until a commit is due.
      if isFirst || isAwaited || readingCount >= bounds.maximumReadingsPerCommit { pthread_cond_signal(condition) }
      return true
    }
  }

  func submit(_ command: PendingCommand) -> Bool {
    locked {
      guard !load.isStopping, load.commands.count < bounds.maximumCommands else { return false }
      load.commands.append(command)
      pthread_cond_signal(condition)
      return true
    }
  }

  func keepUp(_ upkeep: PendingUpkeep) -> Bool {
    locked {
      guard !load.isStopping, load.upkeep.count < bounds.maximumUpkeep else { return false }
      load.upkeep.append(upkeep)
      pthread_cond_signal(condition)
      return true
    }
  }

  func inspect(_ inspection: @escaping @Sendable (borrowing LineEngine) -> Void) {
    let last = locked { () -> LineEngine? in
      if lastEngine == nil {
        load.inspections.append(inspection)
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
      defer { load.inspections = [] }
      return load.inspections
    }
    for inspection in waiting { inspection(engine) }
  }

  func stop() {
    locked {
      load.isStopping = true
      pthread_cond_signal(condition)
    }
  }

  /// Puts readings back in front that a failed commit could not keep and nobody else keeps.
  func putBack(_ readings: [PendingReadings], holdMicroseconds: Int64) {
    guard !readings.isEmpty else { return }
    locked {
      let now = Self.monotonicMicroseconds()
      readingsHeldUntil = now + holdMicroseconds
      oldestReadingAt = oldestReadingAt ?? now
      load.readings.insert(contentsOf: readings, at: 0)
      readingCount += readings.reduce(0) { $0 + $1.readingCount }
    }
  }

  var waitingReadings: Int { locked { readingCount } }

  // MARK: Taking

  /// Waits until something is due, at most until `latest` (monotonic microseconds), and takes it: everything that is
  /// not readings at once, and readings once the oldest has waited or a commit is full.
  func take(notAfter latest: Int64) -> InboxLoad {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      let now = Self.monotonicMicroseconds()
      let readingsDueAt = max(oldestReadingAt.map { $0 + bounds.commitDelayMicroseconds } ?? .max, readingsHeldUntil)
      let urgent =
        !load.commands.isEmpty || !load.upkeep.isEmpty || !load.inspections.isEmpty || load.isStopping
        || readingCount >= bounds.maximumReadingsPerCommit && now >= readingsHeldUntil
      if urgent || now >= min(readingsDueAt, latest) { return takeLoad() }
      sleep(until: min(readingsDueAt, latest))
    }
  }

  private func takeLoad() -> InboxLoad {
    var taken = load
    load.commands = []
    load.upkeep = []
    load.inspections = []
    load.turnedAway = [:]
    // A commit has a bound too; what is over it goes with the next one.
    var count = 0
    var end = 0
    while end < taken.readings.count, count < bounds.maximumReadingsPerCommit {
      count += taken.readings[end].readingCount
      end += 1
    }
    load.readings = Array(taken.readings[end...])
    taken.readings.removeSubrange(end...)
    readingCount -= count
    oldestReadingAt = load.readings.isEmpty ? nil : Self.monotonicMicroseconds() - bounds.commitDelayMicroseconds
    return taken
  }

  private func sleep(until deadline: Int64) {
    var time = timespec(tv_sec: Int(deadline / 1_000_000), tv_nsec: Int(deadline % 1_000_000) * 1_000)
    pthread_cond_timedwait(condition, mutex, &time)
  }

  static func monotonicMicroseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
