import ArgumentParser
import ControlCharts

/// Where the limits come from, and which points they leave out.
struct LimitOptions: ParsableArguments {
  @Option(help: "Centre line of frozen limits: the mean; the proportion, count or rate of an attribute chart.")
  var center: Double?

  @Option(
    help: "Sigma of the single values; the factor sigma z of a Laney chart. Limits are given as mean and sigma alone.")
  var sigma: Double?

  @Option(help: ArgumentHelp("Target and sigma of a part of a short-run chart.", valueName: "name=target,sigma"))
  var part: [String] = []

  @Option(help: "Points the limits are estimated from: whole, or first:N, which freezes them for the rest.")
  var baseline = "whole"

  @Option(
    help: ArgumentHelp(
      "Leave a point out of the limits, by its label, or by #index from 0. It stays on the chart.",
      valueName: "point=reason"))
  var exclude: [String] = []

  /// Longest reason of an exclusion, in characters.
  private static let longestReason = 200

  enum Source: Equatable {
    case given(ChartBaseline)
    case whole
    case first(Int)
  }

  func source(for design: ChartDesign) throws(CommandFailure) -> Source {
    if let given = try given(for: design) {
      guard baseline == "whole" else {
        throw .usage("--baseline: limits are given with --center already. Use one of them.")
      }
      return .given(given)
    }
    if baseline == "whole" { return .whole }
    let parts = baseline.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "first", let count = Int(parts[1]), count >= 2 else {
      throw .usage("--baseline: read \(DataFault.shown(baseline)). Write whole, or first:N with 2 points or more.")
    }
    return .first(count)
  }

  private func given(for design: ChartDesign) throws(CommandFailure) -> ChartBaseline? {
    if design.kind == .shortRunZ { return try givenParts() }
    guard part.isEmpty else {
      throw .usage("--part: only --chart short-run-z has targets by part. Use --center and --sigma.")
    }
    guard center != nil || sigma != nil else { return nil }
    guard design.kind != .hotellingTSquared else {
      throw .usage("--center: the limits of a T² chart are estimated. Use --baseline first:N to freeze them.")
    }
    guard let center else { throw .usage("--sigma: the centre line is missing. Add --center.") }
    let needsSigma = (!design.kind.isAttribute && design.kind != .g && design.kind != .t) || Self.isLaney(design.kind)
    if needsSigma, sigma == nil { throw .usage("--center: sigma is missing. Add --sigma, the sigma of single values.") }
    if !needsSigma, sigma != nil {
      throw .usage("--sigma: in a chart \(design.kind.rawValue) sigma follows from the centre line. Leave it out.")
    }
    if needsSigma, let sigma, sigma <= 0 {
      throw .usage("--sigma: \(sigma.shown) is not possible: every point would lie beyond. Enter a sigma above 0.")
    }
    let baseline = ChartBaseline(mean: center, sigma: sigma ?? 0)
    do {
      try baseline.validate(for: design)
    } catch {
      throw .usage("--center, --sigma: \(error)")
    }
    return baseline
  }

  private static func isLaney(_ kind: ChartKind) -> Bool { kind == .laneyP || kind == .laneyU }

  private func givenParts() throws(CommandFailure) -> ChartBaseline? {
    guard center == nil, sigma == nil else {
      throw .usage("--center: a short-run chart has a target for each part. Use --part NAME=target,sigma.")
    }
    guard !part.isEmpty else { return nil }
    var parts: [ChartBaseline.Part] = []
    for text in part {
      let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
      let numbers = sides.count == 2 ? sides[1].split(separator: ",").compactMap { Double($0.trimmingPrefix(" ")) } : []
      guard numbers.count == 2, numbers.allSatisfy(\.isFinite) else {
        throw .usage("--part: read \(DataFault.shown(text)). Write NAME=target,sigma, like bolt=12.5,0.2.")
      }
      guard numbers[1] > 0 else {
        throw .usage("--part: the sigma of \(DataFault.shown(sides[0])) is \(numbers[1].shown). Enter a sigma above 0.")
      }
      parts.append(ChartBaseline.Part(name: sides[0].trimmingSpaces(), target: numbers[0], sigma: numbers[1]))
    }
    guard Set(parts.map(\.name)).count == parts.count else {
      throw .usage("--part: a part is named twice. Give each part one target.")
    }
    return ChartBaseline(mean: 0, sigma: 1, parts: parts)
  }

  func exclusions(_ points: [StudyPoint]) throws(CommandFailure) -> [BaselineEstimate.Exclusion] {
    var found: [BaselineEstimate.Exclusion] = []
    for text in exclude {
      let sides = text.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpaces() }
      guard sides.count == 2, !sides[1].isEmpty, sides[1].count <= Self.longestReason else {
        throw .usage(
          "--exclude: read \(DataFault.shown(text)). Write the point and why it does not belong to the process, in at most"
            + " \(Self.longestReason) characters: --exclude \"15=torn sensor\".")
      }
      let index = try Self.index(of: sides[0], points)
      guard points[index].sample != nil else {
        throw .usage("--exclude: the point \(DataFault.shown(sides[0])) is a gap and enters no limits. Leave it out.")
      }
      guard !found.contains(where: { $0.index == index }) else {
        throw .usage("--exclude: the point \(DataFault.shown(sides[0])) is named twice. Name it once.")
      }
      found.append(BaselineEstimate.Exclusion(index: index, reason: sides[1]))
    }
    return found.sorted { $0.index < $1.index }
  }

  private static func index(of name: String, _ points: [StudyPoint]) throws(CommandFailure) -> Int {
    if name.hasPrefix("#"), let index = Int(name.dropFirst()) {
      guard points.indices.contains(index) else {
        throw .usage("--exclude: there is no point \(name). The last is #\(points.count - 1).")
      }
      return index
    }
    let matches = points.indices.filter { points[$0].label == name }
    guard let index = matches.first else {
      throw .usage(
        "--exclude: no point has the label \(DataFault.shown(name)). Labels stand below the chart and in --csv-out.")
    }
    guard matches.count == 1 else {
      throw .usage(
        "--exclude: \(matches.count) points have the label \(DataFault.shown(name)). Name one by its index: #\(index).")
    }
    return index
  }
}
