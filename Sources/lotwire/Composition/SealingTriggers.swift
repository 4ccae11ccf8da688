import Ledger
import Shopfloor
import Synchronization

/// Watches commits for lots to seal: completed ones, and sealed ones whose runs got late readings or whose material the
/// ERP contradicts (an addendum).
final class SealingTriggers: Sendable {
  let work: AsyncStream<SealingWork>
  private let continuation: AsyncStream<SealingWork>.Continuation
  private let memory = Mutex(Memory())

  /// Lots that may wait to be sealed; more are found again at the next start.
  static let maximumWaitingLots = 10_000
  /// Runs and lots whose late readings are noticed; older ones show in the ledger only.
  static let maximumRemembered = 10_000

  private struct Memory {
    var lotsOfRun: [RunID: [LotNumber]] = [:]
    var sealed: Set<LotNumber> = []
  }

  init() {
    (work, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumWaitingLots))
  }

  func take(_ events: [EventRecord]) {
    for record in events {
      switch record.event {
      case .runStarted(let run):
        memory.withLock { memory in
          if memory.lotsOfRun.count >= Self.maximumRemembered { memory = Memory() }
          memory.lotsOfRun[run.id] = run.lots
        }
      case .lotCompleted(let done): continuation.yield(SealingWork(.lot(done.lot), dueAt: done.at))
      case .materialConflict(let conflict):
        continuation.yield(SealingWork(.lotsWith(conflict.material), dueAt: record.time))
      case .recordSealed(let notice): memory.withLock { _ = $0.sealed.insert(notice.lot) }
      case .lateReadings(let late):
        guard let run = late.run else { break }
        // A lot that waits for its first seal takes its late readings with it.
        let lots = memory.withLock { memory in (memory.lotsOfRun[run] ?? []).filter(memory.sealed.contains) }
        for lot in lots { continuation.yield(SealingWork(.lot(lot), dueAt: record.time)) }
      default: break
      }
    }
  }
}
