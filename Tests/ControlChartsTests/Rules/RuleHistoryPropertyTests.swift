import Testing

@testable import ControlCharts

/// The masks against the slow engine: every rule, on every point, over random sequences made to be awkward.
@Suite struct RuleHistoryPropertyTests {
  static let sequences = 480
  static let pointsPerSequence = 450

  @Test func masksAgreeWithTheDefinitions() throws {
    var random = SeededGenerator(seed: 20_261_121)
    var judged = 0
    var fired: [String: Int] = [:]
    for sequence in 0..<Self.sequences {
      let rules = try CompiledRules(AwkwardSequence.ruleSet(&random))
      var awkward = AwkwardSequence(policy: sequence.isMultiple(of: 2) ? .break : .skip)
      var history = RuleHistory()
      var reference = ReferenceRules()
      for index in 0..<Self.pointsPerSequence {
        switch awkward.next(&random) {
        case .gap:
          history.gap(policy: awkward.policy)
          if awkward.policy == .break { reference.restart() }
        case .stage:
          history.beginStage()
          reference.restart()
        case .run:
          history.beginRun()
          reference.beginRun()
        case .point(let value, let lines):
          let result = history.take(value, lines: RuleLines(lines), rules: rules)
          reference.take(value, lines)
          judged += 1
          for (position, rated) in rules.ruleSet.rules.enumerated() {
            let verdict = ReferenceRules.Verdict(fires: result.contains(position), side: result.side(position))
            let expected = reference.verdict(rated.rule)
            if verdict != expected {
              Issue.record("sequence \(sequence), event \(index), \(rated.rule.key): \(verdict), not \(expected)")
              return
            }
            if verdict.fires { fired[RuleHistoryPropertyTests.kind(rated.rule), default: 0] += 1 }
          }
        }
      }
    }
    #expect(judged >= 200_000)
    // Every kind of rule fired often enough for the agreement to mean something.
    for rule in AwkwardSequence.kinds { #expect(fired[Self.kind(rule), default: 0] > 100, "\(rule.key)") }
  }

  static func kind(_ rule: RunRule) -> String {
    String(rule.key.filter { !$0.isNumber })
  }

  /// What is stored and read back judges on as if nothing had happened.
  @Test func aStoredHistoryGoesOnAsBefore() throws {
    var random = SeededGenerator(seed: 7)
    let rules = try CompiledRules(.nelson)
    var awkward = AwkwardSequence(policy: .break)
    var history = RuleHistory()
    var restored = RuleHistory()
    for _ in 0..<3_000 {
      guard case .point(let value, let lines) = awkward.next(&random) else { continue }
      restored = try StoredForm.roundTrip(history)
      #expect(restored == history)
      #expect(
        restored.take(value, lines: RuleLines(lines), rules: rules)
          == history.take(value, lines: RuleLines(lines), rules: rules))
    }
  }

  @Test func aHistoryIsSmall() {
    #expect(MemoryLayout<RuleHistory>.size <= 48)
    #expect(MemoryLayout<RuleLines>.size <= 64)
  }
}
