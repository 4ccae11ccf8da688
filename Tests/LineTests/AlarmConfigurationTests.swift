import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

@Suite("Configuration of alarms")
struct AlarmConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("alarm-configuration") }

  private static let alarms = """
    alarms:
      causes:
        - {code: TOOL-WEAR, en: tool worn, zh: 刀具磨损}
        - {code: MATERIAL, en: material, zh: 材料}
      actions:
        - {code: ADJUSTED, en: adjusted, zh: 已调整}
      escalation:
        - {after_minutes: 10, to: shift leader}
        - {after_minutes: 30.5, to: quality manager, minimum_priority: high}
      maximum_shelving_hours: 4

    """

  private func read(_ text: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try (ConfigurationTests.good + text).write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  @Test("lists, ladder and the longest shelving become the policy of the line")
  func good() throws {
    let policy = try #require(try read(Self.alarms).plan.alarmPolicy)
    #expect(policy.causes.map(\.code) == ["TOOL-WEAR", "MATERIAL"])
    #expect(policy.causes[0].words == Words("tool worn", "刀具磨损") && policy.actions.map(\.code) == ["ADJUSTED"])
    #expect(
      policy.escalation == [
        EscalationStep(afterMicroseconds: 600_000_000, to: "shift leader"),
        EscalationStep(afterMicroseconds: 1_830_000_000, to: "quality manager", minimumPriority: .high),
      ])
    #expect(policy.maximumShelvingMicroseconds == 4 * 3_600_000_000)
    #expect(try read("").plan.alarmPolicy == nil)
    let empty = try read("alarms: {}\n").plan.alarmPolicy
    #expect(empty == AlarmPolicy() && empty?.maximumShelvingMicroseconds == 8 * 3_600_000_000)
  }

  @Test("an auditor is told which entry was added and which rung moved")
  func changes() throws {
    let old = try read(Self.alarms).plan
    let new = try read(
      Self.alarms.replacingOccurrences(
        of: "causes:\n", with: "causes:\n    - {code: POWER, en: power cut, zh: 停电}\n"
      ).replacingOccurrences(of: "after_minutes: 10", with: "after_minutes: 12")
    ).plan
    #expect(
      PlanComparison.changes(from: old, to: new) == [
        "alarmPolicy.causes.POWER.code: added POWER", "alarmPolicy.causes.POWER.words.chinese: added 停电",
        "alarmPolicy.causes.POWER.words.english: added power cut",
        "alarmPolicy.escalation.0.afterMicroseconds: 600000000 → 720000000",
      ])
  }

  /// Lines of the text above, counted from its own first.
  @Test(
    "a fault is named with its place, and what to write instead",
    arguments: [
      ("causes:", "cause:", 2, 3, "Write \"causes\""),
      ("code: TOOL-WEAR", "code: TOOL WEAR", 3, 14, "is not a code"),
      ("code: TOOL-WEAR", "code: 刀具", 3, 14, "is not a code"),
      ("code: MATERIAL", "code: TOOL-WEAR", 4, 14, "stands twice"),
      ("en: tool worn, ", "", 3, 7, "the key \"en\" is missing"),
      ("zh: 材料", "zh: \"材\\u202E料\"", 4, 42, "invisible character U+202E"),
      ("after_minutes: 30.5", "after_minutes: 10", 9, 23, "not later than the one before"),
      ("after_minutes: 10", "after_minutes: 0", 8, 23, "outside 0.01 to 43200.0 min"),
      ("after_minutes: 10", "after_minutes: soon", 8, 23, "is not a number"),
      ("to: shift leader", "two: shift leader", 8, 27, "Write \"to\""),
      ("minimum_priority: high", "minimum_priority: urgent", 9, 68, "Write one of: low, medium, high"),
      ("maximum_shelving_hours: 4", "maximum_shelving_hours: 200", 10, 27, "outside 0.01 to 168.0 h"),
      ("{code: ADJUSTED, en: adjusted, zh: 已调整}", "ADJUSTED", 6, 7, "should be a block of keys"),
    ])
  func fault(good: String, bad: String, line: Int, column: Int, says: String) throws {
    let first = ConfigurationTests.good.split(separator: "\n", omittingEmptySubsequences: false).count
    do {
      _ = try read(Self.alarms.replacingOccurrences(of: good, with: bad))
      Issue.record("the fault was not found")
    } catch let issues as DocumentIssues {
      let matching = issues.issues.filter { $0.description.contains(says) }
      #expect(matching.contains { $0.line == first + line - 1 && $0.column == column }, "\(issues)")
    }
  }
}
