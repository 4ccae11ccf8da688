/// A rule that judges the newest point of a chart.
public enum ChartRule: Codable, Hashable, Sendable {
  /// One point strictly beyond a control limit; a point on the limit conforms (Nelson 1984, test 1).
  case beyondLimits
  /// The last `points` points all strictly on one side of the centre line; a point on the line breaks the run
  /// (Nelson 1984, test 2, there with 9 points). Goes on firing while the run goes on.
  case run(points: Int)

  /// Possible lengths of a run rule, in points: a run of one is no run, and a rule looks back at most 32 points.
  public static let runLengths = 2...32
}
