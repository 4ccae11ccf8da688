import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import lotwire

@Suite("lotwire alarms, from the ledger")
struct AlarmReportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("alarm-report") }

  private static let begin = Timestamp(microseconds: 1_795_000_000_000_000)

  private static func at(_ minutes: Int64) -> Timestamp { begin.advanced(byMicroseconds: minutes * 60_000_000) }

  private static func alarm(_ id: AlarmID, _ minutes: Int64, priority: AlarmPriority = .medium) -> Alarm {
    var alarm = Alarm(
      id: id, kind: .alarmLimit, station: "sealer", source: "seal.temperature", rule: Words("above 190", "高于 190"),
      side: .high, value: 191.5, limit: 190, unit: "°C", run: nil, raisedAt: at(minutes))
    alarm.priority = priority
    return alarm
  }

  /// A-1 is closed, A-2 over and waiting, A-3 shelved.
  private static let story: [Event] = [
    .alarmRaised(alarm("A-1", 0)),
    .alarmReturned(AlarmReturned(alarm: "A-1", at: at(2), value: 180)),
    .alarmAcknowledged(AlarmAcknowledged(alarm: "A-1", person: "P-2", cause: "TOOL-WEAR (tool worn)", at: at(3))),
    .alarmClosed(AlarmClosed(alarm: "A-1", at: at(3))),
    .alarmRaised(alarm("A-2", 60)),
    .alarmEscalated(AlarmEscalated(alarm: "A-2", level: 1, to: "shift leader", at: at(70))),
    .alarmReturned(AlarmReturned(alarm: "A-2", at: at(80), value: 180)),
    .alarmRaised(alarm("A-3", 90, priority: .high)),
    .alarmShelved(AlarmShelved(alarm: "A-3", person: "P-2", reason: "heater change", until: at(150), at: at(91))),
    .alarmServiceChanged(
      AlarmServiceChanged(
        source: AlarmSource(station: "sealer", source: "seal.pressure", kind: .alarmLimit), isOutOfService: true,
        person: "P-3", reason: "sensor change", at: at(95))),
  ]

  private func stored() throws -> LedgerStore {
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    var group = CommitGroup(clock: ClockReading(utc: Self.at(100), monotonicMicroseconds: 0))
    group.events = Self.story.map { .init($0, actor: "recorder") }
    _ = try store.commit(group)
    return store
  }

  @Test("the alarms of a stretch are those that were open in it")
  func stretch() throws {
    let store = try stored()
    defer { store.close() }
    let reader = store.reader
    func ids(_ from: Int64?, _ until: Int64?) throws -> [AlarmID] {
      try reader.alarms(from: from.map(Self.at), until: until.map(Self.at)).map(\.alarm.id)
    }
    #expect(try ids(nil, nil) == ["A-2", "A-3"])
    #expect(try ids(0, 60) == ["A-1"])
    #expect(try ids(3, 61) == ["A-1", "A-2"])
    #expect(try ids(4, nil) == ["A-2", "A-3"])
    #expect(try ids(-10, 0) == [])
    #expect(try reader.sourcesOutOfService(at: ["sealer", "oven"], before: Self.at(101)).map(\.person) == ["P-3"])
    #expect(try reader.sourcesOutOfService(at: ["sealer"], before: Self.at(100)).isEmpty)
  }

  @Test("the list in words: the most urgent first, closed ones last, with everything that happened")
  func list() throws {
    let store = try stored()
    defer { store.close() }
    let reader = store.reader
    let text = AlarmReport.list(try reader.alarms(from: Self.begin, until: nil))
    #expect(
      text == """
        ▲! ACTIVE, not acknowledged   HIGH   A-3  sealer seal.temperature = 191.5 °C: above 190 / 高于 190
             raised \(Self.at(90))
             shelved by P-2 until \(Self.at(150)): heater change
        △! over, not acknowledged   MEDIUM   A-2  sealer seal.temperature = 191.5 °C: above 190 / 高于 190
             raised \(Self.at(60)), over \(Self.at(80))
             escalated to level 1, shift leader, at \(Self.at(70))
        ●  closed \(Self.at(3))   MEDIUM   A-1  sealer seal.temperature = 191.5 °C: above 190 / 高于 190
             raised \(Self.begin), over \(Self.at(2))
             acknowledged by P-2: TOOL-WEAR (tool worn)
        """)
    #expect(AlarmReport.list([]) == "No alarms.")
  }

  @Test("the figures in words and as JSON")
  func figures() throws {
    let store = try stored()
    defer { store.close() }
    let reader = store.reader
    let until = Self.at(120)
    let figures = AlarmPerformance(
      try reader.alarms(from: Self.begin, until: until), stations: ["sealer"], from: Self.begin, until: until)
    let silent = try reader.sourcesOutOfService(at: ["sealer"], before: until)
    let text = AlarmReport.text(figures, silent)
    #expect(text.contains("sealer: 3, 1.5 an hour (acceptable), 36 a day, at most 1 in 10 minutes, no flood"))
    #expect(text.contains("high     33.3 %    5 %   (1)"))
    #expect(text.contains("Acknowledged: 1, half within 180 s, 95 % within 180 s, waiting 2"))
    #expect(text.contains("Busiest sources, together 100 %:\n  100 %  3  sealer seal.temperature (alarm limit)"))
    #expect(text.contains("Shelved: 1; raised while out of service: 0"))
    #expect(text.contains("out of service: sealer seal.pressure (alarm limit), P-3 since"))
    let json = try JSONSerialization.jsonObject(with: Data(AlarmReport.json(figures, silent).utf8))
    let performance = (json as? [String: Any])?["performance"] as? [String: Any]
    #expect(performance?["raised"] as? Int == 3 && performance?["standing"] as? Int == 1)
  }

  @Test("a stretch on the command line is checked")
  func bounds() throws {
    let day = try StretchOptions.bounds(from: "2026-11-20", to: "2026-11-21T08:00:00+08:00")
    #expect(day.from.flatMap { from in day.until?.microseconds(since: from) } == AlarmMeasure.day)
    for (from, to) in [(nil, "2026-11-20"), ("yesterday", nil), ("2026-11-21", "2026-11-21")] as [(String?, String?)] {
      #expect(throws: CommandFailure.self) { try StretchOptions.bounds(from: from, to: to) }
    }
  }
}
