import ControlCharts

/// How much neighbouring points of a chart are alike, and what that does to its rules.
struct Independence {
  /// Nil where it cannot be measured: too few neighbours, equal values, or T².
  let verdict: AutocorrelationVerdict?
  /// Why the rules stand all the same, in the words of a person.
  let acceptedReason: String?

  /// Measured on the distance of each point from its own centre line, so that neither stages nor sizes of samples look
  /// like dependence. Points that are left out of the limits are left out here.
  init(_ model: ChartModel, _ points: [StudyPoint], excluded: Set<Int>, acceptedReason: String?) {
    self.acceptedReason = acceptedReason
    guard model.design.kind != .hotellingTSquared else {
      verdict = nil
      return
    }
    var monitor = AutocorrelationMonitor()
    var stage = 0
    for point in model.panels.first?.points ?? [] {
      if point.stage != stage { monitor.gap() }
      stage = point.stage
      if let distance = Self.distance(point, points[point.index], model), !excluded.contains(point.index) {
        monitor.take(distance)
      } else if model.design.gapPolicy == .break || excluded.contains(point.index) {
        monitor.gap()
      }
    }
    verdict = AutocorrelationVerdict(monitor, rules: model.design.rules)
  }

  /// An EWMA or a CUSUM depends on its past by construction: there the means of the samples count.
  private static func distance(_ point: ChartModel.Point, _ sample: StudyPoint, _ model: ChartModel) -> Double? {
    switch model.design.kind {
    case .ewma, .cusum:
      guard !sample.values.isEmpty, let baseline = model.stages[point.stage].baseline else { return nil }
      return sample.values.reduce(0, +) / Double(sample.values.count) - baseline.mean
    default:
      guard let value = point.value, let center = point.lines?.center else { return nil }
      return value - center
    }
  }

  /// Fewer neighbours give no figure to rely on: the standard error of r1 is about one by the root of their number.
  var isReliable: Bool { (verdict?.pairs ?? 0) >= AutocorrelationVerdict.enoughPairs }

  /// The rules that the chart is judged without.
  var blocked: [RunRule] {
    guard let verdict, isReliable, acceptedReason == nil else { return [] }
    return verdict.blocked
  }

  func lines(_ words: ReportWords) -> [String] {
    guard let verdict else {
      return [
        words.choose(
          "Autocorrelation: not measurable here (too few neighbours, equal values, or several variables).",
          "自相关：此处无法测定（相邻点太少、数值相同或多变量）。")
      ]
    }
    var lines = [words.choose(verdict.english, verdict.chinese)]
    guard !verdict.isAcceptable, !verdict.blocked.isEmpty else { return lines }
    if let acceptedReason {
      lines.append(words.choose("All rules stand all the same: ", "仍使用全部准则：") + acceptedReason)
    } else if isReliable {
      lines.append(
        words.choose(
          "Left out of this chart: \(keys). Keep them with --accept-autocorrelation \"REASON\".",
          "本图未使用：\(keys)。如需保留，请用 --accept-autocorrelation \"原因\"。"))
    } else {
      lines.append(
        words.choose(
          "With fewer than \(AutocorrelationVerdict.enoughPairs) pairs this is too uncertain to refuse rules: they stand.",
          "不足 \(AutocorrelationVerdict.enoughPairs) 对，数值不可靠，暂不禁用准则。"))
    }
    return lines
  }

  private var keys: String { (verdict?.blocked ?? []).map(\.key).joined(separator: ", ") }
}
