/// Whether points that follow each other are too much alike for a rule set. Limits from moving ranges take neighbours for
/// independent; where they are not, limits come out too narrow, and zones and runs signal all the time.
public struct AutocorrelationVerdict: Codable, Hashable, Sendable {
  /// Zone rules are refused above it.
  public static let threshold = 0.2
  /// Neighbours below which the figure is too uncertain to be relied on: the standard error is 1/√n.
  public static let enoughPairs = 50

  /// r1 as measured, and from how many neighbours.
  public var lagOne: Double
  public var pairs: Int
  /// The rules of the set that are refused: all but single points beyond a control limit.
  public var blocked: [RunRule]
  /// Values to average into one point so that neighbouring points correlate by less than ``BatchMeans/target``.
  public var batchSize: Int

  /// Nil while there is no figure: fewer than two neighbours, or all values equal.
  public init?(_ monitor: AutocorrelationMonitor, rules: RuleSet) {
    guard let lagOne = monitor.lagOne else { return nil }
    self.init(lagOne: lagOne, pairs: monitor.pairs, rules: rules)
  }

  public init(lagOne: Double, pairs: Int, rules: RuleSet) {
    self.lagOne = lagOne
    self.pairs = pairs
    batchSize = BatchMeans.size(lagOne: lagOne)
    blocked =
      lagOne > Self.threshold
      ? rules.rules.map(\.rule).filter { rule in
        if case .beyondLimits = rule { false } else { true }
      } : []
  }

  public var isAcceptable: Bool { lagOne <= Self.threshold }

  /// How probable a false alarm beyond the three-sigma limits is at each point, for a first-order autoregressive process and
  /// limits from moving ranges: 2Φ(-3√(1-φ)); 0.0027 where points are independent.
  public static func falseAlarmProbability(lagOne: Double) -> Double {
    2 * mathNormalCumulative(-3 * max(0, 1 - lagOne).squareRoot())
  }

  /// How many times as many false alarms beyond the limits as planned.
  public var falseAlarmFactor: Double {
    Self.falseAlarmProbability(lagOne: lagOne) / Self.falseAlarmProbability(lagOne: 0)
  }

  private var figure: String { FalseAlarmForecast.text(abs(lagOne)) }

  public var english: String {
    let measured = "Neighbouring points correlate with r1 = \(lagOne < 0 ? "-" : "")\(figure) (\(pairs) pairs)"
    if isAcceptable { return measured + ": all rules may be used." }
    let rules = blocked.isEmpty ? "" : " Not to be used: " + blocked.map(\.english).joined(separator: "; ") + "."
    return measured + ", more than \(FalseAlarmForecast.text(Self.threshold)). Points beyond the limits come "
      + "\(FalseAlarmForecast.text(falseAlarmFactor)) times as often as planned although nothing is wrong." + rules
      + " Better: chart means of \(batchSize) values in a row, or the residuals of the value before."
  }

  public var chinese: String {
    let measured = "相邻点自相关系数 r1 = \(lagOne < 0 ? "-" : "")\(figure)（\(pairs)对）"
    if isAcceptable { return measured + "：所有判异规则均可使用。" }
    let rules = blocked.isEmpty ? "" : "不可使用：" + blocked.map(\.chinese).joined(separator: "；") + "。"
    return measured + "，超过\(FalseAlarmForecast.text(Self.threshold))。过程正常时超出控制限的误报是预期的"
      + "\(FalseAlarmForecast.text(falseAlarmFactor))倍。" + rules
      + "建议：对连续\(batchSize)个值的平均值作图，或对相对前一值的残差作图。"
  }
}
