import ControlCharts
import Foundation
import Testing

/// A series on the chart with centre 0 and sigma 1: at which points (from 0) which rule must fire.
struct ChartCase: Sendable, CustomTestStringConvertible {
  var name: String
  var values: [Double]
  var runLength = 4
  var gapPolicy = GapPolicy.break
  var beyond: [Int] = []
  var run: [Int] = []

  var testDescription: String { name }
}

private let cases: [ChartCase] = [
  ChartCase(
    name: "on a limit is inside, beyond is outside", values: [3, -3, 3.0.nextUp, (-3.0).nextDown], beyond: [2, 3]),
  ChartCase(name: "a run fires at its last point", values: [1, 1, 1, 1], run: [3]),
  ChartCase(name: "a run below the line", values: [-1, -2, -0.5, -1], run: [3]),
  ChartCase(name: "no reset after a signal", values: [1, 1, 1, 1, 1, 2, -1, 1], run: [3, 4, 5]),
  ChartCase(name: "a point on the line breaks the run above", values: [1, 1, 1, 0, 1, 1, 1, 1], run: [7]),
  ChartCase(name: "a point on the line breaks the run below", values: [-1, -1, -1, 0, -1, -1, -1], run: []),
  ChartCase(name: "minus zero is on the line", values: [1, 1, 1, -0.0, 1]),
  ChartCase(name: "points beyond the limits count in the run", values: [4, 1, 1, 1], beyond: [0], run: [3]),
  ChartCase(name: "both rules on one point", values: [1, 1, 1, 5], beyond: [3], run: [3]),
  ChartCase(name: "a gap breaks the run", values: [1, 1, 1, .nan, 1, 1, 1, 1], run: [7]),
  ChartCase(name: "an infinite value is a gap", values: [1, 1, 1, .infinity, 1, -.infinity, 1]),
  ChartCase(name: "a skipped gap is not there", values: [1, 1, 1, .nan, 1, 1], gapPolicy: .skip, run: [4, 5]),
  ChartCase(name: "the shortest run", values: [1, 1, -1, -1], runLength: 2, run: [1, 3]),
  ChartCase(
    name: "the longest run", values: Array(repeating: 1, count: 33), runLength: 32, run: [31, 32]),
  ChartCase(name: "nine by default of Nelson", values: Array(repeating: 1, count: 9), runLength: 9, run: [8]),
]

/// The rules once more, slow and obvious: looks at the whole series for every point.
private func bruteForce(_ values: [Double], limits: ControlLimits, runLength: Int, breaks: Bool) -> [[ChartRule]] {
  var seen: [Double] = []
  return values.map { value in
    guard value.isFinite else {
      if breaks { seen = [] }
      return []
    }
    seen.append(value)
    var rules: [ChartRule] = []
    if value > limits.center + 3 * limits.sigma || value < limits.center - 3 * limits.sigma {
      rules.append(.beyondLimits)
    }
    let last = seen.suffix(runLength)
    if last.count == runLength, last.allSatisfy({ $0 > limits.center }) || last.allSatisfy({ $0 < limits.center }) {
      rules.append(.run(points: runLength))
    }
    return rules
  }
}

@Suite struct IndividualsChartTests {
  @Test(arguments: cases) func table(_ one: ChartCase) throws {
    var chart = try IndividualsChart(
      limits: .frozen(ControlLimits(center: 0, sigma: 1)), runLength: one.runLength, gapPolicy: one.gapPolicy)
    var beyond: [Int] = []
    var run: [Int] = []
    for (index, value) in one.values.enumerated() {
      for signal in chart.judge(value) {
        #expect(signal.value == value)
        switch signal.rule {
        case .beyondLimits:
          beyond.append(index)
          #expect(signal.limit == (signal.side == .high ? 3 : -3))
        case .run(let points):
          run.append(index)
          #expect(points == one.runLength && signal.limit == 0)
        }
      }
    }
    #expect(beyond == one.beyond)
    #expect(run == one.run)
  }

  @Test(arguments: 0..<60) func agreesWithBruteForce(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let center = Double(Int.random(in: -5...5, using: &random)) / 4
    let sigma = Double(Int.random(in: 0...8, using: &random)) / 4
    let limits = try ControlLimits(center: center, sigma: sigma)
    let runLength = Int.random(in: 2...12, using: &random)
    let policy: GapPolicy = seed % 2 == 0 ? .break : .skip
    let onLines = [
      center, limits.upperControlLimit, limits.lowerControlLimit, limits.upperControlLimit.nextUp,
      limits.lowerControlLimit.nextDown, center.nextUp, center.nextDown,
    ]
    var values: [Double] = []
    for _ in 0..<400 {
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<3: values.append(onLines[Int.random(in: 0..<onLines.count, using: &random)])
      case 3: values.append([Double.nan, .infinity, -.infinity][Int.random(in: 0..<3, using: &random)])
      case 4..<12: values.append(values.last ?? center)
      default: values.append(center + sigma * 1.5 * random.normal())
      }
    }
    var chart = try IndividualsChart(limits: .frozen(limits), runLength: runLength, gapPolicy: policy)
    let fired = values.map { value in chart.judge(value).map(\.rule) }
    #expect(fired == bruteForce(values, limits: limits, runLength: runLength, breaks: policy == .break))
  }

  @Test func aNewStageForgetsEverything() throws {
    let limits = try ControlLimits(center: 0, sigma: 1)
    var chart = try IndividualsChart(limits: .frozen(limits), runLength: 3)
    for _ in 0..<2 { _ = chart.judge(1) }
    try chart.beginStage(.frozen(limits))
    #expect(chart == (try IndividualsChart(limits: .frozen(limits), runLength: 3)))
    #expect(chart.judge(1).isEmpty)
    #expect(chart.judge(1).isEmpty)
    #expect(chart.judge(1).count == 1)
  }

  @Test func refusesImpossibleCharts() throws {
    let limits = try ControlLimits(center: 0, sigma: 1)
    for length in [-1, 0, 1, 33] {
      #expect(throws: ControlChartFault.runLengthOutOfBounds(points: length)) {
        try IndividualsChart(limits: .frozen(limits), runLength: length)
      }
    }
    #expect(throws: ControlChartFault.tooFewEstablishingPoints(points: 1)) {
      try IndividualsChart(limits: .establish(points: 1))
    }
  }

  @Test func aRestoredChartGoesOnAsIfNothingHappened() throws {
    var random = SeededGenerator(seed: 11)
    var chart = try IndividualsChart(limits: .establish(points: 20), runLength: 5)
    for _ in 0..<200 {
      let value = random.normal()
      let stored = try JSONEncoder().encode(chart)
      var restored = try JSONDecoder().decode(IndividualsChart.self, from: stored)
      let signals = chart.judge(value)
      #expect(restored.judge(value) == signals)
      #expect(restored == chart)
    }
  }

  /// The mean run length of rule 1 on normal values in control is 1/(2Φ(-3)) = 370.398; run lengths are geometric.
  @Test func falseAlarmsOfRuleOneComeAsOftenAsTheoryDemands() throws {
    let exact = 370.398
    let runs = 3_000
    var random = SeededGenerator(seed: 20_261_121)
    var chart = try IndividualsChart(limits: .frozen(ControlLimits(center: 50, sigma: 2)), runLength: 32)
    var points = 0
    var signals = 0
    while signals < runs {
      points += 1
      if chart.judge(50 + 2 * random.normal()).beyondLimits != nil { signals += 1 }
    }
    let standardError = exact / Double(runs).squareRoot()
    #expect(abs(Double(points) / Double(runs) - exact) < 3 * standardError)
  }
}
