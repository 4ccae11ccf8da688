import ControlCharts

/// Rule sets as the command line writes them.
enum RuleOption {
  /// Short names that people use for presets.
  private static let aliases = ["we": RuleSet.westernElectric.name, "weco": RuleSet.westernElectric.name]

  /// A preset, or keys with commas, each with a severity behind a colon where it is no violation.
  static func set(_ text: String, _ option: String, ties: RunRule.TiePolicy? = nil) throws(CommandFailure) -> RuleSet {
    let name = text.trimmingSpaces().lowercased()
    var set: RuleSet
    if let preset = RuleSet.preset(named: aliases[name] ?? name) {
      set = preset
    } else {
      set = RuleSet(name: "own", rules: [])
      for part in name.split(separator: ",") { set.rules.append(try rated(String(part).trimmingSpaces(), option)) }
    }
    if let ties { set.rules = set.rules.map { tied($0, ties) } }
    do {
      _ = try CompiledRules(set)
    } catch {
      throw .usage("\(option): \(error)")
    }
    return set
  }

  private static func rated(_ text: String, _ option: String) throws(CommandFailure) -> RatedRule {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let rule = RunRule(key: parts.first ?? "") else {
      throw .usage(
        "\(option): there is no preset or rule \(DataFault.shown(text)). Presets are "
          + RuleSet.allPresetNames.joined(separator: ", ") + "; \"lotwire spc rules\" lists the keys of rules.")
    }
    guard parts.count == 2 else { return RatedRule(rule) }
    guard let severity = RuleSeverity(rawValue: parts[1]) else {
      throw .usage("\(option): there is no severity \(DataFault.shown(parts[1])). Write violation, warning or ignore.")
    }
    return RatedRule(rule, severity: severity)
  }

  private static func tied(_ rated: RatedRule, _ ties: RunRule.TiePolicy) -> RatedRule {
    guard case .trend(let points, _) = rated.rule else { return rated }
    return RatedRule(.trend(points: points, ties: ties), severity: rated.severity)
  }
}
