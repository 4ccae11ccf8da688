import ControlCharts
import Devices
import Shopfloor

/// Reads `chart:` of a characteristic. Without `kind`, `rules` and the like it is an individuals chart with the rules
/// "1 beyond 3 sigma" and a run of `run` points.
struct ChartReader {
  var hasReactionPlans = false

  private static let plainKeys = ["center", "sigma", "establish", "run"]
  private static let designKeys = [
    "kind", "subgroup", "subgroup_by", "rules", "warnings", "dispersion_rules", "ewma", "cusum", "gap", "sigma_method",
    "span", "variables", "alpha", "parts", "mean_vector", "covariance", "observations", "version",
  ]
  private static let planKeys = [
    "stage_per_work_order", "priority", "expected_every_seconds", "accept_autocorrelation",
  ]

  func read(_ node: DocumentNode) -> ChartPlan? {
    node.allowKeys(
      Self.plainKeys + Self.designKeys + Self.planKeys + (hasReactionPlans ? ["reaction_plan"] : []))
    let run = node["run"].map { $0.integer(in: 2...32, "Write a number of points, such as 9") } ?? 9
    guard let run else { return nil }
    let isDesigned = Self.designKeys.contains { node[$0] != nil }
    let design = isDesigned ? design(node, run) : nil
    if isDesigned, design == nil { return nil }
    guard let limits = limits(node, design) else { return nil }
    var plan = ChartPlan(limits: limits, runLength: run, design: design)
    plan.subgroup = subgroup(node, design)
    plan.stagePerWorkOrder = node["stage_per_work_order"]?.flag("Write true or false")
    plan.priority = node["priority"].flatMap(LimitReader.priority)
    plan.expectedEveryMicroseconds = node["expected_every_seconds"]?.seconds(
      in: 1...604_800, "Write seconds, such as 1800")
    plan.autocorrelationAccepted = node["accept_autocorrelation"]?.string("Write why in a few words")
    plan.reactionPlan = hasReactionPlans ? node["reaction_plan"]?.string("Write the name of a reaction plan") : nil
    check(plan, node)
    return plan
  }

  /// What the chart room refuses is named here, at its place in the document.
  private func check(_ plan: ChartPlan, _ node: DocumentNode) {
    do throws(ControlChartFault) {
      _ = try plan.makeChart()
    } catch {
      let sentence = "\(error)"
      node.fault(sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence, "Correct the chart")
    }
  }

  // MARK: Limits

  private func limits(_ node: DocumentNode, _ design: ChartDesign?) -> ChartPlan.Limits? {
    if let points = node["establish"] {
      return points.integer(in: 5...1_000, "Write how many points give the limits, such as 20")
        .map { .establish(points: $0) }
    }
    let remedy = "Write center: and sigma: of the proven process, or establish: 20"
    if design?.kind == .shortRunZ {
      return .baseline(ChartBaseline(version: version(node), mean: 0, sigma: 1, parts: parts(node)))
    }
    if design?.kind == .hotellingTSquared { return vectorLimits(node) }
    let followsFromMean = design.map { Self.sigmaFollows($0.kind) } ?? false
    guard let center = node.required("center", remedy)?.number(remedy) else { return nil }
    if followsFromMean {
      return .baseline(ChartBaseline(version: version(node), mean: center, sigma: 0))
    }
    guard let sigmaNode = node.required("sigma", remedy), let sigma = sigmaNode.number(remedy) else { return nil }
    if sigma <= 0 { sigmaNode.fault("sigma must be above 0", remedy) }
    guard design != nil else { return .frozen(center: center, sigma: sigma) }
    return .baseline(ChartBaseline(version: version(node), mean: center, sigma: sigma))
  }

  private func version(_ node: DocumentNode) -> Int {
    node["version"]?.integer(in: 1...1_000_000, "Write the version of the limits, such as 2") ?? 1
  }

  private static func sigmaFollows(_ kind: ChartKind) -> Bool {
    switch kind {
    case .p, .np, .c, .u, .g, .t: true
    default: false
    }
  }

  private func parts(_ node: DocumentNode) -> [ChartBaseline.Part] {
    let remedy = "Write parts: - {name: POUCH-7, target: 180, sigma: 0.4}"
    guard let list = node.required("parts", remedy) else { return [] }
    return list.elements(remedy).compactMap { part in
      part.allowKeys(["name", "target", "sigma"])
      guard let name = part.required("name", remedy)?.string(remedy),
        let target = part.required("target", remedy)?.number(remedy),
        let sigma = part.required("sigma", remedy)?.number(remedy)
      else { return nil }
      return ChartBaseline.Part(name: name, target: target, sigma: sigma)
    }
  }

  private func vectorLimits(_ node: DocumentNode) -> ChartPlan.Limits? {
    let remedy = "Write mean_vector:, covariance: (row by row) and observations: of the study"
    func numbers(_ key: String) -> [Double]? {
      node.required(key, remedy)?.elements(remedy).compactMap { $0.number(remedy) }
    }
    guard let mean = numbers("mean_vector"), let covariance = numbers("covariance"),
      let observations = node.required("observations", remedy)?.integer(in: 2...10_000_000, remedy)
    else { return nil }
    return .baseline(
      ChartBaseline(
        version: version(node), mean: 0, sigma: 1, meanVector: mean, covariance: covariance,
        observations: observations))
  }

  // MARK: Design

