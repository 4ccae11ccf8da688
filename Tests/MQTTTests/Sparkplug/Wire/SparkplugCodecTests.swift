import Testing

@testable import MQTT

/// The bytes are written by hand from the field numbers of `sparkplug_b.proto` (specification 3.0.0, 6.2.3) and the
/// rules of the wire format: tag = field × 8 + wire type.
@Suite struct SparkplugCodecTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var payload: SparkplugPayload
    var bytes: [UInt8]
    var testDescription: String { name }
  }

  /// A payload of one metric, whose bytes are these.
  static func one(_ name: String, _ metric: SparkplugMetric, _ bytes: [UInt8]) -> Case {
    Case(name: name, payload: SparkplugPayload(metrics: [metric]), bytes: [0x12, UInt8(bytes.count)] + bytes)
  }

  static let cases: [Case] = [
    Case(name: "nothing", payload: SparkplugPayload(), bytes: []),
    Case(
      name: "all of a payload but metrics",
      payload: SparkplugPayload(timestamp: 1_486_144_502_122, sequence: 255, uuid: "ab", body: [1, 2, 3]),
      bytes: [0x08, 0xEA, 0xF2, 0xF5, 0xA8, 0xA0, 0x2B, 0x18, 0xFF, 0x01, 0x22, 0x02, 0x61, 0x62, 0x2A, 3, 1, 2, 3]),
    Case(
      name: "sequence 0 is written", payload: SparkplugPayload(timestamp: 0, sequence: 0), bytes: [0x08, 0, 0x18, 0]),
    one("empty metric", SparkplugMetric(), []),
    one(
      "name, alias, time, type",
      SparkplugMetric(name: "T1", alias: 300, timestamp: 127, datatype: 10),
      [
        0x0A, 2, 0x54, 0x31, 0x10, 0xAC, 0x02, 0x18, 0x7F, 0x20, 0x0A,
      ]),
    one("flags", SparkplugMetric(isHistorical: true, isTransient: true), [0x28, 1, 0x30, 1]),
    one("null", SparkplugMetric(alias: 0, isNull: true), [0x10, 0, 0x38, 1]),
    one("int", SparkplugMetric(value: .int(150)), [0x50, 0x96, 0x01]),
    one(
      "negative int of 32 bits", SparkplugMetric(value: .int(UInt32(bitPattern: -2))),
      [0x50, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F]),
    one(
      "negative long", SparkplugMetric(value: .long(UInt64(bitPattern: -1))),
      [0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
    one("float", SparkplugMetric(value: .float(1.5)), [0x65, 0, 0, 0xC0, 0x3F]),
    one("double", SparkplugMetric(value: .double(-2)), [0x69, 0, 0, 0, 0, 0, 0, 0, 0xC0]),
    one("boolean", SparkplugMetric(value: .boolean(false)), [0x70, 0]),
    one("string", SparkplugMetric(value: .string("°")), [0x7A, 2, 0xC2, 0xB0]),
    one("bytes", SparkplugMetric(value: .bytes([0xFF])), [0x82, 0x01, 1, 0xFF]),
    one("data set", SparkplugMetric(value: .other(field: 17, [8, 1])), [0x8A, 0x01, 2, 8, 1]),
    one("template", SparkplugMetric(value: .other(field: 18, [])), [0x92, 0x01, 0]),
    one(
      "property", SparkplugMetric(properties: ["u": .string("C")]),
      [0x4A, 0x0A, 0x0A, 1, 0x75, 0x12, 5, 0x08, 12, 0x42, 1, 0x43]),
    one(
      "properties in order",
      SparkplugMetric(properties: ["Quality": .int(192), "A": .boolean(true)]),
      [0x4A, 25, 0x0A, 1, 0x41, 0x0A, 7, 0x51, 0x75, 0x61, 0x6C, 0x69, 0x74, 0x79]
        + [0x12, 4, 0x08, 11, 0x38, 1, 0x12, 5, 0x08, 3, 0x18, 0xC0, 0x01]),
  ]

  @Test(arguments: cases) func bytesAreTheOnesOfTheDefinition(_ example: Case) throws {
    #expect(SparkplugCodec.encode(example.payload) == example.bytes)
    #expect(try SparkplugCodec.decode(example.bytes) == example.payload)
  }

  @Test(
    arguments: [
      ("sign-extended to 64 bits", [0x50, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], -2),
      ("two's complement of 32 bits", [0x50, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F], -2),
    ] as [(String, [UInt8], Int64)])
  func negativeNumbersComeInEitherLength(_ name: String, _ bytes: [UInt8], _ expected: Int64) throws {
    let payload = try SparkplugCodec.decode([0x12, UInt8(bytes.count)] + bytes)
    #expect(payload.metrics.first?.value?.content(as: .int32) == .integer(expected))
  }

  @Test(
    arguments: [
      ("unknown varint", [0x78, 1]), ("unknown fixed 64", [0x79, 0, 0, 0, 0, 0, 0, 0, 0]),
      ("unknown fixed 32", [0x7D, 0, 0, 0, 0]),
      ("unknown bytes", [0x7A, 1, 0]), ("unknown group", [0x7B, 0x08, 1, 0x7C]),
      ("a group in a group", [0x7B, 0x83, 0x01, 0x84, 0x01, 0x7C]),
      ("known field in another wire type", [0x09, 0, 0, 0, 0, 0, 0, 0, 0]),
    ] as [(String, [UInt8])])
  func whatIsNotKnownIsPassedOver(_ name: String, _ unknown: [UInt8]) throws {
    #expect(try SparkplugCodec.decode([0x18, 7] + unknown + [0x08, 9]) == SparkplugPayload(timestamp: 9, sequence: 7))
  }

  @Test func theLastOfARepeatedFieldCounts() throws {
    #expect(try SparkplugCodec.decode([0x18, 1, 0x18, 2]).sequence == 2)
    #expect(try SparkplugCodec.decode([0x12, 4, 0x50, 1, 0x70, 1]).metrics.first?.value == .boolean(true))
    #expect(try SparkplugCodec.decode([0x12, 4, 0x50, 1, 0x38, 1]).metrics == [SparkplugMetric(isNull: true)])
  }

  @Test func propertiesWithoutValueOrNameSayNothing() throws {
    // Keys "a" and "b", the value of "a" is null; a third value has no key.
    let set: [UInt8] = [0x0A, 1, 0x61, 0x0A, 1, 0x62, 0x12, 2, 0x10, 1, 0x12, 2, 0x18, 5, 0x12, 2, 0x18, 6]
    let payload = try SparkplugCodec.decode([0x12, UInt8(set.count + 2), 0x4A, UInt8(set.count)] + set)
    #expect(payload.metrics.first?.properties == ["b": .int(5)])
  }

  @Test(
    arguments: [
      ("tag without field", [0x08], .truncated(at: 1)), ("cut number", [0x08, 0x80], .truncated(at: 2)),
      ("eleven bytes of number", [0x08] + [UInt8](repeating: 0x80, count: 11), .malformedNumber(at: 1)),
      ("65 bits of number", [0x08] + [UInt8](repeating: 0xFF, count: 9) + [2], .malformedNumber(at: 1)),
      ("field 0", [0x00, 0], .malformedTag(at: 0)), ("wire type 6", [0x0E], .malformedTag(at: 0)),
      ("field of 30 bits", [0x80, 0x80, 0x80, 0x80, 0x10, 0], .malformedTag(at: 0)),
      ("metric longer than the payload", [0x12, 5, 0x50], .truncated(at: 1)),
      ("length of 64 bits", [0x12] + [UInt8](repeating: 0xFF, count: 9) + [1], .truncated(at: 1)),
      ("name longer than its metric", [0x12, 2, 0x0A, 9, 0x41, 0x42], .truncated(at: 3)),
      ("text that is none", [0x22, 2, 0xC3, 0x28], .textNotUTF8(at: 2)),
      ("group that does not end", [0x7B, 0x08, 1], .truncated(at: 3)),
      ("group that ends as another", [0x7B, 0x84, 0x01], .malformedTag(at: 3)),
      ("end without beginning", [0x7C], .malformedTag(at: 1)),
      ("groups in groups", [UInt8](repeating: 0x7B, count: 20), .nestedTooDeep(at: 9)),
      ("cut double", [0x12, 3, 0x69, 0, 0], .truncated(at: 3)),
    ] as [(String, [UInt8], SparkplugFault)])
  func whatIsNoPayloadIsRefused(_ name: String, _ bytes: [UInt8], _ fault: SparkplugFault) {
    #expect(throws: fault) { try SparkplugCodec.decode(bytes) }
    #expect(!fault.description.isEmpty && fault.code.hasPrefix("sparkplug."))
  }

  // MARK: Bounds

  @Test func everyBoundHoldsAtItsEdge() throws {
    let name = String(repeating: "n", count: SparkplugCodec.maximumNameBytes)
    let longest = SparkplugPayload(metrics: [SparkplugMetric(name: name, properties: [name: .int(1)])])
    #expect(try SparkplugCodec.decode(SparkplugCodec.encode(longest)) == longest)
    let tooLong = SparkplugCodec.encode(SparkplugPayload(metrics: [SparkplugMetric(name: name + "n")]))
    #expect(throws: SparkplugFault.nameTooLong(at: 4, bytes: 1_025)) { try SparkplugCodec.decode(tooLong) }

    let most = SparkplugPayload(
      metrics: Array(repeating: SparkplugMetric(alias: 1), count: SparkplugCodec.maximumMetrics))
    #expect(try SparkplugCodec.decode(SparkplugCodec.encode(most)) == most)
    #expect(throws: SparkplugFault.tooManyMetrics) {
      try SparkplugCodec.decode(SparkplugCodec.encode(most) + [0x12, 0])
    }

    let body = [UInt8](repeating: 7, count: SparkplugCodec.maximumPayloadBytes - 4)
    let largest = SparkplugCodec.encode(SparkplugPayload(body: body))
    #expect(largest.count == SparkplugCodec.maximumPayloadBytes)
    #expect(try SparkplugCodec.decode(largest).body == body)
    #expect(throws: SparkplugFault.payloadTooLarge(bytes: SparkplugCodec.maximumPayloadBytes + 1)) {
      try SparkplugCodec.decode(largest + [0])
    }

    let properties = (0...SparkplugCodec.maximumProperties).map { ("p\($0)", SparkplugValue.int(1)) }
    let metric = SparkplugMetric(properties: Dictionary(properties.dropLast()) { first, _ in first })
    #expect(try SparkplugCodec.decode(SparkplugCodec.encode(SparkplugPayload(metrics: [metric]))).metrics == [metric])
    let crowded = SparkplugMetric(properties: Dictionary(properties) { first, _ in first })
    #expect(throws: SparkplugFault.tooManyProperties(at: 6)) {
      try SparkplugCodec.decode(SparkplugCodec.encode(SparkplugPayload(metrics: [crowded])))
    }
  }
}
