import Devices
import Shopfloor
import Testing

/// Every key of a profile reaches the field it is meant for.
@Suite struct ProfileReadingTests {
  static let head = """
    name: probe
    vendor: Maker
    model: M1
    transport: modbus
    status: documented
    sources:
      - {id: manual, title: "Manual 1.0"}

    """

  private func load(_ text: String) throws -> DeviceProfile {
    try DeviceProfile.load(text: Self.head + text, file: "probe.yaml")
  }

  private func point(_ keys: String) throws -> ProfilePoint {
    try #require(try load("points:\n  - {name: a, table: holding, address: 8, \(keys)}\n").points.first)
  }

  @Test(
    arguments: [
      ("type: bool, bit: 3", .bit(3)), ("type: bit_field, bit: 6, width: 3", .bitField(lowest: 6, width: 3)),
      ("type: int8_high", .int8(.high)), ("type: int8_low", .int8(.low)), ("type: uint8_high", .uint8(.high)),
      ("type: uint8_low", .uint8(.low)), ("type: int16", .int16), ("type: uint16", .uint16),
      ("type: int32, word_order: ABCD", .int32), ("type: uint32, word_order: ABCD", .uint32),
      ("type: int64, word_order: ABCD", .int64), ("type: uint64, word_order: ABCD", .uint64),
      ("type: float16", .float16), ("type: float32, word_order: CDAB", .float32),
      ("type: float64, word_order: CDAB", .float64), ("type: bcd4", .bcd(digits: 4)),
      ("type: bcd8, word_order: ABCD", .bcd(digits: 8)), ("type: bcd12, word_order: ABCD", .bcd(digits: 12)),
      ("type: bcd16, word_order: ABCD", .bcd(digits: 16)),
      ("type: text, layout: {registers: 8}", .text(TextLayout(registers: 8))),
      (
        "type: text, layout: {registers: 4, characters: low_byte_first, encoding: latin1}",
        .text(TextLayout(registers: 4, characters: .lowByteFirst, encoding: .latin1))
      ),
      (
        "type: text, layout: {registers: 4, characters: one_per_register, encoding: utf8}",
        .text(TextLayout(registers: 4, characters: .onePerRegister, encoding: .utf8))
      ),
      (
        "type: datetime, word_order: ABCD, layout: {form: unix_seconds}",
        .dateTime(DateTimeLayout(form: .unixSeconds(registers: 2)))
      ),
      (
        "type: datetime, word_order: ABCD, layout: {form: unix_seconds, registers: 4, utc_offset_minutes: 480}",
        .dateTime(DateTimeLayout(form: .unixSeconds(registers: 4), utcOffsetMinutes: 480))
      ),
      (
        "type: datetime, word_order: EFGHABCD, layout: {form: unix_milliseconds}",
        .dateTime(DateTimeLayout(form: .unixMilliseconds))
      ),
      (
        "type: datetime, layout: {form: fields, fields: [second, minute, hour, skip, day, month, year]}",
        .dateTime(DateTimeLayout(form: .fields([.second, .minute, .hour, .skip, .day, .month, .year])))
      ),
    ] as [(String, PointType)])
  func everyTypeIsRead(keys: String, type: PointType) throws {
    #expect(try point(keys).type == type)
  }

  @Test(arguments: [1, 2, 4])
  func everyOrderIsReadForItsSize(registers: Int) throws {
    let type = [1: "int16", 2: "int32", 4: "int64"][registers] ?? ""
    for (name, order) in WordOrder.names(registers: registers) {
      #expect(try point("type: \(type), word_order: \(name)").wordOrder == order)
    }
  }

