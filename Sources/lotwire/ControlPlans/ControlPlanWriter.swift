import ControlCharts
import Shopfloor

/// Writes a control plan as ``ControlPlanReader`` reads it: a proposal that a person looks at, changes and imports.
struct ControlPlanWriter {
  private var lines: [String] = []

  /// - Parameter remarks: lines at the top, for the reader.
  static func text(of plan: ControlPlan, remarks: [String] = []) -> String {
    var writer = ControlPlanWriter()
    for remark in remarks { writer.lines.append("# " + oneLine(remark)) }
    writer.write(plan)
    return writer.lines.joined(separator: "\n") + "\n"
  }

  private mutating func write(_ plan: ControlPlan) {
    lines.append("control_plan: \(Self.quoted(plan.number.text))")
    lines.append("version: \(plan.version)")
    lines.append("title: \(Self.quoted(plan.title))")
    if !plan.products.isEmpty {
      lines.append("products: [\(plan.products.map { Self.quoted($0.text) }.joined(separator: ", "))]")
    }
    if !plan.changeNote.isEmpty { lines.append("change: \(Self.quoted(plan.changeNote))") }
    lines.append("stations:")
    for station in plan.stations { write(station) }
    guard !plan.reactionPlans.isEmpty else { return }
    lines.append("reaction_plans:")
    for reaction in plan.reactionPlans {
      lines.append("  - name: \(Self.quoted(reaction.name))")
      lines.append("    steps:")
      for step in reaction.steps {
        lines.append("      - {en: \(Self.quoted(step.english)), zh: \(Self.quoted(step.chinese))}")
      }
    }
  }

  private mutating func write(_ station: StationControl) {
    lines.append("  - station: \(Self.quoted(station.station.text))")
    if !station.specifications.isEmpty {
      lines.append("    specifications:")
      for specification in station.specifications {
        lines.append("      - parameter: \(Self.quoted(specification.parameter.text))")
        lines.append("        limits: \(Self.limits(specification.limits))")
      }
    }
    guard !station.characteristics.isEmpty else { return }
    lines.append("    characteristics:")
    for characteristic in station.characteristics { write(characteristic) }
  }

  private mutating func write(_ characteristic: CharacteristicPlan) {
    lines += Self.lines(of: characteristic).map { "      " + $0 }
  }

  /// An entry of `characteristics:`, from the first column on.
  static func lines(of characteristic: CharacteristicPlan) -> [String] {
    var lines = ["- name: \(quoted(characteristic.name.text))"]
    if characteristic.sampling == .manual {
      lines.append("  every: manual")
    } else {
      lines.append("  of: \(quoted(characteristic.parameter.text))")
      lines.append("  feature: \(characteristic.feature.rawValue)")
      if case .window(let length) = characteristic.sampling {
        lines.append("  every: {window_seconds: \(seconds(length))}")
      }
    }
    lines.append("  unit: \(quoted(characteristic.unit))")
    if let gates = characteristic.gates, !gates.isEmpty {
      lines.append("  gates:")
      lines += gates.map { "    - \(gate($0))" }
    }
    if let limits = characteristic.specification { lines.append("  specification: \(self.limits(limits))") }
    guard let chart = characteristic.chart else { return lines }
    return lines + ["  chart:"] + ChartEntries.entries(of: chart).map { "    \($0.key): \($0.value)" }
  }

  // MARK: Values

