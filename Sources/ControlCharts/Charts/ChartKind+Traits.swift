/// What a kind of chart plots, takes and is estimated with.
extension ChartKind {
  /// The statistic of the first panel. A CUSUM chart has two of its own.
  public var location: PlottedStatistic {
    switch self {
    case .individuals: .value
    case .xbarRange, .xbarStandardDeviation: .mean
    case .median: .median
    case .ewma: .ewma
    case .cusum: .cusumHigh
    case .p, .laneyP: .proportion
    case .np, .c: .count
    case .u, .laneyU: .rate
    case .g, .t: .gap
    case .hotellingTSquared: .tSquared
    case .shortRunZ: .standardized
    }
  }

  /// Whether samples are counts in something inspected.
  public var isAttribute: Bool {
    switch self {
    case .p, .np, .c, .u, .laneyP, .laneyU: true
    default: false
    }
  }

  /// The statistic of the second panel; nil where there is none. `subgroupSize` decides for short runs.
  public func dispersion(subgroupSize: Int) -> PlottedStatistic? {
    switch self {
    case .individuals: .movingRange
    case .xbarRange, .median: .range
    case .xbarStandardDeviation: .standardDeviation
    case .shortRunZ: subgroupSize == 1 ? .movingRange : .standardDeviation
    default: nil
    }
  }

  /// Possible sizes of a full subgroup.
  public var subgroupSizes: ClosedRange<Int> {
    switch self {
    case .xbarRange, .median: ControlChartConstants.tabulatedSizes
    case .xbarStandardDeviation: 2...ChartDesign.maximumSubgroupSize
    case .ewma, .cusum, .shortRunZ: 1...ChartDesign.maximumSubgroupSize
    default: 1...1
    }
  }

  /// How sigma may be estimated, the default first.
  public var sigmaMethods: [SigmaMethod] {
    switch self {
    case .individuals: Self.singleValueMethods
    case .xbarRange: [.weightedRange] + Self.subgroupMethods.filter { $0 != .weightedRange }
    case .xbarStandardDeviation: Self.subgroupMethods
    case .median: [.medianRange] + Self.subgroupMethods
    case .ewma, .cusum: Self.singleValueMethods + Self.subgroupMethods.filter { $0 != .overall }
    case .shortRunZ: [.meanMovingRange, .weightedStandardDeviation]
    case .laneyP, .laneyU: [.meanMovingRange]
    case .hotellingTSquared: [.overall]
    case .p, .np, .c, .u, .g, .t: [.distribution]
    }
  }

  private static let singleValueMethods: [SigmaMethod] = [
    .meanMovingRange, .medianMovingRange, .successiveDifferences, .overall,
  ]
  private static let subgroupMethods: [SigmaMethod] = [
    .weightedStandardDeviation, .weightedRange, .unweightedStandardDeviation, .unweightedRange, .pooled, .overall,
  ]
}

extension ChartDesign {
  /// Most values in one subgroup.
  public static let maximumSubgroupSize = 10_000
  /// Most variables of a T² chart.
  public static let maximumVariables = 32

  /// The method sigma is estimated with, the default of the kind where none is named.
  public var effectiveSigmaMethod: SigmaMethod {
    if let sigmaMethod { return sigmaMethod }
    switch kind {
    case .ewma, .cusum, .shortRunZ: return subgroupSize == 1 ? .meanMovingRange : .weightedStandardDeviation
    default: return kind.sigmaMethods[0]
    }
  }

  /// Whether points are held against moving ranges of neighbours.
  var hasMovingRange: Bool { kind.dispersion(subgroupSize: subgroupSize) == .movingRange }

  /// - Throws: a fault that names the field outside its bounds, and the remedy.
  public func validate() throws(ControlChartFault) {
    func fault(_ field: String, _ problem: String, _ remedy: String) -> ControlChartFault {
      .designNotPossible(kind: kind, field: field, problem: problem, remedy: remedy)
    }
    guard kind.subgroupSizes.contains(subgroupSize) else {
      let sizes = kind.subgroupSizes
      let larger = subgroupSize > sizes.upperBound && kind == .xbarRange ? "; for larger subgroups use xbar-s" : ""
      throw fault(
        "subgroup size", "\(subgroupSize) values are not possible",
        sizes.count == 1
          ? "This kind takes single points: use 1" : "Use \(sizes.lowerBound) to \(sizes.upperBound)\(larger)")
    }
    guard ControlChartConstants.tabulatedSizes.contains(movingRangeSpan) else {
      throw fault("moving range span", "\(movingRangeSpan) values are not possible", "Use 2 to 25")
    }
    let method = effectiveSigmaMethod
    guard kind.sigmaMethods.contains(method), methodFitsSize(method) else {
      throw .sigmaMethodNotPossible(kind: kind, method: method)
    }
    try validateCompanions(fault)
    // Points of an EWMA or a CUSUM depend on each other: zones and runs of them mean nothing.
    if kind == .ewma || kind == .cusum, rules.rules.contains(where: { $0.rule != .beyondLimits }) {
      throw fault(
        "rules", "the set \"\(rules.name)\" has more than one point beyond a limit", "Use the set \(kind.rawValue)")
    }
    if kind == .hotellingTSquared {
      guard (2...Self.maximumVariables).contains(variables) else {
        throw fault("variables", "\(variables) is not possible", "Use 2 to \(Self.maximumVariables)")
      }
      guard alpha > 0, alpha < 1 else {
        throw fault("alpha", "\(alpha) is no probability of a false alarm", "Use a number between 0 and 1, like 0.0027")
      }
    }
  }

  private func methodFitsSize(_ method: SigmaMethod) -> Bool {
    switch method {
    case .meanMovingRange, .medianMovingRange, .successiveDifferences: subgroupSize == 1
    case .weightedRange, .unweightedRange, .medianRange:
      ControlChartConstants.tabulatedSizes.contains(subgroupSize)
    case .weightedStandardDeviation, .unweightedStandardDeviation, .pooled: subgroupSize >= 2
    case .overall, .distribution: true
    }
  }

  private func validateCompanions(
    _ fault: (String, String, String) -> ControlChartFault
  ) throws(ControlChartFault) {
    try ewma?.check()
    try cusum?.check()
    guard ewma != nil || cusum != nil else { return }
    switch kind {
    case .np: throw fault("ewma or cusum", "counts of unequal samples have no common target", "Use the kind p")
    case .g, .t: throw fault("ewma or cusum", "gaps between events are not near normal", "Use the kind u or c")
    case .hotellingTSquared: throw fault("ewma or cusum", "T² has no target", "Chart the variables one by one")
    default: break
    }
  }
}
