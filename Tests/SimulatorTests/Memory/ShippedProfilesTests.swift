import Devices
import Foundation
import Harness
import Modbus
import NIOCore
import NIOPosix
import Shopfloor
import Testing

@testable import faults
@testable import simulate

/// Every profile of `DeviceProfiles/`: what the simulator meant is what the driver records. Encoder and decoder share no
/// code, so each is the other's proof.
@Suite struct ShippedProfilesTests {
  private struct Device {
    var profile: DeviceProfile
    var name: DeviceName
    var firstIndex: UInt32
    var journalFile: URL
  }

  private static let seed: UInt64 = 9
  private static let pollMicroseconds: Int64 = 300_000
  private static let folder = PeerRoom.repository.appendingPathComponent("DeviceProfiles")

  private static func profiles() throws -> [DeviceProfile] {
    try ProfileLibrary(folder: folder.path).entries(over: .modbus).map { entry in
      var profile = try ProfileLibrary.load(entry).profile
      for index in profile.points.indices { profile.points[index].pollIntervalMicroseconds = pollMicroseconds }
      profile.requests.responseTimeoutMicroseconds = 10_000_000
      return profile
    }
  }

  @Test func theDriverRecordsWhatTheSimulatorMeant() async throws {
    let folder = try TemporaryFolder("shipped")
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    var devices: [Device] = []
    var plans: [ModbusDevicePlan] = []
    for (index, profile) in try Self.profiles().enumerated() {
      let device = Device(
        profile: profile, name: try DeviceName("device-\(index)"), firstIndex: UInt32(index) * 10_000,
        journalFile: folder.file("\(index).csv"))
      let plc = SimulatedPLC(
        memory: ProfileMemory(profile, seed: Self.seed), devices: 1,
        journal: try ReplyJournal(path: device.journalFile.path))
      let listener = PLCListener(plc: plc, settings: .init(), onlyDevice: 1, eventLoop: group.next())
      let port = try await listener.start(port: 0).get()
      devices.append(device)
      plans.append(
        ModbusDevicePlan(
          device: device.name, profile: profile, endpoint: .tcp(host: "127.0.0.1", port: port), unit: 1,
          parameters: profile.points.enumerated().map { ($1.name, ParameterIndex(device.firstIndex + UInt32($0))) }))
    }
    #expect(devices.count > 30)
    let inbox = CollectingInbox()
    let source = try ModbusSource(devices: plans, inbox: inbox, eventLoopThreads: 1, seed: 1)
    source.start()
    let wanted = devices.reduce(0) { $0 + $1.profile.points.count }
    let allCame = await inbox.wait(seconds: 60) { batches in
      Set(batches.flatMap(\.readings).filter(\.quality.isGood).map(\.parameter)).count == wanted
    }
    source.stop()
    try await group.shutdownGracefully()
    #expect(allCame, "\(missing(devices, inbox.batches))")
    let compared = try devices.reduce(0) { sum, device in
      try sum + compare(device, inbox.batches.filter { $0.device == device.name })
    }
    #expect(compared > 300)
  }

  private func missing(_ devices: [Device], _ batches: [ReadingBatch]) -> [String] {
    let good = Set(batches.flatMap(\.readings).filter(\.quality.isGood).map(\.parameter))
    return devices.flatMap { device in
      device.profile.points.enumerated().filter {
        !good.contains(ParameterIndex(device.firstIndex + UInt32($0.offset)))
      }
      .map { "\(device.profile.name) \($0.element.name)" }
    }
  }

  /// Returns how many numbers were compared.
  private func compare(_ device: Device, _ batches: [ReadingBatch]) throws -> Int {
    var compared = 0
    let check = ServedCheck(try ServedJournal(file: device.journalFile), unit: 1, stallMicroseconds: 10_000_000)
    let key = ProfileMemory.key(seed: Self.seed, device: 1)
    let points = device.profile.points.enumerated().map { number, point in
      // The simulator counts the points of all tables in the order of the profile.
      (point, SimulatedPoint(point, in: device.profile, number: number))
    }
    for reading in batches.flatMap(\.readings) where reading.quality.isGood {
      let (point, simulated) = points[Int(reading.parameter.rawValue - device.firstIndex)]
      let place = Comment(rawValue: "\(device.profile.name) \(point.name)")
      if case .text = point.type { continue }
      if case .dateTime = point.type {
        #expect(abs(reading.value - Double(reading.time.microseconds) / 1e6) < 60, place)
        continue
      }
      guard let served = check.servedMicroseconds(before: reading, point) else {
        Issue.record("\(device.profile.name) \(point.name) was never served")
        continue
      }
      let moment = Moment(utcMicroseconds: served, seconds: 0)
      guard let number = simulated.number(deviceKey: key, at: moment), !isCovered(point, device.profile) else {
        continue
      }
      let isFloat = [.float16, .float32, .float64].contains(point.type)
      let scale = point.scale * PointSignal.factor(of: point, in: device.profile)
      let meant = (isFloat ? number : number.rounded()) * scale + point.offset
      let tolerance = max(abs(meant) * (point.type == .float16 ? 1e-3 : 1e-6), 1e-9)
      #expect(abs(reading.value - meant) <= tolerance, place)
      compared += 1
    }
    return compared
  }

  /// A part of a register that is also described as a whole shows what the whole says.
  private func isCovered(_ point: ProfilePoint, _ profile: DeviceProfile) -> Bool {
    point.type.isPartOfRegister
      && profile.points.contains {
        $0.table == point.table && $0.addresses.overlaps(point.addresses) && !$0.type.isPartOfRegister
      }
  }
}
