import Devices
import Foundation
import Shopfloor

/// Reads a control plan as people write it, in YAML. All faults are reported together, each with file, line, column and
/// what to write instead; whether it fits the line is the floor's to say.
struct ControlPlanReader {
  static func read(_ file: URL) throws(DocumentIssues) -> ControlPlan {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw DocumentIssues([
        DocumentIssue(
          file: file.path, line: 0, column: 0, problem: "the control plan cannot be read",
          remedy: "Check that the file exists, is readable by this user and is text in UTF-8")
      ])
    }
    return try read(text, file: file.path)
  }

  static func read(_ text: String, file: String) throws(DocumentIssues) -> ControlPlan {
    let (root, collector) = try DocumentNode.parse(text, file: file)
    let plan = ControlPlanReader(root: root).plan()
    try collector.throwIfAny()
    guard let plan else { preconditionFailure("a plan without a fault is there") }
    return plan
  }

  let root: DocumentNode

  private func plan() -> ControlPlan? {
    root.allowKeys(["control_plan", "version", "title", "products", "change", "stations", "reaction_plans"])
    let number = root.required("control_plan", "Write the number of the plan: control_plan: CP-7")?
      .name(ControlPlanKind.self, "Write a number such as CP-7")
    let version = root.required("version", "Write the version: version: 1")?
      .integer(in: 1...1_000_000, "Write a whole number from 1 on")
    let title = root.required("title", "Write what it is for: title: Sealing of pouch 7")?.string("Write a text")
    let products = root["products"].map { list in
      list.elements("Write a list of item codes: [POUCH-7]").compactMap {
        $0.name(ItemKind.self, "Write an item code")
      }
    }
    let stations = stations()
    let reactions = reactionPlans()
    guard let number, let version, let title else { return nil }
    return ControlPlan(
      number: number, version: version, title: title, products: products ?? [], stations: stations,
      reactionPlans: reactions, changeNote: root["change"]?.string("Write what changed") ?? "")
  }

  private func stations() -> [StationControl] {
    let remedy = "Write at least one station: stations: - station: sealer-1"
    guard let list = root.required("stations", remedy) else { return [] }
    var found: [StationControl] = []
    for node in list.elements(remedy) {
      node.allowKeys(["station", "specifications", "characteristics"])
      guard
        let name = node.required("station", "Write the name of the station")?
          .name(StationKind.self, "Write the name of a station")
      else { continue }
      if found.contains(where: { $0.station == name }) {
        node.fault("station \(name) stands twice", "Write each station once")
      }
      found.append(
        StationControl(
          station: name, specifications: node["specifications"].map(specifications) ?? [],
          characteristics: node["characteristics"].map {
            CharacteristicReader(parameters: nil, cycleParameter: nil, hasReactionPlans: true).read($0)
          } ?? []))
    }
    if found.isEmpty { list.fault("there is no station", remedy) }
    return found
  }

  private func specifications(_ list: DocumentNode) -> [StationControl.ParameterSpecification] {
    let remedy = "Write a list: - {parameter: seal.temperature, limits: {low: 170, high: 195}}"
    var found: [StationControl.ParameterSpecification] = []
    for node in list.elements(remedy) {
      node.allowKeys(["parameter", "limits"])
      guard
        let name = node.required("parameter", remedy)?.name(ParameterKind.self, "Write the name of a parameter"),
        let limits = node.required("limits", remedy).flatMap(
          LimitReader(isSpecification: true, hasReactionPlans: true).read)
      else { continue }
      if found.contains(where: { $0.parameter == name }) {
        node.fault("parameter \(name) stands twice", "Write each parameter once")
      }
      found.append(.init(parameter: name, limits: limits))
    }
    return found
  }

  private func reactionPlans() -> [ReactionPlan] {
    let remedy = "Write a list: - {name: OCAP-SEAL, steps: [{en: Check the thermocouple, zh: 检查热电偶}]}"
    guard let list = root["reaction_plans"] else { return [] }
    var found: [ReactionPlan] = []
    for node in list.elements(remedy) {
      node.allowKeys(["name", "steps"])
      guard let name = node.required("name", remedy)?.string("Write a name"),
        let steps = node.required("steps", remedy)
      else { continue }
      let words = steps.elements(remedy).compactMap(step)
      if words.isEmpty { steps.fault("there is no step", remedy) }
      if found.contains(where: { $0.name == name }) {
        node.fault("reaction plan \(displayable(name)) stands twice", "Give every reaction plan a name of its own")
      }
      found.append(ReactionPlan(name: name, steps: words))
    }
    return found
  }

  private func step(_ node: DocumentNode) -> Words? {
    if let text = node.text { return Words(text, text) }
    node.allowKeys(["en", "zh"])
    guard let english = node.required("en", "Write the step in English")?.string("Write a text"),
      let chinese = node.required("zh", "Write the step in Chinese")?.string("Write a text")
    else { return nil }
    return Words(english, chinese)
  }
}
