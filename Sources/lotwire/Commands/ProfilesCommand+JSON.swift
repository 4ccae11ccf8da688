import Devices
import Foundation
import Shopfloor

/// A profile for programs. Keys are those of the YAML file; what `defaults` says stands at every point.
struct ProfileDocument: Encodable {
  struct Point: Encodable {
    var name: String
    var table: String
    /// On the wire, from 0.
    var address: Int
    var registers: Int
    var asPrinted: String?
    var source: String?
    var assumption: String?
    var note: String?
    var type: String
    var bit: Int?
    var width: Int?
    var wordOrder: String?
    var scale: Double
    var offset: Double
    var scaleFrom: String?
    var unit: String
    var min: Double?
    var max: Double?
    /// Hexadecimal, as 64 bits do not fit a JSON number.
    var sentinels: [String]
    var words: [String: String]
    var bits: [String: String]
    var pollSeconds: Double
  }

  struct Write: Encodable {
    var name: String
    var table: String
    var address: Int
    var asPrinted: String?
    var type: String
    var wordOrder: String?
    var scale: Double
    var offset: Double
    var unit: String
    var min: Double?
    var max: Double?
    var function: String
    var readBack: Bool
    var minIntervalSeconds: Double
  }

  struct Source: Encodable {
    var id: String
    var title: String
  }

  struct SelfTestDocument: Encodable {
    var point: String
    var equalsNumber: Double?
    var equalsText: String?
  }

  var name: String
  var vendor: String
  var model: String
  var transport = ProfileTransport.modbus.rawValue
  var status: String
  var sources: [Source]
  var notes: [String]
  var points: [Point]
  var selfTest: [SelfTestDocument]
  var writes: [Write]

  init(_ profile: DeviceProfile) {
    name = profile.name
    vendor = profile.vendor
    model = profile.model
    status = profile.status.rawValue
    sources = profile.sources.map { Source(id: $0.id, title: $0.title) }
    notes = profile.notes
    points = profile.points.map(Self.point)
    selfTest = profile.selfTests.map { test in
      switch test.expectation {
      case .number(let number): SelfTestDocument(point: test.point, equalsNumber: number)
      case .text(let text): SelfTestDocument(point: test.point, equalsText: text)
      }
    }
    writes = profile.writes.map(Self.write)
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  private static func point(_ point: ProfilePoint) -> Point {
    var bit: Int?
    var width: Int?
    switch point.type {
    case .bit(let position): bit = position
    case .bitField(let lowest, let count): (bit, width) = (lowest, count)
    default: break
    }
    return Point(
      name: point.name, table: point.table.rawValue, address: point.address, registers: point.addressCount,
      asPrinted: point.asPrinted, source: point.source, assumption: point.assumption, note: point.note,
      type: point.type.word, bit: bit, width: width,
      wordOrder: point.wordOrder?.name(registers: point.type.registerCount), scale: point.scale,
      offset: point.offset, scaleFrom: point.scaleSource?.point, unit: point.unit, min: point.minimum,
      max: point.maximum, sentinels: point.sentinels.map { "0x" + String($0.raw, radix: 16, uppercase: true) },
      words: words(point.enumeration), bits: words(point.bitNames),
      pollSeconds: Double(point.pollIntervalMicroseconds) / 1_000_000)
  }

  private static func write(_ write: WritePoint) -> Write {
    Write(
      name: write.name, table: write.table.rawValue, address: write.address, asPrinted: write.asPrinted,
      type: write.type.word, wordOrder: write.wordOrder?.name(registers: write.type.registerCount),
      scale: write.scale, offset: write.offset, unit: write.unit, min: write.minimum, max: write.maximum,
      function: write.function.rawValue, readBack: write.isReadBack,
      minIntervalSeconds: Double(write.minimumIntervalMicroseconds) / 1_000_000)
  }

  private static func words(_ list: [EnumerationWord]) -> [String: String] {
    Dictionary(list.map { ("\($0.code)", $0.words.english) }, uniquingKeysWith: { first, _ in first })
  }
}
