import Shopfloor

/// A line that tells: an oven with lots of three customers, and the events of alarms as the recorder emits them.
struct NotificationFixture {
  var floor = Floor()
  var owed: [NotificationOwed] = []
  var crossings: [ThresholdCrossing] = []
  var events: [Event] = []

  static let start = Timestamp(microseconds: 1_795_000_000_000_000)
  static let limit = CustomerThreshold(station: "oven", characteristic: "cure.peak", low: 180, high: 190)

  init(_ subscriptions: [NotificationPlan]) {
    apply(.planApplied(PlanApplied(digest: "plan-1", plan: Self.plan(subscriptions), changes: [])))
    order("WO-A", customer: "Acme", lots: ["A-1", "A-2"])
    order("WO-B", customer: "Bolt", lots: ["B-1"])
    order("WO-N", customer: nil, lots: ["N-1"])
  }

  static func plan(_ subscriptions: [NotificationPlan]) -> LinePlan {
    LinePlan(
      site: "Suzhou", line: "Line 1",
      stations: [
        StationPlan(name: "sealer", operation: "seal"),
        StationPlan(name: "oven", operation: "cure", loadCapacityLots: 9),
      ], notifications: subscriptions)
  }

  mutating func order(_ number: WorkOrderNumber, customer: String?, lots: [LotNumber]) {
    apply(
      .workOrderUpdated(
        WorkOrder(
          number: number, product: "pouch", productName: "Pouch", quantity: 1, unit: "pcs", operations: ["cure"],
          lots: lots, materials: [], customer: customer)))
  }

  /// As the engine does: the event, then what is owed because of it.
  mutating func apply(_ event: Event) {
    let closing = floor.alarmClosing(by: event)
    floor.apply(event)
    events.append(event)
    if case .notificationOwed(let message) = event { owed.append(message) }
    if case .thresholdCrossed(let crossing) = event { crossings.append(crossing) }
    for next in floor.notifications(after: event, closing: closing) { apply(next) }
  }

  mutating func run(
    _ id: RunID, at station: StationName = "oven", lots: [LotNumber], orders: [WorkOrderNumber]
  ) {
    apply(
      .runStarted(
        Run(
          id: id, station: station, operation: "cure", workOrders: orders, lots: lots, startedAt: Self.start,
          startedBy: "P-1", planDigest: "plan-1")))
  }

  mutating func end(_ id: RunID) {
    apply(.runEnded(RunEnded(run: id, person: "P-1", at: Self.start, completedOperation: true)))
  }

  @discardableResult
  mutating func raise(
    _ run: RunID?, kind: Alarm.Kind = .specification, priority: AlarmPriority? = nil, outOfService: Bool = false
  ) -> AlarmID {
    var alarm = Alarm(
      id: floor.nextAlarmID(), kind: kind, station: "oven", source: "cure.temperature",
      rule: Words("above 190.0 for 2 s", "高于 190.0 达 2 秒"), side: .high, value: 191.5, limit: 190, unit: "°C",
      run: run, raisedAt: Self.start)
    alarm.priority = priority
    if outOfService { alarm.isOutOfService = true }
    apply(.alarmRaised(alarm))
    return alarm.id
  }

  mutating func take(_ value: Double, _ run: RunID, cycle: Int, charted: Bool = true) {
    apply(
      .characteristicTaken(
        CharacteristicTaken(
          run: run, cycle: cycle, characteristic: "cure.peak", value: value, unit: "°C", readings: 3, at: Self.start,
          charted: charted)))
  }
}
