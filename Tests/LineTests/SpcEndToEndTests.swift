import Console
import ControlCharts
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import lotwire

@Suite("A shift on a running line, from control plan to batch record", .serialized)
struct SpcEndToEndTests {
  private static let characteristic = "seal.temperature.end"
  /// When the simulated temperature shifts, after the sealer began: see the scenario.
  private static let shiftMicroseconds: Int64 = 13_800_000

  private static let alarms = """
    alarms:
      causes: [{code: HEATER, en: heater drifted, zh: 加热器漂移}]
      actions: [{code: ADJUSTED, en: set anew, zh: 已重新设定}]
      escalation: [{after_minutes: 0.02, to: shift leader}, {after_minutes: 60, to: plant manager}]
    """

  private static let controlPlan = """
    control_plan: CP-7
    version: 1
    title: Sealing of the pouch
    products: [POUCH]
    stations:
      - station: sealer-1
        specifications:
          - {parameter: seal.temperature, limits: {low: 150, high: 210}}
        characteristics:
          - name: \(characteristic)
            of: seal.temperature
            feature: end
            unit: "°C"
            chart:
              center: 180
              sigma: 0.4
              rules: western-electric
              ewma: {lambda: 0.2, width: 2.962}
              priority: high
              reaction_plan: OCAP-SEAL
    reaction_plans:
      - name: OCAP-SEAL
        steps:
          - {en: Check the thermocouple, zh: 检查热电偶}
          - {en: Set the heater anew, zh: 重新设定加热器}

    """

  @Test(
    "the alarm comes at the cycle that the definitions name, over kills; it escalates, is answered, and stands in the record",
    .timeLimit(.minutes(5)))
  func shift() throws {
    let line = try ControlPlanLine(scenario: "sealer-shift", lots: ["L-1"], alarms: Self.alarms)
    try line.startDaemon()
    try approvePlan(line)
    try startRun(line)
    #expect(try DeviceLine.becomes { try Self.values(line.events()).count >= 5 })
    line.killDaemon()
    try line.startDaemon()

    let shiftedAt = line.sealerBegan.lowerBound.advanced(byMicroseconds: Self.shiftMicroseconds)
    #expect(
      try DeviceLine.becomes(patienceSeconds: 90) { try line.alarms().contains { $0.raisedAt >= shiftedAt } })
    let alarm = try #require(try line.alarms().first { $0.raisedAt >= shiftedAt })
    try escalateOverKill(line, alarm)
    try answer(line, alarm)

