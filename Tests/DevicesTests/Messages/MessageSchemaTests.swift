import Foundation
import Testing

@testable import Devices

/// The schema of message profiles that editors use knows the same keys and words as the reader.
@Suite struct MessageSchemaTests {
  let schema: SchemaFile

  init() throws { schema = try SchemaFile("message-profile.schema.json") }

  static let blocks: [(String, [String])] = [
    ("", MessageProfile.keys),
    ("properties/sources/items", DeviceProfile.sourceKeys),
    ("$defs/argument", MessageProfile.Argument.keys),
    ("$defs/message", MessageMapping.keys),
    ("$defs/condition", MessageCondition.keys),
    ("$defs/time", MessageTime.keys),
    ("$defs/point", MessagePoint.keys),
    ("$defs/point/properties/range", MessagePoint.rangeKeys),
    ("$defs/point/properties/quality", SourceQuality.keys),
    ("$defs/conversion", UnitSource.conversionKeys),
    ("$defs/slice", ByteSlice.keys),
    ("$defs/availability", AvailabilityTopic.keys),
  ]

  @Test(arguments: blocks) func theKeysAreThoseOfTheReader(path: String, keys: [String]) throws {
    #expect(try schema.keys(path) == Set(keys))
    #expect(Set(keys).count == keys.count)
  }

  static let choices: [(String, [String])] = [
    ("properties/status", DeviceProfile.Status.allCases.map(\.rawValue)),
    ("$defs/argument/properties/takes", MessageProfile.Argument.Kind.allCases.map(\.rawValue)),
    ("$defs/message/properties/shape", MessageMapping.shapes),
    ("$defs/time/properties/as", MessageTime.words),
    ("$defs/slice/properties/encoding", ByteSlice.encodings.map(\.word)),
    ("$defs/slice/properties/type", ByteSlice.Number.allCases.map(\.rawValue)),
    ("$defs/slice/properties/order", ByteSlice.orders),
  ]

  @Test(arguments: choices) func theWordsAreThoseOfTheReader(path: String, words: [String]) throws {
    #expect(try schema.words(path) == Set(words))
  }

  // MARK: Against an independent validator

  @Test func everyShippedProfileFitsTheSchema() throws {
    let files = ShippedProfilesTests.library.entries(over: .mqtt).map(\.path)
    let (status, text) = try schema.validate(files)
    #expect(status == 0 && text.hasSuffix("\(files.count) files, 0 faults\n"), "\(text)")
  }

  /// Cases of `faulty-messages/` are wrong for the schema and for the reader alike.
  @Test func faultyProfilesAreRefusedBySchemaAndReader() throws {
    let folder = SchemaFile.cases.appendingPathComponent("faulty-messages")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(files.count >= 10)
    for name in files {
      let path = folder.appendingPathComponent(name).path
      let (status, text) = try schema.validate([path])
      #expect(status == 1 && !text.hasSuffix(" 0 faults\n"), "\(name): \(text)")
      let document = try String(contentsOfFile: path, encoding: .utf8)
      #expect(throws: DocumentIssues.self, "\(name)") { try MessageProfile.load(text: document, file: name) }
    }
  }

  /// The case uses every key and is right for both.
  @Test func aProfileWithEveryKeyIsTakenBySchemaAndReader() throws {
    let path = SchemaFile.cases.appendingPathComponent("whole/every-message-key.yaml").path
    let (status, text) = try schema.validate([path])
    #expect(status == 0, "\(text)")
    let document = try String(contentsOfFile: path, encoding: .utf8)
    let profile = try MessageProfile.load(
      text: document, file: "every-message-key.yaml", called: "every-message-key",
      arguments: ["base": "a/b", "topic": "c"])
    let used = Set(document.matches(of: #/([a-z_]+):/#).map { String($0.output.1) })
    for (_, keys) in Self.blocks {
      for key in keys { #expect(used.contains(key), "\(key) is not in the case") }
    }
    #expect(profile.mappings.count == 3 && profile.points.count == 7 && profile.availability.count == 2)
  }
}
