import Foundation
import Testing

@testable import Devices

/// The schema that editors use knows the same keys and words as the reader.
@Suite struct ProfileSchemaTests {
  let schema: SchemaFile

  init() throws { schema = try SchemaFile("profile.schema.json") }

  private static let defaultsKeys: [String] = ProfileDefaults.keys + RequestRules.keys
  private static let deniedKeys: [String] = RequestRules.rangeKeys + ["reason"]
  /// The reader takes width and layout of a write point only to say that such a value cannot be written.
  private static let writeKeys: [String] = WritePoint.keys.filter { $0 != "width" && $0 != "layout" }

  static let blocks: [(String, [String])] = [
    ("", DeviceProfile.keys),
    ("properties/sources/items", DeviceProfile.sourceKeys),
    ("properties/self_test/items", SelfTest.keys),
    ("$defs/defaults", defaultsKeys),
    ("$defs/addressRange", RequestRules.rangeKeys),
    ("$defs/deniedRange", deniedKeys),
    ("$defs/point", ProfilePoint.keys),
    ("$defs/point/properties/scale_from", ScaleSource.keys),
    ("$defs/point/properties/sentinels/items/oneOf/1", ProfilePoint.sentinelKeys),
    ("$defs/words/oneOf/1", ProfilePoint.wordsKeys),
    ("$defs/range", RegisterEntry.rangeKeys),
    ("$defs/layout/oneOf/0", TextLayout.keys),
    ("$defs/layout/oneOf/1", DateTimeLayout.keys),
    ("$defs/write", writeKeys),
  ]

  @Test(arguments: blocks)
  func theKeysAreThoseOfTheReader(path: String, keys: [String]) throws {
    #expect(try schema.keys(path) == Set(keys))
    #expect(Set(keys).count == keys.count)
  }

  private static let orders: [String] = [1, 2, 4].flatMap { registers in
    WordOrder.names(registers: registers).map(\.name).filter { $0.count == 2 * registers }
  }

  private static func words<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> [String]
  where Word.RawValue == String {
    type.allCases.map(\.rawValue)
  }

  static let choices: [(String, [String])] = [
    ("properties/status", words(DeviceProfile.Status.self)),
    ("properties/numbering", words(PrintedAddress.Numbering.self)),
    ("$defs/table", words(RegisterTable.self)),
    ("$defs/type", PointType.words),
    ("$defs/wordOrder", orders),
    ("$defs/defaults/properties/word_order", WordOrder.names(registers: 2).map(\.name)),
    ("$defs/layout/oneOf/0/properties/characters", words(TextLayout.Characters.self)),
    ("$defs/layout/oneOf/0/properties/encoding", words(TextLayout.Encoding.self)),
    ("$defs/layout/oneOf/1/properties/form", DateTimeLayout.forms),
    ("$defs/layout/oneOf/1/properties/fields/items", words(DateTimeLayout.Field.self)),
    ("$defs/point/properties/scale_from/properties/meaning", ScaleSource.meanings),
    ("$defs/write/properties/function", words(WritePoint.Function.self)),
  ]

  @Test(arguments: choices)
  func theWordsAreThoseOfTheReader(path: String, words: [String]) throws {
    #expect(try schema.words(path) == Set(words))
  }

  // MARK: Against an independent validator

  @Test func everyShippedProfileFitsTheSchema() throws {
    let files = ShippedProfilesTests.library.entries(over: .modbus).map(\.path)
    let (status, text) = try schema.validate(files)
    #expect(status == 0 && text.hasSuffix("\(files.count) files, 0 faults\n"), "\(text)")
  }

  /// Cases of `faulty/` are wrong for the schema and for the reader alike.
  @Test func faultyProfilesAreRefusedBySchemaAndReader() throws {
    let folder = SchemaFile.cases.appendingPathComponent("faulty")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(files.count >= 10)
    for name in files {
      let path = folder.appendingPathComponent(name).path
      let (status, text) = try schema.validate([path])
      #expect(status == 1 && !text.hasSuffix(" 0 faults\n"), "\(name): \(text)")
      let document = try String(contentsOfFile: path, encoding: .utf8)
      #expect(throws: DocumentIssues.self, "\(name)") { try DeviceProfile.load(text: document, file: name) }
    }
  }

  /// Cases of `whole/` use every key and are right for both.
  @Test func profilesWithEveryKeyAreTakenBySchemaAndReader() throws {
    let path = SchemaFile.cases.appendingPathComponent("whole/every-key.yaml").path
    let (status, text) = try schema.validate([path])
    #expect(status == 0, "\(text)")
    let document = try String(contentsOfFile: path, encoding: .utf8)
    let profile = try DeviceProfile.load(text: document, file: "every-key.yaml", called: "every-key")
    let used = Set(
      document.matches(of: #/([a-z_]+): /#).map { String($0.output.1) })
    let blocks: Set = ["points", "sources", "notes", "defaults", "writes", "self_test", "readable", "denied"]
    for (_, keys) in Self.blocks {
      for key in keys where !blocks.contains(key) {
        #expect(used.contains(key), "\(key) is not in the case")
      }
    }
    #expect(profile.points.count == 14 && profile.writes.count == 3 && profile.selfTests.count == 2)
  }
}
