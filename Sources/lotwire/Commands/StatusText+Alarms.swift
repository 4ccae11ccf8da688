import Console
import Shopfloor

extension StatusText {
  /// The open alarms, the most urgent first; apart from them what is shelved and what is out of service.
  var alarms: [String] {
    let open =
      status.openAlarms.isEmpty ? ["  Alarms   none open"] : ["  Alarms"] + status.openAlarms.flatMap(alarm)
    let shelved = status.shelvedAlarms.isEmpty ? [] : ["  Shelved"] + status.shelvedAlarms.flatMap(alarm)
    return open + shelved + outOfService
  }

  private func alarm(_ alarm: Alarm) -> [String] {
    ["    \(AlarmText.sign(alarm)) \(AlarmText.headline(alarm))   since \(clock(alarm.raisedAt))"]
      + AlarmText.details(alarm).map { "         \($0)" }
  }

  private var outOfService: [String] {
    guard !status.outOfService.isEmpty else { return [] }
    return ["  Out of service"]
      + status.outOfService.flatMap { change in
        ["    ○  \(AlarmText.source(change.source)): \(change.person) since \(change.at): \(change.reason)"]
          + status.silentAlarms.filter { $0.origin == change.source }.flatMap(alarm)
      }
  }
}

/// An alarm as a person reads it in a terminal.
enum AlarmText {
  /// The shape that tells the states apart without colour.
  static func sign(_ alarm: Alarm) -> String {
    switch alarm.processState {
    case .activeUnacknowledged: "▲!"
    case .activeAcknowledged: "▲ "
    case .returnedUnacknowledged: "△!"
    case .awaitingReaction, .shelved, .outOfService: "△ "
    }
  }

  static func headline(_ alarm: Alarm) -> String {
    "\(alarm.processState.words.english)   \(alarm.urgency.rawValue.uppercased())   \(alarm.id)  "
      + "\(alarm.station) \(alarm.source) = \(StatusText.rounded(alarm.value)) \(alarm.unit): "
      + "\(alarm.rule.english) / \(alarm.rule.chinese)"
  }

  /// What else is known, a line each.
  static func details(_ alarm: Alarm) -> [String] {
    var lines: [String] = []
    if let done = alarm.acknowledgement { lines.append("acknowledged by \(done.person): \(done.cause)") }
    if let rung = alarm.escalation { lines.append("escalated to level \(rung.level), \(rung.to), at \(rung.at)") }
    if let shelf = alarm.shelving {
      lines.append("shelved by \(shelf.person) until \(shelf.until): \(shelf.reason)")
    }
    if let next = alarm.openSteps.first {
      let left = alarm.openSteps.count
      lines.append(
        "\(left) reaction \(left == 1 ? "step" : "steps") left, next is \(next.number): \(next.text.english) / "
          + next.text.chinese)
    }
    return lines
  }

  static func source(_ source: AlarmSource) -> String {
    let kind =
      switch source.kind {
      case .specification: "specification"
      case .alarmLimit: "alarm limit"
      case .controlSignal: "control signal"
      case .collection: "collection"
      case .erpDrift: "drift in the ERP"
      case .erpAccess: "access to the ERP"
      }
    return "\(source.station) \(source.source) (\(kind))"
  }
}
