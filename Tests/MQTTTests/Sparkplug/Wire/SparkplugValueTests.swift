import Testing

@testable import MQTT

@Suite struct SparkplugValueTests {
  typealias Content = SparkplugEdgeValue.Content

  @Test(
    arguments: [
      (.int8, .int(0xFF), .integer(-1)), (.int8, .int(0xFFFF_FFFF), .integer(-1)), (.int8, .int(127), .integer(127)),
      (.int8, .int(0x80), .integer(-128)), (.int8, .int(256), nil), (.int8, .int(0xFFFF_FF7F), nil),
      (.int16, .int(0xFFFE), .integer(-2)), (.int16, .int(0xFFFF_FFFE), .integer(-2)), (.int16, .int(0x1_0000), nil),
      (.int32, .int(0x8000_0000), .integer(-2_147_483_648)), (.int32, .long(0xFFFF_FFFF), .integer(-1)),
      (.int32, .long(.max), .integer(-1)), (.int32, .long(1 << 33), nil),
      (.int64, .long(.max), .integer(-1)), (.int64, .int(0xFFFF_FFFF), .integer(-1)),
      (.uint8, .int(255), .integer(255)), (.uint8, .int(256), nil), (.uint16, .int(65_535), .integer(65_535)),
      (.uint32, .int(.max), .integer(4_294_967_295)), (.uint32, .long(5), .integer(5)), (.uint32, .long(1 << 32), nil),
      (.uint64, .long(.max), .number(18_446_744_073_709_551_616)), (.uint64, .long(7), .integer(7)),
      (.dateTime, .long(1_700_000_000_000), .integer(1_700_000_000_000)),
      (.float, .float(0.5), .number(0.5)), (.float, .double(0.5), .number(0.5)), (.double, .double(-1), .number(-1)),
      (.double, .int(1), nil), (.boolean, .boolean(true), .flag(true)), (.boolean, .int(1), nil),
      (.string, .string("a"), .text("a")), (.uuid, .string("b"), .text("b")), (.string, .int(1), nil),
      (.dataSet, .other(field: 17, []), nil), (.int32Array, .bytes([1, 0, 0, 0]), nil), (.unknown, .int(1), nil),
      (.int32, .string("1"), nil),
    ] as [(SparkplugDataType, SparkplugValue, Content?)])
  func bitsAreReadByTheirType(_ type: SparkplugDataType, _ value: SparkplugValue, _ expected: Content?) {
    #expect(value.content(as: type) == expected)
  }

  @Test(
    arguments: [
      (.int8, .integer(-1), .int(0xFFFF_FFFF)), (.int8, .integer(-129), nil), (.int16, .integer(32_768), nil),
      (.int32, .integer(-5), .int(0xFFFF_FFFB)), (.int64, .integer(-5), .long(UInt64(bitPattern: -5))),
      (.uint8, .integer(255), .int(255)), (.uint8, .integer(-1), nil), (.uint32, .integer(4_294_967_295), .int(.max)),
      (.uint32, .integer(4_294_967_296), nil), (.uint64, .integer(-1), nil), (.dateTime, .integer(3), .long(3)),
      (.float, .number(1.5), .float(1.5)), (.float, .integer(2), .float(2)), (.double, .integer(2), .double(2)),
      (.boolean, .flag(true), .boolean(true)), (.boolean, .integer(1), nil), (.text, .text("x"), .string("x")),
      (.int32, .number(1), nil), (.template, .text("x"), nil),
    ] as [(SparkplugDataType, Content, SparkplugValue?)])
  func contentsAreWrittenInTheFieldOfTheirType(
    _ type: SparkplugDataType, _ content: Content, _ expected: SparkplugValue?
  ) {
    #expect(SparkplugValue(content, as: type) == expected)
  }

  @Test func whatIsWrittenIsReadBack() {
    var generator = SeededGenerator(seed: 6)
    for type in SparkplugDataType.allCases {
      for _ in 0..<200 {
        let integer = Int64(bitPattern: generator.next()) >> Int64.random(in: 0...63, using: &generator)
        for content in [Content.integer(integer), .flag(integer & 1 == 0), .text("\(integer)")] {
          guard let value = SparkplugValue(content, as: type) else { continue }
          switch value.content(as: type) {
          case .number(let number)?: #expect(number == (type == .float ? Double(Float(integer)) : Double(integer)))
          case let back: #expect(back == content)
          }
        }
      }
    }
  }

  /// Specification 3.0.0, 6.4.16: the numbers on the wire.
  @Test func typesHaveTheirNumbers() {
    #expect(SparkplugDataType.allCases.map(\.rawValue) == Array(0...34))
    #expect(SparkplugDataType.boolean.rawValue == 11)
    #expect(SparkplugDataType.dateTime.rawValue == 13)
    #expect(SparkplugDataType.template.rawValue == 19)
    #expect(SparkplugDataType.dateTimeArray.rawValue == 34)
  }
}
