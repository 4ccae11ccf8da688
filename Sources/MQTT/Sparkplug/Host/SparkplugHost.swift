public import Devices
import Shopfloor
import Synchronization

/// Reads edge nodes as a Sparkplug host application: over one connection with a clean session, on one thread.
///
/// Sparkplug is at most once (QoS 0): what is lost on the way is not got back. It is found, recorded, and the edge node
/// is asked for its births.
public final class SparkplugHost: DeviceSource {
  private let plan: SparkplugHostPlan
  private let inbox: any RecorderInbox
  private let clock: any WallClock
  private let backoff: Backoff
  private let running = Mutex<Running?>(nil)

  private struct Running: Sendable {
    var link: SparkplugLink<SparkplugHostState>
    var board: SparkplugHostBoard
  }

  /// - Parameter backoff: the waits between attempts to reach the broker.
  public init(
    plan: SparkplugHostPlan, inbox: any RecorderInbox, clock: any WallClock = SystemClock(),
    backoff: Backoff = Backoff(firstMicroseconds: 500_000, capMicroseconds: 30_000_000)
  ) {
    self.plan = plan
    self.inbox = inbox
    self.clock = clock
    self.backoff = backoff
  }

  deinit { stop() }

  /// - Throws: `MQTTPlanFault` or `SparkplugHostFault` where the plan cannot be run; then nothing runs.
  public func start() throws {
    try check()
    let machine = SparkplugHostState(plan, at: clock.now().utc)
    let board = SparkplugHostBoard(machine, clock: clock)
    let link = try SparkplugLink(
      machine,
      wiring: .init(
        name: plan.name, connection: plan.connection, clock: clock, backoff: backoff, inbox: inbox, values: nil,
        command: nil, show: { machine, report in board.show(machine, report) }))
    running.withLock { $0 = Running(link: link, board: board) }
  }

  private func check() throws {
    try MQTTPlanFault.check([MQTTBrokerPlan(name: plan.name, connection: plan.connection, devices: [])])
    let names = plan.devices.flatMap { [$0.group, $0.edgeNode, $0.sparkplugDevice ?? "-"] }
    for name in [plan.hostID] + names where !SparkplugTopic.isName(name) { throw SparkplugHostFault.name(name) }
    guard SparkplugHostFault.reorderRange.contains(plan.reorderMicroseconds) else {
      throw SparkplugHostFault.reorderTime(microseconds: plan.reorderMicroseconds)
    }
    for device in plan.devices {
      let count = device.parameters.values.reduce(0) { $0 + $1.count }
      guard count <= maximumReadingsPerBatch else {
        throw MQTTPlanFault.tooManyParameters(device: device.device.text, count: count)
      }
    }
  }

  /// Says good-bye (STATE offline) before it ends the connection.
  public func stop() {
    let ending = running.withLock { running in
      defer { running = nil }
      return running
    }
    ending?.link.stop()
  }

  /// One status for each device.
  public func status() -> [LinkStatus] {
    running.withLock { $0 }?.board.statuses(of: plan.devices) ?? []
  }
}
