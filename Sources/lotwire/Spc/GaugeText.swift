import ControlCharts

/// A gauge study for people.
struct GaugeText {
  let report: GaugeReport
  let words: ReportWords

  var text: String {
    var lines = [
      words.choose(
        "GAUGE STUDY of \(report.parts) parts, \(report.people) operators, \(report.trials) trials each (crossed, ANOVA)",
        "量具研究：\(report.parts) 个零件，\(report.people) 名测量者，各测 \(report.trials) 次（交叉，方差分析）"), "",
    ]
    lines += ReportWords.table(variance).map { "  " + $0 } + [""]
    lines += ReportWords.table(components).map { "  " + $0 } + [""]
    let categories = report.distinctCategories.map { "\($0)" } ?? words.choose("unlimited", "无限")
    lines.append(words.choose("Distinct categories: ", "可区分类别数：") + categories)
    if report.components.contains(where: \.isClipped) {
      lines.append(
        words.choose("* a negative estimate, which stands as 0", "* 估计值为负，按 0 处理"))
    }
    lines.append(words.choose(report.verdict.english, report.verdict.chinese))
    return lines.joined(separator: "\n")
  }

  private var variance: [[String]] {
    let table = report.table
    var rows = [[words.choose("SOURCE", "来源"), "DF", "SS", "MS", "F", "p"]]
    func row(_ name: String, _ source: VarianceTable.Line) {
      rows.append([
        name, "\(source.degreesOfFreedom)", number(source.sumOfSquares), number(source.meanSquare),
        source.ratio.map(number) ?? "-",
        source.probability.map { $0 < 0.0001 ? "< 0.0001" : ChartText.fixed($0, decimals: 4) } ?? "-",
      ])
    }
    row(words.choose("parts", "零件"), table.parts)
    row(words.choose("operators", "测量者"), table.people)
    row(words.choose("parts × operators", "零件 × 测量者"), table.interaction)
    row(words.choose("repeatability", "重复性"), table.repeatability)
    if let pooled = table.pooled { row(words.choose("pooled (interaction not significant)", "合并（交互作用不显著）"), pooled) }
    return rows
  }

  private var components: [[String]] {
    let spread = "\(number(report.sigmas))σ"
    var rows = [
      [
        words.choose("SPREAD", "变差"), words.choose("% CONTRIBUTION", "% 贡献"), "σ", spread,
        words.choose("% STUDY", "% 研究变差"),
      ] + (report.tolerance == nil ? [] : [words.choose("% TOLERANCE", "% 公差")])
    ]
    for component in report.components {
      rows.append(
        [
          name(component.source) + (component.isClipped ? " *" : ""), percent(component.contributionPercent),
          number(component.standardDeviation), number(component.spread), percent(component.studyPercent),
        ] + (component.tolerancePercent.map { [percent($0)] } ?? []))
    }
    return rows
  }

  private func name(_ source: GaugeReport.Source) -> String {
    switch source {
    case .gauge: words.choose("gauge R&R", "量具 R&R")
    case .repeatability: words.choose("  repeatability", "  重复性")
    case .reproducibility: words.choose("  reproducibility", "  再现性")
    case .people: words.choose("    operators", "    测量者")
    case .interaction: words.choose("    parts × operators", "    零件 × 测量者")
    case .parts: words.choose("parts", "零件")
    case .total: words.choose("total", "合计")
    }
  }

  private func number(_ value: Double) -> String { ChartText.number(value, digits: 5) }

  private func percent(_ value: Double) -> String { ChartText.fixed(value, decimals: 2) }
}
