import ArgumentParser
import ControlCharts

/// What the product must keep: with a limit there is a report of capability.
struct SpecificationOptions: ParsableArguments {
  @Option(help: "Lower specification limit.")
  var lsl: Double?

  @Option(help: "Upper specification limit.")
  var usl: Double?

  @Option(help: "Target, for Cpm.")
  var target: Double?

  @Option(help: "Confidence of the intervals.")
  var confidence = 0.95

  /// Nil without a limit.
  func specification(for kind: ChartKind) throws(CommandFailure) -> Specification? {
    guard lsl != nil || usl != nil || target != nil else { return nil }
    switch kind {
    case .individuals, .xbarRange, .xbarStandardDeviation, .median, .ewma, .cusum: break
    default:
      throw .usage(
        "--lsl, --usl: capability needs one measured variable; the chart \(kind.rawValue) has none. Leave them out.")
    }
    do {
      return try Specification(lower: lsl, upper: usl, target: target)
    } catch {
      throw .usage("--lsl, --usl, --target: \(error.english)")
    }
  }
}
