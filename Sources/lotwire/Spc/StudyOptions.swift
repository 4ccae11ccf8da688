import ArgumentParser
import ControlCharts

/// Phase I: limits for a control plan from a stretch of history.
struct StudyOptions: ParsableArguments {
  @Flag(help: "Print the study: limits by stage, exclusions, run lengths of the rules.")
  var study = false

  @Option(help: "Write the limits to this file as an entry of a control plan (YAML).")
  var writePlan: String?

  @Option(help: "Name of the characteristic in the control plan.")
  var characteristic: String?

  func check() throws(CommandFailure) {
    guard writePlan != nil, characteristic?.isEmpty ?? true else { return }
    throw .usage("--write-plan: the characteristic has no name. Add --characteristic seal.temperature.mean.")
  }
}

/// A phase I study for people.
struct StudyText {
  let run: ChartRun
  let words: ReportWords

  var lines: [String] {
    let points = run.model.panels.first?.points ?? []
    var lines = [words.choose("STUDY", "研究")]
    var rows = [
      [
        words.choose("STAGE", "阶段"), words.choose("MEAN", "均值"), "SIGMA", words.choose("METHOD", "方法"), "DF",
        words.choose("POINTS", "点数"), words.choose("VALUES", "值数"), words.choose("SIGNALS", "信号点"),
      ]
    ]
    let unresolved = run.unresolved
    for (position, stage) in run.model.stages.enumerated() {
      let signals = unresolved.count { points[$0].stage == position }
      rows.append([
        stage.label.isEmpty ? "-" : stage.label, stage.baseline.map { number($0.mean) } ?? "-",
        stage.baseline.map { $0.sigma > 0 ? number($0.sigma) : "-" } ?? "-",
        stage.estimate?.method.rawValue ?? words.choose("given", "给定"),
        stage.estimate.map { $0.degreesOfFreedom > 0 ? number($0.degreesOfFreedom) : "-" } ?? "-",
        stage.estimate.map { "\($0.subgroups)" } ?? "-", stage.estimate.map { "\($0.values)" } ?? "-", "\(signals)",
      ])
    }
    lines += ReportWords.table(rows).map { "  " + $0 }
    lines += run.exclusions.map { exclusion in
      words.choose("  left out: ", "  排除：") + points[exclusion.index].label + words.choose(", ", "，") + exclusion.reason
    }
    lines += runLengths
    lines.append(
      run.unresolved.isEmpty
        ? words.choose("The limits may be proposed.", "可提出该控制限。")
        : words.choose(
          "Resolve the signals first: exclude points whose cause is known and removed, or improve the process.",
          "请先处理信号：排除原因已知并消除的点，或改进过程。"))
    return lines
  }

  private var runLengths: [String] {
    guard run.model.design.kind != .hotellingTSquared, run.forecast == nil else { return [] }
    // A set that the chart was judged by is possible; one without rules has no run length.
    guard let length = try? AverageRunLength(of: run.model.design.rules) else { return [] }
    return [
      words.choose("Average run length without a shift: ", "无偏移时的平均链长：") + RunLengthTable.text(length, words)
        + words.choose(" points (independent normal points)", " 点（独立正态）")
    ]
  }

  private func number(_ value: Double) -> String { ChartText.number(value) }
}
