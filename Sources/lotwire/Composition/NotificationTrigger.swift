import Ledger
import Notifications
import Shopfloor
import Synchronization

/// Wakes the notifications when a commit owes one.
final class NotificationTrigger: Sendable {
  private let service = Mutex<NotificationService?>(nil)

  /// Before this, messages wait for the first round of the service.
  func attach(_ service: NotificationService) { self.service.withLock { $0 = service } }

  func take(_ events: [EventRecord]) {
    let isOwed = events.contains { record in
      if case .notificationOwed = record.event { true } else { false }
    }
    if isOwed { service.withLock { $0 }?.poke() }
  }
}
