import Devices
import Shopfloor

/// The state of a session in the words of the status display.
struct SessionWords {
  let state: SessionState
  let plan: MQTTBrokerPlan

  var linkState: LinkStatus.State {
    switch state.phase {
    case .online: state.refusedTopics.isEmpty && state.lostSessions == 0 ? .online : .degraded
    case .waiting, .connecting, .subscribing: state.reconnects == 0 ? .starting : .offline
    }
  }

  var detail: String {
    let address =
      "\(plan.connection.host):\(plan.connection.port) as \(displayable(plan.connection.clientID, maximumCharacters: 40))"
    var parts: [String] = []
    switch state.phase {
    case .online: parts.append("connected to \(address)")
    case .waiting, .connecting, .subscribing:
      let reason = state.lastFault ?? "connecting"
      parts.append("broker \(address): \(reason); check that the broker runs and the address is right")
    }
    for topic in state.refusedTopics.prefix(5) {
      parts.append(
        "the broker refuses the topic \"\(displayable(topic, maximumCharacters: 80))\" (SUBACK 0x80); check its access list"
      )
    }
    if state.refusedTopics.count > 5 { parts.append("and \(state.refusedTopics.count - 5) more refused topics") }
    if state.lostSessions > 0 {
      parts.append(
        "the broker had lost our session \(state.lostSessions) times: messages may be missing; check its persistence")
    }
    if let note = MosquittoLibrary.versionNote { parts.append(note) }
    return parts.joined(separator: "; ")
  }
}
