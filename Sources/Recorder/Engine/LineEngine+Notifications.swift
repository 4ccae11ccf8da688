import Shopfloor

extension LineEngine {
  /// What subscribers are owed is decided in the group of the event that they are told of.
  ///
  /// - Parameter closing: the alarm that the event has closed, as it stood before.
  mutating func oweNotifications(after event: Event, closing: Alarm?) {
    for owed in floor.notifications(after: event, closing: closing) { emit(owed) }
  }
}
