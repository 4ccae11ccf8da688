import Devices
import Shopfloor

/// What a Sparkplug host application does (specification 3.0.0, chapters 4.3 and 5): says that it is there, follows the
/// births, the order and the deaths of the planned edge nodes, asks for births where it must, and makes readings of
/// metrics. Pure; ``SparkplugLink`` drives it.
struct SparkplugHostState: SparkplugMachine {
  /// Two hosts with one id contradict each other for ever: we do it at most this often, in microseconds.
  static let onlineAgainMicroseconds: Int64 = 1_000_000
  /// A time on our own state that is further ahead of our clock than this is not believed, in milliseconds: it would bind us
  /// for ever.
  static let mostAheadMilliseconds: Int64 = 300_000
  /// For a later time on our state we connect again at most this often, in microseconds.
  static let newWillMicroseconds: Int64 = 60_000_000

  private let plan: SparkplugHostPlan
  private(set) var nodes: [SparkplugAddress: NodeSession]
  /// The nodes in the order of the plan.
  private let order: [SparkplugAddress]
  private var thinning: HostThinning
  /// Time stamp of the will of this connection, in milliseconds.
  private var willTimestamp: Int64 = 0
  private var isOnline = false
  private var onlineAgainNotBefore = Int64.min
  private var owesOnline = false
  /// The latest time stamp that somebody has put on our own state and that can be true, in milliseconds, over all
  /// connections: edge nodes pass over what is older.
  private var latestSeen = Int64.min
  private var newWillNotBefore = Int64.min
  /// Messages on our own state whose time cannot be true.
  private(set) var incredibleStates: UInt64 = 0
  /// Messages of nodes that nobody planned, of topics that are none.
  private(set) var unplanned: UInt64 = 0

  init(_ plan: SparkplugHostPlan, at now: Timestamp) {
    self.plan = plan
    var order: [SparkplugAddress] = []
    var plans: [SparkplugAddress: [SparkplugDevicePlan]] = [:]
    for device in plan.devices {
      let address = SparkplugAddress(group: device.group, edgeNode: device.edgeNode)
      if plans[address] == nil { order.append(address) }
      plans[address, default: []].append(device)
    }
    self.order = order
    thinning = HostThinning(plan)
    nodes = Dictionary(
      uniqueKeysWithValues: plans.map { address, devices in
        (
          address,
          NodeSession(
            address: address, plans: devices, broker: plan.name, patience: plan.reorderMicroseconds, now: now)
        )
      })
  }

  private var ownTopic: String { SparkplugTopic.state(host: plan.hostID).text }

  /// The own STATE with QoS 1, and the planned nodes, nobody else's (4.3.1: "appropriate" topics may be those of single
  /// nodes). Those with QoS 0: the library acknowledges before anything is on disk, so nothing is there to be
  /// acknowledged; a broker that we do not hear is a lost connection, and then everything is stale.
  var subscriptions: [(filter: String, qualityOfService: Int32)] {
    [(filter: ownTopic, qualityOfService: 1)]
      + order.map { (filter: "\(SparkplugTopic.namespace)/\($0.group)/+/\($0.edgeNode)/#", qualityOfService: 0) }
  }

  // MARK: The machine

  mutating func will(at now: ClockReading) -> MosquittoClient.Will? {
    willTimestamp = max(now.utc.milliseconds, latestSeen == .min ? .min : latestSeen + 1)
    return MosquittoClient.Will(
      topic: ownTopic, payload: HostStateMessage(isOnline: false, timestamp: willTimestamp).bytes,
      qualityOfService: 1, isRetained: true)
  }

  var deadlineMicroseconds: Int64? {
    guard isOnline else { return thinning.deadline }
    let own = owesOnline ? onlineAgainNotBefore : nil
    let newWill = owesNewWill ? newWillNotBefore : nil
    return (nodes.values.map(\.deadline) + [own, newWill, thinning.deadline]).compactMap(\.self).min()
  }

