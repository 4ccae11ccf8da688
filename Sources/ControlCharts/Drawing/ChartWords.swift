/// What stands on a chart, in its language. Short names (UCL, CL, LCL, R, s, MR) are those of ISO 7870 in both.
struct ChartWords {
  let language: ChartLanguage

  func choose(_ english: String, _ chinese: String) -> String { language == .chinese ? chinese : english }

  /// "1 point", "2 points".
  static func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  func kind(_ kind: ChartKind) -> String {
    switch kind {
    case .individuals: choose("Individuals and moving range", "单值-移动极差图")
    case .xbarRange: choose("Mean and range", "均值-极差图")
    case .xbarStandardDeviation: choose("Mean and standard deviation", "均值-标准差图")
    case .median: choose("Median and range", "中位数-极差图")
    case .ewma: choose("EWMA", "指数加权移动平均（EWMA）图")
    case .cusum: choose("CUSUM", "累积和（CUSUM）图")
    case .p: choose("p: proportion nonconforming", "p 图（不合格品率）")
    case .np: choose("np: nonconforming items", "np 图（不合格品数）")
    case .c: choose("c: nonconformities", "c 图（不合格数）")
    case .u: choose("u: nonconformities per unit", "u 图（单位不合格数）")
    case .laneyP: choose("Laney p′: proportion nonconforming", "Laney p′ 图（不合格品率）")
    case .laneyU: choose("Laney u′: nonconformities per unit", "Laney u′ 图（单位不合格数）")
    case .g: choose("g: items between events", "g 图（事件间隔件数）")
    case .t: choose("t: time between events", "t 图（事件间隔时间）")
    case .hotellingTSquared: choose("Hotelling T²", "Hotelling T² 图")
    case .shortRunZ: choose("Short-run Z", "短周期 Z 图")
    }
  }

  func statistic(_ statistic: PlottedStatistic) -> String {
    switch statistic {
    case .value: choose("X, single value", "X 单值")
    case .mean: choose("X-bar, mean", "X̄ 均值")
    case .median: choose("Median", "中位数")
    case .range: choose("R, range", "R 极差")
    case .standardDeviation: choose("s, standard deviation", "s 标准差")
    case .movingRange: choose("MR, moving range", "MR 移动极差")
    case .ewma: choose("EWMA", "EWMA 指数加权移动平均")
    case .cusumHigh: choose("CUSUM, high side", "CUSUM 上侧累积和")
    case .cusumLow: choose("CUSUM, low side", "CUSUM 下侧累积和")
    case .proportion: choose("Proportion", "比率")
    case .count: choose("Count", "计数")
    case .rate: choose("Rate per unit", "单位率")
    case .gap: choose("Between events", "事件间隔")
    case .tSquared: "T²"
    case .standardized: choose("Z, standardized", "Z 标准化值")
    }
  }

  /// What the line three sigma above the centre is called: for a CUSUM it is its decision interval.
  func upperLimit(_ statistic: PlottedStatistic) -> String {
    statistic == .cusumHigh || statistic == .cusumLow ? "h" : "UCL"
  }

  func method(_ method: SigmaMethod) -> String {
    guard let (english, chinese) = Self.methods[method.rawValue] else { return method.rawValue }
    return choose(english, chinese)
  }

  private static let methods: [String: (english: String, chinese: String)] = [
    "mean-moving-range": ("mean moving range / d2", "平均移动极差/d2"),
    "median-moving-range": ("median moving range", "移动极差中位数"),
    "mssd": ("successive differences (MSSD)", "逐次差均方（MSSD）"),
    "weighted-range": ("weighted ranges (MVLUE)", "加权极差（MVLUE）"),
    "weighted-s": ("weighted s (MVLUE)", "加权标准差（MVLUE）"),
    "unweighted-range": ("mean of R / d2", "R/d2 平均"),
    "unweighted-s": ("mean of s / c4", "s/c4 平均"),
    "median-range": ("median range", "极差中位数"),
    "pooled": ("pooled s / c4", "合并标准差/c4"),
    "overall": ("standard deviation of all values", "全部数据的标准差"),
    "distribution": ("follows from the centre line", "由中心线推出"),
  ]

  func severity(_ severity: RuleSeverity) -> String {
    switch severity {
    case .violation: choose("violation", "违规")
    case .warning: choose("warning", "警告")
    case .ignore: choose("shown alone", "仅显示")
    }
  }

  func sentence(_ rule: RunRule) -> String { choose(rule.english, rule.chinese) }

  func side(_ side: ChartSide) -> String {
    switch side {
    case .high: choose("high side", "偏高")
    case .low: choose("low side", "偏低")
    }
  }

  /// How a stage came by its limits, and what they are.
  func limits(of stage: ChartModel.Stage) -> String {
    guard let baseline = stage.baseline else { return choose("no limits yet", "尚无控制限") }
    var parts: [String] = []
    if baseline.meanVector.isEmpty {
      parts.append(choose("mean ", "均值 ") + baseline.mean.shortText)
      if baseline.sigma > 0 { parts.append(choose("sigma ", "西格玛 ") + baseline.sigma.shortText) }
    } else {
      parts.append(choose("mean vector ", "均值向量 ") + baseline.meanVector.map(\.shortText).joined(separator: ", "))
    }
    parts += baseline.parts.map { "\($0.name): \($0.target.shortText) ± \($0.sigma.shortText)" }
    parts.append(origin(of: stage, baseline))
    return parts.joined(separator: choose(", ", "，"))
  }

  private func origin(of stage: ChartModel.Stage, _ baseline: ChartBaseline) -> String {
    guard let estimate = stage.estimate else {
      return baseline.version == 0
        ? choose("limits given", "给定控制限")
        : choose("frozen limits, version \(baseline.version)", "冻结控制限，版本 \(baseline.version)")
    }
    let excluded = estimate.exclusions.count
    let points = choose(
      "estimated from " + Self.plural(estimate.subgroups, "point") + ", " + Self.plural(estimate.values, "value"),
      "由 \(estimate.subgroups) 个点、\(estimate.values) 个值估计")
    let freedom = estimate.degreesOfFreedom.shortText
    let how =
      method(estimate.method)
      + (estimate.degreesOfFreedom > 0 ? choose(", \(freedom) degrees of freedom", "，自由度 \(freedom)") : "")
    let without = excluded == 0 ? "" : choose(", \(excluded) excluded", "，排除 \(excluded) 点")
    return points + choose(" (\(how))", "（\(how)）") + without
  }
}
