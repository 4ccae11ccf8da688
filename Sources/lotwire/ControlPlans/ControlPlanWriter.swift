import ControlCharts
import Shopfloor

/// Writes a control plan as ``ControlPlanReader`` reads it: a proposal that a person looks at, changes and imports.
struct ControlPlanWriter {
  private var lines: [String] = []

  /// - Parameter remarks: lines at the top, for the reader.
  static func text(of plan: ControlPlan, remarks: [String] = []) -> String {
    var writer = ControlPlanWriter()
    for remark in remarks { writer.lines.append("# " + remark) }
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
    lines.append("      - name: \(Self.quoted(characteristic.name.text))")
    if characteristic.sampling == .manual {
      lines.append("        every: manual")
    } else {
      lines.append("        of: \(Self.quoted(characteristic.parameter.text))")
      lines.append("        feature: \(characteristic.feature.rawValue)")
      if case .window(let length) = characteristic.sampling {
        lines.append("        every: {window_seconds: \(Self.seconds(length))}")
      }
    }
    lines.append("        unit: \(Self.quoted(characteristic.unit))")
    if let gates = characteristic.gates, !gates.isEmpty {
      lines.append("        gates:")
      for gate in gates { lines.append("          - \(Self.gate(gate))") }
    }
    if let limits = characteristic.specification { lines.append("        specification: \(Self.limits(limits))") }
    guard let chart = characteristic.chart else { return }
    lines.append("        chart:")
    for (key, value) in ChartText.entries(of: chart) { lines.append("          \(key): \(value)") }
  }

  // MARK: Values

  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  static func seconds(_ microseconds: Int64) -> String {
    microseconds % 1_000_000 == 0 ? "\(microseconds / 1_000_000)" : "\(Double(microseconds) / 1_000_000)"
  }

  private static func limits(_ limits: LimitPlan) -> String {
    var parts: [String] = []
    if let low = limits.low { parts.append("low: \(low)") }
    if let high = limits.high { parts.append("high: \(high)") }
    if limits.deadband != 0 { parts.append("deadband: \(limits.deadband)") }
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
    case .above(let level, let hysteresis): parts += ["above: \(level)", "hysteresis: \(hysteresis)"]
    case .below(let level, let hysteresis): parts += ["below: \(level)", "hysteresis: \(hysteresis)"]
    }
    if gate.afterMicroseconds != 0 { parts.append("after_seconds: \(seconds(gate.afterMicroseconds))") }
    return "{\(parts.joined(separator: ", "))}"
  }
}

/// The keys of `chart:` with their values, as ``ChartReader`` reads them.
private enum ChartText {
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
    if !warnings.isEmpty { entries.append(("warnings", "[\(warnings.joined(separator: ", "))]")) }
    entries.append(("dispersion_rules", rules(design.dispersionRules)))
    if design.gapPolicy != .break { entries.append(("gap", design.gapPolicy.rawValue)) }
    if let method = design.sigmaMethod { entries.append(("sigma_method", method.rawValue)) }
    if design.movingRangeSpan != 2 { entries.append(("span", "\(design.movingRangeSpan)")) }
    if design.variables != 1 { entries += [("variables", "\(design.variables)"), ("alpha", "\(design.alpha)")] }
    if let ewma = design.ewma { entries.append(("ewma", "{lambda: \(ewma.lambda), width: \(ewma.width)}")) }
    if let cusum = design.cusum {
      entries.append(
        (
          "cusum",
          "{reference: \(cusum.reference), decision_interval: \(cusum.decisionInterval), head_start: \(cusum.headStart)}"
        ))
    }
    return entries
  }

  /// A preset by its name where it is one as it stands.
  private static func rules(_ set: RuleSet) -> String {
    if let preset = RuleSet.preset(named: set.name), preset.rules.map(\.rule) == set.rules.map(\.rule) {
      return set.name
    }
    return "[\(set.rules.map(\.rule.key).joined(separator: ", "))]"
  }

  private static func limits(_ chart: ChartPlan) -> [(String, String)] {
    switch chart.limits {
    case .establish(let points): return [("establish", "\(points)")]
    case .frozen(let center, let sigma): return [("center", "\(center)"), ("sigma", "\(sigma)")]
    case .baseline(let baseline):
      if !baseline.parts.isEmpty {
        let parts = baseline.parts.map {
          "{name: \(ControlPlanWriter.quoted($0.name)), target: \($0.target), sigma: \($0.sigma)}"
        }
        return [("version", "\(baseline.version)"), ("parts", "[\(parts.joined(separator: ", "))]")]
      }
      if !baseline.meanVector.isEmpty {
        return [
          ("version", "\(baseline.version)"), ("mean_vector", list(baseline.meanVector)),
          ("covariance", list(baseline.covariance)), ("observations", "\(baseline.observations ?? 0)"),
        ]
      }
      return [("version", "\(baseline.version)"), ("center", "\(baseline.mean)")]
        + (baseline.sigma > 0 ? [("sigma", "\(baseline.sigma)")] : [])
    }
  }

  private static func list(_ numbers: [Double]) -> String { "[\(numbers.map { "\($0)" }.joined(separator: ", "))]" }
}
