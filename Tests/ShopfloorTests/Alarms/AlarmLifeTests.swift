import Shopfloor
import Testing

@Suite("The life of an alarm")
struct AlarmLifeTests {
  /// What can happen to an alarm, and the state it is shown in after it (ANSI/ISA-18.2-2016, state transition diagram);
  /// nil: normal, closed.
  enum Step: Sendable { case back, acknowledge, shelve, unshelve, timeOver, out, into, step(Int) }

  static let lives: [([Step], [AlarmState?])] = [
    ([.acknowledge, .back], [.activeAcknowledged, nil]),
    ([.back, .acknowledge], [.returnedUnacknowledged, nil]),
    ([.shelve, .unshelve, .acknowledge, .back], [.shelved, .activeUnacknowledged, .activeAcknowledged, nil]),
    ([.shelve, .timeOver, .back], [.shelved, .activeUnacknowledged, .returnedUnacknowledged]),
    ([.shelve, .back, .timeOver], [.shelved, .shelved, .returnedUnacknowledged]),
    ([.shelve, .acknowledge, .back], [.shelved, .shelved, nil]),
    ([.acknowledge, .shelve, .timeOver], [.activeAcknowledged, .shelved, .activeAcknowledged]),
    ([.out, .into, .back], [.outOfService, .activeUnacknowledged, .returnedUnacknowledged]),
    ([.out, .acknowledge, .back], [.outOfService, .outOfService, nil]),
    ([.shelve, .out, .timeOver, .into], [.shelved, .outOfService, .outOfService, .activeUnacknowledged]),
    ([.shelve, .out, .into], [.shelved, .outOfService, .shelved]),
  ]

  @Test("every way through the states", arguments: lives.indices)
  func life(index: Int) {
    let (steps, states) = Self.lives[index]
    var line = AlarmFixture()
    let alarm = line.raise()
    #expect(line.floor.alarms[alarm]?.state == .activeUnacknowledged)
    for (step, state) in zip(steps, states) {
      Self.take(step, alarm, &line)
      #expect(line.floor.alarms[alarm]?.state == state, "after \(step) of \(steps)")
    }
  }

  private static func take(_ step: Step, _ alarm: AlarmID, _ line: inout AlarmFixture) {
    switch step {
    case .back: line.comeBack(alarm)
    case .acknowledge: line.acknowledge(alarm)
    case .shelve: #expect(line.shelve(alarm) == nil)
    case .unshelve: line.perform(.alarm(.unshelve(alarm: alarm, person: "P-2")))
    case .timeOver: line.pass(minutes: 30)
    case .out: #expect(line.service(out: true) == nil)
    case .into: #expect(line.service(out: false) == nil)
    case .step(let number): #expect(line.step(alarm, number) == nil)
    }
  }

  static let reactions: [([Step], [AlarmState?])] = [
    ([.acknowledge, .back, .step(1), .step(2)], [.activeAcknowledged, .awaitingReaction, .awaitingReaction, nil]),
    (
      [.step(1), .step(2), .back, .acknowledge],
      [.activeUnacknowledged, .activeUnacknowledged, .returnedUnacknowledged, nil]
    ),
    (
      [.step(1), .acknowledge, .step(2), .back], [.activeUnacknowledged, .activeAcknowledged, .activeAcknowledged, nil]
    ),
  ]

  @Test("with a reaction plan it is closed only when every step is recorded too", arguments: reactions.indices)
  func reaction(index: Int) {
    let (steps, states) = Self.reactions[index]
    var line = AlarmFixture()
    let alarm = line.raise(reactionPlan: "temperature")
    for (step, state) in zip(steps, states) {
      Self.take(step, alarm, &line)
      #expect(line.floor.alarms[alarm]?.state == state, "after \(step) of \(steps)")
    }
  }

  @Test("steps are recorded in order, and a step that is not done says why")
  func steps() {
    var line = AlarmFixture()
    let alarm = line.raise(reactionPlan: "temperature")
    #expect(line.floor.alarms[alarm]?.openSteps.map(\.number) == [1, 2])
    #expect(line.step(alarm, 2)?.code == .reactionOrder)
    #expect(line.step(alarm, 0)?.code == .reactionOrder)
    #expect(line.step(alarm, 1, "", person: "P-2")?.code == .reasonMissing)
    #expect(line.step(alarm, 1, "skipped: ")?.code == .reasonMissing)
    #expect(line.step(alarm, 1, person: "P-4")?.code == .personRight)
    #expect(line.step(alarm, 1, "skipped: heater is new") == nil)
    #expect(line.step(alarm, 1)?.code == .reactionDone)
    #expect(line.floor.alarms[alarm]?.openSteps.map(\.text.english) == ["Measure three pouches"])
    #expect(line.step(alarm, 2, person: "P-2") == nil)
    #expect(line.step(alarm, 3)?.code == .reactionOrder)
    #expect(line.floor.alarms[alarm]?.steps?.map(\.outcome) == ["skipped: heater is new", "done"])
    // A plan that the control plan does not have asks for nothing.
    let other = line.raise(reactionPlan: "pressure")
    #expect(line.step(other, 1)?.code == .reactionMissing)
    let elsewhere = line.raise(reactionPlan: "temperature", station: "oven")
    #expect(line.floor.alarms[elsewhere]?.reaction == nil)
  }

