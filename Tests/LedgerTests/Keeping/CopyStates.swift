import Ledger
import Synchronization

/// What a copy published, gathered for a test.
final class CopyStates: Sendable {
  private let states = Mutex<[CopyState]>([])

  func add(_ state: CopyState) { states.withLock { $0.append(state) } }

  var last: CopyState? { states.withLock { $0.last } }
}
