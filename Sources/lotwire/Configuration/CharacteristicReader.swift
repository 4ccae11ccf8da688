import Devices
import Shopfloor

/// Reads `characteristics:` of a station in the configuration or in a control plan.
struct CharacteristicReader {
  /// The parameters that may be named, with their units; nil where the document stands alone and the floor checks it.
  var parameters: [ParameterPlan]?
  /// The parameter that finds the cycle, of which a duration is taken; nil as above.
  var cycleParameter: ParameterName?
  var hasReactionPlans = false

  static let maximumCharacteristics = 1_000

  func read(_ list: DocumentNode) -> [CharacteristicPlan] {
    var found: [CharacteristicPlan] = []
    for node in list.elements("Write a list: - {name: …, of: …, feature: mean}") {
      guard let characteristic = characteristic(node) else { continue }
      if found.contains(where: { $0.name == characteristic.name }) {
        node.fault("characteristic \(characteristic.name) stands twice", "Give every characteristic a name of its own")
      }
      found.append(characteristic)
    }
    if found.count > Self.maximumCharacteristics {
      list.fault("there are \(found.count) characteristics", "Write at most \(Self.maximumCharacteristics)")
    }
    return found
  }

  private func characteristic(_ node: DocumentNode) -> CharacteristicPlan? {
    node.allowKeys(["name", "of", "feature", "unit", "specification", "chart", "every", "gates"])
    let name = node.required("name", "Write a name: name: seal.temperature.mean")?
      .name(CharacteristicKind.self, "Write a name such as seal.temperature.mean")
    let sampling = node["every"].flatMap(sampling)
    let feature = sampling == .manual ? .end : feature(node)
    guard let name, let feature else { return nil }
    guard let (source, unit) = source(node, name, feature, sampling) else { return nil }
    let chart = node["chart"].flatMap { ChartReader(hasReactionPlans: hasReactionPlans).read($0) }
    let unitNode = node["unit"]?.string("Write the unit")
    if unitNode == nil, unit == nil {
      node.fault("the key \"unit\" is missing", "Write the unit of the parameter: unit: \"°C\"")
    }
    return CharacteristicPlan(
      name: name, parameter: source, feature: feature, unit: unitNode ?? unit ?? "",
      specification: node["specification"].flatMap {
        LimitReader(isSpecification: true, hasReactionPlans: hasReactionPlans).read($0)
      }, chart: chart, sampling: sampling, gates: node["gates"].map(gates))
  }

  private func feature(_ node: DocumentNode) -> CharacteristicPlan.Feature? {
    let words = CharacteristicPlan.Feature.allCases.map(\.rawValue)
    return node.required("feature", "Write one of: \(words.joined(separator: ", "))")?.choice(words)
      .flatMap(CharacteristicPlan.Feature.init(rawValue:))
  }

  /// The parameter that the feature is taken of, and its unit where it is known.
  private func source(
    _ node: DocumentNode, _ name: CharacteristicName, _ feature: CharacteristicPlan.Feature, _ sampling: SamplingPlan?
  ) -> (ParameterName, String?)? {
    if sampling == .manual {
      if let of = node["of"] { of.fault("a person measures it, so that it is of no parameter", "Take of: out") }
      // The same rule holds for both kinds of names.
      return (ParameterName(stringLiteral: name.text), nil)
    }
    if feature == .duration, sampling != nil {
      node.fault("a window of time has no duration of its own", "Take every: out, or take another feature")
      return nil
    }
    if feature == .duration, let cycleParameter { return (cycleParameter, "s") }
    guard let of = node.required("of", "Write the parameter that the feature is taken of") else { return nil }
    guard let parameters else {
      return of.name(ParameterKind.self, "Write the name of a parameter").map { ($0, feature == .duration ? "s" : nil) }
    }
    return Self.parameter(of, parameters).map { ($0.name, $0.unit) }
  }

  static func parameter(_ node: DocumentNode, _ parameters: [ParameterPlan]) -> ParameterPlan? {
    let remedy = "Write a parameter of this station: \(parameters.map(\.name.text).joined(separator: ", "))"
    guard let name = node.name(ParameterKind.self, remedy) else { return nil }
    guard let found = parameters.first(where: { $0.name == name }) else {
      node.fault("this station has no parameter \"\(name)\"", remedy)
      return nil
    }
    return found
  }

  private func sampling(_ node: DocumentNode) -> SamplingPlan? {
    let remedy = "Write manual or {window_seconds: 60}; without it, once per cycle"
    if node.isMapping {
      node.allowKeys(["window_seconds"])
      return node.required("window_seconds", remedy)?.seconds(in: 1...86_400, "Write seconds, such as 60")
        .map { .window(microseconds: $0) }
    }
    return node.choice(["cycle", "manual"]) == "manual" ? .manual : nil
  }

  private func gates(_ list: DocumentNode) -> [GatePlan] {
    list.elements("Write a list: - {name: machine warm, parameter: oven.temperature, above: 150}").compactMap { node in
      node.allowKeys(["name", "parameter", "after_seconds"] + ConditionReader.keys)
      let name = node.required("name", "Write what must hold: name: machine warm")?.string("Write a text")
      guard let name, let source = node.required("parameter", "Write the parameter that shows it") else { return nil }
      let parameter =
        parameters.map { Self.parameter(source, $0)?.name }
        ?? source.name(ParameterKind.self, "Write the name of a parameter")
      guard let parameter else { return nil }
      let after = node["after_seconds"]?.seconds(in: 0...86_400, "Write seconds, such as 300") ?? 0
      return GatePlan(
        name: name, parameter: parameter, condition: ConditionReader.read(node), afterMicroseconds: after)
    }
  }
}