  private func design(_ node: DocumentNode, _ run: Int) -> ChartDesign? {
    let kind =
      node["kind"].map { $0.choice(ChartKind.allCases.map(\.rawValue)).flatMap(ChartKind.init) } ?? .individuals
    guard let kind else { return nil }
    let size = node["subgroup"].map { $0.integer(in: 1...10_000, "Write how many values a subgroup has") } ?? 1
    let plain = RuleSet(name: "", rules: [RatedRule(.beyondLimits), RatedRule(.run(points: run))])
    guard let size, let rules = rules(node, "rules", default: node["kind"] == nil ? plain : Self.standardRules(kind)),
      let dispersion = self.rules(node, "dispersion_rules", default: .dispersion)
    else { return nil }
    var design = ChartDesign(kind: kind, subgroupSize: size, rules: rules, dispersionRules: dispersion)
    if let gap = node["gap"]?.choice(GapPolicy.allCases.map(\.rawValue)).flatMap(GapPolicy.init) {
      design.gapPolicy = gap
    }
    design.sigmaMethod = node["sigma_method"]?.choice(SigmaMethod.allCases.map(\.rawValue)).flatMap(SigmaMethod.init)
    if let span = node["span"]?.integer(in: 2...25, "Write how many values a moving range has: 2") {
      design.movingRangeSpan = span
    }
    if let variables = node["variables"]?.integer(in: 1...20, "Write how many variables there are") {
      design.variables = variables
    }
    if let alpha = node["alpha"]?.number("Write a probability such as 0.0027") { design.alpha = alpha }
    design.ewma = node["ewma"].map(ewma) ?? (rules == .streamed && Self.takesEWMA(kind) ? .init() : nil)
    design.cusum = node["cusum"].map(cusum)
    return design
  }

  /// What is judged where nothing is said: few false alarms, with an EWMA for small shifts beside measured values.
  private static func standardRules(_ kind: ChartKind) -> RuleSet {
    switch kind {
    case .ewma: .ewma
    case .cusum: .cusum
    case .p, .np, .c, .u, .laneyP, .laneyU: .attribute
    case .individuals, .xbarRange, .xbarStandardDeviation, .median, .g, .t, .hotellingTSquared, .shortRunZ: .streamed
    }
  }

  /// A preset's name, or a list of keys; `warnings:` names those of `rules` that are warnings.
  private func rules(_ node: DocumentNode, _ key: String, default standard: RuleSet) -> RuleSet? {
    var set = standard
    if let given = node[key] {
      let remedy =
        "Write one of: \(RuleSet.allPresetNames.joined(separator: ", ")); or a list such as [beyond_limits, run_9]"
      if given.isSequence {
        var rules: [RatedRule] = []
        for element in given.elements(remedy) {
          guard let text = element.string(remedy) else { return nil }
          guard let rule = RunRule(key: text) else {
            element.fault("\"\(displayable(text))\" is no rule", "Write a key that \"lotwire spc rules\" shows")
            return nil
          }
          rules.append(RatedRule(rule))
        }
        set = RuleSet(name: "own", rules: rules)
      } else {
        guard let text = given.string(remedy) else { return nil }
        guard let preset = RuleSet.preset(named: text) else {
          given.fault("\"\(displayable(text))\" is no set of rules", remedy)
          return nil
        }
        set = preset
      }
    }
    guard key == "rules", let warnings = node["warnings"] else { return set }
    for element in warnings.elements("Write a list of rules that are warnings: [run_9]") {
      guard let text = element.string("Write a rule"), let rule = RunRule(key: text),
        let place = set.rules.firstIndex(where: { $0.rule == rule })
      else {
        element.fault(
          "this is none of the chart's rules", "Write keys of: \(set.rules.map(\.rule.key).joined(separator: ", "))")
        continue
      }
      set.rules[place].severity = .warning
    }
    return set
  }

  private static func takesEWMA(_ kind: ChartKind) -> Bool {
    switch kind {
    case .individuals, .xbarRange, .xbarStandardDeviation: true
    default: false
    }
  }

  private func ewma(_ node: DocumentNode) -> ChartDesign.EWMAParameters {
    node.allowKeys(["lambda", "width"])
    var parameters = ChartDesign.EWMAParameters()
    if let lambda = node["lambda"]?.number("Write a number above 0, up to 1: 0.2") { parameters.lambda = lambda }
    if let width = node["width"]?.number("Write the width in sigmas: 2.962") { parameters.width = width }
    return parameters
  }

  private func cusum(_ node: DocumentNode) -> ChartDesign.CUSUMParameters {
    node.allowKeys(["reference", "decision_interval", "head_start"])
    var parameters = ChartDesign.CUSUMParameters()
    if let k = node["reference"]?.number("Write the reference value in sigmas: 0.5") { parameters.reference = k }
    if let h = node["decision_interval"]?.number("Write the decision interval in sigmas: 5") {
      parameters.decisionInterval = h
    }
    if let head = node["head_start"]?.number("Write the head start in sigmas: 2.5") { parameters.headStart = head }
    return parameters
  }

  // MARK: Subgroups

  private func subgroup(_ node: DocumentNode, _ design: ChartDesign?) -> SubgroupPlan? {
    let remedy = "Write count, cycle, run, manual or {window_seconds: 60}"
    guard let by = node["subgroup_by"] else { return (design?.subgroupSize ?? 1) > 1 ? .count : nil }
    if by.isMapping {
      by.allowKeys(["window_seconds"])
      return by.required("window_seconds", remedy)?.seconds(in: 1...86_400, "Write seconds, such as 60")
        .map { .window(microseconds: $0) }
    }
    switch by.choice(["count", "cycle", "run", "manual"]) {
    case "count": return .count
    case "cycle": return .cycle
    case "run": return .run
    case "manual": return .manual
    default: return nil
    }
  }
}
