import ControlCharts
import Shopfloor

/// The chart of one characteristic as it runs: values come together in subgroups, subgroups become points, points are
/// judged. Pure: the same values, gaps and ends give the same points, live, after a restart and in a replay.
struct ChartTrack: Hashable, Sendable, Codable {
  /// Points after which it is decided whether the points depend on each other. The standard error of a lag-1
  /// autocorrelation is 1/√n, so that the threshold of 0.2 is two of them.
  static let autocorrelationPoints = 100

  /// One or more values of the characteristic.
  struct Value: Hashable, Sendable {
    var values: [Double]
    /// With counts.
    var inspected: Double?
    var at: Timestamp
    /// Nil: no run was at the station.
    var run: RunID?
    /// The lots of the run.
    var lots: String = ""
    /// The product, for charts of short runs.
    var part: String?
    var cycle: Int?
  }

  /// A point of the chart.
  struct Point: Hashable, Sendable {
    var verdict: ChartVerdict
    var number: Int
    var values: [Double]
    var inspected: Double?
    var from: Timestamp
    var to: Timestamp
    var run: RunID?
    var partial: String?
  }

  /// Rules that were switched off because the points depend on each other.
  struct Block: Hashable, Sendable, Codable {
    var autocorrelation: Double
    var points: Int
    /// Keys.
    var rules: [String]
    var words: Words
  }

  let plan: ChartPlan
  private(set) var chart: StreamingChart
  private(set) var block: Block?
  private(set) var lastPointAt: Timestamp?
  private var collector: SubgroupCollector?
  private var autocorrelation = AutocorrelationMonitor()
  private var isJudgedForDependence = false
  private var hasNewBlock = false
  private var count = 0
  private var workOrders: String?
  private var part: String?
  private var lastTaken: Timestamp?
  private var lastRun: RunID?

  /// Nil where the chart room refuses the plan; the configuration and every control plan were checked for that before.
  init?(_ plan: ChartPlan) {
    do throws(ControlChartFault) {
      chart = try plan.makeChart()
    } catch {
      return nil
    }
    self.plan = plan
    collector = Self.collector(plan)
  }

  private static func collector(_ plan: ChartPlan) -> SubgroupCollector? {
    guard let trigger = plan.trigger else { return nil }
    // A window of more than 1/32 s, as every plan has, may wait so long; a subgroup size was checked with the design.
    return try? SubgroupCollector(trigger: trigger, latenessMicroseconds: CycleTracker.settleMicroseconds)
  }

  // MARK: Values

  mutating func take(_ value: Value) -> [Point] {
    part = value.part
    if let inspected = value.inspected, let found = value.values.first {
      return plot(
        .count(found, inspected: inspected), values: value.values, inspected: inspected, from: value.at, to: value.at,
        run: value.run, partial: nil)
    }
    if collector == nil, value.values.count > 1, chart.design.kind != .hotellingTSquared, chart.design.subgroupSize == 1
    {
      // Each value is a point.
      return value.values.flatMap { one in
        plot(
          sample([one]), values: [one], inspected: nil, from: value.at, to: value.at, run: value.run, partial: nil)
      }
    }
    guard collector != nil, !isWholeSubgroup(value) else {
      return plot(
        sample(value.values), values: value.values, inspected: nil, from: value.at, to: value.at, run: value.run,
        partial: nil)
    }
    var points: [Point] = []
    for one in value.values {
      let closed =
        collector?.take(
          SubgroupValue(
            one, time: value.at.microseconds, run: value.run?.text ?? "", lot: value.lots, cycle: value.cycle ?? 0))
        ?? []
      lastTaken = value.at
      lastRun = value.run
      points += closed.flatMap { plot($0) }
    }
    return points
  }

  /// What a person measured together is a subgroup, where it is as large as one.
  private func isWholeSubgroup(_ value: Value) -> Bool {
    value.values.count > 1 && plan.subgroup == .count
      && (chart.design.kind == .hotellingTSquared || value.values.count == chart.design.subgroupSize)
  }

  private func sample(_ values: [Double]) -> ChartSample {
    chart.design.kind == .shortRunZ ? .part(part ?? "", values: values) : .values(values)
  }

  private mutating func plot(_ closed: Subgroup) -> [Point] {
    plot(
      sample(closed.values), values: closed.values, inspected: nil,
      from: Timestamp(microseconds: closed.from), to: Timestamp(microseconds: closed.to),
      run: closed.run.isEmpty ? nil : RunID(stringLiteral: closed.run), partial: closed.partial?.rawValue)
  }

