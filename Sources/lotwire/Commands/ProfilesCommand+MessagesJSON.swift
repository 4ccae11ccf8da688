import Devices
import Foundation

/// A message profile for programs. Keys are those of the YAML file, with what holds where a key is left out.
struct MessageProfileDocument: Encodable {
  struct Source: Encodable {
    var id: String
    var title: String
  }

  struct Argument: Encodable {
    var name: String
    var meaning: String
    var takes: String
    var standard: String?
  }

  struct Condition: Encodable {
    var path: String
    /// Empty: something must stand there.
    var `is`: [String]
  }

  struct Time: Encodable {
    var path: String
    var `as`: String
    var zone: String?
  }

  struct Slice: Encodable {
    var encoding: String
    var bit: Int?
    var bits: Int?
    var byte: Int?
    var bytes: Int?
    var type: String
    var order: String?
  }

  struct Conversion: Encodable {
    var scale: Double
    var offset: Double
  }

  struct Units: Encodable {
    var path: String
    var conversions: [String: Conversion]
  }

  struct Quality: Encodable {
    var path: String
    var good: [String]
  }

  struct Point: Encodable {
    var name: String
    var json: String?
    var unit: String
    var units: Units?
    var words: [String: Double]?
    var text: Bool
    var slice: Slice?
    var scale: Double
    var offset: Double
    var min: Double?
    var max: Double?
    var sentinels: [Double]
    var quality: Quality?
    var everySeconds: Double?
    var note: String?
  }

  struct Message: Encodable {
    var topic: String
    var shape: String
    var when: [Condition]
    var each: String?
    var time: Time?
    var id: [String]
    var points: [Point]
  }

  struct Availability: Encodable {
    var topic: String
    var json: String?
    var online: [String]
    var offline: [String]
  }

  var name: String
  var vendor: String
  var model: String
  var transport = ProfileTransport.mqtt.rawValue
  var status: String
  var sources: [Source]
  var notes: [String]
  var arguments: [Argument]
  var messages: [Message]
  var availability: [Availability]

  init(_ profile: MessageProfile) {
    name = profile.name
    vendor = profile.vendor
    model = profile.model
    status = profile.status.rawValue
    sources = profile.sources.map { Source(id: $0.id, title: $0.title) }
    notes = profile.notes
    arguments = profile.arguments.map {
      Argument(name: $0.name, meaning: $0.meaning, takes: $0.kind.rawValue, standard: $0.standard)
    }
    messages = profile.mappings.map(Self.message)
    availability = profile.availability.map {
      Availability(topic: $0.topic.text, json: $0.path?.text, online: $0.online, offline: $0.offline)
    }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  private static func message(_ mapping: MessageMapping) -> Message {
    Message(
      topic: mapping.topic.text, shape: mapping.shape == .delta ? "delta" : "whole",
      when: mapping.conditions.map { Condition(path: $0.path.text, is: $0.texts) }, each: mapping.each?.text,
      time: mapping.time.map(time), id: mapping.key.map(\.text), points: mapping.points.map(point))
  }

  private static func time(_ time: MessageTime) -> Time {
    switch time.form {
    case .automatic: Time(path: time.path.text, as: "automatic")
    case .unixSeconds: Time(path: time.path.text, as: "unix_seconds")
    case .unixMilliseconds: Time(path: time.path.text, as: "unix_milliseconds")
    case .unixMicroseconds: Time(path: time.path.text, as: "unix_microseconds")
    case .unixNanoseconds: Time(path: time.path.text, as: "unix_nanoseconds")
    case .local(let zone): Time(path: time.path.text, as: "local", zone: zone)
    }
  }

  private static func point(_ point: MessagePoint) -> Point {
    var document = Point(
      name: point.name, json: point.path?.text, unit: point.unit, text: false, scale: point.scale,
      offset: point.offset, sentinels: point.sentinels,
      quality: point.quality.map { Quality(path: $0.path.text, good: $0.good) },
      everySeconds: point.everyMicroseconds > 0 ? Double(point.everyMicroseconds) / 1_000_000 : nil, note: point.note)
    document.units = point.units.map { units in
      Units(
        path: units.path.text,
        conversions: units.conversions.mapValues { Conversion(scale: $0.scale, offset: $0.offset) })
    }
    switch point.form {
    case .number(let words): document.words = words.isEmpty ? nil : words
    case .text: document.text = true
    case .slice(let slice): document.slice = self.slice(slice)
    }
    // JSON has no infinity: a bound that is none is left out.
    document.min = point.range.flatMap { $0.lowerBound.isFinite ? $0.lowerBound : nil }
    document.max = point.range.flatMap { $0.upperBound.isFinite ? $0.upperBound : nil }
    return document
  }

  private static func slice(_ slice: ByteSlice) -> Slice {
    let encoding = slice.encoding == .hexadecimal ? "hex" : slice.encoding.rawValue
    switch slice.place {
    case .bits(let offset, let length):
      return Slice(encoding: encoding, bit: offset, bits: length, type: slice.number.rawValue)
    case .bytes(let first, let count):
      return Slice(
        encoding: encoding, byte: first, bytes: count, type: slice.number.rawValue,
        order: slice.isLittleEndian ? "little" : "big")
    }
  }
}
