import Shopfloor
import Testing

@Suite("Who is told of what")
struct NotificationTests {
  static let acme = NotificationPlan(name: "acme", customer: "Acme", thresholds: [NotificationFixture.limit])
  static let plant = NotificationPlan(name: "quality")

  private func mixed(_ subscriptions: [NotificationPlan]) -> NotificationFixture {
    var line = NotificationFixture(subscriptions)
    line.run("R-1", lots: ["B-1", "A-1", "N-1"], orders: ["WO-B", "WO-A", "WO-N"])
    return line
  }

  @Test("the plant sees the alarm and all lots; a customer its own lots and nothing of the plant's people")
  func views() throws {
    var line = mixed([Self.plant, Self.acme])
    let alarm = line.raise("R-1")
    line.apply(
      .alarmAcknowledged(
        AlarmAcknowledged(
          alarm: alarm, person: "P-2", cause: "lot B-1 was too thick", at: NotificationFixture.start)))
    #expect(line.owed.map(\.occasion) == [.raised, .raised, .acknowledged, .acknowledged])
    let plant = line.owed[2]
    #expect(plant.lots == ["B-1", "A-1", "N-1"] && plant.alarm?.acknowledgement?.cause == "lot B-1 was too thick")
    #expect(plant.alarm?.run == "R-1")
    let customer = line.owed[3]
    #expect(customer.lots == ["A-1"] && customer.workOrders == ["WO-A"])
    #expect(customer.alarm?.acknowledgement == nil && customer.alarm?.run == nil)
    #expect(customer.alarm?.value == 191.5)
  }

  @Test("nobody else's alarm, and none without a run, reaches a customer")
  func others() {
    var line = NotificationFixture([Self.acme])
    line.run("R-1", lots: ["B-1", "N-1"], orders: ["WO-B", "WO-N"])
    line.raise("R-1")
    line.raise(nil)
    line.raise("R-99")
    line.take(199, "R-1", cycle: 1)
    #expect(line.owed.isEmpty && line.crossings.isEmpty)
  }

  @Test("the plant is told of alarms without a run")
  func plantWithoutRun() {
    var line = NotificationFixture([Self.plant])
    line.raise(nil)
    #expect(line.owed.map(\.lots) == [[]])
  }

  @Test("kinds, occasions and priorities")
  func filters() {
    let subscription = NotificationPlan(
      name: "s", occasions: [.raised, .closed], kinds: [.specification, .controlSignal], minimumPriority: .medium)
    var line = mixed([subscription])
    line.raise("R-1", kind: .alarmLimit)
    line.raise("R-1", kind: .controlSignal, priority: .low)
    #expect(line.owed.isEmpty)
    line.raise("R-1", kind: .controlSignal)
    let high = line.raise("R-1", kind: .specification, priority: .high)
    line.apply(.alarmReturned(AlarmReturned(alarm: high, at: NotificationFixture.start, value: 180)))
    line.apply(.alarmClosed(AlarmClosed(alarm: high, at: NotificationFixture.start)))
    #expect(line.owed.map(\.occasion) == [.raised, .raised, .closed])
    #expect(line.owed.last?.alarm?.id == high && line.owed.last?.alarm?.returnedAt != nil)
  }

  @Test("shelved and out of service alarms call nobody, unless they are escalated")
  func silenced() {
    var line = mixed([Self.plant])
    let time = NotificationFixture.start
    let shelved = line.raise("R-1")
    line.apply(.alarmShelved(AlarmShelved(alarm: shelved, person: "P-2", reason: "known", until: time, at: time)))
    line.apply(.alarmReturned(AlarmReturned(alarm: shelved, at: time, value: nil)))
    line.raise("R-1", outOfService: true)
    #expect(line.owed.map(\.occasion) == [.raised])
    line.apply(.alarmEscalated(AlarmEscalated(alarm: shelved, level: 1, to: "shift leader", at: time)))
    #expect(line.owed.last?.occasion == .escalated && line.owed.last?.alarm?.escalation?.to == "shift leader")
    let source = AlarmSource(station: "oven", source: "cure.temperature", kind: .specification)
    line.apply(
      .alarmServiceChanged(
        AlarmServiceChanged(
          source: source, isOutOfService: true, person: "P-2", reason: "sensor broken", at: time)))
    line.raise("R-1")
    #expect(line.owed.count == 2)
  }

