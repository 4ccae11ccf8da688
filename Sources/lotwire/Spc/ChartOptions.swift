import ArgumentParser
import ControlCharts

/// What is charted, and by which rules.
struct ChartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Kind of chart: " + ChartKind.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "kind"))
  var chart = ChartKind.individuals.rawValue

  @Option(
    help: """
      Rules of the location: a preset, or keys with commas (run_9,trend_6:warning). "lotwire spc rules" lists them. \
      shewhart unless told, attribute for counts.
      """)
  var rules: String?

  @Option(help: "Rules of the dispersion (R, s, moving range).")
  var dispersionRules = RuleSet.dispersion.name

  @Option(help: "What a gap does to rules and moving ranges: break or skip.")
  var gap = GapPolicy.break.rawValue

  @Option(help: "What equal neighbours do to a trend: break or ignore.")
  var ties: String?

  @Option(help: ArgumentHelp("How sigma is estimated; the default of the kind unless told.", valueName: "method"))
  var sigmaMethod: String?

  @Option(help: "Values in a moving range.")
  var span = 2

  @Option(help: ArgumentHelp("An EWMA: weight of the newest value and width in sigmas.", valueName: "lambda,width"))
  var ewma: String?

  @Option(
    help: ArgumentHelp("A CUSUM: reference value, decision interval, head start, in sigmas.", valueName: "k,h[,start]"))
  var cusum: String?

  @Option(help: "Keep rules that need independent points although neighbours are alike, for this reason.")
  var acceptAutocorrelation: String?

  @Option(help: "Points a day: adds the false alarms to expect.")
  var rate: Double?

  @Option(help: "False-alarm probability of one point of a T² chart.")
  var alpha = 0.0027

  var kind: ChartKind {
    get throws(CommandFailure) {
      guard let kind = ChartKind(rawValue: chart) else {
        throw .usage(
          "--chart: there is no kind \(DataFault.shown(chart)). Use "
            + ChartKind.allCases.map(\.rawValue).joined(separator: ", ") + ".")
      }
      return kind
    }
  }

  /// The design for subgroups of at most so many values.
  func design(largestSubgroup: Int, variables: Int) throws(CommandFailure) -> ChartDesign {
    let kind = try kind
    let location = try RuleOption.set(rules ?? Self.defaultRules(kind), "--rules", ties: try tiePolicy)
    var design = ChartDesign(
      kind: kind, subgroupSize: largestSubgroup, rules: location,
      dispersionRules: try RuleOption.set(dispersionRules, "--dispersion-rules", ties: try tiePolicy))
    guard let gapPolicy = GapPolicy(rawValue: gap) else {
      throw .usage("--gap: there is no \(DataFault.shown(gap)). Write break or skip.")
    }
    design.gapPolicy = gapPolicy
    if let sigmaMethod {
      guard let method = SigmaMethod(rawValue: sigmaMethod) else {
        throw .usage(
          "--sigma-method: there is no \(DataFault.shown(sigmaMethod)). Use "
            + kind.sigmaMethods.map(\.rawValue).joined(separator: ", ") + ".")
      }
      design.sigmaMethod = method
    }
    design.movingRangeSpan = span
    design.alpha = alpha
    if kind == .hotellingTSquared { design.variables = variables }
    if let ewma { design.ewma = try Self.ewma(ewma) }
    if let cusum { design.cusum = try Self.cusum(cusum) }
    do {
      try design.validate()
    } catch {
      throw .usage("\(error)")
    }
    return design
  }

  private var tiePolicy: RunRule.TiePolicy? {
    get throws(CommandFailure) {
      guard let ties else { return nil }
      guard let policy = RunRule.TiePolicy(rawValue: ties) else {
        throw .usage("--ties: there is no \(DataFault.shown(ties)). Write break or ignore.")
      }
      return policy
    }
  }

  static func defaultRules(_ kind: ChartKind) -> String {
    if kind.isAttribute { return RuleSet.attribute.name }
    switch kind {
    case .ewma: return RuleSet.ewma.name
    case .cusum: return RuleSet.cusum.name
    default: return RuleSet.shewhart.name
    }
  }

  static func ewma(_ text: String) throws(CommandFailure) -> ChartDesign.EWMAParameters {
    let numbers = try numbers(text, "--ewma", 2...2, example: "0.2,2.962")
    return ChartDesign.EWMAParameters(lambda: numbers[0], width: numbers[1])
  }

  static func cusum(_ text: String) throws(CommandFailure) -> ChartDesign.CUSUMParameters {
    let numbers = try numbers(text, "--cusum", 2...3, example: "0.5,5")
    return ChartDesign.CUSUMParameters(
      reference: numbers[0], decisionInterval: numbers[1], headStart: numbers.count > 2 ? numbers[2] : 0)
  }

  static func numbers(
    _ text: String, _ option: String, _ counts: ClosedRange<Int>, example: String
  ) throws(CommandFailure) -> [Double] {
    let numbers = text.split(separator: ",").map { Double($0.trimmingPrefix(" ")) }
    let read = numbers.compactMap { $0 }
    guard counts.contains(numbers.count), read.count == numbers.count, read.allSatisfy(\.isFinite) else {
      throw .usage(
        "\(option): read \(DataFault.shown(text)). Write numbers with a comma between them, like \(example).")
    }
    return read
  }
}
