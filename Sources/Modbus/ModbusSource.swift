public import Devices
import NIOCore
import NIOPosix
import Synchronization

/// All Modbus devices of a line: one connection for each TCP endpoint, one thread for each serial line, one
/// `ReadingBatch` for each poll of each device.
public final class ModbusSource: DeviceSource {
  private enum Phase { case ready, running, stopped }

  private let endpoints: [TCPEndpoint]
  private let buses: [SerialBus]
  private let group: MultiThreadedEventLoopGroup
  private let phase = Mutex(Phase.ready)

  /// - Parameters:
  ///   - devices: devices with the same endpoint share it.
  ///   - inbox: takes a batch for each poll; what it turns away is counted in the device's status.
  ///   - eventLoopThreads: threads that all TCP endpoints share.
  ///   - seed: of the jitter in waiting times.
  /// - Throws: where a point is not in the profile, or two devices want one serial line with different settings.
  public init(
    devices: [ModbusDevicePlan], inbox: any RecorderInbox, clock: any WallClock = SystemClock(),
    eventLoopThreads: Int = 2, seed: UInt64 = .random(in: .min ... .max)
  ) throws(ModbusSetupFault) {
    let boards = try Self.boards(devices, now: clock.now(), seed: seed)
    group = MultiThreadedEventLoopGroup(numberOfThreads: eventLoopThreads)
    var endpoints: [TCPEndpoint] = []
    var buses: [SerialBus] = []
    for (index, (endpoint, board)) in boards.enumerated() {
      let ownSeed = seed &+ UInt64(index) &* 2 &+ 1
      switch endpoint {
      case .tcp(let host, let port):
        endpoints.append(
          TCPEndpoint(
            host: host, port: port, board: board, seed: ownSeed, eventLoop: group.next(), inbox: inbox, clock: clock))
      case .rtu:
        buses.append(SerialBus(endpoint: endpoint, board: board, seed: ownSeed, inbox: inbox, clock: clock))
      }
    }
    self.endpoints = endpoints
    self.buses = buses
  }

  public func start() {
    let begins = phase.withLock { phase in
      defer { if phase == .ready { phase = .running } }
      return phase == .ready
    }
    guard begins else { return }
    for endpoint in endpoints { endpoint.start() }
    for bus in buses { bus.start() }
  }

  /// Must not be called on an event loop of NIO.
  public func stop() {
    let before = phase.withLock { phase in
      defer { phase = .stopped }
      return phase
    }
    guard before != .stopped else { return }
    if before == .running {
      for future in endpoints.map({ $0.stop() }) {
        // Stopping an endpoint cannot fail: the future carries no error of its own.
        try? future.wait()
      }
      for bus in buses { bus.stop() }
    }
    // An error here means that the loops are already gone.
    try? group.syncShutdownGracefully()
  }

  public func status() -> [LinkStatus] {
    (endpoints.flatMap { $0.statuses() } + buses.flatMap { $0.statuses() }).sorted { $0.device < $1.device }
  }

  // MARK: Inside

  /// The devices grouped by endpoint, in the order of their first device; poll starts are spread over the interval.
  private static func boards(
    _ devices: [ModbusDevicePlan], now: ClockReading, seed: UInt64
  ) throws(ModbusSetupFault) -> [(ModbusDevicePlan.Endpoint, PollBoard)] {
    var order: [ModbusDevicePlan.Endpoint] = []
    var units: [ModbusDevicePlan.Endpoint: [PolledUnit]] = [:]
    var serialPaths: [String: ModbusDevicePlan.Endpoint] = [:]
    for (index, plan) in devices.enumerated() {
      if case .rtu(let path, _, _, _) = plan.endpoint {
        guard serialPaths[path, default: plan.endpoint] == plan.endpoint else {
          throw ModbusSetupFault(
            code: "serial-settings-differ", attempted: "use \(plan.endpoint) for device \(plan.device)",
            nextStep: "Give all devices on \(path) the same baud rate, parity and stop bits")
        }
        serialPaths[path] = plan.endpoint
      }
      let points = try plan.mappedPoints()
      guard let shortest = points.map(\.point.pollIntervalMicroseconds).min() else { continue }
      if units[plan.endpoint] == nil { order.append(plan.endpoint) }
      let stagger = shortest * Int64(index) / Int64(devices.count)
      units[plan.endpoint, default: []].append(
        try PolledUnit(plan: plan, points: points, start: now.monotonicMicroseconds + stagger, since: now.utc))
    }
    return order.enumerated().map { index, endpoint in
      let board = PollBoard(
        address: endpoint.description, units: units[endpoint, default: []], seed: seed &+ UInt64(index) &* 2)
      return (endpoint, board)
    }
  }
}