  @Test(
    "what is said when acknowledging is held to the lists",
    arguments: [
      ("TOOL-WEAR", "ADJUSTED", "left jaw", nil, "TOOL-WEAR (tool worn): left jaw"),
      ("TOOL-WEAR", "ADJUSTED", "", nil, "TOOL-WEAR (tool worn)"),
      (nil, "ADJUSTED", "left jaw", Refusal.Code.causeUnlisted, ""),
      ("tool-wear", "ADJUSTED", "", .causeUnlisted, ""),
      ("TOOL-WEAR", nil, "", .actionUnlisted, ""),
      ("TOOL-WEAR", "LEFT", "", .actionUnlisted, ""),
      ("TOOL-WEAR", "ADJUSTED", "bell\u{7}", .causeMissing, ""),
    ] as [(String?, String?, String, Refusal.Code?, String)])
  func lists(cause: String?, action: String?, note: String, code: Refusal.Code?, text: String) {
    var line = AlarmFixture()
    let alarm = line.raise()
    let refusal = line.refusal(.acknowledge(alarm: alarm, person: "P-2", cause: cause, action: action, note: note))
    #expect(refusal?.code == code)
    if code == .causeUnlisted { #expect(refusal?.remedy.english.contains("TOOL-WEAR (tool worn), MATERIAL") == true) }
    if code == .actionUnlisted { #expect(refusal?.remedy.chinese.contains("ADJUSTED（已调整）") == true) }
    #expect(line.events.acknowledged.map(\.cause) == (code == nil ? [text] : []))
    if code == nil { #expect(line.floor.alarms[alarm]?.acknowledgement?.causeCode == "TOOL-WEAR") }
  }

  @Test("without lists the text is free, and a note may stand for it")
  func freeText() {
    for (cause, action, note, text) in [
      ("jaw worn", nil, "", "jaw worn"), (nil, nil, "jaw worn", "jaw worn"), ("", "changed", "jaw", "jaw; changed"),
      ("jaw worn", "changed", "left one", "jaw worn; changed: left one"),
    ] as [(String?, String?, String, String)] {
      var line = AlarmFixture(policy: nil)
      let alarm = line.raise()
      #expect(
        line.refusal(.acknowledge(alarm: alarm, person: "P-2", cause: cause, action: action, note: note)) == nil)
      #expect(line.events.acknowledged.map(\.cause) == [text])
    }
    var line = AlarmFixture(policy: nil)
    let alarm = line.raise()
    #expect(
      line.refusal(.acknowledge(alarm: alarm, person: "P-2", cause: nil, action: nil, note: ""))?.code == .causeMissing)
  }

  @Test("the short form takes a code, or a code and a note")
  func shortForm() {
    var policy = AlarmFixture.policy
    policy.actions = []
    for (text, code, cause) in [
      ("MATERIAL", nil, "MATERIAL (material)"), ("MATERIAL: wet film", nil, "MATERIAL (material): wet film"),
      ("wet film", Refusal.Code.causeUnlisted, ""), ("wet: film", .causeUnlisted, ""),
    ] as [(String, Refusal.Code?, String)] {
      var line = AlarmFixture(policy: policy)
      let alarm = line.raise()
      let answer = line.perform(.acknowledge(alarm: alarm, person: "P-2", cause: text)).answer
      if case .refused(let refusal) = answer { #expect(refusal.code == code) } else { #expect(code == nil) }
      #expect(line.events.acknowledged.map(\.cause) == (code == nil ? [cause] : []))
    }
  }

  @Test("the most urgent alarm is shown first, then the oldest")
  func order() {
    var line = AlarmFixture()
    let low = line.raise(priority: .low)
    let first = line.raise()
    line.pass(minutes: 1)
    let second = line.raise(priority: .medium)
    let high = line.raise(.specification, source: "seal.temperature")
    #expect(
      line.floor.alarms.values.sorted(by: Alarm.isMoreUrgent).map(\.id) == [high, first, second, low])
  }
}
