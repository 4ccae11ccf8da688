import Devices
import Shopfloor

/// The state of a session in the words of the status display.
struct SessionWords {
  /// Topics that are named one by one.
  static let maximumNamedTopics = 5

  let state: SessionState
  let plan: MQTTBrokerPlan
  /// Of ``connection(_:sessionExpirySeconds:)``.
  let connection: String

  /// How we are connected, for status and record.
  static func connection(_ connection: MQTTConnection, sessionExpirySeconds: UInt32?) -> String {
    var words =
      "\(connection.host):\(connection.port) as \(displayable(connection.clientID, maximumCharacters: 40)), "
      + "MQTT \(connection.version.rawValue)\(connection.security == nil ? "" : " with TLS")"
    // A broker that takes what we asked for says nothing, or says it again (MQTT 5 section 3.2.2.3.2).
    if let sessionExpirySeconds, sessionExpirySeconds != .max {
      words +=
        "; the broker keeps our session for only \(sessionExpirySeconds) s: messages of a longer absence are lost"
    }
    if let file = connection.passwordFile, PasswordFile.isReadableByOthers(file) {
      words += "; the password file \(file) can be read by everybody on this machine; take that right away"
    }
    return words
  }

  var linkState: LinkStatus.State {
    switch state.phase {
    case .online:
      state.refused.isEmpty && state.weakened.isEmpty && state.lostSessions == 0 ? .online : .degraded
    case .waiting, .connecting, .subscribing: state.reconnects == 0 ? .starting : .offline
    }
  }

  var detail: String {
    var parts: [String] = []
    switch state.phase {
    case .online: parts.append("connected to \(connection)")
    case .waiting, .connecting, .subscribing:
      let reason = state.lastFault ?? "connecting"
      parts.append(
        "broker \(plan.connection.host):\(plan.connection.port) as "
          + "\(displayable(plan.connection.clientID, maximumCharacters: 40)): \(reason); check that the broker runs and "
          + "the address is right")
    }
    parts += Self.named(state.refused) { "the broker refuses the topic \($0): \(BrokerWords.refusedTopic(code: $1))" }
    parts += Self.named(state.weakened) { topic, _ in
      "the broker delivers the topic \(topic) at most once (QoS 0): messages may be missing; allow QoS 1 there"
    }
    if state.lostSessions > 0 {
      parts.append(
        "the broker had lost our session \(state.lostSessions) times: messages may be missing; check its persistence")
    }
    if let note = MosquittoLibrary.versionNote { parts.append(note) }
    return parts.joined(separator: "; ")
  }

  private static func named(_ answers: [SubscriptionAnswer], _ words: (String, Int32) -> String) -> [String] {
    var parts = answers.prefix(maximumNamedTopics).map {
      words("\"\(displayable($0.filter.text, maximumCharacters: 80))\"", $0.code)
    }
    if answers.count > maximumNamedTopics { parts.append("and \(answers.count - maximumNamedTopics) more such topics") }
    return parts
  }
}
