import BatchRecord
import Devices
import Ledger
import Logging
import Shopfloor
import Synchronization

/// Watches commits for lots to seal: completed ones, and sealed ones of which something became known later (an addendum):
/// late readings, counts, contradictions of the ERP, and rows of the outbox that were refused or set aside.
///
/// The recorder's thread only leaves work here; what waits is bounded, and what found no room is counted and logged.
final class SealingTriggers: Sendable {
  /// Ends the pause of the service that seals.
  let wakeup = Wakeup()
  private let settleMicroseconds: Int64
  private let logger: Logger
  private let queue: Mutex<SealingQueue>
  private let memory = Mutex(Memory())

  /// News of deliveries wait so long for more of them, in microseconds: the most that a lot gets because of them is one
  /// addendum in this time, however many rows are refused.
  static let newsMicroseconds: Int64 = 600_000_000
  /// Events before the end of the ledger in which a new process looks for news that an earlier one did not seal.
  static let maximumLookedBack = 10_000

  /// Runs and lots whose late readings are noticed; older ones show in the ledger only.
  static let maximumRemembered = 10_000

  private struct Memory {
    var lotsOfRun: [RunID: [LotNumber]] = [:]
    var sealed: Set<LotNumber> = []
  }

  /// - Parameter settleMicroseconds: what is sealed waits so long for its last readings.
  init(settleMicroseconds: Int64, logger: Logger, queue: SealingQueue = SealingQueue()) {
    self.settleMicroseconds = settleMicroseconds
    self.logger = logger
    self.queue = Mutex(queue)
  }

  /// What waits, and what found no room.
  var counts: (waiting: Int, dropped: Int, failures: Int) {
    queue.withLock { ($0.count, $0.droppedCount, $0.failureCount) }
  }

  func withQueue<Value: Sendable>(_ body: (inout SealingQueue) -> Value) -> Value { queue.withLock { body(&$0) } }

  /// Lets a subject wait for its seal, from this time on after the settling time.
  func add(_ subject: SealingQueue.Subject, _ purpose: SealingQueue.Purpose, since time: Timestamp, sequence: Int64) {
    let dueAt = time.advanced(byMicroseconds: settleMicroseconds)
    add(SealingQueue.Work(subject: subject, purpose: purpose, dueAt: dueAt, sequence: sequence))
  }

  private func add(_ work: SealingQueue.Work) {
    let isFirstDrop = queue.withLock { queue in
      let before = queue.droppedCount
      queue.add(work)
      return queue.droppedCount > before && before == 0
    }
    if isFirstDrop {
      logger.error(
        "more lots wait to be sealed than are remembered; first seals are found again, renewals are not",
        metadata: ["waiting": "\(SealingQueue.maximumWaiting)"])
    }
    wakeup.wake()
  }

  func take(_ events: [EventRecord]) {
    for record in events {
      switch record.event {
      case .runStarted(let run):
        memory.withLock { memory in
          if memory.lotsOfRun.count >= Self.maximumRemembered { memory = Memory() }
          memory.lotsOfRun[run.id] = run.lots
        }
      case .lotCompleted(let done): add(.lot(done.lot), .firstSeal, since: done.at, sequence: record.sequence)
      case .materialConflict(let conflict) where conflict.kind == .movementRefused: news(of: conflict.material, record)
      case .materialConflict(let conflict):
        add(.lotsWith(conflict.material), .renewal, since: record.time, sequence: record.sequence)
      case .recordSealed(let notice): memory.withLock { _ = $0.sealed.insert(notice.lot) }
      case .deliveryBlocked(let report) where report.material == nil:
        news(of: report.lot, report.idempotencyKey, record)
      case .deliveryDecided(let decision) where decision.action == .setAside:
        if let material = decision.material {
          news(of: material, record)
        } else {
          news(of: decision.lot, decision.idempotencyKey, record)
        }
      case .lateReadings(let late): renew([late.run].compactMap { $0 }, record)
      case .quantityReported(let counted): renew([counted.lot], record)
      case .workConflict(let conflict): renew(conflict.lots, record)
      case .messagesLost(let lost): renew(lost.runs, record)
      case .messagesThinned(let thinned): renew(thinned.runs, record)
      default: break
      }
    }
  }

  /// Something became known of runs: a lot that waits for its first seal takes it along.
  private func renew(_ runs: [RunID], _ record: EventRecord) {
    let lots = memory.withLock { memory in
      Set(runs.flatMap { memory.lotsOfRun[$0] ?? [] }).filter(memory.sealed.contains)
    }
    for lot in lots.sorted() { add(.lot(lot), .renewal, since: record.time, sequence: record.sequence) }
  }

  private func renew(_ lots: [LotNumber], _ record: EventRecord) {
    for lot in memory.withLock({ memory in lots.filter(memory.sealed.contains) }) {
      add(.lot(lot), .renewal, since: record.time, sequence: record.sequence)
    }
  }

  /// A refused row of a lot, or one that was set aside. What becomes of an addendum makes no other one: that would never
  /// end. The next addendum that comes for another reason has it.
  private func news(of lot: LotNumber?, _ key: String, _ record: EventRecord) {
    guard let lot, SealedRecord.revision(ofKey: key) ?? 0 == 0 else { return }
    let dueAt = record.time.advanced(byMicroseconds: max(Self.newsMicroseconds, settleMicroseconds))
    add(SealingQueue.Work(subject: .lot(lot), purpose: .news, dueAt: dueAt, sequence: record.sequence))
  }

  /// The same of a movement: its lots are found first, and then wait for more.
  private func news(of material: MaterialLotNumber, _ record: EventRecord) {
    add(.lotsWith(material), .news, since: record.time, sequence: record.sequence)
  }

  /// Lots with a sealed record whose material is in the news wait for more of it, or go at once where it cannot wait.
  func found(_ lots: [LotNumber], for work: SealingQueue.Work, at now: Timestamp) {
    let dueAt = work.purpose == .news ? now.advanced(byMicroseconds: Self.newsMicroseconds) : work.dueAt
    for lot in lots {
      add(SealingQueue.Work(subject: .lot(lot), purpose: work.purpose, dueAt: dueAt, sequence: work.sequence))
    }
  }

  /// What an earlier process left waiting: the news among the last events of the ledger that no record of theirs covers.
  func lookBack(_ events: [EventRecord]) {
    for record in events {
      switch record.event {
      case .deliveryBlocked, .deliveryDecided, .materialConflict: take([record])
      case .recordSealed(let notice): withQueue { $0.sealed(notice.lot, through: notice.throughSequence) }
      default: break
      }
    }
  }

  /// Takes from the floor what an earlier process knew.
  func remember(_ floor: Floor) {
    memory.withLock { memory in
      for state in floor.stations.values {
        for run in state.endedRuns + [state.activeRun].compactMap({ $0 }) { memory.lotsOfRun[run.id] = run.lots }
      }
      memory.sealed.formUnion(floor.lots.filter { $0.value.sealedRevision != nil }.keys)
    }
  }
}
