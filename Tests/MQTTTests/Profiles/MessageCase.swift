import Devices
import Foundation
import Shopfloor
import Testing

@testable import MQTT

/// A folder of `Tests/Cases/mqtt/`: a profile with its arguments, messages, and the readings that they give.
struct MessageCase: CustomTestStringConvertible {
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let folder = repository.appendingPathComponent("Tests/Cases/mqtt")
  static let library = ProfileLibrary(folder: repository.appendingPathComponent("DeviceProfiles").path)

  /// The names of all cases; what is wrong in one of them is said when it is read.
  static var names: [String] {
    // A folder that is not there has no cases, which thereAreCasesForEveryProfile reports.
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.contains(".") }.sorted()
  }

  struct Message {
    var incoming: IncomingMessage
    /// The number of a message that this one repeats, so that both have the same key.
    var repeats: Int?
  }

  /// A row of `readings.csv`.
  struct Row: Hashable, CustomStringConvertible {
    var message: Int
    /// "(device)" where the row says whether the device is there.
    var point: String
    var quality: String
    /// Rounded to 12 digits, so that it can be compared.
    var value: String
    /// nil: that of receipt.
    var time: Timestamp?
    var text: String

    var description: String {
      "\(message),\(point),\(quality),\(value),\(time.map { "\($0)" } ?? ""),\(text)"
    }
  }

  var name: String
  var profileName: String
  var profile: MessageProfile
  var messages: [Message]
  var rows: [Row]

  var testDescription: String { name }

  init(_ name: String) throws {
    self.name = name
    let folder = Self.folder.appendingPathComponent(name)
    let file = folder.appendingPathComponent("case.yaml")
    let (root, collector) = try DocumentNode.parse(String(contentsOf: file, encoding: .utf8), file: file.path)
    root.allowKeys(["profile", "with"])
    profileName = try #require(root["profile"]?.text)
    let entry = try Self.library.entry(named: profileName)
    let declared = try ProfileLibrary.loadMessages(entry).profile.arguments
    let arguments = MessageProfile.Argument.values(of: declared, with: root["with"], at: root)
    try collector.throwIfAny()
    profile = try ProfileLibrary.loadMessages(entry, arguments: arguments).profile
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("messages").path)
    messages = try files.sorted().enumerated().map { index, file in
      #expect(file.hasPrefix(index < 9 ? "0\(index + 1)" : "\(index + 1)"), "\(name) \(file)")
      return try Self.message(folder.appendingPathComponent("messages/\(file)"), index)
    }
    rows = try String(contentsOf: folder.appendingPathComponent("readings.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map { try Self.row($0) }
  }

  /// Lines of `key: value`, an empty line, and the payload as it is, without the last line feed.
  private static func message(_ file: URL, _ index: Int) throws -> Message {
    let bytes = Array(try Data(contentsOf: file))
    let end = try #require(
      bytes.indices.dropLast().first { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }, "\(file.path)")
    var head: [String: String] = [:]
    for line in String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ": ", maxSplits: 1)
      head[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
    #expect(Set(head.keys).isSubset(of: ["topic", "received", "retained", "repeats"]), "\(file.path)")
    var payload = Array(bytes[(end + 2)...])
    if payload.last == 0x0A { payload.removeLast() }
    let received = try #require(Timestamp(iso8601: head["received"] ?? ""), "\(file.path)")
    return Message(
      incoming: IncomingMessage(
        topic: try #require(head["topic"]), payload: .bytes(payload), isRetained: head["retained"] == "true",
        receivedAt: ClockReading(utc: received, monotonicMicroseconds: Int64(index) * 10_000_000)),
      repeats: head["repeats"].flatMap { Int($0) })
  }

  private static func row(_ line: Substring) throws -> Row {
    let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    try #require(cells.count == 6, "\(line)")
    let value = Double(cells[3])
    let time = Timestamp(iso8601: cells[4])
    #expect((value == nil) == cells[3].isEmpty && (time == nil) == cells[4].isEmpty, "\(line)")
    return Row(
      message: try #require(Int(cells[0])), point: cells[1], quality: cells[2],
      value: value.map(rounded) ?? "", time: time,
      text: cells[5])
  }

  static func rounded(_ value: Double) -> String { String(format: "%.12g", value) }
}
