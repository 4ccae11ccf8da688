/// What people do with alarms beside a plain acknowledgement.
public enum AlarmCommand: Sendable, Hashable, Codable {
  /// Acknowledges with codes from the controlled lists; `note` says more, or stands for the cause where there is no list.
  case acknowledge(alarm: AlarmID, person: PersonID, cause: String?, action: String?, note: String)
  case shelve(alarm: AlarmID, person: PersonID, reason: String, until: Timestamp)
  case unshelve(alarm: AlarmID, person: PersonID)
  case changeService(AlarmSource, isOutOfService: Bool, person: PersonID, reason: String)
  case recordReactionStep(alarm: AlarmID, step: Int, person: PersonID, outcome: String)

  public var person: PersonID {
    switch self {
    case .acknowledge(_, let person, _, _, _), .shelve(_, let person, _, _), .unshelve(_, let person),
      .changeService(_, _, let person, _), .recordReactionStep(_, _, let person, _):
      person
    }
  }
}
