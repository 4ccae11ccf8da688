import ControlCharts
import Glibc
import PlainCCharts

/// What taking the points cost.
struct ChartOutcome {
  var nanoseconds: Double
  /// Points on which anything fired.
  var fired: Int
  /// Blocks that the allocator handed out meanwhile.
  var allocations: Int
}

/// The charts of the ControlCharts room, a state and limits for each.
struct ChartContestant {
  private let charts: Int
  private let plan: ChartCore.Plan
  private let limits: [ChartCore.Limits]

  init(charts: Int) throws {
    self.charts = charts
    plan = try ChartCore.Plan(rules: .nelson, ewma: .init(), cusum: .init())
    limits = try (0..<charts).map { _ in try ChartCore.Limits(target: 10, sigma: 1) }
  }

  func rulePoints(_ values: [Double]) -> ChartOutcome {
    var states = [RuleHistory](repeating: RuleHistory(), count: charts)
    let lines = limits.map(\.lines)
    return measure { points in
      var fired = 0
      var chart = 0
      for point in 0..<points {
        let value = values[point & (values.count - 1)]
        if !states[chart].take(value, lines: lines[chart], rules: plan.rules).isEmpty { fired += 1 }
        chart += 1
        if chart == charts { chart = 0 }
      }
      return fired
    }
  }

  func wholePoints(_ values: [Double]) -> ChartOutcome {
    var states = limits.map { ChartCore(plan: plan, limits: $0) }
    return measure { points in
      var fired = 0
      var chart = 0
      for point in 0..<points {
        let value = values[point & (values.count - 1)]
        if !states[chart].take(value, limits: limits[chart], plan: plan).isQuiet { fired += 1 }
        chart += 1
        if chart == charts { chart = 0 }
      }
      return fired
    }
  }
}

/// The same in plain C.
struct PlainChartContestant {
  private let charts: Int
  private let limits: [charts_limits]

  init(charts: Int) {
    self.charts = charts
    let lines = charts_lines(
      center: 10, upper_one: 11, lower_one: 9, upper_two: 12, lower_two: 8, upper_three: 13, lower_three: 7)
    limits = Array(repeating: charts_limits(lines: lines, target: 10, sigma: 1), count: charts)
  }

  func rulePoints(_ values: [Double]) -> ChartOutcome {
    var states = [charts_rules](repeating: charts_rules(), count: charts)
    let lines = limits.map(\.lines)
    return measure { points in
      Int(charts_take_rules(&states, lines, Int64(charts), values, Int64(values.count), Int64(points)))
    }
  }

  func wholePoints(_ values: [Double]) -> ChartOutcome {
    var start = charts_core()
    start.average = 10
    var states = [charts_core](repeating: start, count: charts)
    return measure { points in
      Int(charts_take_all(&states, limits, Int64(charts), values, Int64(values.count), Int64(points)))
    }
  }
}

/// Processor time of this thread and growth of the allocator's blocks over the points of a repetition.
private func measure(_ take: (_ points: Int) -> Int) -> ChartOutcome {
  let points = ChartContests.pointsPerRepetition
  let before = charts_allocations()
  let start = threadSeconds()
  let fired = take(points)
  let seconds = threadSeconds() - start
  return ChartOutcome(
    nanoseconds: seconds * 1e9 / Double(points), fired: fired, allocations: Int(charts_allocations() - before))
}

private func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

enum ChartPoints {
  /// Nearly normal points around 10 with sigma 1: sums of twelve uniform values, always the same.
  static func normal(count: Int) -> [Double] {
    var state: UInt64 = 1
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    return (0..<count).map { _ in 4 + (0..<12).reduce(0) { sum, _ in sum + uniform() } }
  }
}