    #expect(try line.scanner.scan("LOTWIRE:END"))
    try compare(line)
    try replay(line)
    try checkRecord(line, alarm)
  }

  // MARK: Plan and run

  private func approvePlan(_ line: ControlPlanLine) throws {
    let file = try line.write(Self.controlPlan, as: "cp-7.yaml")
    let imported = try line.ask(["plan", "import", file, "--person", "P-A"])
    #expect(imported.status == 0 && imported.text.contains("waits for approval"), "\(imported)")
    let approve = ["plan", "approve", "CP-7", "--version", "1", "--person"]
    let own = try line.ask(approve + ["P-A"])
    #expect(own.status == 77 && own.text.contains("P-A imported it and may not approve it too"), "\(own)")
    let other = try line.ask(approve + ["P-1"])
    #expect(other.status == 77 && other.text.contains("does not have the right \"quality\""), "\(other)")
    #expect(try line.ask(approve + ["P-B"]).status == 0)
    let list = try line.ask(["plan", "list"]).text
    #expect(list.contains("imported by P-A") && list.contains("approved by P-B"), "\(list)")
  }

  private func startRun(_ line: ControlPlanLine) throws {
    #expect(try line.scanner.scan("BADGE-1"))
    // The work comes from the ERP a moment later.
    #expect(try DeviceLine.becomes { try line.scanner.scan("L-1") })
    let run = try #require(
      try line.events().compactMap { if case .runStarted(let run) = $0.event { run } else { nil } }.first)
    #expect(run.controlPlan?.number == "CP-7" && run.controlPlan?.version == 1)
  }

  // MARK: The life of the alarm

  private func escalateOverKill(_ line: ControlPlanLine, _ alarm: Alarm) throws {
    #expect(alarm.kind == .controlSignal && alarm.priority == .high && alarm.reactionPlan == "OCAP-SEAL")
    func open() throws -> Alarm? { try line.status().openAlarms.first { $0.id == alarm.id } }
    #expect(try DeviceLine.becomes { try open()?.escalation?.to == "shift leader" })
    line.killDaemon()
    try line.startDaemon()
    #expect(try open()?.escalation?.level == 1)
  }

  private func answer(_ line: ControlPlanLine, _ alarm: Alarm) throws {
    let acknowledge = ["acknowledge", alarm.id.text, "--person", "P-B"]
    let unlisted = try line.ask(acknowledge + ["--cause", "heater", "--action", "ADJUSTED"])
    #expect(unlisted.status == 77 && unlisted.text.contains("HEATER (heater drifted)"), "\(unlisted)")
    let done = try line.ask(acknowledge + ["--cause", "HEATER", "--action", "ADJUSTED"])
    #expect(done.status == 0, "\(done)")
    let step = ["alarms", "step", alarm.id.text]
    let early = try line.ask(step + ["2", "--person", "P-1", "--outcome", "set to 179.4"])
    #expect(early.status == 77, "\(early)")
    #expect(try line.ask(step + ["1", "--person", "P-1", "--outcome", "reads true"]).status == 0)
    #expect(try line.ask(step + ["2", "--person", "P-1", "--outcome", "set to 179.4"]).status == 0)
    // The process was set anew: no rule fires on the new stage, so that what fired is over.
    let stage = try line.ask([
      "chart", "stage", "sealer-1", Self.characteristic, "--person", "P-B", "--reason", "heater set anew",
    ])
    #expect(stage.status == 0, "\(stage)")
    #expect(
      try DeviceLine.becomes {
        try line.events().contains {
          if case .alarmClosed(let closed) = $0.event { closed.alarm == alarm.id } else { false }
        }
      })
  }

  // MARK: Comparison with the definitions

  private static func values(_ events: [EventRecord]) -> [CharacteristicTaken] {
    events.compactMap { record in
      if case .characteristicTaken(let taken) = record.event, taken.charted { taken } else { nil }
    }
  }

  /// What the chart was given, from the ledger: values, cycles without one, restarts while the run was active, stages.
  private static func entries(_ events: [EventRecord]) -> [SlowChart.Entry] {
    var entries: [SlowChart.Entry] = []
    var isRunning = false
    for (index, record) in events.enumerated() {
      switch record.event {
      case .runStarted: isRunning = true
      case .runEnded: isRunning = false
      case .recordingStarted: if isRunning { entries.append(.gap) }
      case .chartStageBegun: entries.append(.stage)
      case .characteristicTaken(let taken):
        entries.append(taken.charted ? .value(taken.value, at: taken.at) : .gap)
      case .cycleEnded:
        // The value of a cycle follows it at once.
        let next = events.dropFirst(index + 1).first?.event
        if case .characteristicTaken? = next { continue }
        entries.append(.gap)
      default: break
      }
    }
    return entries
  }

  private func compare(_ line: ControlPlanLine) throws {
    let entries = Self.entries(try line.events())
    let expected = SlowChart(center: 180, sigma: 0.4, lambda: 0.2, width: 2.962).onsets(entries)
    let raised = try line.alarms().map { SlowChart.Onset(at: $0.raisedAt, rule: $0.rule.english) }
    #expect(raised.count == expected.count)
    #expect(Set(raised) == Set(expected), "\(entries)")
    let gaps = entries.count { if case .gap = $0 { true } else { false } }
    #expect(gaps >= 2, "two kills are two gaps")
    print("compared: \(entries.count) entries, \(gaps) gaps, \(raised.count) alarms: \(raised.map(\.rule))")
  }

  private func replay(_ line: ControlPlanLine) throws {
    for alarm in try line.alarms() {
      let replayed = try line.ask(["spc", "replay", alarm.id.text])
      #expect(replayed.status == 0 && replayed.text.contains("It follows from the events in the ledger"), "\(replayed)")
    }
    let chart = try line.ask(["spc", "sealer-1/\(Self.characteristic)"])
    #expect(chart.status == SpcCommand.signalsFound, "\(chart)")
    #expect(chart.text.contains("sealer-1/\(Self.characteristic)"), "\(chart)")
    #expect(try line.alarms().contains { chart.text.contains($0.rule.english) }, "\(chart)")
    try study(line)
  }

  /// The study of the same stretch proposes the next version of the plan, which is compared and not yet in force.
  private func study(_ line: ControlPlanLine) throws {
    let file = line.folder.file("proposal.yaml")
    let studied = try line.ask([
      "spc", "study", "sealer-1/\(Self.characteristic)", "--rules", "western-electric", "--rate", "1440",
      "--write-plan", file.path,
    ])
    // Whether limits computed from the stretch itself find the shift depends on how many cycles came before and after it.
    #expect([0, SpcCommand.signalsFound].contains(studied.status), "\(studied)")
    #expect(studied.text.contains("15.7 a day"), "\(studied)")
    let proposal = try ControlPlanReader.read(file)
    #expect(proposal.number == "CP-7" && proposal.version == 2 && proposal.products == ["POUCH"])
    let chart = proposal.station("sealer-1")?.characteristics.first { $0.name.text == Self.characteristic }?.chart
    #expect(chart?.design?.rules.name == "western-electric")
    guard case .baseline(let baseline)? = chart?.limits else {
      Issue.record("no limits are proposed: \(proposal)")
      return
    }
    #expect(baseline.version >= 1 && baseline.sigma > 0)
    let checked = try line.ask(["plan", "check", file.path, "--rate", "1440"])
    #expect(checked.status == 0 && checked.text.contains("Against version 1:"), "\(checked)")
    #expect(checked.text.contains("15.7 a day"), "\(checked)")
  }

  // MARK: The record

  private func checkRecord(_ line: ControlPlanLine, _ alarm: Alarm) throws {
    let file = line.folder.file("L-1.json")
    #expect(
      try DeviceLine.becomes(patienceSeconds: 60) {
        try line.ask(["record", "L-1", "--output", file.path]).status == 0
      })
    let verified = try line.run(["verify", file.path])
    #expect(verified.status == 0, "\(verified)")
    let record = try JSONDecoder().decode(ChartedRecord.self, from: Data(contentsOf: file)).record
    let plan = try #require(record.controlPlans.first)
    #expect(plan.number == "CP-7" && plan.version == 1 && plan.author == "P-A" && plan.approvedBy == "P-B")
    #expect(record.runs.map(\.controlPlan?.digest) == [plan.digest])
    let episode = try #require(record.alarms.first { $0.id == alarm.id.text })
    #expect(episode.priority == "high" && episode.closed != nil)
    #expect(episode.acknowledgement?.person == "P-B")
    #expect(episode.acknowledgement?.causeCode == "HEATER" && episode.acknowledgement?.actionCode == "ADJUSTED")
    #expect(episode.reaction?.plan == "OCAP-SEAL")
    #expect(episode.reaction?.steps.map(\.outcome) == ["reads true", "set to 179.4"])
    #expect(episode.escalations.map(\.to) == ["shift leader"])
    let summary = try line.ask(["record", "L-1", "--summary"]).text
    for words in [
      "CP-7 version 1, Sealing of the pouch; written by P-A, approved by P-B",
      "acknowledged by P-B: HEATER (heater drifted)",
      "escalated to shift leader", "step 1 Check the thermocouple: reads true (P-1)", "cause HEATER; action ADJUSTED",
    ] { #expect(summary.contains(words), "\(summary)") }
  }
}

/// What the tests look at in a record that was judged by a control plan.
struct ChartedRecord: Decodable {
  struct Plan: Decodable {
    var number: String
    var version: Int
    var digest: String
    var author: String
    var approvedBy: String?
  }

  struct Reference: Decodable { var digest: String }

  struct Run: Decodable { var controlPlan: Reference? }

  struct Instant: Decodable { var microseconds: Int64 }

  struct Acknowledgement: Decodable {
    var person: String
    var causeCode: String?
    var actionCode: String?
  }

  struct Step: Decodable { var outcome: String }

  struct Reaction: Decodable {
    var plan: String?
    var steps: [Step]
  }

  struct Escalation: Decodable { var to: String }

  struct Episode: Decodable {
    var id: String
    var priority: String?
    var closed: Instant?
    var acknowledgement: Acknowledgement?
    var reaction: Reaction?
    var escalations: [Escalation]
  }

  struct Content: Decodable {
    var controlPlans: [Plan]
    var runs: [Run]
    var alarms: [Episode]
  }

  var record: Content
}
