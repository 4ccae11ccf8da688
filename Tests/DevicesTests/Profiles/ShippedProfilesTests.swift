import Devices
import Foundation
import Testing

/// The profiles of Modbus devices that come with Lotwire.
@Suite struct ShippedProfilesTests {
  static let library = ProfileLibrary(folder: DeviceProfileTests.folder.path)
  static let entries = library.entries(over: .modbus)

  @Test func thereAreManyAndNoTwoShareAName() throws {
    #expect(Self.entries.count >= 36)
    for entry in Self.library.entries { _ = try ProfileLibrary.transport(of: entry) }
    #expect(Self.library.duplicates.isEmpty)
    #expect(Self.library.entries.allSatisfy { $0.vendor != nil })
  }

  @Test(arguments: entries) func itLoadsAndSaysWhereEveryRegisterComesFrom(entry: ProfileLibrary.Entry) throws {
    let (profile, text) = try ProfileLibrary.load(entry)
    #expect(profile.name == entry.name)
    #expect(text.hasPrefix("# yaml-language-server: $schema=../profile.schema.json\n"))
    #expect(profile.points.allSatisfy { $0.asPrinted != nil })
    let lowerSnake = /[a-z][a-z0-9]*(_[a-z0-9]+)*/
    for name in profile.points.map(\.name) + profile.writes.map(\.name) {
      #expect(name.wholeMatch(of: lowerSnake) != nil, "\(name)")
    }
    if entry.vendor == "lotwire" {
      #expect(profile.status == .simulated)
    } else {
      // Nobody has compared one of them with a device yet.
      #expect(profile.status == .documented)
      #expect(!profile.sources.isEmpty && profile.points.allSatisfy { $0.source != nil })
      #expect(profile.writes.isEmpty, "read-only until somebody needs and justifies a write")
    }
  }

  @Test(arguments: entries) func everyValueFitsIntoOneRequest(entry: ProfileLibrary.Entry) throws {
    let profile = try ProfileLibrary.load(entry).profile
    for point in profile.points {
      #expect(point.addressCount <= profile.requests.maximumCount(of: point.table), "\(point.name)")
      #expect(!point.addresses.isEmpty && point.addresses.upperBound <= 65_536)
      for denied in profile.requests.deniedRanges where denied.range.table == point.table {
        #expect(!denied.range.addresses.overlaps(point.addresses), "\(point.name) is denied")
      }
    }
  }

  @Test func whatTheManualsFixIsTested() throws {
    func profile(_ name: String) throws -> DeviceProfile {
      try ProfileLibrary.load(Self.library.entry(named: name)).profile
    }
    let wago = try profile("wago/750")
    #expect(wago.selfTests.count == 6)
    #expect(wago.selfTests.contains(SelfTest(point: "constant_1234", expectation: .number(0x1234))))
    #expect(wago.requests.deniedRanges.contains { $0.range.addresses == 0x2040..<0x2044 })
    #expect(
      try profile("hmd60").selfTests == [
        SelfTest(point: "test_integer", expectation: .number(-12_345)),
        SelfTest(point: "test_float", expectation: .number(-123.45)),
        SelfTest(point: "test_text", expectation: .text("-123.45")),
      ])
    #expect(try profile("presto").selfTests == [SelfTest(point: "modbus_format", expectation: .number(0))])
    #expect(try profile("pxr").requests.maximumRegisters == 60)
    #expect(try profile("6100plus").requests.maximumRegisters == 64)
    #expect(try profile("el-flow").requests.maximumCount(of: .holding) == 50)
    #expect(try profile("series30").requests.registerMultiple == 2)
    #expect(try profile("series30").requests.deniedRanges.first?.range.addresses == 0xFF00..<0x10000)
    #expect(try profile("ncl-13a").requests.bridgesGaps == false)
    #expect(try profile("6100plus").point("process_value")?.sentinels.map(\.raw) == [62_976, 63_232, 63_488])
    #expect(
      try profile("tk").point("process_value")?.scaleSource
        == ScaleSource(point: "decimal_point", meaning: .decimalPlaces))
  }

  /// Both tables of the README, that of Modbus devices and that of devices that send messages.
  @Test(arguments: ProfileTransport.allCases) func theReadmeCountsHonestly(transport: ProfileTransport) throws {
    let readme = try String(
      contentsOf: DeviceProfileTests.folder.appendingPathComponent("README.md"), encoding: .utf8)
    let entries = Self.library.entries(over: transport)
    var counts: [DeviceProfile.Status: Int] = [:]
    for entry in entries {
      let (status, points) = try Self.statusAndPoints(entry, transport)
      counts[status, default: 0] += 1
      let row = readme.split(separator: "\n").first { $0.hasPrefix("| `\(entry.qualifiedName)` |") } ?? ""
      #expect(row.contains("| \(status.rawValue) | \(points) |"), "\(entry.qualifiedName)")
    }
    let total = DeviceProfile.Status.allCases.map { "\(counts[$0, default: 0]) \($0.rawValue)" }.joined(separator: ", ")
    let kind = transport == .modbus ? "Modbus profiles" : "message profiles"
    #expect(readme.contains("\(entries.count) \(kind): \(total)."))
  }

  @Test func theReadmeListsNoProfileThatIsNotThere() throws {
    let readme = try String(
      contentsOf: DeviceProfileTests.folder.appendingPathComponent("README.md"), encoding: .utf8)
    let rows = readme.split(separator: "\n").filter {
      $0.hasPrefix("| `") && $0.contains("/") && ($0.contains(" | documented | ") || $0.contains(" | simulated | "))
    }
    #expect(rows.count == Self.library.entries.count)
  }

  private static func statusAndPoints(
    _ entry: ProfileLibrary.Entry, _ transport: ProfileTransport
  ) throws -> (DeviceProfile.Status, Int) {
    switch transport {
    case .modbus:
      let profile = try ProfileLibrary.load(entry).profile
      return (profile.status, profile.points.count)
    case .mqtt:
      let profile = try ProfileLibrary.loadMessages(entry).profile
      return (profile.status, profile.points.count)
    }
  }
}
