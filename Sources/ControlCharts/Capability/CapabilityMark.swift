/// What a reader must know before relying on a capability figure. The case names are stored in reports.
public enum CapabilityMark: Codable, Hashable, Sendable {
  /// Signals of the chart that nobody has resolved: the process was not stable, so it has no capability.
  case unresolvedSignals(Int)
  /// Fewer than ``CapabilityStudy/sufficientValues`` values.
  case fewValues(Int)
  /// The normality test was significant at the study's level: indices from sigma do not tell the nonconforming share.
  case notNormal(test: NormalityTest.Method, probability: Double)
  /// The outer percentiles are the smallest and largest value, because there are fewer than `needed`.
  case percentilesAreExtremes(count: Int, needed: Int)
  /// No within sigma was given: there is no Cp and no Cpk.
  case noWithinSigma
  /// Values outside the specification were found.
  case observedNonconforming(Int)

  /// Whether the figures may not be relied on; the others are remarks.
  public var isDoubt: Bool {
    switch self {
    case .unresolvedSignals, .fewValues, .notNormal: true
    case .percentilesAreExtremes, .noWithinSigma, .observedNonconforming: false
    }
  }

  public var english: String {
    switch self {
    case .unresolvedSignals(let count):
      "The chart has \(count) unresolved signals: find their causes first, then study the stable process."
    case .fewValues(let count):
      "Only \(count) values: collect at least \(CapabilityStudy.sufficientValues), or rely on the lower bound alone."
    case .notNormal(let test, let probability):
      "The values are not normally distributed (\(test.english), p \(Self.short(probability))): use the percentiles."
    case .percentilesAreExtremes(let count, let needed):
      "The outer percentiles of \(count) values are the extremes: \(needed) values are needed to estimate them."
    case .noWithinSigma: "No sigma within subgroups was given: there is no Cp and no Cpk."
    case .observedNonconforming(let count): "\(count) values lie outside the specification limits."
    }
  }

  public var chinese: String {
    switch self {
    case .unresolvedSignals(let count): "控制图有 \(count) 个未处理的信号：请先查明原因，再研究稳定的过程。"
    case .fewValues(let count): "只有 \(count) 个数值：至少收集 \(CapabilityStudy.sufficientValues) 个，或只看置信下限。"
    case .notNormal(let test, let probability):
      "数值不服从正态分布（\(test.chinese)，p \(Self.short(probability))）：请使用百分位数法。"
    case .percentilesAreExtremes(let count, let needed):
      "\(count) 个数值的外侧百分位数就是极值：估计它们需要 \(needed) 个数值。"
    case .noWithinSigma: "没有给出组内标准差：没有 Cp 和 Cpk。"
    case .observedNonconforming(let count): "有 \(count) 个数值超出规格限。"
    }
  }

  /// With its sign, in four decimals.
  private static func short(_ probability: Double) -> String {
    probability < 0.0001 ? "< 0.0001" : "= \((probability * 10_000).rounded() / 10_000)"
  }
}
