import Ledger
import Shopfloor
import Synchronization

/// Watches commits for lots to seal: completed ones, and sealed ones whose runs got late readings (an addendum).
final class SealingTriggers: Sendable {
  let work: AsyncStream<SealingWork>
  private let continuation: AsyncStream<SealingWork>.Continuation
  private let recentRuns = Mutex<[RunID: [LotNumber]]>([:])
  private let completed = Mutex<Set<LotNumber>>([])

  /// Lots that may wait to be sealed; more are found again at the next start.
  static let maximumWaitingLots = 10_000
  /// Runs whose late readings are noticed; older ones show in the ledger only.
  static let maximumRecentRuns = 1_000

  init() {
    (work, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumWaitingLots))
  }

  func take(_ events: [EventRecord]) {
    for record in events {
      switch record.event {
      case .runStarted(let run):
        recentRuns.withLock { runs in
          if runs.count >= Self.maximumRecentRuns { runs.removeAll() }
          runs[run.id] = run.lots
        }
      case .lotCompleted(let done):
        completed.withLock { _ = $0.insert(done.lot) }
        continuation.yield(SealingWork(lot: done.lot, dueAt: done.at))
      case .recordSealed(let notice): completed.withLock { _ = $0.remove(notice.lot) }
      case .lateReadings(let late):
        guard let run = late.run else { break }
        for lot in recentRuns.withLock({ $0[run] ?? [] }) where isSealed(lot, record) {
          continuation.yield(SealingWork(lot: lot, dueAt: record.time))
        }
      default: break
      }
    }
  }

  /// A lot that waits for its first seal takes late readings with it; one that runs is not due at all.
  private func isSealed(_ lot: LotNumber, _ record: EventRecord) -> Bool {
    sealedLots.withLock { $0.contains(lot) }
  }

  private let sealedLots = Mutex<Set<LotNumber>>([])
}
