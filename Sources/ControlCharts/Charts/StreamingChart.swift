/// A control chart of any kind that takes one sample after the other and judges each by the rules of its design.
///
/// A pure function of its samples, gaps and stages: the same input always gives the same verdicts and the same state, so a
/// chart can be stored, restored and replayed. The coded form holds finite numbers alone; compiled rules and factors are
/// made anew when it is read.
public struct StreamingChart: Hashable, Sendable {
  /// Possible numbers of points that limits are established from.
  public static let establishingPoints = 2...1_000

  public let design: ChartDesign
  /// The limits in force; nil while they are being established.
  public private(set) var baseline: ChartBaseline?
  /// The estimate the limits were frozen from, where this chart established them.
  public private(set) var estimate: BaselineEstimate?
  /// Points taken and gaps met in this stage.
  public private(set) var pointCount = 0
  public private(set) var gapCount = 0

  var state = PanelState()
  private var establishment: Establishment?
  let rules: PanelRules
  var tSquared: TSquaredJudge?

  /// A chart with frozen limits.
  ///
  /// - Throws: a fault that names the field of the design or the baseline, and the remedy.
  public init(design: ChartDesign, baseline: ChartBaseline) throws(ControlChartFault) {
    try self.init(design)
    try beginStage(baseline: baseline)
  }

  /// A chart that establishes its limits from the first so many points (subgroups), then freezes them. Those points are
  /// never judged. Where they do not suffice for an estimate, because no two follow each other, it takes more.
  public init(design: ChartDesign, establishing points: Int) throws(ControlChartFault) {
    guard points >= Self.establishingPoints.lowerBound else { throw .tooFewEstablishingPoints(points: points) }
    guard points <= Self.establishingPoints.upperBound else {
      throw .designNotPossible(
        kind: design.kind, field: "establish", problem: "\(points) points are too many",
        remedy: "Use at most \(Self.establishingPoints.upperBound), or estimate the limits in a study")
    }
    try self.init(design)
    establishment = Establishment(points: points)
  }

  private init(_ design: ChartDesign) throws(ControlChartFault) {
    try design.validate()
    self.design = design
    rules = try PanelRules(design)
  }

  /// Takes the next sample and says what rules fire on it. A sample with a value that is no finite number is a gap.
  ///
  /// - Throws: `.sampleNotPossible` for a sample that does not fit the kind. Nothing of it enters the chart.
  public mutating func take(_ sample: ChartSample) throws(ControlChartFault) -> ChartVerdict {
    try sample.check(for: design)
    guard sample.isFinite else {
      recordGap()
      return ChartVerdict()
    }
    guard let baseline else { return try collect(sample) }
    return try judge(sample, baseline)
  }

  /// A point is missing: its cycle was partial, its readings were bad, or recording stopped.
  public mutating func recordGap() {
    gapCount += 1
    state.gap(design.gapPolicy)
    if design.gapPolicy == .break { establishment?.breakSequence() }
  }

  /// Begins a stage: all rule state is empty. Nil keeps the limits, or goes on establishing them.
  ///
  /// - Throws: a fault where the limits do not fit the kind; the chart stays as it was.
  public mutating func beginStage(baseline new: ChartBaseline?) throws(ControlChartFault) {
    if let new {
      try new.validate(for: design)
      tSquared = TSquaredJudge(new, design, phase: .monitoring)
      baseline = new
      estimate = nil
      establishment = nil
    }
    establishment?.breakSequence()
    pointCount = 0
    gapCount = 0
    emptyState()
  }

  private mutating func emptyState() {
    state = PanelState()
    guard let baseline else { return }
    let target = baseline.location(design, size: 1).center
    if design.ewmaParameters != nil { state.ewma = EWMAState(target: target) }
    if let parameters = design.cusumParameters { state.cusum = CUSUMState(parameters: parameters) }
  }

  /// A run of controls begins, for rules whose points must be of one run.
  public mutating func beginControlRun() { state.location.beginRun() }

  private mutating func judge(
    _ sample: ChartSample, _ baseline: ChartBaseline
  ) throws(ControlChartFault) -> ChartVerdict {
    if case .values(let values) = sample, let tSquared {
      let value = tSquared.value(values)
      guard value.isFinite else { return gapVerdict() }
      pointCount += 1
      return ChartVerdict(panels: [
        Self.panel(.tSquared, value, size: 1, tSquared.lines, &state.location, rules.location)
      ])
    }
    let statistic = try sample.statistic(for: design, parts: baseline.parts)
    guard statistic.location.isFinite else { return gapVerdict() }
    pointCount += 1
    return ChartVerdict(panels: judge(statistic, baseline))
  }

  private mutating func gapVerdict() -> ChartVerdict {
    recordGap()
    return ChartVerdict()
  }

  // MARK: Establishing limits

  private mutating func collect(_ sample: ChartSample) throws(ControlChartFault) -> ChartVerdict {
    var verdict = ChartVerdict()
    // Short runs and T² have nothing to plot until targets are known.
    if design.kind != .shortRunZ, design.kind != .hotellingTSquared {
      let statistic = try sample.statistic(for: design)
      guard statistic.location.isFinite else { return gapVerdict() }
      verdict.panels = unjudged(statistic)
    }
    pointCount += 1
    establishment?.take(sample)
    guard let found = establishment?.estimate(design) else { return verdict }
    baseline = found.baseline
    estimate = found.estimate
    tSquared = TSquaredJudge(found.baseline, design, phase: .monitoring)
    establishment = nil
    emptyState()
    verdict.didEstablish = true
    return verdict
  }
}

extension StreamingChart: Codable {
  private enum CodingKeys: String, CodingKey {
    case design, baseline, estimate, pointCount, gapCount, state, establishment
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(container.decode(ChartDesign.self, forKey: .design))
    baseline = try container.decodeIfPresent(ChartBaseline.self, forKey: .baseline)
    estimate = try container.decodeIfPresent(BaselineEstimate.self, forKey: .estimate)
    pointCount = try container.decode(Int.self, forKey: .pointCount)
    gapCount = try container.decode(Int.self, forKey: .gapCount)
    state = try container.decode(PanelState.self, forKey: .state)
    establishment = try container.decodeIfPresent(Establishment.self, forKey: .establishment)
    if let baseline {
      try baseline.validate(for: design)
      tSquared = TSquaredJudge(baseline, design, phase: .monitoring)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(design, forKey: .design)
    try container.encodeIfPresent(baseline, forKey: .baseline)
    try container.encodeIfPresent(estimate, forKey: .estimate)
    try container.encode(pointCount, forKey: .pointCount)
    try container.encode(gapCount, forKey: .gapCount)
    try container.encode(state, forKey: .state)
    try container.encodeIfPresent(establishment, forKey: .establishment)
  }
}
