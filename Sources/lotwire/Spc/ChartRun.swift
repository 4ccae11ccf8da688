import ControlCharts

/// A data file as a chart: samples, limits and judgement, and the capability where a specification is given.
struct ChartRun {
  var series: SampleSeries
  var exclusions: [BaselineEstimate.Exclusion]
  var model: ChartModel
  /// How alike neighbouring points are, and the rules that were left out for it.
  var independence: Independence
  var forecast: FalseAlarmForecast?
  var capability: CapabilityReport?
  /// What a reader should know beside the chart, in English.
  var notes: [String]

  init(
    _ series: SampleSeries, design: ChartDesign, limits: LimitOptions, title: String, unit: String,
    acceptedReason: String? = nil
  ) throws(CommandFailure) {
    self.series = series
    notes = series.notes
    exclusions = try limits.exclusions(series.points)
    let source = try limits.source(for: design)
    do throws(ControlChartFault) {
      model = try Self.model(series.points, design, source, exclusions, title: title, unit: unit)
      independence = Independence(
        model, series.points, excluded: Set(exclusions.map(\.index)), acceptedReason: acceptedReason)
      let blocked = Set(independence.blocked)
      if !blocked.isEmpty {
        var reduced = design
        reduced.rules.rules.removeAll { blocked.contains($0.rule) }
        model = try Self.model(series.points, reduced, source, exclusions, title: title, unit: unit)
      }
    } catch {
      throw .data("\(error)")
    }
  }

  private static func model(
    _ points: [StudyPoint], _ design: ChartDesign, _ source: LimitOptions.Source,
    _ exclusions: [BaselineEstimate.Exclusion], title: String, unit: String
  ) throws(ControlChartFault) -> ChartModel {
    switch source {
    case .whole:
      return try ChartStudy.model(of: points, design: design, exclusions: exclusions, title: title, unit: unit)
    case .given(let baseline):
      return try ChartStudy.model(
        of: points, design: design, baseline: baseline, exclusions: exclusions, title: title, unit: unit)
    case .first(let count):
      let first = Array(points.prefix(count))
      let found = try ChartStudy.estimate(
        of: first, design: design, exclusions: exclusions.filter { $0.index < first.count })
      var model = try ChartStudy.model(
        of: points, design: design, baseline: found.baseline, exclusions: exclusions, title: title, unit: unit)
      for index in model.stages.indices { model.stages[index].estimate = found.estimate }
      return model
    }
  }

  // MARK: False alarms

  /// What the rules that the chart is judged by cost in false alarms at so many points a day.
  mutating func foretell(pointsPerDay: Double) throws(CommandFailure) {
    let design = model.design
    if design.kind == .hotellingTSquared {
      notes.append(
        "A T² chart in control signals once in \(ChartText.number(1 / design.alpha, digits: 4)) points on average:"
          + " \(ChartText.number(pointsPerDay * design.alpha, digits: 3)) false alarms a day.")
      return
    }
    // EWMA and CUSUM are judged by their own limits, whatever stands beside them.
    let hasMemory = design.kind == .ewma || design.kind == .cusum
    do throws(ControlChartFault) {
      forecast = try FalseAlarmForecast(
        rules: hasMemory ? RuleSet(name: design.rules.name, rules: []) : design.rules,
        ewma: design.kind == .ewma ? design.ewma ?? .init() : design.ewma,
        cusum: design.kind == .cusum ? design.cusum ?? .init() : design.cusum, pointsPerDay: pointsPerDay)
    } catch {
      throw .usage("--rate: \(error)")
    }
  }

  // MARK: Signals

  /// Indices of the points on which a rule fired that is not merely shown. An excluded point has its reason already, and
  /// so have the moving ranges that it is part of.
  var unresolved: [Int] {
    let excluded = Set(exclusions.map(\.index))
    var found: Set<Int> = []
    for panel in model.panels {
      let reach = panel.statistic == .movingRange ? model.design.movingRangeSpan - 1 : 0
      for point in panel.points where point.signals.contains(where: { $0.severity != .ignore }) {
        if excluded.isDisjoint(with: (point.index - reach)...point.index) { found.insert(point.index) }
      }
    }
    return found.sorted()
  }

  // MARK: Capability

  /// Judges the values of the last stage: a stage of its own is a process of its own.
  mutating func judgeCapability(_ specification: Specification, confidence: Double) throws(CommandFailure) {
    guard let stage = model.stages.last else { return }
    let excluded = Set(exclusions.map(\.index))
    let indices = stage.firstIndex..<series.points.count
    let values = indices.filter { !excluded.contains($0) }.flatMap { series.points[$0].values }
    if model.stages.count > 1 {
      notes.append("Capability is that of the last stage, \"\(stage.label)\".")
    }
    var study = CapabilityStudy(
      values: values, specification: specification, within: try within(indices, stage), confidence: confidence)
    study.unresolvedSignals = unresolved.count { $0 >= stage.firstIndex }
    do throws(CapabilityFault) {
      capability = try study.report()
    } catch {
      throw error.field == "confidence"
        ? .usage("--confidence: \(error.english)") : .data("Capability: \(error.english)")
    }
  }

  /// Sigma within subgroups, estimated from the stage itself also where its limits were given.
  private func within(_ indices: Range<Int>, _ stage: ChartModel.Stage) throws(CommandFailure) -> WithinSigma? {
    let own = exclusions.filter { indices.contains($0.index) }.map { exclusion in
      BaselineEstimate.Exclusion(index: exclusion.index - indices.lowerBound, reason: exclusion.reason)
    }
    do throws(ControlChartFault) {
      let found = try ChartStudy.estimate(of: Array(series.points[indices]), design: model.design, exclusions: own)
      // Equal values in each subgroup: there is no spread within, and no Cp.
      guard found.baseline.sigma > 0 else { return nil }
      return WithinSigma(
        sigma: found.baseline.sigma, method: found.estimate.method,
        degreesOfFreedom: found.estimate.degreesOfFreedom)
    } catch {
      throw .data("Capability: \(error)")
    }
  }
}