  @Test("a rung of the ladder calls those who asked for it")
  func rungs() {
    let leader = NotificationPlan(name: "leader", occasions: [.escalated], escalationTo: ["shift leader"])
    let manager = NotificationPlan(name: "manager", occasions: [.escalated], escalationTo: ["plant manager"])
    var line = mixed([leader, manager, NotificationPlan(name: "all", occasions: [.escalated])])
    let alarm = line.raise("R-1")
    for (level, to) in [(1, "shift leader"), (2, "plant manager")] {
      line.apply(.alarmEscalated(AlarmEscalated(alarm: alarm, level: level, to: to, at: NotificationFixture.start)))
    }
    #expect(line.owed.map(\.subscription) == ["leader", "all", "manager", "all"])
  }

  @Test("a threshold is crossed strictly beyond it, once an episode, on either side, and ends with the run")
  func thresholds() {
    var line = mixed([Self.acme])
    line.take(190, "R-1", cycle: 1)
    line.take(191, "R-1", cycle: 2, charted: false)
    #expect(line.crossings.isEmpty)
    for (cycle, value) in [190.1, 195, 190, 179, 191].enumerated() { line.take(value, "R-1", cycle: cycle) }
    #expect(line.owed.map(\.occasion) == [.thresholdCrossed, .thresholdReturned, .thresholdCrossed, .thresholdCrossed])
    #expect(line.crossings.map(\.side) == [.high, .high, .low, .high])
    #expect(line.owed.allSatisfy { $0.lots == ["A-1"] && $0.workOrders == ["WO-A"] })
    line.end("R-1")
    #expect(line.floor.crossedThresholds.isEmpty && line.owed.last?.occasion == .thresholdReturned)
    #expect(line.owed.last?.words.english.contains("the run ended while the value was beyond") == true)
    // The last value of a run may come after its end.
    line.take(170, "R-1", cycle: 9)
    #expect(
      line.floor.crossedThresholds.isEmpty
        && line.owed.suffix(2).map(\.occasion) == [
          .thresholdCrossed, .thresholdReturned,
        ])
  }

  @Test("what people measure is judged too: of several values the first beyond counts; counts have no threshold")
  func measured() {
    var line = mixed([Self.acme])
    func measure(_ values: [Double], run: RunID? = "R-1", inspected: Double? = nil) {
      line.apply(
        .measurementTaken(
          MeasurementTaken(
            station: "oven", characteristic: "cure.peak", run: run, values: values, inspected: inspected, unit: "°C",
            person: "P-1", at: NotificationFixture.start)))
    }
    measure([185, 190])
    measure([300], inspected: 400)
    measure([300], run: nil)
    #expect(line.owed.isEmpty)
    measure([185, 191, 195, 189])
    measure([189, 192])
    measure([181, 182])
    #expect(line.owed.map(\.occasion) == [.thresholdCrossed, .thresholdReturned])
    #expect(line.crossings.map(\.value) == [191, 182])
  }

  @Test("a plan without the threshold ends its episode and tells nobody")
  func gonePlan() {
    var line = mixed([Self.acme])
    line.take(191, "R-1", cycle: 1)
    let told = line.owed.count
    line.apply(.planApplied(PlanApplied(digest: "plan-2", plan: NotificationFixture.plan([]), changes: [])))
    #expect(line.floor.crossedThresholds.isEmpty && line.crossings.last?.isReturn == true)
    #expect(line.owed.count == told)
  }

  @Test("the sentences")
  func sentences() throws {
    var line = mixed([Self.acme])
    line.raise("R-1")
    line.take(179.5, "R-1", cycle: 1)
    line.take(180, "R-1", cycle: 2)
    #expect(
      line.owed.map(\.words.english) == [
        "Alarm A-000001 at oven, Line 1 was raised. cure.temperature was 191.5 °C, above 190.0 for 2 s "
          + "(limit 190.0 °C). Lots: A-1.",
        "cure.peak at oven, Line 1 was 179.5 °C, below your limit of 180.0 °C. Lots: A-1.",
        "cure.peak at oven, Line 1 is 180.0 °C, back within your limit of 180.0 °C. Lots: A-1.",
      ])
    #expect(line.owed[1].words.chinese == "Line 1 oven 的 cure.peak 为 179.5 °C，低于贵方限值 180.0 °C。批次：A-1。")
  }
}
