/// A chart of a stretch of history (phase I): limits are estimated stage by stage unless they are given, and every point is
/// judged against them by the same engine that judges the stream.
public enum ChartStudy {
  /// Most points and most single values of one study.
  public static let maximumPoints = 1_000_000
  public static let maximumValues = 10_000_000

  /// The chart of these points.
  ///
  /// - Parameters:
  ///   - baseline: limits of all stages that have none of their own; nil: estimated from the points of each stage.
  ///   - stageBaselines: limits by label of stage.
  ///   - exclusions: points, by their index from 0, that are left out of estimates with a reason. They stay on the chart
  ///     and are judged; no moving range of an estimate spans them.
  /// - Throws: a fault that names the point, the field and the remedy.
  public static func model(
    of points: [StudyPoint], design: ChartDesign, baseline: ChartBaseline? = nil,
    stageBaselines: [String: ChartBaseline] = [:], exclusions: [BaselineEstimate.Exclusion] = [], title: String,
    unit: String = ""
  ) throws(ControlChartFault) -> ChartModel {
    try check(points, design, exclusions)
    var builder = ChartModelBuilder(design: design, exclusions: exclusions)
    for range in stages(of: points) {
      let label = points[range.lowerBound].stage
      do throws(ControlChartFault) {
        if let given = stageBaselines[label] ?? baseline {
          try builder.add(points[range], label: label, baseline: given, estimate: nil)
        } else {
          let found = try estimated(points, range, design, exclusions)
          try builder.add(points[range], label: label, baseline: found.baseline, estimate: found.estimate)
        }
      } catch {
        throw label.isEmpty ? error : error.inStage(label)
      }
    }
    return builder.model(title: title, unit: unit)
  }

  /// The limits of a stretch of points, all of one stage, and how they were come by.
  public static func estimate(
    of points: [StudyPoint], design: ChartDesign, exclusions: [BaselineEstimate.Exclusion] = []
  ) throws(ControlChartFault) -> (baseline: ChartBaseline, estimate: BaselineEstimate) {
    try check(points, design, exclusions)
    return try estimated(points, points.startIndex..<points.endIndex, design, exclusions)
  }

  private static func estimated(
    _ points: [StudyPoint], _ range: Range<Int>, _ design: ChartDesign, _ exclusions: [BaselineEstimate.Exclusion]
  ) throws(ControlChartFault) -> (baseline: ChartBaseline, estimate: BaselineEstimate) {
    let excluded = exclusions.filter { range.contains($0.index) }
    let indexes = Set(excluded.map(\.index))
    var samples: [ChartSample?] = []
    for index in range {
      if let sample = points[index].sample, !indexes.contains(index) {
        samples.append(sample)
      } else if indexes.contains(index) || design.gapPolicy == .break {
        samples.append(nil)
      }
    }
    return try BaselineEstimator(design: design, points: samples, exclusions: excluded).estimate()
  }

  /// Stretches of points with the same label of stage.
  private static func stages(of points: [StudyPoint]) -> [Range<Int>] {
    var starts = points.indices.filter { $0 == 0 || points[$0].stage != points[$0 - 1].stage }
    starts.append(points.count)
    return zip(starts, starts.dropFirst()).map { $0..<$1 }
  }

  // MARK: What cannot be a study

  private static func check(
    _ points: [StudyPoint], _ design: ChartDesign, _ exclusions: [BaselineEstimate.Exclusion]
  ) throws(ControlChartFault) {
    try design.validate()
    guard points.count <= maximumPoints else {
      throw .studyNotPossible(
        field: "points", problem: "\(points.count) are more than the \(maximumPoints) of one study",
        remedy: "Take a shorter stretch, or larger subgroups")
    }
    guard points.contains(where: { $0.sample != nil }) else {
      throw .studyNotPossible(
        field: "points", problem: "there is no point that is no gap", remedy: "Take a stretch with values")
    }
    var values = 0
    for (index, point) in points.enumerated() {
      guard let sample = point.sample else { continue }
      values += sample.valueCount
      do throws(ControlChartFault) {
        try sample.check(for: design)
      } catch {
        throw error.ofPoint(index, point.label)
      }
      guard sample.isFinite else {
        throw .studyNotPossible(
          field: "point \(index + 1) (\(point.label))", problem: "a value is no finite number",
          remedy: "Correct it, or make the point a gap with its reason")
      }
    }
    guard values <= maximumValues else {
      throw .studyNotPossible(
        field: "values", problem: "\(values) are more than the \(maximumValues) of one study",
        remedy: "Take a shorter stretch")
    }
    try checkSubgroups(points, design)
    for exclusion in exclusions {
      guard points.indices.contains(exclusion.index), points[exclusion.index].sample != nil else {
        throw .studyNotPossible(
          field: "exclusions", problem: "point \(exclusion.index + 1) of \(points.count) is not there or is a gap",
          remedy: "Name a point with a value")
      }
      guard !exclusion.reason.isEmpty else {
        throw .studyNotPossible(
          field: "exclusions", problem: "point \(exclusion.index + 1) is left out without a reason",
          remedy: "Say why it does not belong to the process")
      }
    }
  }

  /// A chart of subgroups that sees single values alone shows no spread within a subgroup.
  private static func checkSubgroups(_ points: [StudyPoint], _ design: ChartDesign) throws(ControlChartFault) {
    guard design.subgroupSize > 1, points.allSatisfy({ ($0.sample?.valueCount ?? 1) == 1 }) else { return }
    throw .studyNotPossible(
      field: "subgroup size", problem: "every subgroup has a single value, so none shows a spread",
      remedy: "Give subgroups of at least two values, or use the kind individuals")
  }
}

extension ControlChartFault {
  /// The same fault with the point that has it.
  fileprivate func ofPoint(_ index: Int, _ label: String) -> ControlChartFault {
    guard case .sampleNotPossible(let kind, let field, let problem, let remedy) = self else { return self }
    return .sampleNotPossible(
      kind: kind, field: "point \(index + 1) (\(label)), \(field)", problem: problem, remedy: remedy)
  }

  /// The same fault with the stage that has it.
  fileprivate func inStage(_ label: String) -> ControlChartFault {
    switch self {
    case .estimateNotPossible(let kind, let problem, let remedy):
      .estimateNotPossible(kind: kind, problem: "stage \"\(label)\": \(problem)", remedy: remedy)
    case .baselineNotPossible(let kind, let field, let problem, let remedy):
      .baselineNotPossible(kind: kind, field: "stage \"\(label)\", \(field)", problem: problem, remedy: remedy)
    default: self
    }
  }
}
