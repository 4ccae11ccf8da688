/// What the rules of a chart will cost in false alarms, told before they are switched on: for a process that is in control,
/// with independent normal points and known limits.
public struct FalseAlarmForecast: Codable, Hashable, Sendable {
  public var pointsPerDay: Double
  /// Of the rules that are not only shown on the chart; nil where there is none.
  public var rules: AverageRunLength?
  public var ewma: AverageRunLength?
  public var cusum: AverageRunLength?

  /// - Parameter pointsPerDay: points that the chart gets in a day.
  /// - Throws: `.rules` or `.parameter` naming what is not possible.
  public init(
    rules: RuleSet, ewma: ChartDesign.EWMAParameters? = nil, cusum: ChartDesign.CUSUMParameters? = nil,
    pointsPerDay: Double
  ) throws(ControlChartFault) {
    guard pointsPerDay > 0, pointsPerDay.isFinite else {
      throw .parameter(field: "number of points per day", value: pointsPerDay, need: "a number above 0")
    }
    self.pointsPerDay = pointsPerDay
    let alarming = RuleSet(name: rules.name, rules: rules.rules.filter { $0.severity != .ignore })
    self.rules = alarming.rules.isEmpty ? nil : try AverageRunLength(of: alarming)
    self.ewma = if let ewma { try AverageRunLength(of: ewma) } else { nil }
    self.cusum = if let cusum { try AverageRunLength(of: cusum) } else { nil }
  }

  /// Expected false alarms in a day, of the rules and of the EWMA and CUSUM beside them, each counted for itself.
  public var alarmsPerDay: Double {
    [rules, ewma, cusum].reduce(0) { $0 + ($1.map { pointsPerDay / $0.points } ?? 0) }
  }

  /// For example "On average 1 false alarm in 91.8 points, 15.7 a day, while nothing is wrong."
  public var english: String {
    let parts = [("rules", rules), ("EWMA", ewma), ("CUSUM", cusum)].compactMap { name, length in
      length.map { "\(name): 1 in \(Self.text($0))" }
    }
    guard !parts.isEmpty else { return "No rule raises an alarm." }
    return "False alarms while nothing is wrong, on average: \(Self.text(alarmsPerDay)) a day at "
      + "\(Self.text(pointsPerDay)) points a day (\(parts.joined(separator: "; ")) points)."
  }

  public var chinese: String {
    let parts = [("判异规则", rules), ("EWMA", ewma), ("CUSUM", cusum)].compactMap { name, length in
      length.map { "\(name)：平均\(Self.text($0))点一次" }
    }
    guard !parts.isEmpty else { return "没有规则会报警。" }
    return "过程正常时的平均误报：每天\(Self.text(pointsPerDay))点，约\(Self.text(alarmsPerDay))次（"
      + parts.joined(separator: "；") + "）。"
  }

  private static func text(_ length: AverageRunLength) -> String {
    switch length.precision {
    case .exact: text(length.points)
    case .simulated(let error): "\(text(length.points)) ± \(text(2 * error))"
    }
  }

  /// Three digits or more: one decimal below 1000, two below 10.
  static func text(_ value: Double) -> String {
    if value >= 1e15 { return String(value) }
    let decimals = value < 10 ? 2 : value < 1_000 ? 1 : 0
    let factor = decimals == 2 ? 100.0 : decimals == 1 ? 10 : 1
    let scaled = Int((value * factor).rounded())
    let whole = String(scaled / Int(factor))
    if decimals == 0 { return whole }
    let rest = String(scaled % Int(factor))
    return whole + "." + String(repeating: "0", count: decimals - rest.count) + rest
  }
}
