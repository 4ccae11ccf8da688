import Devices

/// The devices of a source grouped by endpoint, each group with its board.
struct EndpointBoards {
  struct Entry {
    var endpoint: ModbusDevicePlan.Endpoint
    /// In the order of the units on the board.
    var plans: [ModbusDevicePlan]
    var board: PollBoard
    var seed: UInt64
  }

  /// In the order of their first devices.
  private(set) var endpoints: [Entry] = []

  /// Poll starts are spread over the interval.
  init(_ devices: [ModbusDevicePlan], now: ClockReading, seed: UInt64) throws(ModbusSetupFault) {
    var order: [ModbusDevicePlan.Endpoint] = []
    var groups: [ModbusDevicePlan.Endpoint: [(plan: ModbusDevicePlan, unit: PolledUnit)]] = [:]
    var serialPaths: [String: ModbusDevicePlan.Endpoint] = [:]
    var shared = SharedPoints()
    var units: [ModbusDevicePlan.Endpoint: Set<UInt8>] = [:]
    for (index, plan) in devices.enumerated() {
      try Self.checkSerialLine(plan, &serialPaths)
      try Self.checkUnit(plan, &units)
      let points = try plan.mappedPoints(of: &shared)
      let intervals = Set(points.map(\.point.pollIntervalMicroseconds))
      guard intervals.count <= PollSchedule.maximumIntervals else {
        throw ModbusSetupFault(
          code: "too-many-intervals", attempted: "poll device \(plan.device) at \(intervals.count) intervals",
          nextStep: "Use at most \(PollSchedule.maximumIntervals) different values of poll_seconds")
      }
      if groups[plan.endpoint] == nil { order.append(plan.endpoint) }
      let stagger = (intervals.min() ?? 0) * Int64(index) / Int64(devices.count)
      let unit = try PolledUnit(
        plan: plan, points: points, start: now.monotonicMicroseconds + stagger, since: now.utc,
        cost: RequestCost(plan.endpoint), floor: plan.endpoint.responseFloorMicroseconds)
      groups[plan.endpoint, default: []].append((plan, unit))
    }
    endpoints = order.enumerated().map { index, endpoint in
      let group = groups[endpoint, default: []]
      let own = seed &+ UInt64(index) &* 2
      let board = PollBoard(
        address: endpoint.description, units: group.map(\.unit),
        silenceMicroseconds: endpoint.frameSilenceMicroseconds,
        hasTransactionIDs: endpoint.hasTransactionIDs, seed: own)
      return Entry(endpoint: endpoint, plans: group.map(\.plan), board: board, seed: own)
    }
  }

  private static func checkSerialLine(
    _ plan: ModbusDevicePlan, _ paths: inout [String: ModbusDevicePlan.Endpoint]
  ) throws(ModbusSetupFault) {
    guard case .rtu(let path, _, _, _) = plan.endpoint else { return }
    guard paths[path, default: plan.endpoint] == plan.endpoint else {
      throw ModbusSetupFault(
        code: "serial-settings-differ", attempted: "use \(plan.endpoint) for device \(plan.device)",
        nextStep: "Give all devices on \(path) the same baud rate, parity and stop bits")
    }
    paths[path] = plan.endpoint
  }

  /// Without transaction ids only the one place that asks a unit knows which replies it still owes.
  private static func checkUnit(
    _ plan: ModbusDevicePlan, _ units: inout [ModbusDevicePlan.Endpoint: Set<UInt8>]
  ) throws(ModbusSetupFault) {
    guard !plan.endpoint.hasTransactionIDs, !units[plan.endpoint, default: []].insert(plan.unit).inserted else {
      return
    }
    throw ModbusSetupFault(
      code: "unit-twice", attempted: "poll device \(plan.device) as unit \(plan.unit) of \(plan.endpoint)",
      nextStep: "Another device has this unit on the line already: join the two in one profile")
  }
}

extension ModbusDevicePlan.Endpoint {
  var isSerial: Bool {
    if case .rtu = self { return true }
    return false
  }

  /// Whether a reply says which request it answers.
  var hasTransactionIDs: Bool { framing == .tcp && !isSerial }

  var framing: LinkMachine.Framing {
    if case .rtuOverTCP = self { return .rtu }
    return .tcp
  }

  /// The shortest wait for a reply.
  var responseFloorMicroseconds: Int64 {
    if case .rtu = self { return ResponseTimer.serialFloorMicroseconds }
    return ResponseTimer.tcpFloorMicroseconds
  }

  /// The silence that ends a frame on a serial line: 3.5 characters of 11 bits, above 19,200 baud 1.75 ms (Modbus over
  /// Serial Line V1.02, 2.5.1.1).
  var frameSilenceMicroseconds: Int64 {
    guard case .rtu(_, let baud, _, _) = self else { return 0 }
    return baud > 19_200 ? 1_750 : 38_500_000 / Int64(max(1, baud))
  }
}
