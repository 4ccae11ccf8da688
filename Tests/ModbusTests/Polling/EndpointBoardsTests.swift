import Testing

@testable import Modbus

@Suite struct EndpointBoardsTests {
  private func fault(_ endpoint: ModbusDevicePlan.Endpoint, units: [UInt8]) throws -> ModbusSetupFault? {
    let profile = try testProfile([word("a", 0)])
    let plans = try units.enumerated().map { index, unit in
      try testPlan(profile, endpoint, device: "sealer-\(index)", unit: unit, firstIndex: UInt32(index))
    }
    do throws(ModbusSetupFault) {
      _ = try EndpointBoards(plans, now: at(0), seed: 1)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ModbusDevicePlan.Endpoint.rtu(path: "/dev/ttyS0", baud: 9_600, parity: .even, stopBits: 1),
    .rtuOverTCP(host: "gateway", port: 502),
  ])
  func aUnitStandsOnceOnALineWithoutTransactionIDs(endpoint: ModbusDevicePlan.Endpoint) throws {
    #expect(try fault(endpoint, units: [7, 7])?.code == "unit-twice")
    #expect(try fault(endpoint, units: [7, 8]) == nil)
  }

  @Test func overTCPTwoDevicesMayShareAUnit() throws {
    #expect(try fault(.tcp(host: "plc", port: 502), units: [7, 7]) == nil)
  }
}
