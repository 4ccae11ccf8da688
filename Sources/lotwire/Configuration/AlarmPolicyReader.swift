import Devices
import Shopfloor

/// Reads `alarms:`, how alarms are handled at this line.
struct AlarmPolicyReader {
  let root: DocumentNode

  /// Entries of one list, and rungs of the ladder: more are not chosen from, or climbed, by anybody.
  static let maximumCodes = 200
  static let maximumRungs = 20
  /// Longest words for a code or a rung, in bytes.
  static let maximumWordBytes = 200

  func read() -> AlarmPolicy? {
    guard let node = root["alarms"] else { return nil }
    node.allowKeys(["causes", "actions", "escalation", "maximum_shelving_hours"])
    var policy = AlarmPolicy()
    policy.causes = node["causes"].map { codes($0, "{code: TOOL-WEAR, en: tool worn, zh: 刀具磨损}") } ?? []
    policy.actions = node["actions"].map { codes($0, "{code: ADJUSTED, en: adjusted, zh: 已调整}") } ?? []
    policy.escalation = node["escalation"].map(ladder) ?? []
    if let longest = node["maximum_shelving_hours"]?.hours(in: 0.01...168, "Write hours, such as 8") {
      policy.maximumShelvingMicroseconds = longest
    }
    return policy
  }

  private func codes(_ list: DocumentNode, _ example: String) -> [ListedCode] {
    var codes: [ListedCode] = []
    for node in list.elements("Write a list: - \(example)") {
      node.allowKeys(["code", "en", "zh"])
      let code = code(node, example)
      let english = words(node, "en", example)
      let chinese = words(node, "zh", example)
      guard let code, let english, let chinese else { continue }
      if codes.contains(where: { $0.code == code }) {
        node["code"]?.fault("the code \(code) stands twice", "Give every entry a code of its own")
      }
      codes.append(ListedCode(code: code, words: Words(english, chinese)))
    }
    if codes.count > Self.maximumCodes {
      list.fault("the list has \(codes.count) entries", "Nobody finds one among more than \(Self.maximumCodes)")
    }
    return codes
  }

  private func code(_ node: DocumentNode, _ example: String) -> String? {
    guard let place = node.required("code", "Write \(example)"), let text = place.string("Write \(example)") else {
      return nil
    }
    guard ListedCode.isCode(text) else {
      place.fault(
        "\"\(displayable(text, maximumCharacters: 60))\" is not a code",
        "Write up to \(ListedCode.maximumCodeLength) letters, digits, \"-\", \"_\" or \".\", such as TOOL-WEAR")
      return nil
    }
    return text
  }

  private func words(_ node: DocumentNode, _ key: String, _ example: String) -> String? {
    guard let place = node.required(key, "Write \(example)"), let text = place.string("Write \(example)") else {
      return nil
    }
    if let fault = OutsideTextFault(in: text, maximumBytes: Self.maximumWordBytes) {
      place.fault("these words cannot be shown: \(fault.words.english)", "Write \(example)")
      return nil
    }
    return text
  }

  private func ladder(_ list: DocumentNode) -> [EscalationStep] {
    let example = "{after_minutes: 10, to: shift leader}"
    var steps: [EscalationStep] = []
    for node in list.elements("Write a list: - \(example)") {
      node.allowKeys(["after_minutes", "to", "minimum_priority"])
      let after = node.required("after_minutes", "Write \(example)")?
        .minutes(in: 0.01...43_200, "Write minutes, such as 10")
      let to = words(node, "to", example)
      let priority =
        node["minimum_priority"]?.choice(AlarmPriority.allCases.map(\.rawValue))
        .flatMap(AlarmPriority.init(rawValue:)) ?? .low
      guard let after, let to else { continue }
      if let last = steps.last, after <= last.afterMicroseconds {
        node["after_minutes"]?.fault(
          "this rung is not later than the one before", "Write the rungs in the order of time, each with its own")
      }
      steps.append(EscalationStep(afterMicroseconds: after, to: to, minimumPriority: priority))
    }
    if steps.count > Self.maximumRungs {
      list.fault("the ladder has \(steps.count) rungs", "Write at most \(Self.maximumRungs)")
    }
    return steps
  }
}

extension DocumentNode {
  fileprivate func minutes(in range: ClosedRange<Double>, _ remedy: String) -> Int64? {
    time("min", microseconds: 60_000_000, in: range, remedy)
  }

  fileprivate func hours(in range: ClosedRange<Double>, _ remedy: String) -> Int64? {
    time("h", microseconds: 3_600_000_000, in: range, remedy)
  }

  private func time(_ unit: String, microseconds: Double, in range: ClosedRange<Double>, _ remedy: String) -> Int64? {
    guard let value = number(remedy) else { return nil }
    guard range.contains(value) else {
      fault("\(value) \(unit) is outside \(range.lowerBound) to \(range.upperBound) \(unit)", remedy)
      return nil
    }
    return Int64((value * microseconds).rounded())
  }
}
