import Devices
import Shopfloor

/// What hosts say to the edge node.
extension SparkplugEdgeState {
  mutating func message(
    _ topic: String, _ payload: [UInt8], isRetained: Bool, at now: ClockReading
  ) -> [SparkplugLinkAction] {
    if topic == topics.primaryHostState { return hostState(payload, at: now) }
    if topic == topics.nodeCommand { return command(payload, device: nil, isRetained: isRetained, at: now) }
    if let device = topics.deviceCommand.firstIndex(of: topic) {
      return command(payload, device: device, isRetained: isRetained, at: now)
    }
    return []
  }

  // MARK: The primary host

  private mutating func hostState(_ payload: [UInt8], at now: ClockReading) -> [SparkplugLinkAction] {
    guard let statement = PrimaryHostStatement(payload) else {
      counts.ignoredStates += 1
      complain("the STATE message of \"\(displayable(plan.primaryHost ?? ""))\" cannot be read")
      return []
    }
    guard primaryHost.take(statement) else {
      counts.ignoredStates += 1
      return []
    }
    guard primaryHost.state == .offline, phase == .born else { return beBornIfPossible(at: now) }
    phase = .leaving
    return [
      death(at: now), .disconnect(reason: "the primary host \"\(displayable(plan.primaryHost ?? ""))\" is offline"),
    ]
  }

  // MARK: Commands

  private mutating func command(
    _ payload: [UInt8], device: Int?, isRetained: Bool, at now: ClockReading
  ) -> [SparkplugLinkAction] {
    guard !isRetained else {
      refuse("a command that the broker had kept (retained) is not obeyed: nobody knows when it was given")
      return []
    }
    let command: SparkplugPayload
    do throws(SparkplugFault) {
      command = try SparkplugCodec.decode(payload)
    } catch {
      refuse("a command cannot be read: \(error)")
      return []
    }
    // Before the births there is no metric that a command could mean.
    guard phase == .born else { return [] }
    var actions: [SparkplugLinkAction] = []
    for metric in command.metrics {
      if device == nil, metric.name == Self.rebirthMetric {
        guard case .boolean(true)? = metric.value else { continue }
        actions += rebirthAsked(at: now)
      } else {
        actions += write(metric, device: device)
      }
    }
    return actions
  }

  private mutating func write(_ metric: SparkplugMetric, device: Int?) -> [SparkplugLinkAction] {
    let deviceName = device.map { plan.devices[$0].name }
    let name = metric.name ?? metric.alias.map { "alias \($0)" } ?? "without a name"
    let index =
      metric.name.map { metrics.index(device: deviceName, name: $0) }
      ?? metric.alias.flatMap { metrics.index(alias: $0, device: device) }
    guard let index else {
      refuse("a command on the metric \"\(displayable(name))\", which does not exist")
      return []
    }
    let target = metrics.metrics[index].plan
    guard target.isWritable else {
      refuse("a command on the metric \"\(displayable(name))\", which may not be written")
      return []
    }
    guard metric.datatype ?? target.type.rawValue == target.type.rawValue, !metric.isNull, !metric.isHistorical,
      let content = metric.value?.content(as: target.type), content.isFinite
    else {
      refuse("a command on the metric \"\(displayable(name))\" with no value of its type")
      return []
    }
    counts.acceptedCommands += 1
    return [.command(SparkplugEdgeCommand(device: deviceName, metric: target.name, value: content))]
  }
}

extension SparkplugEdgeValue.Content {
  fileprivate var isFinite: Bool {
    if case .number(let number) = self { number.isFinite } else { true }
  }
}
