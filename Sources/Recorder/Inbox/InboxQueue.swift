import Devices
import Ledger
import Shopfloor

/// What waits for the recorder and when it is due: the decisions of the inbox, without its lock and its sleep. Times are
/// monotonic microseconds and given by the caller.
package struct InboxQueue {
  private let bounds: InboxBounds
  private var load = InboxLoad()
  /// Readings that wait.
  package private(set) var readingCount = 0
  private var oldestReadingAt: Int64?
  /// Readings that came back are left until then: an inbox that is full while the ledger is away must not keep its owner
  /// spinning.
  private var readingsHeldUntil: Int64 = .min

  package init(bounds: InboxBounds) { self.bounds = bounds }

  package enum Offer: Hashable, Sendable {
    case turnedAway
    /// The owner need not be woken: something before it wakes it.
    case taken
    case takenAndDue
  }

  // MARK: Offering

  package mutating func offer(_ readings: PendingReadings, now: Int64) -> Offer {
    let count = readings.readingCount
    guard !load.isStopping, readingCount + count <= bounds.maximumReadings else {
      // Who awaits the commit keeps them and offers them again: nothing is missing.
      if readings.acknowledge == nil {
        for batch in readings.batches { load.turnedAway[batch.device, default: 0] += 1 }
      }
      return .turnedAway
    }
    let isFirst = load.readings.isEmpty
    if isFirst { oldestReadingAt = now }
    // Who awaits the commit hands over nothing more until then: waiting for company would only slow him down.
    let isAwaited = bounds.commitsAwaitedAtOnce && readings.acknowledge != nil
    if isAwaited { oldestReadingAt = now - bounds.commitDelayMicroseconds }
    readingCount += count
    load.readings.append(readings)
    // The owner sleeps until the first reading or until a commit is due.
    return isFirst || isAwaited || readingCount >= bounds.maximumReadingsPerCommit ? .takenAndDue : .taken
  }

  package mutating func submit(_ command: PendingCommand) -> Bool {
    guard !load.isStopping, load.commands.count < bounds.maximumCommands else { return false }
    load.commands.append(command)
    return true
  }

  package mutating func keepUp(_ upkeep: PendingUpkeep) -> Bool {
    guard !load.isStopping, load.upkeep.count < bounds.maximumUpkeep else { return false }
    load.upkeep.append(upkeep)
    return true
  }

  mutating func inspect(_ inspection: @escaping @Sendable (borrowing LineEngine) -> Void) {
    load.inspections.append(inspection)
  }

  mutating func takeInspections() -> [@Sendable (borrowing LineEngine) -> Void] {
    defer { load.inspections = [] }
    return load.inspections
  }

  package mutating func stop() { load.isStopping = true }

  /// Puts readings back in front that a failed commit could not keep and nobody else keeps.
  package mutating func putBack(_ readings: [PendingReadings], holdMicroseconds: Int64, now: Int64) {
    guard !readings.isEmpty else { return }
    readingsHeldUntil = now + holdMicroseconds
    oldestReadingAt = oldestReadingAt ?? now
    load.readings.insert(contentsOf: readings, at: 0)
    readingCount += readings.reduce(0) { $0 + $1.readingCount }
  }

  // MARK: Taking

  /// When there is something to take: everything that is not readings at once, and readings once the oldest has waited or
  /// a commit is full. `.max` where nothing waits.
  package func dueAt(_ now: Int64) -> Int64 {
    let urgent =
      !load.commands.isEmpty || !load.upkeep.isEmpty || !load.inspections.isEmpty || load.isStopping
      || readingCount >= bounds.maximumReadingsPerCommit && now >= readingsHeldUntil
    if urgent { return now }
    return max(oldestReadingAt.map { $0 + bounds.commitDelayMicroseconds } ?? .max, readingsHeldUntil)
  }

  package mutating func take(now: Int64) -> InboxLoad {
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
    taken.heldReadings = readingCount
    oldestReadingAt = load.readings.isEmpty ? nil : now - bounds.commitDelayMicroseconds
    return taken
  }
}
