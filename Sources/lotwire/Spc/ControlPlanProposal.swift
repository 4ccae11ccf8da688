import ControlCharts

/// The limits of a study as an entry of `characteristics:` in a control plan, with what they rest on in comments. A person
/// completes it, imports it, and another one approves it.
struct ControlPlanProposal {
  let run: ChartRun
  /// Name of the characteristic.
  let name: String
  let specification: Specification?
  /// File that the points came from.
  let source: String

  /// YAML, from the first column on.
  var text: String {
    (comments + ["- name: \(Self.quoted(name))", "  every: manual"] + unit + specificationLines + ["  chart:"]
      + chartLines.map { "    " + $0 }).joined(separator: "\n") + "\n"
  }

  private var comments: [String] {
    let model = run.model
    let points = model.panels.first?.points ?? []
    var lines = [
      "Proposal from \(points.count) points of \(source). It stands below \"characteristics:\" of a station in a control plan.",
      "\"every: manual\" says that a person measures it; for a parameter write of: and feature: instead.",
    ]
    if model.stages.count > 1, let stage = model.stages.last {
      lines.append("Limits are those of the last stage, \(stage.label).")
    }
    if let estimate = model.stages.last?.estimate {
      lines.append(
        "Sigma: \(estimate.method.rawValue), \(estimate.subgroups) points, \(estimate.values) values,"
          + " \(ChartText.number(estimate.degreesOfFreedom)) degrees of freedom.")
    }
    lines += run.exclusions.map { "Left out: point \(points[$0.index].label), \($0.reason)" }
    if !run.unresolved.isEmpty {
      lines.append(
        "NOT IN CONTROL: \(run.unresolved.count) points with signals. Find their causes before this is approved.")
    }
    lines += run.independence.lines(ReportWords(language: .english))
    if let capability = run.capability { lines.append("Ppk \(ChartText.fixed(capability.ppk.value, decimals: 3)).") }
    // A label or reason must not end its comment.
    return lines.map { "# " + Self.oneLine($0) }
  }

  private var unit: [String] { ["  unit: \(Self.quoted(run.model.unit.isEmpty ? "1" : run.model.unit))"] }

  private var specificationLines: [String] {
    guard let specification else { return [] }
    let limits = [
      specification.lower.map { "low: \(Self.number($0))" }, specification.upper.map { "high: \(Self.number($0))" },
    ].compactMap { $0 }
    return ["  specification: {\(limits.joined(separator: ", "))}"]
  }

  // MARK: Chart

  private var chartLines: [String] {
    let design = run.model.design
    var lines = ["kind: \(design.kind.rawValue)"]
    if design.subgroupSize > 1 { lines.append("subgroup: \(design.subgroupSize)") }
    lines += rules(design.rules, "rules")
    let warnings = design.rules.rules.filter { $0.severity == .warning }.map(\.rule.key)
    if !warnings.isEmpty { lines.append("warnings: [\(warnings.joined(separator: ", "))]") }
    if design.kind.dispersion(subgroupSize: design.subgroupSize) != nil {
      lines += rules(design.dispersionRules, "dispersion_rules")
    }
    if design.gapPolicy == .skip { lines.append("gap: skip") }
    if let method = design.sigmaMethod { lines.append("sigma_method: \(method.rawValue)") }
    if design.movingRangeSpan != 2 { lines.append("span: \(design.movingRangeSpan)") }
    if let ewma = design.ewma {
      lines.append("ewma: {lambda: \(Self.number(ewma.lambda)), width: \(Self.number(ewma.width))}")
    }
    if let cusum = design.cusum {
      lines.append(
        "cusum: {reference: \(Self.number(cusum.reference)), decision_interval: \(Self.number(cusum.decisionInterval)),"
          + " head_start: \(Self.number(cusum.headStart))}")
    }
    if let reason = run.independence.acceptedReason {
      lines.append("accept_autocorrelation: \(Self.quoted(reason))")
    }
    return lines + limits(design)
  }

  /// A preset by its name, any other set by its keys; a rule that is only shown on the chart is none of a plan.
  private func rules(_ set: RuleSet, _ key: String) -> [String] {
    if let preset = RuleSet.preset(named: set.name), preset == set { return ["\(key): \(set.name)"] }
    let keys = set.rules.filter { $0.severity != .ignore }.map(\.rule.key)
    return ["\(key): [\(keys.joined(separator: ", "))]"]
  }

  private func limits(_ design: ChartDesign) -> [String] {
    guard let baseline = run.model.stages.last?.baseline else { return [] }
    var lines: [String] = []
    switch design.kind {
    case .hotellingTSquared:
      lines = [
        "variables: \(design.variables)", "alpha: \(Self.number(design.alpha))",
        "mean_vector: [\(baseline.meanVector.map(Self.number).joined(separator: ", "))]",
        "covariance: [\(baseline.covariance.map(Self.number).joined(separator: ", "))]",
        "observations: \(baseline.observations ?? 0)",
      ]
    case .shortRunZ:
      lines =
        ["parts:"]
        + baseline.parts.map {
          "  - {name: \(Self.quoted($0.name)), target: \(Self.number($0.target)), sigma: \(Self.number($0.sigma))}"
        }
    case .p, .np, .c, .u, .g, .t: lines = ["center: \(Self.number(baseline.mean))"]
    default: lines = ["center: \(Self.number(baseline.mean))", "sigma: \(Self.number(baseline.sigma))"]
    }
    return lines + ["version: \(max(1, baseline.version))"]
  }

  // MARK: YAML

  /// The shortest text that is this double again; an exponent needs a decimal point before it to be a number in YAML.
  static func number(_ value: Double) -> String {
    let text = "\(value)"
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  static func quoted(_ text: String) -> String {
    "\"" + oneLine(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
