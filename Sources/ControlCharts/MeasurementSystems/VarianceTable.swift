/// The analysis of variance of a crossed study with two random factors.
public struct VarianceTable: Codable, Hashable, Sendable {
  public var parts: Line
  public var people: Line
  /// Parts and operators together; also shown where it was pooled.
  public var interaction: Line
  /// Within cells, before pooling.
  public var repeatability: Line
  /// Interaction and repeatability together; nil where the interaction was kept.
  public var pooled: Line?
  public var total: Line

  public struct Line: Codable, Hashable, Sendable {
    public var sumOfSquares: Double
    public var degreesOfFreedom: Int
    public var meanSquare: Double
    /// Ratio to the mean square that the effect is tested with, and its p-value; nil where there is none to test with.
    public var ratio: Double?
    public var probability: Double?

    init(_ sumOfSquares: Double, _ degreesOfFreedom: Int) {
      self.sumOfSquares = sumOfSquares
      self.degreesOfFreedom = degreesOfFreedom
      meanSquare = sumOfSquares / Double(degreesOfFreedom)
    }

    func tested(with error: Line) -> Line {
      var line = self
      guard error.meanSquare > 0 else { return line }
      let ratio = meanSquare / error.meanSquare
      let distribution = FDistribution(
        numeratorDegreesOfFreedom: Double(degreesOfFreedom),
        denominatorDegreesOfFreedom: Double(error.degreesOfFreedom))
      line.ratio = ratio
      line.probability = distribution.probability(above: ratio)
      return line
    }
  }

  /// The mean square of measuring alone, after pooling.
  var error: Line { pooled ?? repeatability }
  /// What parts and operators are tested with.
  var denominator: Line { pooled ?? interaction }

  init(_ cells: GaugeCells, poolsAbove: Double?) {
    let (partCount, personCount, trials) = (cells.parts.count, cells.people.count, cells.trials)
    let means = cells.values.map { $0.map { Moments($0).mean } }
    let partMeans = means.map { Moments($0).mean }
    let personMeans = (0..<personCount).map { person in Moments(means.map { $0[person] }).mean }
    let grand = Moments(partMeans).mean
    var (between, inside) = (0.0, 0.0)
    for (part, row) in cells.values.enumerated() {
      for (person, cell) in row.enumerated() {
        let rest = means[part][person] - partMeans[part] - personMeans[person] + grand
        between += rest * rest
        inside += Moments(cell).sumOfSquares
      }
    }
    let forParts = Double(personCount * trials) * partMeans.reduce(0) { $0 + ($1 - grand) * ($1 - grand) }
    let forPeople = Double(partCount * trials) * personMeans.reduce(0) { $0 + ($1 - grand) * ($1 - grand) }
    let repeatability = Line(inside, partCount * personCount * (trials - 1))
    let interaction = Line(Double(trials) * between, (partCount - 1) * (personCount - 1))
      .tested(with: repeatability)
    var pooled: Line?
    if let poolsAbove, let probability = interaction.probability, probability > poolsAbove {
      pooled = Line(
        interaction.sumOfSquares + repeatability.sumOfSquares,
        interaction.degreesOfFreedom + repeatability.degreesOfFreedom)
    }
    let denominator = pooled ?? interaction
    parts = Line(forParts, partCount - 1).tested(with: denominator)
    people = Line(forPeople, personCount - 1).tested(with: denominator)
    total = Line(
      forParts + forPeople + interaction.sumOfSquares + repeatability.sumOfSquares,
      partCount * personCount * trials - 1)
    (self.interaction, self.repeatability, self.pooled) = (interaction, repeatability, pooled)
  }
}