  mutating func handle(_ event: SparkplugLinkEvent, at now: ClockReading) -> [SparkplugLinkAction] {
    var output = NodeSession.Output()
    var actions: [SparkplugLinkAction] = []
    switch event {
    case .accepted: return [.subscribe(subscriptions)]
    case .subscribed:
      isOnline = true
      // The first message of all that a host publishes (tck-id-host-topic-phid-birth-message).
      actions.append(sayOnline(now))
      for address in order { nodes[address]?.connected(now, &output) }
    case .message(let topic, let payload, let isRetained): take(topic, payload, isRetained, now, &output)
    case .messageTooLarge(let topic, let bytes):
      guard case .message(_, let address)? = SparkplugTopic(topic) else { break }
      nodes[address.node]?.unreadable(.payloadTooLarge(bytes: bytes), device: address.device)
    case .lost:
      guard isOnline else { break }
      isOnline = false
      owesOnline = false
      for address in order { nodes[address]?.disconnected(now, &output) }
    case .clockMoved:
      guard isOnline else { break }
      for address in order { nodes[address]?.timePassed(now, &output) }
    case .stopping:
      guard isOnline else { break }
      actions.append(sayOffline(now))
      // Nobody follows the nodes from here on: what waits is taken, what is known is stale.
      for address in order { nodes[address]?.disconnected(now, &output) }
    case .written, .acknowledged, .publishRefused, .values, .notReached: break
    }
    if owesOnline, now.monotonicMicroseconds >= onlineAgainNotBefore { actions.append(sayOnline(now)) }
    if isOnline, event != .stopping, owesNewWill, now.monotonicMicroseconds >= newWillNotBefore {
      newWillNotBefore = now.monotonicMicroseconds + Self.newWillMicroseconds
      actions += [
        sayOffline(now),
        .disconnect(reason: "our STATE has a later time at the broker than our will; connecting again"),
      ]
    }
    var batches = thinning.thinned(output.batches, at: now)
    if !isOnline || event == .stopping { batches += thinning.released() }
    output.notes += thinning.takeNotes(at: now.monotonicMicroseconds)
    if !batches.isEmpty { actions.append(.offer(batches)) }
    if !output.notes.isEmpty { actions.append(.note(output.notes)) }
    return actions + output.rebirths.map { rebirthRequest($0, at: now) }
  }

  // MARK: Messages

  private mutating func take(
    _ topic: String, _ payload: [UInt8], _ isRetained: Bool, _ now: ClockReading, _ output: inout NodeSession.Output
  ) {
    switch SparkplugTopic(topic) {
    case .state(let host)?:
      guard host == plan.hostID, let said = HostStateMessage(payload) else { return }
      if said.timestamp <= max(now.utc.milliseconds + Self.mostAheadMilliseconds, willTimestamp) {
        latestSeen = max(latestSeen, said.timestamp)
      } else {
        incredibleStates += 1
      }
      if isOnline, !said.isOnline { owesOnline = true }
    case .message(let kind, let address)?:
      guard nodes[address.node] != nil else {
        unplanned += 1
        return
      }
      var isReadable = true
      let content: SparkplugPayload
      do throws(SparkplugFault) {
        content = try SparkplugCodec.decode(payload)
      } catch {
        nodes[address.node]?.unreadable(error, device: address.device)
        // Its place in the count is taken all the same, and only its own metrics are in doubt.
        guard let frame = SparkplugCodec.frame(of: payload), kind == .nodeDeath || frame.sequence != nil else { return }
        isReadable = false
        content = frame
      }
      let message = NodeMessage(
        kind: kind, device: address.device, payload: content, topic: topic, bytes: payload, isReadable: isReadable,
        receivedAt: now)
      nodes[address.node]?.take(message, isRetained: isRetained, &output)
    case nil: unplanned += 1
    }
  }

  // MARK: What we publish

  /// Birth and will must have one time (tck-id-host-topic-phid-birth-payload-timestamp), and edge nodes pass over what is
  /// older than the last they saw: after a later time only another will helps.
  private var owesNewWill: Bool { latestSeen > willTimestamp }

  private func sayOffline(_ now: ClockReading) -> SparkplugLinkAction {
    say(HostStateMessage(isOnline: false, timestamp: max(now.utc.milliseconds, willTimestamp, latestSeen)))
  }

  private mutating func sayOnline(_ now: ClockReading) -> SparkplugLinkAction {
    owesOnline = false
    onlineAgainNotBefore = now.monotonicMicroseconds + Self.onlineAgainMicroseconds
    return say(HostStateMessage(isOnline: true, timestamp: willTimestamp))
  }

  private func say(_ message: HostStateMessage) -> SparkplugLinkAction {
    .publish(topic: ownTopic, payload: message.bytes, qualityOfService: 1, isRetained: true)
  }

  /// QoS 0, not retained, without a sequence number (4.2.2, 6.4.22).
  private func rebirthRequest(_ node: SparkplugAddress, at now: ClockReading) -> SparkplugLinkAction {
    let time = UInt64(max(now.utc.milliseconds, 0))
    let payload = SparkplugPayload(
      timestamp: time,
      metrics: [
        SparkplugMetric(
          name: "Node Control/Rebirth", timestamp: time, datatype: SparkplugDataType.boolean.rawValue,
          value: .boolean(true))
      ])
    return .publish(
      topic: SparkplugTopic.message(.nodeCommand, node).text, payload: SparkplugCodec.encode(payload),
      qualityOfService: 0, isRetained: false)
  }
}
