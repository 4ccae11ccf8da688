import Ledger
import Shopfloor
import Synchronization

@testable import ERP

/// A journal that cannot write: a ledger without space.
final class ClosedJournal: DeliveryJournal {
  private let asked = Mutex(0)
  var count: Int { asked.withLock { $0 } }

  func note(_ kind: ERPNote.Kind, name: String?, text: String, row: OutboxRow?) async throws(ERPFailure) {
    asked.withLock { $0 += 1 }
    throw ERPFailure(.local, problem: "no space", remedy: "Make space")
  }
}
