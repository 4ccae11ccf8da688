import ControlCharts
import Testing

/// The cases of rules. A row is "value ; keys of the rules that fire, each with its side where it has one", or one of the
/// words gap, stage and run. `lines` gives the centre and sigma, or the centre and six lines from the lowest to the highest
/// ("-": missing); a third field of a row changes them from that point on.
@Suite struct RuleCaseTests {
  @Test(arguments: try SPCCase.all(chart: "rules")) func theRulesFireAsWritten(spcCase: SPCCase) throws {
    let rules = try CompiledRules(Self.ruleSet(spcCase.text("rules")))
    let policy = try #require(GapPolicy(rawValue: spcCase.optional("gaps") ?? "break"))
    var lines = try Self.lines(spcCase.text("lines"))
    var history = RuleHistory()
    for row in spcCase.rows {
      switch row.fields[0] {
      case "gap": history.gap(policy: policy)
      case "stage": history.beginStage()
      case "run": history.beginRun()
      default:
        if row.fields.count > 2 { lines = try Self.lines(row.fields[2]) }
        let value = try SPCCase.number(row.fields[0])
        let ruleLines = RuleLines(lines)
        let fired = history.take(value, lines: ruleLines, rules: rules)
        let signals = rules.signals(of: fired, value: value, lines: ruleLines)
        let found = signals.map { $0.rule.key + ($0.side.map { " \($0.rawValue)" } ?? "") }
        let expected = row.fields.count > 1 && !row.fields[1].isEmpty ? row.fields[1] : "nothing"
        #expect(
          (found.isEmpty ? "nothing" : found.joined(separator: ", ")) == expected, "\(spcCase), line \(row.line)")
      }
    }
  }

  @Test func thereAreCases() throws { #expect(try SPCCase.all(chart: "rules").count >= 20) }

  private static func ruleSet(_ text: String) throws -> RuleSet {
    if let preset = RuleSet.preset(named: text) { return preset }
    return RuleSet(name: text, try text.split(separator: " ").map { try #require(RunRule(key: String($0)), "\($0)") })
  }

  private static func lines(_ text: String) throws -> PanelLines {
    let words = text.split(separator: " ").map(String.init)
    if words.count == 2 {
      let center = try SPCCase.number(words[0])
      let sigma = try SPCCase.number(words[1])
      return PanelLines(
        center: center, lowerThreeSigma: center - 3 * sigma, lowerTwoSigma: center - 2 * sigma,
        lowerOneSigma: center - sigma, upperOneSigma: center + sigma, upperTwoSigma: center + 2 * sigma,
        upperThreeSigma: center + 3 * sigma)
    }
    try #require(words.count == 7, "\(text)")
    func line(_ index: Int) throws -> Double? { words[index] == "-" ? nil : try SPCCase.number(words[index]) }
    return PanelLines(
      center: try SPCCase.number(words[3]), lowerThreeSigma: try line(0), lowerTwoSigma: try line(1),
      lowerOneSigma: try line(2), upperOneSigma: try line(4), upperTwoSigma: try line(5), upperThreeSigma: try line(6))
  }
}
