import Devices
import Shopfloor

@testable import Modbus

/// A profile with the given points.
func testProfile(
  _ points: [ProfilePoint], responseTimeoutMicroseconds: Int64 = 200_000, maximumRegisters: Int = 125
) throws -> DeviceProfile {
  var profile = try DeviceProfile.load(
    text: """
      name: probe
      vendor: Maker
      model: M1
      transport: modbus
      status: simulated
      points: [{name: unused, table: holding, address: 0, type: int16}]
      """, file: "probe.yaml")
  profile.points = points
  profile.requests = RequestRules(
    maximumRegisters: maximumRegisters, responseTimeoutMicroseconds: responseTimeoutMicroseconds)
  return profile
}

/// A holding register of 16 bits.
func word(_ name: String, _ address: Int, interval: Int64 = 20_000) -> ProfilePoint {
  ProfilePoint(
    name: name, table: .holding, address: address, type: .uint16, pollIntervalMicroseconds: interval)
}

/// A device with every point of its profile mapped to the index of the point.
func testPlan(
  _ profile: DeviceProfile, _ endpoint: ModbusDevicePlan.Endpoint, device: String = "sealer", unit: UInt8 = 1,
  firstIndex: UInt32 = 0
) throws -> ModbusDevicePlan {
  ModbusDevicePlan(
    device: try .init(device), profile: profile, endpoint: endpoint, unit: unit,
    parameters: profile.points.enumerated().map { ($1.name, ParameterIndex(firstIndex + UInt32($0))) })
}

/// Runs a source while `body` looks at what comes of it.
func withSource(
  _ plans: [ModbusDevicePlan], inbox: RecordingInbox = RecordingInbox(),
  _ body: (RecordingInbox, ModbusSource) async throws -> Void
) async throws {
  let source = try ModbusSource(devices: plans, inbox: inbox, eventLoopThreads: 1, seed: 1)
  source.start()
  do {
    try await body(inbox, source)
  } catch {
    source.stop()
    throw error
  }
  source.stop()
}
