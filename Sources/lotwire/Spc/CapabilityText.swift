import ControlCharts

/// A report of capability for people: every figure with its interval and the method behind it.
struct CapabilityText {
  let report: CapabilityReport
  let words: ReportWords

  var lines: [String] {
    let percent = number(report.confidence * 100)
    var rows: [[String]] = []
    let within = words.choose("within", "组内")
    let overall = words.choose("overall", "总体")
    rows += row("Cp", report.cp, within)
    rows += row("Cpk", report.cpk, within)
    rows += row("Pp", report.pp, overall)
    rows += row("Ppk", report.ppk, overall)
    rows += side("Ppl", report.ppl)
    rows += side("Ppu", report.ppu)
    rows += row("Cpm", report.cpm, words.choose("about the target, divisor N (Boyles)", "相对目标值，除数 N（Boyles）"))
    return [head(percent)] + ReportWords.table(rows).map { "  " + $0 } + sigmas + [percentiles] + tail
  }

  private var sigmas: [String] {
    let overall = words.choose("Overall: s ", "总体：s ") + number(report.standardDeviation)
    guard let within = report.within else { return [overall] }
    let degrees = number(within.degreesOfFreedom)
    return [
      words.choose("Within: sigma ", "组内：西格玛 ") + number(within.sigma)
        + words.choose(
          " (\(within.method.rawValue), \(degrees) degrees of freedom)", "（\(within.method.rawValue)，自由度 \(degrees)）"),
      overall,
    ]
  }

  private func head(_ percent: String) -> String {
    let specification = report.specification
    let limits = [
      specification.lower.map { words.choose("lower ", "下限 ") + number($0) },
      specification.upper.map { words.choose("upper ", "上限 ") + number($0) },
      specification.target.map { words.choose("target ", "目标 ") + number($0) },
    ].compactMap { $0 }.joined(separator: words.choose(", ", "，"))
    return words.choose(
      "CAPABILITY of \(report.count) values, mean \(number(report.mean)); specification: \(limits); \(percent) % confidence",
      "过程能力：\(report.count) 个值，均值 \(number(report.mean))；规格：\(limits)；置信水平 \(percent) %")
  }

  private func row(_ name: String, _ index: CapabilityIndex?, _ how: String) -> [[String]] {
    guard let index else { return [] }
    return [
      [
        name, fixed(index.value),
        "\(fixed(index.lower)) … \(fixed(index.upper))", how,
      ]
    ]
  }

  private func side(_ name: String, _ side: CapabilitySide?) -> [[String]] {
    guard let side else { return [] }
    return [
      [
        name, fixed(side.value), "≥ \(fixed(side.lowerBound))",
        words.choose("exact one-sided bound", "精确单侧下限"),
      ]
    ]
  }

  private var percentiles: String {
    let found = report.percentiles
    let values = [found.low, found.median, found.high].map(number).joined(separator: " / ")
    let indices = [found.pp.map { "Pp " + fixed($0) }, found.ppk.map { "Ppk " + fixed($0) }].compactMap { $0 }
    return words.choose("Percentiles", "百分位数") + " 0.135 / 50 / 99.865 % (\(found.definition.rawValue)): \(values)"
      + (indices.isEmpty ? "" : words.choose("; ", "；") + indices.joined(separator: ", "))
  }

  private var tail: [String] {
    var lines = [
      words.choose("Nonconforming: ", "不合格：")
        + [
          words.choose("observed ", "实测 ") + number(report.observed.totalPPM) + " ppm",
          words.choose("expected overall ", "总体预期 ") + number(report.expectedOverall.totalPPM) + " ppm",
          report.expectedWithin.map { words.choose("within ", "组内预期 ") + number($0.totalPPM) + " ppm" },
        ].compactMap { $0 }.joined(separator: words.choose(", ", "，"))
    ]
    if let normality = report.normality {
      lines.append(
        words.choose("Normality: ", "正态性：") + words.choose(normality.method.english, normality.method.chinese)
          + " \(number(normality.statistic)), p "
          + (normality.probability < 0.0001 ? "< 0.0001" : ChartText.fixed(normality.probability, decimals: 4)))
    }
    return lines + report.marks.map { ($0.isDoubt ? "! " : "- ") + words.choose($0.english, $0.chinese) }
  }

  private func number(_ value: Double) -> String { ChartText.number(value, digits: 5) }

  private func fixed(_ value: Double) -> String { ChartText.fixed(value, decimals: 3) }
}