  @Test func aDefaultOrderIsForValuesOfSeveralRegistersOnly() throws {
    let profile = try load(
      """
      defaults: {word_order: CDAB, table: input, source: manual, assumption: the table is not named}
      points:
        - {name: a, address: 0, type: int16}
        - {name: b, address: 1, type: float32}
        - {name: c, address: 3, type: float64, assumption: the order is the sibling's}
        - {name: d, table: coil, address: 3, type: bool}
        - {name: e, address: 7, type: text, layout: {registers: 2}}
      """)
    #expect(profile.points.map(\.wordOrder) == [nil, .cdab, .cdab, nil, nil])
    #expect(profile.points.map(\.table) == [.input, .input, .input, .coil, .input])
    #expect(profile.points.allSatisfy { $0.source == "manual" })
    #expect(
      profile.points.map(\.assumption) == [
        "the table is not named", "the table is not named", "the order is the sibling's", "the table is not named",
        "the table is not named",
      ])
  }

  @Test func whatCodesBitsAndSentinelsMeanIsRead() throws {
    let profile = try load(
      """
      points:
        - name: mode
          table: holding
          address: 0
          type: uint16
          words: {0x10: heating, 1: {en: stopped, zh: 停止}}
          bits: {15: fault}
          sentinels: [0xFFFF, {raw: 63488, means: {en: sensor break, zh: 传感器断线}}, {raw: -2, means: cold}]
          atomic_group: block
          note: As on the display.
        - {name: next, table: holding, address: 1, type: uint16, atomic_group: block}
        - {name: on, table: coil, address: 0, type: bool, words: {0: closed, 1: open}}
        - {name: f, table: holding, address: 2, type: float32, word_order: ABCD, sentinels: [-9999, 0x7FBFFF80]}
        - {name: l, table: holding, address: 4, type: uint64, word_order: ABCD, sentinels: [0xFFFFFFFFFFFFFFFF]}
        - {name: h, table: holding, address: 8, type: int8_low, sentinels: [-128]}
        - {name: block, table: holding, address: 8, type: uint16, alone: true}
      """)
    let mode = try #require(profile.point("mode"))
    #expect(
      mode.enumeration == [
        EnumerationWord(1, Words("stopped", "停止")), EnumerationWord(16, Words("heating", "heating")),
      ])
    #expect(mode.bitNames == [EnumerationWord(15, Words("fault", "fault"))])
    #expect(
      mode.sentinels == [
        Sentinel(0xFFFF), Sentinel(0xF800, meaning: Words("sensor break", "传感器断线")),
        Sentinel(0xFFFE, meaning: Words("cold", "cold")),
      ])
    #expect(mode.atomicGroup == "block" && mode.note == "As on the display.")
    #expect(profile.point("on")?.enumeration.map(\.code) == [0, 1])
    #expect(
      profile.point("f")?.sentinels == [Sentinel(UInt64(Float(-9999).bitPattern)), Sentinel(0x7FBF_FF80)])
    #expect(profile.point("l")?.sentinels == [Sentinel(.max)])
    #expect(profile.point("h")?.sentinels == [Sentinel(0x80)])
    #expect(profile.points.map(\.isAskedAlone) == [false, false, false, false, false, false, true])
  }

  @Test(
    arguments: [
      ("{point: a, meaning: decimal_places}", .decimalPlaces), ("{point: a, meaning: exponent}", .exponent),
      ("{point: a, meaning: factor}", .factor),
      ("{point: a, meaning: codes, codes: {0: 1, 0x10: 0.1, -1: 10}}", .codes([0: 1, 16: 0.1, -1: 10])),
    ] as [(String, ScaleSource.Meaning)])
  func aScaleFromAnotherPointIsRead(keys: String, meaning: ScaleSource.Meaning) throws {
    let profile = try load(
      """
      points:
        - {name: a, table: holding, address: 0, type: uint16}
        - {name: b, table: holding, address: 1, type: int16, scale: 2, offset: -1, scale_from: \(keys)}
      """)
    let point = try #require(profile.point("b"))
    #expect(point.scaleSource == ScaleSource(point: "a", meaning: meaning))
    #expect(point.scale == 2 && point.offset == -1)
  }

  @Test func everyRequestRuleIsRead() throws {
    let profile = try load(
      """
      defaults:
        max_registers: 60
        max_input_registers: 40
        max_bits: 100
        max_reply_bytes: 90
        bridge_gaps: true
        max_gap: 8
        register_multiple: 2
        readable: [{table: holding, first: 0, last: 99}]
        denied: [{table: holding, first: 0x2040, last: 0x2043, reason: resets the device}]
        pause_seconds: 0.02
        pause_after_connect_seconds: 0.5
        response_timeout_seconds: 2
        pipeline_depth: 4
        close_after_poll: true
      points: [{name: a, table: holding, address: 0, type: int16}]
      """)
    #expect(
      profile.requests
        == RequestRules(
          maximumRegisters: 60, maximumInputRegisters: 40, maximumBits: 100, maximumReplyBytes: 90, bridgesGaps: true,
          maximumGap: 8, registerMultiple: 2,
          readableRanges: [AddressRange(table: .holding, addresses: 0..<100)],
          deniedRanges: [
            DeniedRange(
              range: AddressRange(table: .holding, addresses: 0x2040..<0x2044), reason: "resets the device")
          ], pauseMicroseconds: 20_000, pauseAfterConnectMicroseconds: 500_000,
          responseTimeoutMicroseconds: 2_000_000, pipelineDepth: 4, closesAfterPoll: true))
  }

  @Test func writesAndSelfTestsAreRead() throws {
    let profile = try load(
      """
      points:
        - {name: constant, table: holding, address: 0x2002, type: uint16}
        - {name: real, table: holding, address: 0x2010, type: float32, word_order: CDAB}
        - {name: title, table: holding, address: 0x2020, type: text, layout: {registers: 4}}
      self_test:
        - {point: constant, equals: 0x1234}
        - {point: real, equals: -123.45}
        - {point: title, equals: "-123.45"}
      writes:
        - {name: hold, table: coil, address: 7, as_printed: "00008", source: manual, type: bool, note: stops the line}
        - {name: target, table: holding, address: 9, type: int16, scale: 0.1, offset: 1, unit: "°C",
           range: {min: 0, max: 300}, min_interval_seconds: 10, function: multiple, read_back: false}
        - {name: speed, table: holding, address: 10, type: float32, word_order: CDAB, range: {min: 0, max: 1}}
        - {name: run, table: holding, address: 12, type: bool, bit: 4}
      """)
    #expect(
      profile.selfTests == [
        SelfTest(point: "constant", expectation: .number(4660)), SelfTest(point: "real", expectation: .number(-123.45)),
        SelfTest(point: "title", expectation: .text("-123.45")),
      ])
    #expect(
      profile.writes == [
        WritePoint(
          name: "hold", table: .coil, address: 7, asPrinted: "00008", source: "manual", note: "stops the line",
          type: .bool),
        WritePoint(
          name: "target", table: .holding, address: 9, type: .int16, scale: 0.1, offset: 1, unit: "°C", minimum: 0,
          maximum: 300, minimumIntervalMicroseconds: 10_000_000, function: .multiple, isReadBack: false),
        WritePoint(
          name: "speed", table: .holding, address: 10, type: .float32, wordOrder: .cdab, minimum: 0, maximum: 1,
          function: .multiple),
        WritePoint(name: "run", table: .holding, address: 12, type: .bit(4)),
      ])
  }
}
