/// What a sample becomes on the chart: its statistics, without its lines.
struct ChartStatistic: Hashable, Sendable {
  /// The plotted value of location.
  var location: Double
  /// Values in the subgroup, or how much was inspected.
  var size: Double
  /// R or s of the subgroup; nil for a single value, which has none. Moving ranges are not of one sample.
  var dispersion: Double?
  /// Position of the part in the baseline of a short run.
  var part: Int?
}

extension ChartSample {
  /// The numbers of the sample, in order.
  var numbers: [Double] {
    switch self {
    case .values(let values), .part(_, let values): values
    case .count(let count, let inspected): [count, inspected]
    }
  }

  /// How many values or points it stands for.
  var valueCount: Int {
    switch self {
    case .values(let values), .part(_, let values): values.count
    case .count: 1
    }
  }

  var isFinite: Bool { numbers.allSatisfy(\.isFinite) }

  /// - Throws: `.sampleNotPossible` where the sample is not one of this design.
  func check(for design: ChartDesign) throws(ControlChartFault) {
    func fault(_ field: String, _ problem: String, _ remedy: String) -> ControlChartFault {
      .sampleNotPossible(kind: design.kind, field: field, problem: problem, remedy: remedy)
    }
    switch self {
    case .values(let values):
      guard !design.kind.isAttribute else {
        throw fault("values", "this kind takes counts", "Give the count and how much was inspected")
      }
      guard design.kind != .shortRunZ else {
        throw fault("part", "this kind judges each part by its own target", "Name the part with its values")
      }
      try checkSize(values, design, fault)
      guard design.kind != .g && design.kind != .t || values.allSatisfy({ !($0 < 0) }) else {
        throw fault("values", "\(values[0]) lies before the last event", "Give the gap since the last event, 0 or more")
      }
    case .part(_, let values):
      guard design.kind == .shortRunZ else {
        throw fault("part", "this kind has one target for all parts", "Give the values alone, or use short-run-z")
      }
      try checkSize(values, design, fault)
    case .count(let count, let inspected):
      guard design.kind.isAttribute else {
        throw fault("count", "this kind takes measured values", "Give the values of the subgroup")
      }
      guard !(inspected <= 0) else {
        throw fault("inspected", "\(inspected) were inspected", "Give more than 0, or record a gap")
      }
      guard !(count < 0) else { throw fault("count", "\(count) is not possible", "Give 0 or more") }
      guard design.kind.countsUnits else { return }
      guard !(count > inspected) else {
        throw fault("count", "\(count) of \(inspected) inspected is not possible", "Use the kind u for nonconformities")
      }
    }
  }

  private func checkSize(
    _ values: [Double], _ design: ChartDesign, _ fault: (String, String, String) -> ControlChartFault
  ) throws(ControlChartFault) {
    guard !values.isEmpty else { throw fault("values", "there is none", "Record a gap instead") }
    if design.kind == .hotellingTSquared {
      guard values.count == design.variables else {
        throw fault(
          "values", "\(values.count) values for \(design.variables) variables", "Give one value for each variable")
      }
      return
    }
    let largest = design.subgroupSize == 1 ? 1 : design.kind.subgroupSizes.upperBound
    guard values.count <= largest else {
      throw fault(
        "values", "\(values.count) values in a subgroup",
        design.subgroupSize == 1 ? "This chart takes one value a point" : "Use at most \(largest), or the kind xbar-s")
    }
  }

  /// Location and dispersion of a checked sample. T² is none of these: see ``TSquaredJudge``.
  func statistic(for design: ChartDesign, parts: [ChartBaseline.Part] = []) throws(ControlChartFault) -> ChartStatistic
  {
    switch self {
    case .count(let count, let inspected):
      let isRate = design.kind != .np && design.kind != .c
      return ChartStatistic(location: isRate ? count / inspected : count, size: inspected)
    case .values(let values):
      let location = design.kind == .median ? Self.median(values) : Self.mean(values)
      return ChartStatistic(
        location: location, size: Double(values.count), dispersion: Self.dispersion(of: values, design))
    case .part(let name, let values):
      guard let position = parts.firstIndex(where: { $0.name == name }) else {
        throw .sampleNotPossible(
          kind: design.kind, field: "part", problem: "\"\(name)\" has no target and sigma in the limits",
          remedy: "Add the part to the limits")
      }
      let part = parts[position]
      let size = Double(values.count)
      return ChartStatistic(
        location: (Self.mean(values) - part.target) / (part.sigma / size.squareRoot()), size: size,
        dispersion: Self.dispersion(of: values, design).map { $0 / part.sigma }, part: position)
    }
  }

  private static func dispersion(of values: [Double], _ design: ChartDesign) -> Double? {
    guard values.count >= 2 else { return nil }
    switch design.kind.dispersion(subgroupSize: design.subgroupSize) {
    case .range: return range(values)
    case .standardDeviation: return sumOfSquares(values).map { ($0 / Double(values.count - 1)).squareRoot() }
    default: return nil
    }
  }

  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  static func range(_ values: [Double]) -> Double {
    var low = values[0]
    var high = values[0]
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    return high - low
  }

  /// Sum of squared distances from the mean; nil for fewer than two values.
  static func sumOfSquares(_ values: [Double]) -> Double? {
    guard values.count >= 2 else { return nil }
    // Equal values have no spread, though their mean may be rounded.
    guard values.contains(where: { $0 != values[0] }) else { return 0 }
    let center = mean(values)
    return values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  }
}

extension ChartKind {
  /// Whether the count is of nonconforming units, each of which counts once.
  var countsUnits: Bool { self == .p || self == .np || self == .laneyP }
}
