/// One stay of one or more lots at a station for one operation. Readings bind to runs by their own time: those at
/// `startedAt` and later, and before `endedAt`.
public struct Run: Hashable, Sendable, Codable {
  public var id: RunID
  public var station: StationName
  public var operation: OperationName
  public var workOrders: [WorkOrderNumber]
  public var lots: [LotNumber]
  public var startedAt: Timestamp
  public var startedBy: PersonID
  public var planDigest: String
  /// The version of the control plan that the run is judged by; nil: the configuration alone.
  public var controlPlan: ControlPlanReference?
  public var endedAt: Timestamp?
  public var endedBy: PersonID?
  /// True where the operation is finished for these lots, false for a pause; nil while the run is active.
  public var completedOperation: Bool?

  public init(
    id: RunID, station: StationName, operation: OperationName, workOrders: [WorkOrderNumber], lots: [LotNumber],
    startedAt: Timestamp, startedBy: PersonID, planDigest: String, controlPlan: ControlPlanReference? = nil
  ) {
    self.id = id
    self.station = station
    self.operation = operation
    self.workOrders = workOrders
    self.lots = lots
    self.startedAt = startedAt
    self.startedBy = startedBy
    self.planDigest = planDigest
    self.controlPlan = controlPlan
  }

  /// Whether a reading of this time belongs to the run.
  public func contains(_ time: Timestamp) -> Bool {
    time >= startedAt && (endedAt.map { time < $0 } ?? true)
  }
}
