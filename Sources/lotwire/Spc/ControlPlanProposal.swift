import ControlCharts
import Shopfloor

/// The limits of a study as an entry of `characteristics:` in a control plan, with what they rest on in comments. A person
/// completes it, imports it, and another one approves it.
struct ControlPlanProposal {
  let run: ChartRun
  /// Name of the characteristic.
  let name: CharacteristicName
  let specification: Specification?
  /// File that the points came from.
  let source: String

  /// YAML, from the first column on.
  var text: String {
    // A label or reason must not end its comment.
    let lines = comments.map { "# " + ControlPlanWriter.oneLine($0) } + ControlPlanWriter.lines(of: characteristic)
    return lines.joined(separator: "\n") + "\n"
  }

  private var characteristic: CharacteristicPlan {
    let design = run.model.design
    var baseline = run.model.stages.last?.baseline
    if let version = baseline?.version { baseline?.version = max(1, version) }
    return CharacteristicPlan(
      name: name, parameter: ParameterName(stringLiteral: name.text), feature: .end,
      unit: run.model.unit.isEmpty ? "1" : run.model.unit,
      specification: specification.flatMap { limits in
        limits.lower == nil && limits.upper == nil ? nil : LimitPlan(low: limits.lower, high: limits.upper)
      },
      chart: baseline.map {
        ChartPlan(
          limits: .baseline($0), design: design, subgroup: design.subgroupSize > 1 ? .count : nil,
          autocorrelationAccepted: run.independence.acceptedReason)
      }, sampling: .manual)
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
    return lines
  }
}
