import Shopfloor

/// A sealer that runs under a control plan with a reaction plan, an oven beside it, a policy with lists and a ladder.
struct AlarmFixture {
  static let minute: Int64 = 60_000_000
  static let begin = Timestamp(microseconds: 1_795_000_000_000_000)

  static let policy = AlarmPolicy(
    causes: [
      ListedCode(code: "TOOL-WEAR", words: Words("tool worn", "刀具磨损")),
      ListedCode(code: "MATERIAL", words: Words("material", "材料")),
    ],
    actions: [ListedCode(code: "ADJUSTED", words: Words("adjusted", "已调整"))],
    escalation: [
      EscalationStep(afterMicroseconds: 5 * minute, to: "shift leader"),
      EscalationStep(afterMicroseconds: 10 * minute, to: "quality", minimumPriority: .medium),
      EscalationStep(afterMicroseconds: 20 * minute, to: "plant manager", minimumPriority: .high),
    ], maximumShelvingMicroseconds: 60 * minute)

  static let reaction = ReactionPlan(
    name: "temperature", steps: [Words("Check the heater", "检查加热器"), Words("Measure three pouches", "测量三个袋")])

  static let people = [
    Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate]),
    Person(id: "P-2", name: "Ana", badge: "badge-2", rights: [.acknowledge, .disposition]),
    Person(id: "P-3", name: "Wang", badge: "badge-3", rights: [.quality]),
    Person(id: "P-4", name: "Guest", badge: "badge-4", rights: []),
  ]

  var floor = Floor()
  var time = Self.begin
  private(set) var events: [Event] = []

  init(policy: AlarmPolicy? = Self.policy, interlock: InterlockPlan? = nil) {
    let limits = LimitPlan(low: 170, high: 190)
    let parameter = ParameterPlan(
      name: "seal.temperature", device: "plc-1", point: "temperature", unit: "°C", expectedIntervalMicroseconds: 0,
      specification: limits)
    let plan = LinePlan(
      site: "Suzhou", line: "Pouches",
      stations: [
        StationPlan(name: "sealer", operation: "seal", parameters: [parameter], interlock: interlock),
        StationPlan(name: "oven", operation: "cure"),
      ], alarmPolicy: policy)
    let control = ControlPlan(
      number: "CP-1", version: 1, title: "Pouch",
      stations: [
        StationControl(
          station: "sealer",
          characteristics: [
            CharacteristicPlan(name: "temperature.mean", parameter: "seal.temperature", feature: .mean, unit: "°C")
          ])
      ], reactionPlans: [Self.reaction])
    perform(.applyPlan(plan, digest: "plan-1", changes: []))
    perform(.updatePeople(Self.people))
    perform(
      .updateWork(
        WorkChange(orders: [
          WorkOrder(
            number: "WO-1", product: "pouch", productName: "Pouch", quantity: 10, unit: "pcs", operations: ["seal"],
            lots: ["L-1"], materials: [])
        ])))
    take([
      .controlPlanImported(
        ControlPlanImported(plan: control, digest: "digest-1", author: "P-3", changes: [], at: time)),
      .runStarted(
        Run(
          id: "R-000001", station: "sealer", operation: "seal", workOrders: ["WO-1"], lots: ["L-1"], startedAt: time,
          startedBy: "P-1", planDigest: "plan-1",
          controlPlan: ControlPlanReference(number: "CP-1", version: 1, digest: "digest-1"))),
    ])
  }

  mutating func take(_ new: [Event]) {
    for event in new { floor.apply(event) }
    events += new
  }

  @discardableResult
  mutating func perform(_ command: Command) -> Decision {
    let decision = floor.decide(command, at: time)
    take(decision.events)
    return decision
  }

  mutating func refusal(_ command: AlarmCommand) -> Refusal? {
    if case .refused(let refusal) = perform(.alarm(command)).answer { refusal } else { nil }
  }

  /// As the recorder ends every group.
  @discardableResult
  mutating func pass(minutes: Double) -> [Event] {
    time = time.advanced(byMicroseconds: Int64(minutes * Double(Self.minute)))
    let due = floor.dueAlarmEvents(at: time)
    take(due)
    return due
  }

  @discardableResult
  mutating func raise(
    _ kind: Alarm.Kind = .controlSignal, source: String = "temperature.mean", priority: AlarmPriority? = nil,
    reactionPlan: String? = nil, station: StationName = "sealer"
  ) -> AlarmID {
    var alarm = Alarm(
      id: floor.nextAlarmID(), kind: kind, station: station, source: source, rule: Words("above 190", "高于 190"),
      side: .high, value: 191, limit: 190, unit: "°C", run: station == "sealer" ? "R-000001" : nil, raisedAt: time)
    alarm.priority = priority
    alarm.reactionPlan = reactionPlan
    take([.alarmRaised(floor.asRaised(alarm))])
    return alarm.id
  }

  /// As the recorder does when the cause has gone.
  mutating func comeBack(_ id: AlarmID) {
    take([.alarmReturned(AlarmReturned(alarm: id, at: time, value: 180))])
    if let closed = floor.closing(of: id, at: time) { take([.alarmClosed(closed)]) }
  }

  @discardableResult
  mutating func acknowledge(_ id: AlarmID) -> Decision {
    perform(.alarm(.acknowledge(alarm: id, person: "P-2", cause: "TOOL-WEAR", action: "ADJUSTED", note: "")))
  }

  mutating func shelve(_ id: AlarmID, minutes: Int64 = 30, person: PersonID = "P-2") -> Refusal? {
    refusal(
      .shelve(
        alarm: id, person: person, reason: "heater is being changed",
        until: time.advanced(byMicroseconds: minutes * Self.minute)))
  }

  mutating func step(_ id: AlarmID, _ number: Int, _ outcome: String = "done", person: PersonID = "P-1") -> Refusal? {
    refusal(.recordReactionStep(alarm: id, step: number, person: person, outcome: outcome))
  }

  mutating func service(
    out: Bool, source: String = "temperature.mean", person: PersonID = "P-3", station: StationName = "sealer"
  ) -> Refusal? {
    refusal(
      .changeService(
        AlarmSource(station: station, source: source, kind: .controlSignal), isOutOfService: out, person: person,
        reason: "sensor is being changed"))
  }
}

extension [Event] {
  var escalations: [AlarmEscalated] {
    compactMap { if case .alarmEscalated(let event) = $0 { event } else { nil } }
  }
  var unshelved: [AlarmUnshelved] { compactMap { if case .alarmUnshelved(let event) = $0 { event } else { nil } } }
  var acknowledged: [AlarmAcknowledged] {
    compactMap { if case .alarmAcknowledged(let event) = $0 { event } else { nil } }
  }
}
