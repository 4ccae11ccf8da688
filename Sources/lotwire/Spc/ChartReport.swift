import ControlCharts

/// What stands below a chart: rules, independence of the points, false alarms to expect, capability, notes, the verdict.
struct ChartReport {
  let run: ChartRun
  let words: ReportWords
  let columns: Int
  let isStudy: Bool

  var text: String {
    var lines = rules + run.independence.lines(words)
    if let forecast = run.forecast { lines.append(words.choose(forecast.english, forecast.chinese)) }
    if isStudy { lines += [""] + StudyText(run: run, words: words).lines }
    if let capability = run.capability {
      lines.append("")
      lines += CapabilityText(report: capability, words: words).lines
    }
    if !run.notes.isEmpty { lines.append("") }
    lines += run.notes.map { words.choose("Note: ", "注：") + $0 }
    lines += ["", verdict]
    return lines.flatMap { ChartText.wrapped($0, columns: columns, indent: "    ") }.joined(separator: "\n")
  }

  private var rules: [String] {
    let design = run.model.design
    var lines = [words.choose("Rules", "判异准则") + " \(design.rules.name)" + words.choose(": ", "：") + keys(design.rules)]
    if run.model.panels.contains(where: { Self.dispersions.contains($0.statistic) }) {
      lines.append(
        words.choose("Rules of the dispersion", "离散度判异准则") + " \(design.dispersionRules.name)"
          + words.choose(": ", "：") + keys(design.dispersionRules))
    }
    return lines
  }

  private static let dispersions: Set<PlottedStatistic> = [.range, .standardDeviation, .movingRange]

  private func keys(_ set: RuleSet) -> String {
    set.rules.map { rated in
      rated.rule.key + (rated.severity == .violation ? "" : ":\(rated.severity.rawValue)")
    }.joined(separator: ", ")
  }

  private var verdict: String {
    let points = run.model.panels.first?.points.count { $0.value != nil } ?? 0
    let signals = run.unresolved.count
    guard signals > 0 else {
      guard run.model.panels.allSatisfy({ $0.points.allSatisfy { $0.signals.allSatisfy { $0.severity == .ignore } } })
      else {
        return words.choose(
          "In control: the only signals of \(words.count(points, "point")) are on points that are left out with a reason.",
          "受控：\(points) 点中仅已注明原因而排除的点有信号。")
      }
      return words.choose("In control: no rule fired on \(words.count(points, "point")).", "受控：\(points) 点均无信号。")
    }
    return words.choose(
      "Not in control: \(words.count(signals, "point")) of \(points) with signals. Find their causes before the limits are used.",
      "失控：\(points) 点中 \(signals) 点有信号。请先查明原因再使用控制限。")
  }
}
