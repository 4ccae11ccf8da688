/// A crossed gauge study: every operator measures every part equally often, and analysis of variance tells the spread of
/// the gauge (repeatability) and of the operators (reproducibility) from that of the parts.
///
/// Source: AIAG Measurement Systems Analysis, 4th edition, ANOVA method; two-way random effects (Montgomery and Runger
/// 1993).
public struct GaugeStudy: Codable, Hashable, Sendable {
  /// Most measurements of one study.
  public static let maximumMeasurements = 100_000

  public var measurements: [Measurement]
  /// Width between the specification limits, for the share of the tolerance; nil: no such share.
  public var tolerance: Double?
  /// Sigmas in the spread that is shown: 6, or 5.15 as in older editions.
  public var sigmas: Double
  /// An interaction of parts and operators with a p-value above this is pooled with repeatability; nil: never pooled.
  public var poolsAbove: Double?

  /// One measurement; the order within a cell does not matter.
  public struct Measurement: Codable, Hashable, Sendable {
    public var part: String
    public var person: String
    public var value: Double

    public init(part: String, person: String, value: Double) {
      self.part = part
      self.person = person
      self.value = value
    }
  }

  public init(
    measurements: [Measurement], tolerance: Double? = nil, sigmas: Double = 6, poolsAbove: Double? = 0.25
  ) {
    self.measurements = measurements
    self.tolerance = tolerance
    self.sigmas = sigmas
    self.poolsAbove = poolsAbove
  }

  /// - Throws: a fault that names the cell or field and the remedy.
  public func report() throws(GaugeFault) -> GaugeReport {
    if let tolerance, !(tolerance > 0 && tolerance.isFinite) { throw .tolerance(tolerance) }
    guard sigmas > 0, sigmas.isFinite else { throw .sigmas(sigmas) }
    if let poolsAbove, !(0...1).contains(poolsAbove) { throw .poolingLevel(poolsAbove) }
    let cells = try GaugeCells(measurements)
    let table = VarianceTable(cells, poolsAbove: poolsAbove)
    guard table.total.sumOfSquares.isFinite else { throw .valuesTooLarge }
    guard table.total.sumOfSquares > 0 else { throw .noSpread }
    return GaugeReport(table: table, cells: cells, tolerance: tolerance, sigmas: sigmas)
  }
}

/// The measurements of a balanced study, by part and operator in the order of their first appearance.
struct GaugeCells {
  let parts: [String]
  let people: [String]
  let trials: Int
  /// By part, then operator, then trial.
  let values: [[[Double]]]

  init(_ measurements: [GaugeStudy.Measurement]) throws(GaugeFault) {
    guard measurements.count <= GaugeStudy.maximumMeasurements else { throw .tooMany(measurements.count) }
    var (partNames, personNames) = (Positions(), Positions())
    var cells: [Cell: [Double]] = [:]
    for measurement in measurements {
      guard measurement.value.isFinite else {
        throw .valueNotFinite(part: measurement.part, person: measurement.person)
      }
      let cell = Cell(part: partNames.take(measurement.part), person: personNames.take(measurement.person))
      cells[cell, default: []].append(measurement.value)
    }
    let (parts, people) = (partNames.names, personNames.names)
    guard parts.count >= 2 else { throw .tooFewParts(parts.count) }
    guard people.count >= 2 else { throw .tooFewPeople(people.count) }
    let trials = cells.values.reduce(0) { max($0, $1.count) }
    guard trials >= 2 else { throw .tooFewTrials(trials) }
    var values: [[[Double]]] = []
    for (part, partName) in parts.enumerated() {
      var row: [[Double]] = []
      for (person, personName) in people.enumerated() {
        guard let cell = cells[Cell(part: part, person: person)] else {
          throw .cellMissing(part: partName, person: personName)
        }
        guard cell.count == trials else {
          throw .cellUneven(part: partName, person: personName, found: cell.count, expected: trials)
        }
        row.append(cell)
      }
      values.append(row)
    }
    (self.parts, self.people, self.trials, self.values) = (parts, people, trials, values)
  }

  private struct Cell: Hashable {
    var part: Int
    var person: Int
  }

  /// Numbers names from 0 as they appear.
  private struct Positions {
    private(set) var names: [String] = []
    private var positions: [String: Int] = [:]

    mutating func take(_ name: String) -> Int {
      if let known = positions[name] { return known }
      positions[name] = names.count
      names.append(name)
      return names.count - 1
    }
  }
}
