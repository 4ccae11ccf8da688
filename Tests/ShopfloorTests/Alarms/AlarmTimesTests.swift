import Shopfloor
import Testing

@Suite("Alarms and time")
struct AlarmTimesTests {
  @Test("an alarm that nobody acknowledges climbs the ladder, each rung once")
  func ladder() {
    var line = AlarmFixture()
    let alarm = line.raise(.specification, source: "seal.temperature")
    #expect(line.floor.nextAlarmDue == AlarmFixture.begin.advanced(byMicroseconds: 5 * AlarmFixture.minute))
    #expect(line.pass(minutes: 4.999).isEmpty)
    let first = line.pass(minutes: 0.001)
    #expect(first == [.alarmEscalated(AlarmEscalated(alarm: alarm, level: 1, to: "shift leader", at: line.time))])
    #expect(line.pass(minutes: 1).isEmpty)
    #expect(line.pass(minutes: 4).escalations.map(\.level) == [2])
    #expect(line.pass(minutes: 100).escalations.map(\.to) == ["plant manager"])
    #expect(line.floor.nextAlarmDue == nil && line.pass(minutes: 1_000).isEmpty)
    #expect(line.floor.alarms[alarm]?.escalation?.level == 3)
  }

  @Test("what was due while the recorder was away is told at once, dated when it is told")
  func away() {
    var line = AlarmFixture()
    line.raise(.specification, source: "seal.temperature")
    let due = line.pass(minutes: 15).escalations
    #expect(due.map(\.level) == [1, 2] && due.allSatisfy { $0.at == line.time })
  }

  @Test(
    "rungs ask for a priority",
    arguments: [
      (AlarmPriority.low, [1]), (.medium, [1, 2]), (.high, [1, 2, 3]),
    ])
  func priority(priority: AlarmPriority, levels: [Int]) {
    var line = AlarmFixture()
    line.raise(priority: priority)
    #expect(line.pass(minutes: 60).escalations.map(\.level) == levels)
    #expect(line.floor.nextAlarmDue == nil)
  }

  @Test("acknowledged, shelved and out of service climb nothing; after that, what is due is climbed at once")
  func silence() {
    var line = AlarmFixture()
    let acknowledged = line.raise()
    line.acknowledge(acknowledged)
    let shelved = line.raise()
    #expect(line.shelve(shelved) == nil)
    let over = line.raise()
    line.comeBack(over)
    #expect(line.service(out: true, source: "seal.temperature") == nil)
    let silent = line.raise(source: "seal.temperature")
    #expect(line.floor.alarms[silent]?.isOutOfService == true)
    #expect(Set(line.pass(minutes: 12).escalations.map(\.alarm)) == [over])
    let back = line.pass(minutes: 18)
    #expect(back.unshelved.map(\.person) == [nil])
    #expect(back.escalations.map(\.alarm) == [shelved, shelved])
    #expect(line.service(out: false, source: "seal.temperature") == nil)
    #expect(line.pass(minutes: 0).escalations.map(\.alarm) == [silent, silent])
    #expect(line.floor.alarms[silent]?.isOutOfService == nil)
  }

  @Test("shelving has an end within the bound, a reason and somebody who may acknowledge")
  func shelving() {
    var line = AlarmFixture()
    let alarm = line.raise()
    let tooLong = line.shelve(alarm, minutes: 61)
    #expect(tooLong?.code == .shelvingTime && tooLong?.why.english.contains("at most 60 minutes") == true)
    #expect(line.shelve(alarm, minutes: 0)?.code == .shelvingTime)
    for until in [Int64.min, .max] {
      let wish = AlarmCommand.shelve(
        alarm: alarm, person: "P-2", reason: "r", until: Timestamp(microseconds: until))
      #expect(line.refusal(wish)?.code == .shelvingTime)
    }
    #expect(line.shelve(alarm, person: "P-1")?.code == .personRight)
    #expect(
      line.refusal(.shelve(alarm: alarm, person: "P-2", reason: "", until: line.time))?.code == .reasonMissing)
    #expect(line.refusal(.unshelve(alarm: alarm, person: "P-2"))?.code == .alarmNotShelved)
    #expect(line.shelve("A-9")?.code == .alarmUnknown)
    #expect(line.shelve(alarm, minutes: 60) == nil)
    #expect(line.shelve(alarm)?.code == .alarmShelved)
  }

  @Test("a specification alarm whose hold or interlock stands cannot be shelved")
  func response() {
    var line = AlarmFixture()
    let alarm = line.raise(.specification, source: "seal.temperature")
    line.take([.lotHeld(LotHeld(lot: "L-1", person: nil, reason: "above 190", alarm: alarm))])
    let held = line.shelve(alarm)
    #expect(held?.code == .shelvingHeld && held?.why.english.contains("lot L-1 is on hold") == true)
    let lift = Command.liftHold(lot: "L-1", person: "P-2", reason: "measured, good")
    line.perform(lift)
    #expect(line.floor.lots["L-1"]?.hold != nil, "nobody has answered the alarm")
    line.acknowledge(alarm)
    line.perform(lift)
    #expect(line.shelve(alarm) == nil)

    var locked = AlarmFixture(interlock: InterlockPlan(device: "plc-1", point: "enable"))
    let other = locked.raise(.specification, source: "seal.temperature")
    if let write = locked.floor.interlockOrder(at: "sealer", time: locked.time) { locked.take([.writeOrdered(write)]) }
    #expect(locked.shelve(other)?.code == .shelvingHeld)
    #expect(locked.shelve(locked.raise()) == nil)
  }

  @Test("a source is taken out of service and put back by quality, with a reason")
  func service() {
    var line = AlarmFixture()
    #expect(line.service(out: false)?.code == .serviceUnchanged)
    #expect(line.service(out: true, person: "P-2")?.code == .personRight)
    #expect(line.service(out: true, source: "pressure.mean")?.code == .alarmSourceUnknown)
    #expect(line.service(out: true, station: "press")?.why.english == "there is no station press")
    // The characteristic stands in the control plan alone.
    #expect(line.service(out: true) == nil)
    #expect(line.service(out: true)?.code == .serviceUnchanged)
    #expect(line.floor.outOfService.values.map(\.person) == ["P-3"])
    let silent = line.raise()
    let other = line.raise(.alarmLimit)
    #expect(line.floor.alarms[silent]?.callsPeople == false && line.floor.alarms[other]?.callsPeople == true)
    #expect(line.service(out: false) == nil && line.floor.outOfService.isEmpty)
  }
}
