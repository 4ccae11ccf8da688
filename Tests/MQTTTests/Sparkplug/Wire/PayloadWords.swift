import Foundation

@testable import MQTT

/// Payloads in the words of `protobuf_oracle.py`.
enum PayloadWords {
  static func words(_ payload: SparkplugPayload) -> String {
    var parts = [number(payload.timestamp), number(payload.sequence), text(payload.uuid)]
    parts.append(payload.body.map { hex($0) + "." } ?? "-")
    for metric in payload.metrics {
      let flags = [metric.isHistorical, metric.isTransient, metric.isNull].map { $0 ? "1" : "0" }.joined()
      let properties = metric.properties.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { hex(Array($0.key.utf8)) + "=" + value($0.value) }
      parts.append(
        ([
          text(metric.name), number(metric.alias), number(metric.timestamp), number(metric.datatype.map(UInt64.init)),
          flags, metric.value.map { value($0) } ?? "none",
        ] + properties).joined(separator: "/"))
    }
    return parts.joined(separator: " ; ")
  }

  private static func value(_ value: SparkplugValue) -> String {
    switch value {
    case .int(let bits): "int \(bits)"
    case .long(let bits): "long \(bits)"
    case .float(let number): "float " + hex(bigEndian(UInt64(number.bitPattern), 4))
    case .double(let number): "double " + hex(bigEndian(number.bitPattern, 8))
    case .boolean(let flag): "boolean \(flag ? 1 : 0)"
    case .string(let text): "string " + hex(Array(text.utf8))
    case .bytes(let bytes): "bytes " + hex(bytes)
    case .other: "other"
    }
  }

  private static func number(_ number: UInt64?) -> String { number.map { "\($0)" } ?? "-" }
  private static func text(_ text: String?) -> String { text.map { hex(Array($0.utf8)) + "." } ?? "-" }

  private static func bigEndian(_ bits: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
  }

  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  static func bytes(_ hex: some StringProtocol) -> [UInt8] {
    let digits = hex.utf8.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

/// Payloads at random.
struct RandomPayloads {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func payload() -> SparkplugPayload {
    SparkplugPayload(
      timestamp: maybe { $0.number() }, metrics: (0..<Int.random(in: 0...6, using: &generator)).map { _ in metric() },
      sequence: maybe { $0.number() }, uuid: maybe { $0.text() }, body: maybe { $0.bytes() })
  }

  mutating func metric() -> SparkplugMetric {
    let isNull = chance(6)
    var properties: [String: SparkplugValue] = [:]
    if chance(3) {
      // Data sets and their like have a form of their own, which the other side checks: not among the random ones.
      for _ in 0..<Int.random(in: 1...4, using: &generator) { properties[text()] = value(ofProperty: true) }
    }
    return SparkplugMetric(
      name: maybe { $0.text() }, alias: maybe { $0.number() }, timestamp: maybe { $0.number() },
      datatype: maybe { UInt32(truncatingIfNeeded: $0.number()) }, isHistorical: chance(3), isTransient: chance(5),
      isNull: isNull, value: isNull ? nil : maybe { $0.value(ofProperty: false) }, properties: properties)
  }

  private mutating func value(ofProperty: Bool) -> SparkplugValue {
    switch Int.random(in: 0...(ofProperty ? 5 : 6), using: &generator) {
    case 0: .int(UInt32(truncatingIfNeeded: number()))
    case 1: .long(number())
    case 2: .float(Float(Double.random(in: -1e9...1e9, using: &generator)))
    case 3: .double(Double.random(in: -1e300...1e300, using: &generator))
    case 4: .boolean(chance(2))
    case 5: .string(text())
    default: .bytes(bytes())
    }
  }

  private mutating func number() -> UInt64 {
    generator.next() >> UInt64.random(in: 0...63, using: &generator)
  }

  private mutating func text() -> String {
    let scalars: [Unicode.Scalar] = ["a", "B", "/", "7", "°", "温", "\u{1F3ED}", " ", "\u{0}"]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      text.append(scalars[Int.random(in: 0..<scalars.count, using: &generator)])
    }
    return String(text)
  }

  private mutating func bytes() -> [UInt8] {
    (0..<Int.random(in: 0...20, using: &generator)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  mutating func chance(_ one: Int) -> Bool { Int.random(in: 1...one, using: &generator) == 1 }

  private mutating func maybe<Content>(_ make: (inout RandomPayloads) -> Content) -> Content? {
    chance(4) ? nil : make(&self)
  }
}
