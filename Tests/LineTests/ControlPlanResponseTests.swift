import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import lotwire

@Suite("What a violated specification leads to on a line", .serialized)
struct ControlPlanResponseTests {
  /// The sealer works at 180 °C: every reading is above the limit.
  private static func plan(version: Int, response: String) -> String {
    """
    control_plan: CP-8
    version: \(version)
    title: Sealing of the pouch
    change: response \(response)
    stations:
      - station: sealer-1
        specifications:
          - {parameter: seal.temperature, limits: {low: 150, high: 170, response: \(response)}}

    """
  }

  private func importPlan(_ line: ControlPlanLine, version: Int, response: String) throws {
    let file = try line.write(Self.plan(version: version, response: response), as: "cp-8-\(version).yaml")
    let imported = try line.ask(["plan", "import", file, "--person", "P-A"])
    #expect(imported.status == 0, "\(imported)")
  }

  private func approve(
    _ line: ControlPlanLine, version: Int, _ more: [String] = []
  ) throws -> (status: Int32, text: String) {
    try line.ask(["plan", "approve", "CP-8", "--version", "\(version)", "--person", "P-B"] + more)
  }

  private func holds(_ line: ControlPlanLine) throws -> [LotHeld] {
    try line.events().compactMap { if case .lotHeld(let held) = $0.event { held } else { nil } }
  }

  private func ends(_ line: ControlPlanLine) throws -> [RunEnded] {
    try line.events().compactMap { if case .runEnded(let end) = $0.event { end } else { nil } }
  }

  /// Only after the alarm was answered, and only by a person with the right.
  private func liftHold(_ line: ControlPlanLine, answering alarm: AlarmID? = nil) throws {
    let lift = ["lift-hold", "L-1", "--reason", "seals tested, strong enough", "--person"]
    if let alarm {
      let early = try line.ask(lift + ["P-B"])
      #expect(early.status == 77 && early.text.contains("alarm \(alarm) of seal.temperature"), "\(early)")
      let answer = try line.ask(["acknowledge", alarm.text, "--person", "P-B", "--cause", "set point wrong"])
      #expect(answer.status == 0, "\(answer)")
    }
    let refused = try line.ask(lift + ["P-1"])
    #expect(refused.status == 77 && refused.text.contains("does not have the right \"disposition\""), "\(refused)")
    let lifted = try line.ask(lift + ["P-B"])
    #expect(lifted.status == 0, "\(lifted)")
  }

  @Test("hold: the lot waits, the run goes on; stop: the run ends, and again where nothing has changed")
  func responses() throws {
    let line = try ControlPlanLine(scenario: "sealer-steady", lots: ["L-1", "L-2"], alarms: "")
    try line.startDaemon()
    try importPlan(line, version: 1, response: "hold")
    #expect(try approve(line, version: 1).status == 0)
    #expect(try line.scanner.scan("BADGE-1"))
    #expect(try DeviceLine.becomes { try line.scanner.scan("L-1") })

    #expect(try DeviceLine.becomes { try holds(line).count == 1 })
    let alarm = try #require(try line.alarms().first { $0.response == .hold })
    #expect(try holds(line).first?.alarm == alarm.id && holds(line).first?.person == nil)
    #expect(try ends(line).isEmpty, "a hold leaves the run alone")
    try liftHold(line, answering: alarm.id)

    // A change in mid-run is refused, or ends the run.
    try importPlan(line, version: 2, response: "stop")
    let refused = try approve(line, version: 2)
    #expect(refused.status == 77 && refused.text.contains("is active at sealer-1"), "\(refused)")
    #expect(try approve(line, version: 2, ["--end-runs"]).status == 0)
    #expect(try ends(line).map(\.completedOperation) == [false])
    #expect(try ends(line).map(\.person) == ["P-B"])

    // Under the new version the first reading stops the run.
    #expect(try line.scanner.scan("L-1"))
    #expect(try DeviceLine.becomes { try ends(line).count == 2 })
    let stopped = try #require(try ends(line).last)
    #expect(stopped.alarm != nil && stopped.person == nil && !stopped.completedOperation)
    #expect(try !line.scanner.scan("L-1"), "a lot on hold starts no run")
    try liftHold(line, answering: stopped.alarm)

    // The sealer is as hot as before: a further run may not get away with an alarm that stands already.
    #expect(try line.scanner.scan("L-1"))
    #expect(try DeviceLine.becomes { try ends(line).count == 3 })
    #expect(try ends(line).last?.alarm != nil)
    #expect(try holds(line).count == 3)
    #expect(try !line.scanner.scan("L-1"))
    let runs = try line.events().compactMap { if case .runStarted(let run) = $0.event { run } else { nil } }
    #expect(runs.map(\.controlPlan?.version) == [1, 2, 2])
    try liftHold(line)
    try complete(line, heldBy: try holds(line).map(\.alarm))
  }

  /// Under limits that fit, the lot is completed; its record says what held it, and verifies.
  private func complete(_ line: ControlPlanLine, heldBy alarms: [AlarmID?]) throws {
    let file = try line.write(
      Self.plan(version: 3, response: "stop").replacingOccurrences(of: "high: 170", with: "high: 210"),
      as: "cp-8-3.yaml")
    #expect(try line.ask(["plan", "import", file, "--person", "P-A"]).status == 0)
    #expect(try approve(line, version: 3).status == 0)
    #expect(try line.scanner.scan("L-1"))
    #expect(try line.scanner.scan("LOTWIRE:END"))
    let sealed = line.folder.file("L-1.json")
    #expect(
      try DeviceLine.becomes(patienceSeconds: 60) {
        try line.ask(["record", "L-1", "--output", sealed.path]).status == 0
      })
    let verified = try line.run(["verify", sealed.path])
    #expect(verified.status == 0, "\(verified)")
    let record = try JSONDecoder().decode(ChartedRecord.self, from: Data(contentsOf: sealed)).record
    #expect(record.controlPlans.map(\.version) == [1, 2, 3])
    let holding = Set(alarms.compactMap { $0 }.map(\.text))
    #expect(holding.isSubset(of: Set(record.alarms.map(\.id))), "\(record.alarms)")
    let summary = try line.ask(["record", "L-1", "--summary"]).text
    #expect(summary.contains("hold"), "\(summary)")
  }
}
