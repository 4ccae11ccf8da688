import Devices
import Notifications
import Shopfloor

/// Reads `notifications:`, who outside the floor is told of what, and how.
struct NotificationReader {
  let root: DocumentNode
  let reader: ConfigurationReader
  let stations: [StationPlan]
  let brokers: [MQTTBrokerEntry]
  /// Who is called by the ladder of escalation.
  let ladder: [String]

  /// Longest name of a subscription, in characters.
  static let maximumNameCharacters = 64
  static let maximumThresholds = 200

  func read() -> [NotificationEntry] {
    guard let list = root["notifications"] else { return [] }
    var entries: [NotificationEntry] = []
    for node in list.elements("Write a list: - {name: quality, webhook: {url: …, secret_file: …}}") {
      node.allowKeys([
        "name", "customer", "on", "kinds", "minimum_priority", "escalation_to", "thresholds", "late_after_seconds",
        "webhook", "mqtt", "email",
      ])
      guard let name = name(node) else { continue }
      if entries.contains(where: { $0.plan.name == name }) {
        node.fault("notification \(name) stands twice", "Give every one a name of its own")
      }
      let plan = plan(name, node)
      let late =
        node["late_after_seconds"]?.seconds(in: 1...604_800, "Write seconds, such as 300")
        ?? NotificationSubscription.defaultLateAfterMicroseconds
      guard let receiver = receiver(node, name) else { continue }
      entries.append(NotificationEntry(plan: plan, receiver: receiver, lateAfterMicroseconds: late))
    }
    if entries.count > NotificationService.maximumSubscriptions {
      list.fault(
        "there are \(entries.count) notifications",
        "Write at most \(NotificationService.maximumSubscriptions); a receiver of one may tell many")
    }
    return entries
  }

  // MARK: What decides

  private func name(_ node: DocumentNode) -> String? {
    let remedy = "Write a name of letters, digits, dots, hyphens and underscores: name: acme-quality"
    guard let child = node.required("name", remedy), let name = child.string(remedy) else { return nil }
    let marks: Set<Character> = [".", "-", "_"]
    guard (1...Self.maximumNameCharacters).contains(name.count),
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) || marks.contains($0) })
    else {
      child.fault("\"\(displayable(name, maximumCharacters: 60))\" cannot be a name here", remedy)
      return nil
    }
    return name
  }

  private func plan(_ name: String, _ node: DocumentNode) -> NotificationPlan {
    var plan = NotificationPlan(name: name)
    plan.customer = node["customer"].flatMap { text($0, "Write the customer as the ERP names it") }
    if let on = node["on"] { plan.occasions = choices(on, NotificationOccasion.allCases.map { ($0.rawValue, $0) }) }
    if let kinds = node["kinds"] { plan.kinds = choices(kinds, Alarm.Kind.allCases.map { ($0.configured, $0) }) }
    if let priority = node["minimum_priority"]?.choice(AlarmPriority.allCases.map(\.rawValue)) {
      plan.minimumPriority = AlarmPriority(rawValue: priority) ?? .low
    }
    plan.escalationTo = node["escalation_to"].map(rungs)
    plan.thresholds = node["thresholds"].map(thresholds) ?? []
    return plan
  }

  /// A name that no rung has would never be told of anything.
  private func rungs(_ list: DocumentNode) -> [String] {
    let known = Set(ladder).sorted().joined(separator: ", ")
    let remedy =
      known.isEmpty
      ? "Describe the ladder first: alarms: {escalation: [{after_minutes: 10, to: shift leader}]}"
      : "Write one or more of: \(known)"
    let names = list.elements(remedy).compactMap { node -> String? in
      guard let name = text(node, remedy) else { return nil }
      if !ladder.contains(name) {
        node.fault("the ladder calls nobody of the name \"\(displayable(name, maximumCharacters: 60))\"", remedy)
      }
      return name
    }
    if list.elementCount == 0 { list.fault("nobody is named", remedy) }
    return names
  }

  private func text(_ node: DocumentNode, _ remedy: String) -> String? {
    guard let text = node.string(remedy) else { return nil }
    if let fault = OutsideTextFault(in: text, maximumBytes: maximumIdentifierBytes) {
      node.fault(fault.words.english, remedy)
      return nil
    }
    return text
  }

  private func choices<Value: Hashable>(_ node: DocumentNode, _ allowed: [(String, Value)]) -> [Value] {
    let words = allowed.map(\.0)
    let found = node.elements("Write a list of: \(words.joined(separator: ", "))").compactMap { element in
      element.choice(words).flatMap { word in allowed.first { $0.0 == word }?.1 }
    }
    if node.elementCount == 0 {
      node.fault("the list is empty", "Write one or more of: \(words.joined(separator: ", "))")
    }
    // In the order of the vocabulary, so that the order of the file is no change.
    return allowed.map(\.1).filter(found.contains)
  }

  private func thresholds(_ list: DocumentNode) -> [CustomerThreshold] {
    let remedy = "Write a list: - {station: sealer-1, characteristic: temperature.mean, low: 170, high: 190}"
    var thresholds: [CustomerThreshold] = []
    for node in list.elements(remedy) {
      node.allowKeys(["station", "characteristic", "low", "high"])
      let station = node.required("station", remedy)?.name(StationKind.self, "Write the name of a station")
      let name = node.required("characteristic", remedy)?
        .name(CharacteristicKind.self, "Write the name of a characteristic")
      guard let station, let name else { continue }
      if !stations.contains(where: { $0.name == station }) {
        node.fault(
          "station \"\(station)\" does not exist", "Write one of: \(stations.map(\.name.text).joined(separator: ", "))")
      }
      let low = node["low"]?.number("Write a number")
      let high = node["high"]?.number("Write a number")
      if low == nil, high == nil { node.fault("there is no limit", "Write low:, high: or both") }
      if let low, let high, low > high {
        node.fault("low \(low) is above high \(high)", "Exchange them")
      }
      let threshold = CustomerThreshold(station: station, characteristic: name, low: low, high: high)
      if thresholds.contains(threshold) { node.fault("this threshold stands twice", "Take one out") }
      thresholds.append(threshold)
    }
    if thresholds.count > Self.maximumThresholds {
      list.fault("there are \(thresholds.count) thresholds", "Write at most \(Self.maximumThresholds)")
    }
    return thresholds
  }
}

extension Alarm.Kind {
  /// As the configuration and the messages spell it.
  fileprivate var configured: String {
    switch self {
    case .specification: "specification"
    case .alarmLimit: "alarm_limit"
    case .controlSignal: "control_signal"
    case .collection: "collection"
    case .erpDrift: "erp_drift"
    case .erpAccess: "erp_access"
    }
  }
}
