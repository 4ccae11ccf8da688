import Shopfloor
import Testing

@Suite struct FloorDevicesTests {
  /// A sealer with an interlock on its hold coil, an engineer and an operator.
  private func fixture() -> FloorFixture {
    var fixture = FloorFixture()
    let plan = LinePlan(
      site: "Suzhou", line: "Pouches",
      stations: [
        StationPlan(
          name: "sealer", operation: "seal",
          parameters: [
            ParameterPlan(
              name: "seal.temperature", device: "plc-1", point: "temperature", unit: "°C",
              expectedIntervalMicroseconds: 0)
          ], interlock: InterlockPlan(device: "plc-1", point: "hold"))
      ],
      writes: [
        WriteAllowance(device: "plc-1", point: "hold", unit: "", minimum: 0, maximum: 1),
        WriteAllowance(device: "plc-1", point: "setpoint", unit: "°C", minimum: 100, maximum: 200),
      ])
    fixture.perform(.applyPlan(plan, digest: "plan-2", changes: []))
    fixture.perform(
      .updatePeople([
        Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate]),
        Person(id: "P-2", name: "Ana", badge: "badge-2", rights: [.acknowledge]),
        Person(id: "P-7", name: "Jo", badge: "badge-7", rights: [.engineer]),
      ]))
    return fixture
  }

  private func write(_ point: String = "setpoint", _ value: Double = 150, by person: PersonID = "P-7") -> Command {
    .orderWrite(device: "plc-1", point: point, value: value, person: person, reason: "new recipe")
  }

  private func code(_ answer: CommandAnswer) -> Refusal.Code? {
    if case .refused(let refusal) = answer { refusal.code } else { nil }
  }

  private func alarm(_ id: AlarmID, _ kind: Alarm.Kind = .specification) -> Alarm {
    Alarm(
      id: id, kind: kind, station: "sealer", source: "seal.temperature", rule: Words("above 190", "高于 190"),
      side: .high,
      value: 191, limit: 190, unit: "°C", run: nil, raisedAt: Timestamp(microseconds: 1_795_000_100_000_000))
  }

  // MARK: Writes of people

  @Test func onlyAnEngineerWritesOnlyWhatIsAllowedOnlyWithinItsRange() {
    var fixture = fixture()
    #expect(code(fixture.perform(write(by: "P-1"))) == .personRight)
    #expect(code(fixture.perform(write(by: "P-9"))) == .personUnknown)
    #expect(code(fixture.perform(write("unlock"))) == .writeNotAllowed)
    #expect(code(fixture.perform(write("setpoint", 200.1))) == .writeOutOfRange)
    #expect(code(fixture.perform(write("setpoint", .nan))) == .writeOutOfRange)
    #expect(
      code(fixture.perform(.orderWrite(device: "plc-1", point: "setpoint", value: 150, person: "P-7", reason: "")))
        == .reasonMissing)
    #expect(fixture.floor.openWrites.isEmpty)
    #expect(fixture.perform(write()).isAccepted)
    #expect(fixture.floor.openWrites["W-000001"]?.write.stations == ["sealer"])
  }

  @Test(arguments: [DeviceWriteReport.Outcome.confirmed, .mismatch, .refused, .unknown, .unreachable])
  func aWriteOfAPersonEndsWithItsFirstReport(outcome: DeviceWriteReport.Outcome) {
    var fixture = fixture()
    fixture.perform(write())
    #expect(code(fixture.perform(write())) == .writePending)
    let report = DeviceWriteReport(id: "W-000001", outcome: outcome, detail: "so it went", at: fixture.time)
    #expect(fixture.perform(.reportWrite(report)).isAccepted)
    guard case .writeReported(let event) = fixture.events.last else {
      Issue.record("no report is an event")
      return
    }
    #expect(event.stations == ["sealer"])
    #expect(fixture.floor.openWrites.isEmpty)
    #expect(code(fixture.perform(.reportWrite(report))) == .writeUnknown)
  }

  // MARK: Interlocks

  @Test func anInterlockHoldsFromTheFirstSpecificationAlarmUntilTheLastIsClosed() throws {
    var floor = fixture().floor
    let time = Timestamp(microseconds: 1_795_000_100_000_000)
    #expect(floor.interlockOrder(at: "sealer", time: time) == nil)
    floor.apply(.alarmRaised(alarm("A-000001", .controlSignal)))
    #expect(floor.interlockOrder(at: "sealer", time: time) == nil)
    floor.apply(.alarmRaised(alarm("A-000002")))
    let hold = try #require(floor.interlockOrder(at: "sealer", time: time))
    #expect(hold.value == 1 && hold.origin == .interlock("sealer", holds: true))
    floor.apply(.writeOrdered(hold))
    floor.apply(.alarmRaised(alarm("A-000003")))
    #expect(floor.interlockOrder(at: "sealer", time: time) == nil)
    floor.apply(.alarmClosed(AlarmClosed(alarm: "A-000002", at: time)))
    #expect(floor.interlockOrder(at: "sealer", time: time) == nil)
    floor.apply(.alarmClosed(AlarmClosed(alarm: "A-000003", at: time)))
    let release = try #require(floor.interlockOrder(at: "sealer", time: time))
    #expect(release.value == 0 && release.id != hold.id)
    floor.apply(.writeOrdered(release))
    #expect(floor.openWrites.keys.sorted() == [release.id], "the hold that was not confirmed no longer counts")
  }

  @Test func anInterlockIsOpenUntilTheDeviceConfirmsIt() throws {
    var fixture = fixture()
    fixture.floor.apply(.alarmRaised(alarm("A-000001")))
    let hold = try #require(fixture.floor.interlockOrder(at: "sealer", time: fixture.time))
    fixture.floor.apply(.writeOrdered(hold))
    let failed = DeviceWriteReport(id: hold.id, outcome: .unreachable, detail: "no connection", at: fixture.time)
    let before = fixture.events.count
    fixture.perform(.reportWrite(failed))
    fixture.perform(.reportWrite(failed))
    #expect(fixture.events.count == before + 1, "the same failure again is not worth an event")
    #expect(fixture.floor.openWrites[hold.id] != nil)
    fixture.perform(
      .reportWrite(DeviceWriteReport(id: hold.id, outcome: .confirmed, readBack: 1, detail: "1", at: fixture.time)))
    #expect(fixture.floor.openWrites.isEmpty)
    #expect(fixture.floor.interlocks["sealer"]?.isConfirmed == true)
  }

  @Test func nobodyWritesOverAHoldingInterlockAndNoPlanTakesItAway() throws {
    var fixture = fixture()
    fixture.floor.apply(.alarmRaised(alarm("A-000001")))
    fixture.floor.apply(.writeOrdered(try #require(fixture.floor.interlockOrder(at: "sealer", time: fixture.time))))
    #expect(code(fixture.perform(write("hold", 0))) == .writeHeldByInterlock)
    var plan = fixture.floor.plan
    plan.stations[0].interlock = nil
    #expect(code(fixture.perform(.applyPlan(plan, digest: "plan-3", changes: []))) == .writeHeldByInterlock)
  }

  @Test func noPlanTakesAwayWhatAHoldingInterlockHoldsOn() throws {
    var fixture = fixture()
    var plan = fixture.floor.plan
    plan.stations[0].parameters[0].specification = LimitPlan(low: 170, high: 190)
    fixture.perform(.applyPlan(plan, digest: "plan-3", changes: []))
    fixture.floor.apply(.alarmRaised(alarm("A-000001")))
    fixture.floor.apply(.writeOrdered(try #require(fixture.floor.interlockOrder(at: "sealer", time: fixture.time))))
    func answer(_ change: (inout StationPlan) -> Void) -> Refusal.Code? {
      var next = plan
      change(&next.stations[0])
      return code(fixture.floor.decide(.applyPlan(next, digest: "plan-4", changes: []), at: fixture.time).answer)
    }
    #expect(answer { $0.parameters = [] } == .writeHeldByInterlock)
    #expect(answer { $0.parameters[0].specification = nil } == .writeHeldByInterlock)
    #expect(answer { $0.parameters[0].point = "pressure" } == .writeHeldByInterlock)
    #expect(answer { $0.parameters[0].specification = LimitPlan(low: 170, high: 195) } == nil)
    fixture.floor.apply(.alarmReturned(AlarmReturned(alarm: "A-000001", at: fixture.time, value: 180)))
    #expect(answer { $0.parameters[0].specification = nil } == nil)
  }

  // MARK: Limits and commissioning

  @Test func whatIsLearnedIsKeptOnceAndForgottenByAnEngineer() {
    var fixture = fixture()
    let learned = DeviceLimitsLearned(
      device: "plc-1", profileDigest: "d", unreadable: [.init(table: "holding", address: 17, count: 2, exception: 2)])
    fixture.perform(.noteDeviceLimits(learned))
    let count = fixture.events.count
    fixture.perform(.noteDeviceLimits(learned))
    #expect(fixture.events.count == count)
    #expect(fixture.floor.deviceLimits["plc-1"] == learned)
    let forget = { (person: PersonID) in Command.forgetDeviceLimits(device: "plc-1", person: person, reason: "repaired")
    }
    #expect(code(fixture.perform(forget("P-1"))) == .personRight)
    #expect(fixture.perform(forget("P-7")).isAccepted)
    #expect(fixture.floor.deviceLimits.isEmpty)
    #expect(code(fixture.perform(forget("P-7"))) == .limitsUnknown)
  }

  @Test func aCommissioningNamesWhoComparedWhat() {
    var fixture = fixture()
    func commissioning(_ verdicts: [DeviceCommissioning.Comparison.Verdict], by person: PersonID) -> DeviceCommissioning
    {
      DeviceCommissioning(
        device: "plc-1", profile: "heat-sealer", profileDigest: "d", address: "127.0.0.1:502 unit 1",
        identification: "S/N 4711",
        comparisons: verdicts.map {
          .init(point: "temperature", read: "180.5 °C", words: "4334 8000", shown: "180.5", verdict: $0)
        }, person: person, at: fixture.time)
    }
    #expect(code(fixture.perform(.commissionDevice(commissioning([.agrees], by: "P-1")))) == .personRight)
    #expect(code(fixture.perform(.commissionDevice(commissioning([], by: "P-7")))) == .comparisonMissing)
    #expect(fixture.perform(.commissionDevice(commissioning([.agrees, .differs], by: "P-7"))).isAccepted)
    #expect(fixture.floor.commissionings["plc-1"]?.isPassed == false)
    fixture.perform(.commissionDevice(commissioning([.agrees, .notShown], by: "P-7")))
    #expect(fixture.floor.commissionings["plc-1"]?.isPassed == true)
    #expect(!commissioning([.notShown], by: "P-7").isPassed)
  }
}
