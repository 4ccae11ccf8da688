import Shopfloor

extension LineEngine {
  /// Whether an alarm comes back from the shelf, or climbs the ladder, by this time.
  func isAlarmDue(at time: Timestamp) -> Bool { floor.nextAlarmDue.map { $0 <= time } ?? false }

  /// Emits what time has made due for the alarms. By UTC, as a person reads the times that were promised; a rung that was
  /// due while the recorder was away is climbed in its first group.
  mutating func takeAlarmTimes(_ time: Timestamp) {
    for event in floor.dueAlarmEvents(at: time) { emit(event) }
  }
}
