/// The topics of one edge node, formatted once.
struct EdgeTopics: Sendable {
  let nodeBirth: String
  let nodeDeath: String
  let nodeData: String
  let nodeCommand: String
  /// By the index of the device in the plan.
  let deviceBirth: [String]
  let deviceData: [String]
  let deviceCommand: [String]
  /// Where the primary host says whether it is there; nil where there is none.
  let primaryHostState: String?

  init(_ plan: SparkplugEdgePlan) {
    func topic(_ kind: SparkplugTopic.Kind, _ device: String? = nil) -> String {
      let address = SparkplugAddress(group: plan.group, edgeNode: plan.edgeNode, device: device)
      return SparkplugTopic.message(kind, address).text
    }
    nodeBirth = topic(.nodeBirth)
    nodeDeath = topic(.nodeDeath)
    nodeData = topic(.nodeData)
    nodeCommand = topic(.nodeCommand)
    deviceBirth = plan.devices.map { topic(.deviceBirth, $0.name) }
    deviceData = plan.devices.map { topic(.deviceData, $0.name) }
    deviceCommand = plan.devices.map { topic(.deviceCommand, $0.name) }
    primaryHostState = plan.primaryHost.map { SparkplugTopic.state(host: $0).text }
  }

  /// All with QoS 1 (tck-id-message-flow-edge-node-ncmd-subscribe, tck-id-message-flow-device-dcmd-subscribe).
  var subscriptions: [String] {
    [nodeCommand] + deviceCommand + (primaryHostState.map { [$0] } ?? [])
  }
}
