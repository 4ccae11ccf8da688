import Console
import Shopfloor
import Testing

extension ConsoleServerTests {
  @Test func alarmsAreShelvedAndTheirStepsRecorded() async throws {
    let seen = RequestLog()
    try await whileServing(Self.ports(seen)) { path in
      let client = ControlClient(socketPath: path)
      let shelve = AlarmCommand.shelve(
        alarm: "A1", person: "P-7", reason: "检修", until: Timestamp(microseconds: 9_007_199_254_740_993))
      #expect(try client.change(shelve).english == "\(shelve)")
      let source = AlarmSource(station: "seal", source: "seal.temperature", kind: .alarmLimit)
      let service = AlarmCommand.changeService(source, isOutOfService: true, person: "P-7", reason: "sensor change")
      #expect(try client.change(service).english == "\(service)")
      let step = AlarmCommand.recordReactionStep(alarm: "A1", step: 1, person: "P-7", outcome: "heater is good")
      #expect(try client.change(step).english == "\(step)")
      let refused = try client.change(.unshelve(alarm: "A1", person: "P-7"))
      #expect(!refused.accepted && refused.code == "alarm.not_shelved")
      let wish = AcknowledgeRequest(alarm: "A1", person: "P-7", cause: "TOOL-WEAR", action: "ADJUSTED", note: "left")
      #expect(try client.acknowledge(wish).accepted)
      #expect(seen.all == [wish])
    }
  }

  @Test(
    "codes or a note need the long form",
    arguments: [
      (nil, nil, Command.acknowledge(alarm: "A1", person: "P-7", cause: "C")),
      ("D", nil, .alarm(.acknowledge(alarm: "A1", person: "P-7", cause: "C", action: "D", note: ""))),
      (nil, "n", .alarm(.acknowledge(alarm: "A1", person: "P-7", cause: "C", action: nil, note: "n"))),
    ] as [(String?, String?, Command)])
  func acknowledgeCommand(action: String?, note: String?, command: Command) {
    #expect(
      AcknowledgeRequest(alarm: "A1", person: "P-7", cause: "C", action: action, note: note).command == command)
  }

  @Test("the status shows what calls, what is shelved and what is out of service apart")
  func alarmGroups() {
    func alarm(_ id: AlarmID, _ at: Int64, _ priority: AlarmPriority, out: Bool? = nil) -> Alarm {
      var alarm = Alarm(
        id: id, kind: .controlSignal, station: "seal", source: "s", rule: Words("r", "r"), side: .high, value: 1,
        limit: 0, unit: "", run: nil, raisedAt: Timestamp(microseconds: at))
      alarm.priority = priority
      alarm.isOutOfService = out
      return alarm
    }
    var late = alarm("A4", 1, .high)
    late.shelving = AlarmShelved(
      alarm: "A4", person: "P", reason: "r", until: Timestamp(microseconds: 90), at: Timestamp(microseconds: 2))
    var soon = alarm("A5", 1, .low)
    soon.shelving = AlarmShelved(
      alarm: "A5", person: "P", reason: "r", until: Timestamp(microseconds: 80), at: Timestamp(microseconds: 2))
    let status = LineStatus(
      programVersion: "", site: "", line: "", isRecording: true, at: Timestamp(microseconds: 5), uptimeSeconds: 1,
      openAlarms: [
        late, alarm("A1", 1, .low), alarm("A2", 3, .high), alarm("A3", 2, .high), soon,
        alarm("A6", 1, .high, out: true),
      ])
    #expect(status.openAlarms.map(\.id) == ["A3", "A2", "A1"])
    #expect(status.shelvedAlarms.map(\.id) == ["A5", "A4"])
    #expect(status.silentAlarms.map(\.id) == ["A6"])
  }
}