  private mutating func plot(
    _ sample: ChartSample, values: [Double], inspected: Double?, from: Timestamp, to: Timestamp, run: RunID?,
    partial: String?
  ) -> [Point] {
    let verdict: ChartVerdict
    do throws(ControlChartFault) {
      verdict = try chart.take(sample)
    } catch {
      // A part without a target, a subgroup that is too small: there is no point, and that breaks runs like a gap.
      recordGap()
      return []
    }
    count += 1
    lastPointAt = to
    watchDependence(verdict)
    return [
      Point(
        verdict: verdict, number: count, values: values, inspected: inspected, from: from, to: to, run: run,
        partial: partial)
    ]
  }

  // MARK: Gaps, ends and stages

  mutating func recordGap() {
    chart.recordGap()
    autocorrelation.gap()
  }

  var openRun: RunID? {
    collector.map { $0.openCount > 0 } == true ? lastRun : nil
  }

  mutating func end(_ ending: SubgroupCollector.Ending) -> [Point] {
    (collector?.end(ending) ?? []).flatMap { plot($0) }
  }

  /// UTC was set back: what is open is closed, and the times that repeat themselves are no longer late.
  mutating func recordStepBack() -> [Point] {
    let points = end(.run)
    collector = Self.collector(plan)
    lastTaken = nil
    lastPointAt = nil
    return points
  }

  /// Whether the window of time that subgroups are made of is over, with its last values.
  func closesWindow(at now: Timestamp) -> Bool {
    guard let collector, collector.openCount > 0, case .window(let length) = collector.trigger, let lastTaken else {
      return false
    }
    let rest = lastTaken.microseconds % length
    let end = lastTaken.microseconds - (rest < 0 ? rest + length : rest) + length
    return now.microseconds >= end + collector.latenessMicroseconds
  }

  mutating func closeWindow(at now: Timestamp) -> [Point] {
    (collector?.advance(to: now.microseconds) ?? []).flatMap { plot($0) }
  }

  /// The limits stay; everything the rules remember is empty. An open subgroup is of the stage before and is dropped.
  mutating func beginStage() {
    collector = Self.collector(plan)
    autocorrelation = AutocorrelationMonitor()
    isJudgedForDependence = false
    block = nil
    do throws(ControlChartFault) {
      try chart.beginStage(baseline: nil)
    } catch {
      // Keeping the limits cannot be refused; a chart that is made anew has none to keep.
      if let fresh = ChartTrack(plan) { chart = fresh.chart }
    }
  }

  /// Whether a run of these work orders begins a stage; the first one does not.
  mutating func isNewWorkOrder(_ orders: String) -> Bool {
    guard plan.stagePerWorkOrder == true else { return false }
    defer { workOrders = orders }
    return workOrders.map { $0 != orders } ?? false
  }

  // MARK: Dependence

  func isBlocked(_ rule: RunRule) -> Bool { block?.rules.contains(rule.key) ?? false }

  /// The block that is new since this was asked last.
  mutating func takeNewBlock() -> Block? {
    defer { hasNewBlock = false }
    return hasNewBlock ? block : nil
  }

  /// Points on which a rule fires are left out: a shift makes any points look dependent.
  private mutating func watchDependence(_ verdict: ChartVerdict) {
    guard !isJudgedForDependence, let first = verdict.panels.first else { return }
    guard verdict.signals.allSatisfy({ $0.signal.severity == .ignore }) else { return autocorrelation.gap() }
    autocorrelation.take(first.value)
    guard autocorrelation.pairs >= Self.autocorrelationPoints, let lagOne = autocorrelation.lagOne else { return }
    isJudgedForDependence = true
    guard plan.autocorrelationAccepted == nil else { return }
    let verdict = AutocorrelationVerdict(
      lagOne: lagOne, pairs: autocorrelation.pairs, rules: plan.completeDesign.rules)
    guard !verdict.blocked.isEmpty else { return }
    block = Block(
      autocorrelation: lagOne, points: autocorrelation.pairs + 1, rules: verdict.blocked.map(\.key),
      words: Words(verdict.english, verdict.chinese))
    hasNewBlock = true
  }
}

extension ChartPlan {
  /// How the collector of subgroups is told; nil where every value is a point.
  var trigger: SubgroupTrigger? {
    switch subgroup {
    case nil: nil
    case .count: completeDesign.subgroupSize > 1 ? .count(completeDesign.subgroupSize) : nil
    case .window(let microseconds): .window(microseconds: microseconds)
    case .cycle: .cycle
    case .run: .run
    case .manual: .manual
    }
  }
}
