import Devices
import Modbus
import Shopfloor

/// The devices that are polled: one profile, a connection each.
enum BenchDevices {
  static func pointName(_ point: Int) -> String { "zone-\(point + 1)" }

  static func deviceName(_ device: Int) -> DeviceName { Identifier(stringLiteral: "plc-\(device + 1)") }

  static func profile(_ plan: PollPlan) -> DeviceProfile {
    DeviceProfile(
      name: "bench", vendor: "Lotwire", model: "Bench", status: .simulated,
      requests: RequestRules(maximumRegisters: plan.pointsPerRequest * 2, pipelineDepth: plan.pipelineDepth),
      points: (0..<plan.pointsPerDevice).map { point in
        ProfilePoint(
          name: pointName(point), table: .holding, address: point * 2, type: .float32, wordOrder: .abcd,
          pollIntervalMicroseconds: plan.intervalMicroseconds)
      })
  }

  /// - Parameter index: the ledger's number of a point of a device.
  static func plans(_ plan: PollPlan, index: (_ device: Int, _ point: Int) -> ParameterIndex) -> [ModbusDevicePlan] {
    let profile = profile(plan)
    return (0..<plan.devices).map { device in
      ModbusDevicePlan(
        device: deviceName(device), profile: profile, endpoint: .tcp(host: PollPlan.host(device), port: plan.port),
        unit: 1,
        parameters: (0..<plan.pointsPerDevice).map { (point: pointName($0), index: index(device, $0)) })
    }
  }
}

extension [LinkStatus] {
  var replies: Int64 { reduce(0) { $0 + Int64($1.counters.replies) } }

  /// Timeouts that a run may have, in a thousand replies: a machine under other load stands still now and then.
  private static var toleratedTimeouts: UInt64 { 1 }

  /// - Throws: where a link was not well: then its figures say nothing.
  func check() throws(BenchFault) {
    for link in self {
      let counters = link.counters
      let isWell =
        link.state == .online && counters.turnedAway == 0
        && counters.timeouts * 1_000 <= counters.replies * Self.toleratedTimeouts + 1_000
      guard isWell else {
        throw BenchFault(
          "\(link.device) is \(link.state) after \(counters.replies) replies, \(counters.timeouts) timeouts and "
            + "\(counters.turnedAway) batches turned away: \(link.detail)")
      }
    }
  }
}
