/// Why a chart cannot be made as asked.
public enum ControlChartFault: Error, Hashable, Sendable {
  /// The centre line, sigma or a line computed from them is not a finite number, or sigma is negative.
  case limitsNotFinite(center: Double, sigma: Double)
  /// Limits need at least as many points as ``StreamingChart/establishingPoints`` begins with.
  case tooFewEstablishingPoints(points: Int)
  /// A set of rules is not possible.
  case rules(RuleFault)
  /// A parameter lies outside what is possible; `need` says what is.
  case parameter(field: String, value: Double, need: String)
  /// A field of the chart's design lies outside what its kind allows.
  case designNotPossible(kind: ChartKind, field: String, problem: String, remedy: String)
  /// Sigma cannot be estimated so for this kind.
  case sigmaMethodNotPossible(kind: ChartKind, method: SigmaMethod)
  /// The frozen limits do not fit the kind.
  case baselineNotPossible(kind: ChartKind, field: String, problem: String, remedy: String)
  /// A sample does not fit the kind; nothing of it entered the chart.
  case sampleNotPossible(kind: ChartKind, field: String, problem: String, remedy: String)
  /// Limits cannot be estimated from these points.
  case estimateNotPossible(kind: ChartKind, problem: String, remedy: String)
  /// A study of these points cannot be made.
  case studyNotPossible(field: String, problem: String, remedy: String)
  /// A trigger of subgroups is not possible.
  case subgroupTriggerNotPossible(problem: String, remedy: String)
}

extension ControlChartFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .limitsNotFinite(let center, let sigma):
      "The limits with centre \(center) and sigma \(sigma) are not finite numbers with sigma 0 or more."
        + " Enter a centre line and a sigma in the unit of the characteristic."
    case .tooFewEstablishingPoints(let points):
      "Limits cannot be established from \(points) points."
        + " Use at least \(StreamingChart.establishingPoints.lowerBound)."
    case .rules(let fault): fault.description
    case .parameter(let field, let value, let need): "The \(field) is \(value). Use \(need)."
    case .designNotPossible(let kind, let field, let problem, let remedy):
      "Chart \(kind.rawValue), \(field): \(problem). \(remedy)."
    case .sigmaMethodNotPossible(let kind, let method):
      "Chart \(kind.rawValue), sigma method: \(method.rawValue) is not possible here. Use "
        + kind.sigmaMethods.map(\.rawValue).joined(separator: ", ") + "."
    case .baselineNotPossible(let kind, let field, let problem, let remedy):
      "Limits of the chart \(kind.rawValue), \(field): \(problem). \(remedy)."
    case .sampleNotPossible(let kind, let field, let problem, let remedy):
      "Sample for the chart \(kind.rawValue), \(field): \(problem). \(remedy)."
    case .estimateNotPossible(let kind, let problem, let remedy):
      "Limits of the chart \(kind.rawValue) cannot be estimated: \(problem). \(remedy)."
    case .studyNotPossible(let field, let problem, let remedy):
      "Study, \(field): \(problem). \(remedy)."
    case .subgroupTriggerNotPossible(let problem, let remedy):
      "Trigger of subgroups: \(problem). \(remedy)."
    }
  }
}
