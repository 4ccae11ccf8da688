import ControlCharts
import Testing

/// Points with running numbers as labels.
func studyPoints(_ samples: [ChartSample?], stage: (Int) -> String = { _ in "" }) -> [StudyPoint] {
  samples.enumerated().map { index, sample in
    StudyPoint(
      label: "\(index + 1)", content: sample.map { .sample($0) } ?? .gap(reason: "not measured"), stage: stage(index))
  }
}

func study(
  _ points: [StudyPoint], _ design: ChartDesign, baseline: ChartBaseline? = nil,
  stageBaselines: [String: ChartBaseline] = [:], exclusions: [BaselineEstimate.Exclusion] = []
) throws -> ChartModel {
  try ChartStudy.model(
    of: points, design: design, baseline: baseline, stageBaselines: stageBaselines, exclusions: exclusions,
    title: "study", unit: "mm")
}

@Suite struct ChartStudyTests {
  /// The study judges by nothing but the stream's engine: the same limits give the same lines and signals.
  @Test(arguments: ChartKind.allCases) func judgesAsTheStreamDoes(_ kind: ChartKind) throws {
    var random = SeededGenerator(seed: 5)
    for design in try ChartSamples.designs(of: kind) {
      let samples: [ChartSample?] = (0..<120).map { index in
        let sample = ChartSamples.sample(design, &random)
        return index % 23 == 11 ? nil : sample
      }
      let points = studyPoints(samples) { $0 < 60 ? "one" : "two" }
      let estimated = try study(points, design)
      #expect(estimated.stages.map(\.label) == ["one", "two"])
      #expect(estimated.stages.map(\.firstIndex) == [0, 60])
      let baselines = try estimated.stages.map { try #require($0.baseline) }
      let given = try study(points, design, stageBaselines: ["one": baselines[0], "two": baselines[1]])
      #expect(given.stages.allSatisfy { $0.estimate == nil })
      // T² alone has another limit for the points that its limits were estimated from.
      if kind != .hotellingTSquared { #expect(given.panels == estimated.panels) }
      var chart = try StreamingChart(design: design, baseline: baselines[0])
      for (index, sample) in samples.enumerated() {
        if index == 60 { try chart.beginStage(baseline: baselines[1]) }
        var verdict = ChartVerdict()
        if let sample { verdict = try chart.take(sample) } else { chart.recordGap() }
        for panel in given.panels {
          let point = panel.points[index]
          let streamed = verdict.panels.first { $0.statistic == panel.statistic }
          #expect(point.index == index && point.stage == (index < 60 ? 0 : 1))
          #expect(point.value == streamed?.value && point.lines == streamed?.lines)
          #expect(point.signals == streamed?.signals ?? [])
          #expect((point.gapReason == nil) == (sample != nil))
        }
      }
    }
  }

  /// A chart that establishes its limits from the same points finds the same limits as a study of them.
  @Test(arguments: ChartKind.allCases) func estimatesAsTheStreamDoes(_ kind: ChartKind) throws {
    var random = SeededGenerator(seed: 6)
    for design in try ChartSamples.designs(of: kind) {
      let samples = (0..<40).map { _ in ChartSamples.sample(design, &random) }
      var chart = try StreamingChart(design: design, establishing: 40)
      for sample in samples { _ = try chart.take(sample) }
      let found = try ChartStudy.estimate(of: studyPoints(samples), design: design)
      #expect(chart.baseline == found.baseline)
      #expect(chart.estimate == found.estimate)
    }
  }

  @Test func panelsFollowTheDesign() throws {
    let points = studyPoints([1, 2, 4, 3].map { .values([$0]) })
    let model = try study(points, .of(.individuals, ewma: .init(), cusum: .init()))
    #expect(model.panels.map(\.statistic) == [.value, .movingRange, .ewma, .cusumHigh, .cusumLow])
    #expect(model.panels.allSatisfy { $0.points.map(\.label) == ["1", "2", "3", "4"] })
    #expect(model.panels[1].points.map(\.value) == [nil, 1, 2, 1])
    #expect(model.unit == "mm")
  }

  @Test func anExcludedPointStaysOnTheChartAndOutOfTheLimits() throws {
    let values: [Double] = [10, 12, 11, 99, 13, 12]
    let points = studyPoints(values.map { .values([$0]) })
    let exclusion = BaselineEstimate.Exclusion(index: 3, reason: "sensor unplugged")
    let model = try study(points, .of(.individuals, rules: .shewhart), exclusions: [exclusion])
    let stage = model.stages[0]
    #expect(stage.baseline?.mean == 58.0 / 5)
    // Moving ranges 2 and 1 before it, 1 behind it; none spans it.
    #expect(stage.baseline?.sigma == (4.0 / 3) / ControlChartConstants.d2OfTwo)
    #expect(stage.estimate?.exclusions == [exclusion] && stage.estimate?.values == 5)
    let point = model.panels[0].points[3]
    #expect(point.value == 99 && point.exclusionReason == "sensor unplugged" && !point.signals.isEmpty)
  }

  @Test func noMovingRangeOfAnEstimateSpansAGap() throws {
    let samples: [ChartSample?] = [.values([1]), .values([2]), nil, .values([9]), .values([10])]
    #expect(try study(studyPoints(samples), .of(.individuals)).stages[0].estimate?.values == 4)
    let breaking = try study(studyPoints(samples), .of(.individuals)).stages[0].baseline
    #expect(breaking?.sigma == 1 / ControlChartConstants.d2OfTwo)
    let skipping = try study(studyPoints(samples), .of(.individuals, gapPolicy: .skip)).stages[0].baseline
    #expect(skipping?.sigma == 3 / ControlChartConstants.d2OfTwo)
  }

  // MARK: What cannot be a study

  private static let single = ChartDesign.of(.individuals)

  @Test(
    arguments: [
      ([.values([1]), .values([.nan])], single, "point 2 (2): a value is no finite number"),
      ([.count(1, inspected: 0)], .of(.p, rules: .attribute), "point 1 (1), inspected"),
      ([.count(3, inspected: 2)], .of(.p, rules: .attribute), "point 1 (1), count"),
      ([.count(-1, inspected: 2)], .of(.u, rules: .attribute), "point 1 (1), count"),
      ([.values([1, 2]), .values([1, 2, 3])], .of(.hotellingTSquared, variables: 2), "point 2 (2), values"),
      ([.values([1]), .values([2])], .of(.xbarRange, size: 5), "subgroup size"),
      ([.values([1]), .values([2])], .of(.xbarStandardDeviation, size: 5), "subgroup size"),
      ([.values([1])], single, "no 2 values follow each other"),
      ([.values([-1])], .of(.t, rules: .attribute), "point 1 (1), values"),
      ([nil], single, "no point that is no gap"),
      ([], single, "no point that is no gap"),
      ([.values([5]), .values([5])], .of(.cusum, rules: .cusum), "sigma: it is 0"),
      ([.count(1, inspected: 2), .count(1, inspected: 3)], .of(.c, rules: .attribute), "inspected varies"),
      ([.part("A", values: [1]), .part("A", values: [1])], .of(.shortRunZ), "part \"A\" show no spread"),
      ([.values([1, 2])], .of(.hotellingTSquared, variables: 2), "1 points for 2 variables"),
      (
        (0..<9).map { .values([Double($0), 2 * Double($0)]) }, .of(.hotellingTSquared, variables: 2),
        "covariance: it is not symmetric and positive definite"
      ),
      ([.values([1])], .of(.xbarRange, size: 26), "xbar-s"),
      ([.values([1])], .of(.xbarStandardDeviation, size: 1), "subgroup size"),
      ([.values([1])], .of(.individuals, span: 1), "moving range span"),
      ([.values([1])], .of(.individuals, method: .weightedRange), "weighted-range is not possible here"),
      ([.values([1])], .of(.g, rules: .attribute, ewma: .init()), "ewma or cusum"),
      ([.values([1])], .of(.ewma), "rules: the set \"nelson\""), ([.values([1])], .of(.cusum), "Use the set cusum"),
      ([.values([1])], .of(.individuals, ewma: .init(lambda: 0)), "lambda"),
      ([.values([1])], .of(.hotellingTSquared, variables: 1), "variables"),
      ([.values([1.7e308]), .values([-1.7e308])], single, "finite"),
    ] as [([ChartSample?], ChartDesign, String)])
  func namesTheFieldAndTheRemedy(samples: [ChartSample?], design: ChartDesign, words: String) {
    #expect {
      try study(studyPoints(samples), design)
    } throws: { error in
      let text = "\(error)"
      return error is ControlChartFault && text.contains(words) && text.hasSuffix(".")
    }
  }

  @Test(
    arguments: [
      (ChartBaseline(mean: 0, sigma: -1), single, "sigma"), (ChartBaseline(mean: .nan, sigma: 1), single, "finite"),
      (ChartBaseline(mean: 2, sigma: 0), .of(.p, rules: .attribute), "no proportion"),
      (ChartBaseline(mean: -1, sigma: 0), .of(.c, rules: .attribute), "mean"),
      (ChartBaseline(mean: 0, sigma: 1), .of(.shortRunZ), "parts"),
      (
        ChartBaseline(
          mean: 0, sigma: 1, parts: [.init(name: "A", target: 1, sigma: 1), .init(name: "A", target: 2, sigma: 1)]),
        .of(.shortRunZ), "twice"
      ),
      (ChartBaseline(mean: 0, sigma: 1, parts: [.init(name: "A", target: 1, sigma: 0)]), .of(.shortRunZ), "sigma"),
      (ChartBaseline(mean: 0, sigma: 1, meanVector: [1]), .of(.hotellingTSquared, variables: 2), "mean vector"),
      (
        ChartBaseline(mean: 0, sigma: 1, meanVector: [1, 1], covariance: [1, 0, 0]),
        .of(.hotellingTSquared, variables: 2), "covariance"
      ),
      (
        ChartBaseline(mean: 0, sigma: 1, meanVector: [1, 1], covariance: [1, 0, 0, 1], observations: 2),
        .of(.hotellingTSquared, variables: 2), "observations"
      ),
      (
        ChartBaseline(mean: 0, sigma: 1, parts: [.init(name: "A", target: 1, sigma: 1)]), single,
        "one target for all parts"
      ), (ChartBaseline(mean: 0, sigma: 1, meanVector: [.nan]), single, "one variable"),
      (ChartBaseline(mean: 0, sigma: 0), .of(.individuals, cusum: .init()), "CUSUM counts in sigmas"),
      (ChartBaseline(mean: 1, sigma: 0), .of(.p, rules: .attribute, cusum: .init()), "CUSUM counts in sigmas"),
    ] as [(ChartBaseline, ChartDesign, String)])
  func refusesLimitsThatDoNotFit(baseline: ChartBaseline, design: ChartDesign, words: String) {
    #expect {
      try StreamingChart(design: design, baseline: baseline)
    } throws: { error in
      error is ControlChartFault && "\(error)".contains(words)
    }
  }

  @Test func anExclusionNeedsAPointAndAReason() {
    let points = studyPoints([.values([1]), nil, .values([2]), .values([3])])
    for (index, reason) in [(4, "x"), (-1, "x"), (1, "x"), (0, "")] {
      #expect(throws: ControlChartFault.self) {
        try study(points, .of(.individuals), exclusions: [.init(index: index, reason: reason)])
      }
    }
  }

  @Test func tooManyPointsAreRefusedBeforeAnyWork() {
    let points = [StudyPoint](
      repeating: StudyPoint(label: "", .values([1])), count: ChartStudy.maximumPoints + 1)
    #expect {
      try study(points, .of(.individuals))
    } throws: { error in
      "\(error)".contains("1000001 are more than the 1000000") && "\(error)".contains("Take a shorter stretch")
    }
  }

  @Test func aStageThatCannotBeEstimatedIsNamed() {
    let points = studyPoints([.values([1]), .values([2]), .values([3])]) { $0 < 2 ? "lot A" : "lot B" }
    #expect {
      try study(points, .of(.individuals))
    } throws: { error in
      "\(error)".contains("stage \"lot B\"")
    }
  }
}
