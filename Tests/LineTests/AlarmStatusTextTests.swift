import Console
import Shopfloor
import Testing

@testable import lotwire

@Suite("Alarms in the status")
struct AlarmStatusTextTests {
  private static let at = Timestamp(microseconds: 1_795_000_000_000_000)

  private static func alarm(_ id: AlarmID, _ kind: Alarm.Kind, source: String = "seal.temperature") -> Alarm {
    Alarm(
      id: id, kind: kind, station: "sealer", source: source, rule: Words("above 190", "高于 190"), side: .high,
      value: 191.5, limit: 190, unit: "°C", run: nil, raisedAt: at)
  }

  private static func status(_ alarms: [Alarm], outOfService: [AlarmServiceChanged] = []) -> StatusText {
    StatusText(
      LineStatus(
        programVersion: "1", site: "S", line: "L", isRecording: true, at: at, uptimeSeconds: 1, openAlarms: alarms,
        outOfService: outOfService))
  }

  @Test("what calls first, with its rung and the steps that are left; then what is shelved, then what is silent")
  func groups() {
    var signal = Self.alarm("A-1", .controlSignal, source: "temperature.mean")
    signal.reaction = ReactionPlan(
      name: "temperature", steps: [Words("Check the heater", "检查加热器"), Words("Measure", "测量")])
    signal.steps = [
      ReactionStepRecorded(
        alarm: "A-1", step: 1, text: Words("Check the heater", "检查加热器"), outcome: "good", person: "P-1", at: Self.at)
    ]
    signal.acknowledgement = .init(person: "P-2", at: Self.at, cause: "HEATER (heater)")
    signal.returnedAt = Self.at
    var limit = Self.alarm("A-2", .specification)
    limit.escalation = AlarmEscalated(alarm: "A-2", level: 2, to: "quality", at: Self.at)
    var shelved = Self.alarm("A-3", .alarmLimit)
    shelved.shelving = AlarmShelved(alarm: "A-3", person: "P-2", reason: "known", until: Self.at, at: Self.at)
    var silent = Self.alarm("A-4", .alarmLimit, source: "seal.pressure")
    silent.isOutOfService = true
    let change = AlarmServiceChanged(
      source: silent.origin, isOutOfService: true, person: "P-3", reason: "sensor change", at: Self.at)
    let text = Self.status([signal, silent, limit, shelved], outOfService: [change]).alarms.joined(separator: "\n")
    let clock = "11:06:40 UTC"
    #expect(
      text == """
          Alarms
            ▲! ACTIVE, not acknowledged   HIGH   A-2  sealer seal.temperature = 191.5 °C: above 190 / 高于 190   since \(clock)
                 escalated to level 2, quality, at \(Self.at)
            △  over and acknowledged, reaction steps missing   MEDIUM   A-1  sealer temperature.mean = 191.5 °C: above 190 / 高于 190   since \(clock)
                 acknowledged by P-2: HEATER (heater)
                 1 reaction step left, next is 2: Measure / 测量
          Shelved
            ▲! ACTIVE, not acknowledged   MEDIUM   A-3  sealer seal.temperature = 191.5 °C: above 190 / 高于 190   since \(clock)
                 shelved by P-2 until \(Self.at): known
          Out of service
            ○  sealer seal.pressure (alarm limit): P-3 since \(Self.at): sensor change
            ▲! ACTIVE, not acknowledged   MEDIUM   A-4  sealer seal.pressure = 191.5 °C: above 190 / 高于 190   since \(clock)
        """)
    #expect(Self.status([]).alarms == ["  Alarms   none open"])
  }
}
