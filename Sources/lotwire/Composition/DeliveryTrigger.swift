import ERP
import Ledger
import Shopfloor
import Synchronization

/// Wakes the exchange with the ERP when a commit owes it something.
final class DeliveryTrigger: Sendable {
  private let service = Mutex<ERPService?>(nil)

  /// Before this, rows wait for the first round of the service.
  func attach(_ service: ERPService?) { self.service.withLock { $0 = service } }

  func take(_ events: [EventRecord]) {
    guard events.contains(where: { $0.event.concernsDelivery }) else { return }
    service.withLock { $0 }?.poke()
  }
}

extension Event {
  /// Whether the ERP is owed something because of the event, or a person decided about what it is owed.
  fileprivate var concernsDelivery: Bool {
    switch self {
    case .deliveryDecided: true
    default: owesERP
    }
  }
}
