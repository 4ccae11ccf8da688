import Devices
import Foundation
import Shopfloor
import Testing

@testable import Modbus

/// Every shipped profile can be read as it stands: all points, within the device's rules.
@Suite struct ShippedProfilesPlanTests {
  static let library = ProfileLibrary(
    folder: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("DeviceProfiles").path)

  @Test func thereAreProfiles() { #expect(Self.library.entries(over: .modbus).count >= 36) }

  @Test(arguments: library.entries(over: .modbus)) func allPointsArePlanned(entry: ProfileLibrary.Entry) throws {
    let profile = try ProfileLibrary.load(entry).profile
    let points = profile.points.enumerated().map { MappedPoint(point: $1, parameters: [ParameterIndex(UInt32($0))]) }
    let device: DeviceName = "device-1"
    #expect(try PlanCheck.withCompanions(points, of: profile, device: device) == points)
    let ground = PlanGround(rules: profile.requests, points: profile.points, learned: nil)
    let planner = RequestPlanner(ground: ground, cost: .tcp)
    try PlanCheck.check(planner, points, device: device)
    let blocks = planner.blocks(planner.items(of: points))
    #expect(blocks.count <= points.count)
    #expect(blocks.flatMap(\.points).map(\.point.name).sorted() == profile.points.map(\.name).sorted())
    for block in blocks {
      let addresses = block.request.address..<(block.request.address + block.request.count)
      #expect(block.request.count <= profile.requests.maximumCount(of: block.request.table))
      for denied in profile.requests.deniedRanges where denied.range.table == block.request.table {
        #expect(!denied.range.addresses.overlaps(addresses))
      }
    }
  }
}
