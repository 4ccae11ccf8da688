/// Why a chart cannot be made as asked.
public enum ControlChartFault: Error, Hashable, Sendable {
  /// The centre line, sigma or a line computed from them is not a finite number, or sigma is negative.
  case limitsNotFinite(center: Double, sigma: Double)
  /// Limits need at least ``IndividualsChart/minimumEstablishingPoints`` points.
  case tooFewEstablishingPoints(points: Int)
  /// The length of a run rule lies outside ``ChartRule/runLengths``.
  case runLengthOutOfBounds(points: Int)
  /// A set of rules is not possible.
  case rules(RuleFault)
  /// A parameter lies outside what is possible; `need` says what is.
  case parameter(field: String, value: Double, need: String)
}

extension ControlChartFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .limitsNotFinite(let center, let sigma):
      "The limits with centre \(center) and sigma \(sigma) are not finite numbers with sigma 0 or more."
        + " Enter a centre line and a sigma in the unit of the characteristic."
    case .tooFewEstablishingPoints(let points):
      "Limits cannot be established from \(points) points."
        + " Use at least \(IndividualsChart.minimumEstablishingPoints)."
    case .runLengthOutOfBounds(let points):
      "A run rule of \(points) points is not possible."
        + " Use \(ChartRule.runLengths.lowerBound) to \(ChartRule.runLengths.upperBound)."
    case .rules(let fault): fault.description
    case .parameter(let field, let value, let need): "The \(field) is \(value). Use \(need)."
    }
  }
}
