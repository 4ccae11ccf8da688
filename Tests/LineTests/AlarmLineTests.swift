import Console
import Foundation
import Harness
import Shopfloor
import Testing

@Suite("An alarm on a running line", .serialized)
struct AlarmLineTests {
  private static let alarms = """
    alarms:
      causes: [{code: HEATER, en: heater, zh: 加热器}]
      actions: [{code: ADJUSTED, en: adjusted, zh: 已调整}]
      escalation: [{after_minutes: 0.01, to: shift leader}]
      maximum_shelving_hours: 1

    """

  private static func configure(_ line: DeviceLine, specification: String) throws {
    try line.configure(specification: specification)
    let file = line.folder.file("lotwire.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
      // An interlock that holds keeps its alarms in sight.
      .replacingOccurrences(of: "    interlock: {device: press-1, write: hold}\n", with: "")
      .replacingOccurrences(of: "rights: [engineer]", with: "rights: [engineer, quality]")
    try (text + alarms).write(to: file, atomically: true, encoding: .utf8)
  }

  @Test("escalated, shelved, out of service, acknowledged with codes, closed: at the command line and over a restart")
  func life() throws {
    let line = try DeviceLine()
    try Self.configure(line, specification: "{low: 100, high: 140}")
    try line.startDaemon()
    #expect(try DeviceLine.becomes { try line.status().openAlarms.first?.escalation?.to == "shift leader" })
    let alarm = try #require(try line.status().openAlarms.first)
    #expect(alarm.urgency == .high)
    let escalated = try line.ask(["status"])
    #expect(escalated.text.contains("escalated to level 1, shift leader"), "\(escalated)")

    // Out of sight, for no longer than the line allows, and back by itself.
    let shelve = ["alarms", "shelve", alarm.id.text, "--person", "P-1", "--reason", "known"]
    let refused = try line.ask(shelve + ["--minutes", "61"])
    #expect(refused.status == 77 && refused.text.contains("at most 60 minutes"), "\(refused)")
    #expect(try line.ask(shelve + ["--minutes", "1", "--until", "2030-01-01"]).status == 64)
    #expect(try line.ask(shelve + ["--minutes", "30"]).status == 0)
    #expect(try line.status().shelvedAlarms.map(\.id) == [alarm.id])
    #expect(try line.ask(["status"]).text.contains("shelved by P-1 until"))
    #expect(try line.ask(["alarms", "unshelve", alarm.id.text, "--person", "P-1"]).status == 0)
    #expect(try line.ask(shelve + ["--minutes", "0.01"]).status == 0)
    #expect(try DeviceLine.becomes { try line.status().openAlarms.map(\.id) == [alarm.id] })

    // Out of service, over a restart.
    let service = [
      "press", "press.temperature", "--kind", "specification", "--person", "P-7", "--reason", "sensor change",
    ]
    #expect(try line.ask(["alarms", "service", "out"] + service).status == 0)
    line.endDaemon()
    try line.startDaemon()
    let silent = try line.status()
    #expect(silent.silentAlarms.map(\.id) == [alarm.id] && silent.outOfService.map(\.person) == ["P-7"])
    #expect(try line.ask(["status"]).text.contains("sensor change"))
    #expect(try line.ask(["alarms", "service", "in"] + service).status == 0)
    let noPlan = try line.ask(["alarms", "step", alarm.id.text, "1", "--person", "P-1", "--outcome", "looked"])
    #expect(noPlan.status == 77 && noPlan.text.contains("no reaction plan"), "\(noPlan)")

    // Acknowledged with codes of the lists; closed when the process is back.
    let acknowledge = ["acknowledge", alarm.id.text, "--person", "P-1"]
    let unlisted = try line.ask(acknowledge + ["--cause", "stuck", "--action", "ADJUSTED"])
    #expect(unlisted.status == 77 && unlisted.text.contains("HEATER (heater)"), "\(unlisted)")
    let done = try line.ask(acknowledge + ["--cause", "HEATER", "--action", "ADJUSTED", "--note", "stuck"])
    #expect(done.status == 0, "\(done)")
    try Self.configure(line, specification: "{low: 100, high: 250}")
    #expect(try line.ask(["reload"]).status == 0)
    #expect(try DeviceLine.becomes { try line.status().openAlarms.isEmpty })

    let events = try line.events(about: .alarm(alarm.id))
    #expect(events.count { if case .alarmEscalated = $0 { true } else { false } } == 1)
    let unshelved = events.compactMap { if case .alarmUnshelved(let back) = $0 { back.person } else { nil } }
    #expect(unshelved == ["P-1"])
    let acknowledged = events.compactMap { if case .alarmAcknowledged(let done) = $0 { done } else { nil } }
    #expect(acknowledged.map(\.causeCode) == ["HEATER"] && acknowledged.map(\.actionCode) == ["ADJUSTED"])
    #expect(try line.ask(["alarms"]).text == "No alarms.")
    let list = try line.ask(["alarms", "list", "--from", "2026-01-01", "--json"])
    #expect(list.status == 0 && list.text.contains("\"causeCode\" : \"HEATER\""), "\(list)")
    let figures = try line.ask(["alarms", "kpi"])
    #expect(figures.status == 0 && figures.text.contains("press: 1, "), "\(figures)")
  }
}