  /// The shortest text that is this double again; an exponent needs a decimal point before it to be a number in YAML.
  static func number(_ value: Double) -> String {
    let text = "\(value)"
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// On one line, whatever the text holds: it cannot end its quotes or a comment.
  static func quoted(_ text: String) -> String {
    "\"" + oneLine(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  static func seconds(_ microseconds: Int64) -> String {
    microseconds % 1_000_000 == 0 ? "\(microseconds / 1_000_000)" : "\(Double(microseconds) / 1_000_000)"
  }

  private static func limits(_ limits: LimitPlan) -> String {
    var parts: [String] = []
    if let low = limits.low { parts.append("low: \(number(low))") }
    if let high = limits.high { parts.append("high: \(number(high))") }
    if limits.deadband != 0 { parts.append("deadband: \(number(limits.deadband))") }
    if limits.onDelayMicroseconds != 0 { parts.append("delay_seconds: \(seconds(limits.onDelayMicroseconds))") }
    if let response = limits.response { parts.append("response: \(response.rawValue)") }
    if let priority = limits.priority { parts.append("priority: \(priority.rawValue)") }
    if let plan = limits.reactionPlan { parts.append("reaction_plan: \(quoted(plan))") }
    return "{\(parts.joined(separator: ", "))}"
  }

  private static func gate(_ gate: GatePlan) -> String {
    var parts = ["name: \(quoted(gate.name))", "parameter: \(quoted(gate.parameter.text))"]
    switch gate.condition {
    case .bit: break
    case .above(let level, let hysteresis): parts += ["above: \(number(level))", "hysteresis: \(number(hysteresis))"]
    case .below(let level, let hysteresis): parts += ["below: \(number(level))", "hysteresis: \(number(hysteresis))"]
    }
    if gate.afterMicroseconds != 0 { parts.append("after_seconds: \(seconds(gate.afterMicroseconds))") }
    return "{\(parts.joined(separator: ", "))}"
  }
}

/// The keys of `chart:` with their values, as ``ChartReader`` reads them.
private enum ChartEntries {
  static func entries(of chart: ChartPlan) -> [(key: String, value: String)] {
    var entries: [(String, String)] = []
    if let design = chart.design {
      entries += self.design(design)
    } else {
      entries.append(("run", "\(chart.runLength)"))
    }
    entries += limits(chart)
    switch chart.subgroup {
    case nil, .count: break
    case .window(let length): entries.append(("subgroup_by", "{window_seconds: \(ControlPlanWriter.seconds(length))}"))
    case .cycle: entries.append(("subgroup_by", "cycle"))
    case .run: entries.append(("subgroup_by", "run"))
    case .manual: entries.append(("subgroup_by", "manual"))
    }
    if let stage = chart.stagePerWorkOrder { entries.append(("stage_per_work_order", "\(stage)")) }
    if let priority = chart.priority { entries.append(("priority", priority.rawValue)) }
    if let expected = chart.expectedEveryMicroseconds {
      entries.append(("expected_every_seconds", ControlPlanWriter.seconds(expected)))
    }
    if let reason = chart.autocorrelationAccepted {
      entries.append(("accept_autocorrelation", ControlPlanWriter.quoted(reason)))
    }
    if let plan = chart.reactionPlan { entries.append(("reaction_plan", ControlPlanWriter.quoted(plan))) }
    return entries
  }

  private static func design(_ design: ChartDesign) -> [(String, String)] {
    var entries = [("kind", design.kind.rawValue), ("subgroup", "\(design.subgroupSize)")]
    entries.append(("rules", rules(design.rules)))
    let warnings = design.rules.rules.filter { $0.severity == .warning }.map(\.rule.key)
    if !warnings.isEmpty, RuleSet.preset(named: design.rules.name) != design.rules {
      entries.append(("warnings", "[\(warnings.joined(separator: ", "))]"))
    }
    entries.append(("dispersion_rules", rules(design.dispersionRules)))
    if design.gapPolicy != .break { entries.append(("gap", design.gapPolicy.rawValue)) }
    if let method = design.sigmaMethod { entries.append(("sigma_method", method.rawValue)) }
    if design.movingRangeSpan != 2 { entries.append(("span", "\(design.movingRangeSpan)")) }
    if design.variables != 1 { entries += [("variables", "\(design.variables)"), ("alpha", number(design.alpha))] }
    if let ewma = design.ewma {
      entries.append(("ewma", "{lambda: \(number(ewma.lambda)), width: \(number(ewma.width))}"))
    }
    if let cusum = design.cusum {
      entries.append(
        (
          "cusum",
          "{reference: \(number(cusum.reference)), decision_interval: \(number(cusum.decisionInterval)), "
            + "head_start: \(number(cusum.headStart))}"
        ))
    }
    return entries
  }

  /// A preset by its name where it is one as it stands.
  private static func rules(_ set: RuleSet) -> String {
    if RuleSet.preset(named: set.name) == set { return set.name }
    // A rule that is only shown on the chart is none of a plan.
    return "[\(set.rules.filter { $0.severity != .ignore }.map(\.rule.key).joined(separator: ", "))]"
  }

  private static func limits(_ chart: ChartPlan) -> [(String, String)] {
    switch chart.limits {
    case .establish(let points): return [("establish", "\(points)")]
    case .frozen(let center, let sigma): return [("center", number(center)), ("sigma", number(sigma))]
    case .baseline(let baseline):
      if !baseline.parts.isEmpty {
        let parts = baseline.parts.map {
          "{name: \(ControlPlanWriter.quoted($0.name)), target: \(number($0.target)), sigma: \(number($0.sigma))}"
        }
        return [("version", "\(baseline.version)"), ("parts", "[\(parts.joined(separator: ", "))]")]
      }
      if !baseline.meanVector.isEmpty {
        return [
          ("version", "\(baseline.version)"), ("mean_vector", list(baseline.meanVector)),
          ("covariance", list(baseline.covariance)), ("observations", "\(baseline.observations ?? 0)"),
        ]
      }
      return [("version", "\(baseline.version)"), ("center", number(baseline.mean))]
        + (baseline.sigma > 0 ? [("sigma", number(baseline.sigma))] : [])
    }
  }

  private static func list(_ numbers: [Double]) -> String { "[\(numbers.map(number).joined(separator: ", "))]" }

  private static func number(_ value: Double) -> String { ControlPlanWriter.number(value) }
}
