/// The points of a chart as CSV (RFC 4180), one row for each point and panel, with every number in full.
public struct ChartCSV: Sendable {
  /// The columns, in their order.
  public static let columns = [
    "index", "label", "stage", "panel", "value", "n", "center", "lcl", "ucl", "lower_2s", "lower_1s", "upper_1s",
    "upper_2s", "signals", "gap", "excluded",
  ]

  public init() {}

  /// Rows end with a line feed alone.
  public func text(of model: ChartModel) -> String {
    var text = Self.columns.joined(separator: ",") + "\n"
    for panel in model.panels {
      for point in panel.points {
        text += row(point, panel.statistic, model).map(Self.quoted).joined(separator: ",") + "\n"
      }
    }
    return text
  }

  private func row(_ point: ChartModel.Point, _ statistic: PlottedStatistic, _ model: ChartModel) -> [String] {
    let lines = point.lines
    let stage = model.stages.indices.contains(point.stage) ? model.stages[point.stage].label : "\(point.stage)"
    let signals = point.signals.map { $0.rule.key + ($0.side.map { ":\($0.rawValue)" } ?? "") }
    return [
      "\(point.index)", point.label, stage, statistic.rawValue, Self.number(point.value), "\(Self.number(point.size))",
      Self.number(lines?.center), Self.number(lines?.lowerThreeSigma), Self.number(lines?.upperThreeSigma),
      Self.number(lines?.lowerTwoSigma), Self.number(lines?.lowerOneSigma), Self.number(lines?.upperOneSigma),
      Self.number(lines?.upperTwoSigma), signals.joined(separator: ";"),
      point.gapReason ?? "", point.exclusionReason ?? "",
    ]
  }

  /// The shortest text that is this double again.
  private static func number(_ value: Double?) -> String {
    guard let value else { return "" }
    return value == value.rounded() && value.magnitude < 1e15 ? DecimalText(value).fixed(0) : "\(value)"
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
    }
    guard needsQuotes else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
