/// What people do with control plans and their charts.
public enum ControlPlanCommand: Sendable, Hashable, Codable {
  /// `changes` names every value that differs from the version before.
  case importPlan(ControlPlan, digest: String, author: PersonID, changes: [String])
  /// Effective at once where no time is given. With `endsRuns`, active runs that would pin it end unfinished, so that their lots go on under the new version.
  case approve(number: ControlPlanNumber, version: Int, person: PersonID, effectiveFrom: Timestamp?, endsRuns: Bool)
  case withdraw(number: ControlPlanNumber, version: Int, person: PersonID, reason: String)
  /// Values measured or counted by hand; `inspected` with counts.
  case measure(
    station: StationName, characteristic: CharacteristicName, values: [Double], inspected: Double?, person: PersonID)
  /// Closes the open subgroup of a chart by hand.
  case closeSubgroup(station: StationName, characteristic: CharacteristicName, person: PersonID)
  /// The process was set anew: the chart begins a stage with its limits.
  case beginStage(station: StationName, characteristic: CharacteristicName, person: PersonID, reason: String)

  public var person: PersonID {
    switch self {
    case .importPlan(_, _, let person, _), .approve(_, _, let person, _, _), .withdraw(_, _, let person, _),
      .measure(_, _, _, _, let person), .closeSubgroup(_, _, let person), .beginStage(_, _, let person, _):
      person
    }
  }
}
