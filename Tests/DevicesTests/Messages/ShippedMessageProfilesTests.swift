import Devices
import Foundation
import Testing

/// The profiles of devices that send messages that come with Lotwire.
@Suite struct ShippedMessageProfilesTests {
  static let entries = ShippedProfilesTests.library.entries(over: .mqtt)

  @Test func thereAreMany() { #expect(Self.entries.count >= 24) }

  @Test(arguments: entries) func itLoadsAndSaysWhereItComesFrom(entry: ProfileLibrary.Entry) throws {
    let (profile, text) = try ProfileLibrary.loadMessages(entry)
    #expect(profile.name == entry.name)
    #expect(text.hasPrefix("# yaml-language-server: $schema=../message-profile.schema.json\n"))
    let lowerSnake = /[a-z][a-z0-9]*(_[a-z0-9]+)*/
    for name in profile.points.map(\.name) { #expect(name.wholeMatch(of: lowerSnake) != nil, "\(name)") }
    // Nobody has compared one of them with a device yet.
    #expect(profile.status == .documented)
    #expect(!profile.sources.isEmpty && !profile.notes.isEmpty)
  }

  /// What an installation may say for the arguments fits into every place where they stand.
  @Test(arguments: entries) func itLoadsWithArguments(entry: ProfileLibrary.Entry) throws {
    let declared = try ProfileLibrary.loadMessages(entry).profile.arguments
    var arguments: [String: String] = [:]
    for argument in declared {
      switch argument.kind {
      case .level: arguments[argument.name] = "line1@site"
      case .levels: arguments[argument.name] = "plant/hall 1/oven"
      case .zone: arguments[argument.name] = "Asia/Shanghai"
      case .text: arguments[argument.name] = "Channel1.Device-1/Tag 1"
      }
    }
    let profile = try ProfileLibrary.loadMessages(entry, arguments: arguments).profile
    let places =
      profile.mappings.map(\.topic.text) + profile.availability.map(\.topic.text)
      + profile.points.compactMap(\.path?.text)
    #expect(places.allSatisfy { !$0.contains("{") })
    #expect(profile.mappings.allSatisfy { !$0.points.isEmpty })
  }

  /// The writer and the reader agree on what is shipped.
  @Test(arguments: entries) func itIsWrittenAndReadBackEqual(entry: ProfileLibrary.Entry) throws {
    let profile = try ProfileLibrary.loadMessages(entry).profile
    guard !profile.arguments.contains(where: { $0.kind == .zone }) else { return }
    let text = MappingWriter.yaml(mappings: profile.mappings, availability: profile.availability, indentation: 0)
    let (root, collector) = try DocumentNode.parse(text, file: "written.yaml")
    let read = MessageDeclarations.read(root)
    #expect(collector.issues.isEmpty, "\(collector.issues)")
    #expect(read.mappings == profile.mappings && read.availability == profile.availability)
  }

  /// What the README shows can be copied.
  @Test func theExampleOfTheReadmeIsRead() throws {
    let readme = try String(
      contentsOf: DeviceProfileTests.folder.appendingPathComponent("README.md"), encoding: .utf8)
    let start = try #require(readme.range(of: "```yaml\n"))
    let end = try #require(readme.range(of: "```\n", range: start.upperBound..<readme.endIndex))
    let (root, collector) = try DocumentNode.parse(
      String(readme[start.upperBound..<end.lowerBound]), file: "README.md")
    let devices = root["devices"]?.elements("").compactMap { $0["mqtt"] } ?? []
    #expect(devices.count == 2)
    let entry = try ShippedProfilesTests.library.entry(named: try #require(devices[0]["profile"]?.text))
    let declared = try ProfileLibrary.loadMessages(entry).profile.arguments
    let values = MessageProfile.Argument.values(of: declared, with: devices[0]["with"], at: devices[0])
    #expect(values == ["id": "shellyplusht-08b61fce"])
    let read = MessageDeclarations.read(devices[1])
    #expect(collector.issues.isEmpty, "\(collector.issues)")
    #expect(read.mappings.map(\.topic.text) == ["hall1/press1/state"] && read.availability.count == 1)
  }
}
