import Devices
import Testing

extension ProfileRefusalTests {
  static func scaled(_ from: String, by other: String = "type: uint16") -> String {
    "points:\n  - {name: a, table: holding, address: 0, type: int16, scale_from: \(from)}\n"
      + "  - {name: places, table: holding, address: 8, \(other)}\n"
  }

  static let scales: [Case] = [
    Case(
      scaled("{point: place, meaning: decimal_places}"), 2, "there is no point \"place\"", "Write \"places\" if you"),
    Case(scaled("{point: places, meaning: factor}", by: "type: bool, bit: 1"), 2, "is on or off", "Name the point"),
    Case(
      scaled("{point: places, meaning: factor}", by: "type: text, layout: {registers: 2}"), 2, "is a text",
      "Name the point"),
    Case(scaled("{point: a, meaning: factor}"), 2, "in a circle: a -> a", "not the value itself"),
    Case(scaled("{point: places, meaning: decimals}"), 2, "\"decimals\" is not one of", "decimal_places"),
    Case(scaled("{point: places, meaning: codes}"), 2, "\"codes\" is missing", "codes: {0: 1, 1: 0.1}"),
    Case(scaled("{point: places, meaning: codes, codes: {0: 0}}"), 2, "a factor of 0", "factor"),
    Case(scaled("{point: places, meaning: factor, codes: {0: 1}}"), 2, "codes belong to", "meaning: codes"),
    Case(points("type: text, layout: {registers: 2}, scale: 2"), 2, "a text has none", "Leave scale out"),
  ]

  @Test(arguments: scales) func aScaleThatCannotBe(_ test: Case) { expectOneFault(test) }

  @Test func aCircleOfScalesIsSaidAtEveryPoint() {
    let text = """
      points:
        - {name: a, table: holding, address: 0, type: int16, scale_from: {point: b, meaning: factor}}
        - {name: b, table: holding, address: 1, type: int16, scale_from: {point: a, meaning: factor}}
      """
    do throws(DocumentIssues) {
      _ = try DeviceProfile.load(text: Self.head + text, file: "probe.yaml")
      Issue.record("the circle was not seen")
    } catch {
      #expect(error.issues.map(\.line) == [7, 8])
      #expect(error.issues.first?.problem.contains("a -> b -> a") == true)
    }
  }

  @Test func aScaleThatIsScaledItselfIsRefused() {
    expectOneFault(
      Case(
        Self.two(
          "address: 0, type: int16, scale_from: {point: b, meaning: factor}",
          "address: 1, type: int16, scale_from: {point: c, meaning: factor}")
          + "  - {name: c, table: holding, address: 2, type: int16}\n", 2, "\"b\" is itself scaled by \"c\"",
        "needs no other one"))
  }

  static let meanings: [Case] = [
    Case(points("type: int16, sentinels: [0x10000]"), 2, "0x10000 is wider than the 16 bits", "0x8000"),
    Case(points("type: uint8_low, sentinels: [256]"), 2, "256 is wider than the 8 bits", "8 bits of a uint8_low"),
    Case(points("type: int16, sentinels: [-32769]"), 2, "wider than the 16 bits", "-32768"),
    Case(points("type: bit_field, bit: 0, width: 3, sentinels: [8]"), 2, "wider than the 3 bits", "3 bits"),
    Case(points("type: int16, sentinels: [none]"), 2, "is not a whole number", "0x8000"),
    Case(points("type: text, layout: {registers: 2}, sentinels: [1]"), 2, "a text has no sentinels", "Leave them out"),
    Case(points("type: bool, bit: 0, sentinels: [1]"), 2, "an on/off value has no sentinels", "Leave"),
    Case(points("type: int16, sentinels: [{raw: 1, meaning: x}]"), 2, "key \"meaning\" is not known", "means"),
    Case(
      points("type: text, layout: {registers: 2}, range: {min: 1, max: 2}"), 2, "a text has no range", "Leave range"),
    Case(points("type: int16, range: {}"), 2, "the range has no bound", "{min: 0, max: 100}"),
    Case(points("type: int16, scale: 0.1, range: {min: 4000}"), 2, "its largest value is 3276.7", "scaled value"),
    Case(points("type: uint16, range: {max: -1}"), 2, "its smallest value is 0", "scaled value"),
    Case(points("type: uint16, words: {70000: x}"), 2, "code 70000 is outside 0 to 65535", "Correct"),
    Case(points("type: uint16, words: {a: x}"), 2, "\"a\" is not a whole number", "{0: stopped, 1: running}"),
    Case(points("type: uint16, scale: 2, words: {1: x}"), 2, "a code is not scaled", "Leave scale"),
    Case(points("type: float32, word_order: ABCD, words: {1: x}"), 2, "a float32 has no codes", "type"),
    Case(points("type: uint16, bits: {16: x}"), 2, "bit 16 is outside 0 to 15", "Correct the bit"),
    Case(points("type: float16, bits: {1: x}"), 2, "a float16 has no bits to name", "uint16"),
    Case(points("type: bit_field, bit: 14, width: 3"), 2, "need bit 16", "lowest bit"),
    Case(points("type: bit_field, bit: 14"), 2, "\"width\" is missing", "width: 3"),
    Case(points("type: text"), 2, "\"layout\" is missing", "registers: 8"),
    Case(points("type: text, layout: {registers: 126}"), 2, "126 is outside 1 to 125", "registers"),
    Case(points("type: datetime, layout: {form: fields, fields: [year, month]}"), 2, "day is missing", "[year, month"),
    Case(points("type: datetime, layout: {form: fields, fields: [year, month, day, day]}"), 2, "day stands 2", "[year"),
  ]

  @Test(arguments: meanings) func aMeaningThatCannotBe(_ test: Case) { expectOneFault(test) }

  static let requests: [Case] = [
    Case("defaults: {max_gap: 4}\n" + points("type: int16"), 1, "max_gap is given, but", "bridge_gaps: true"),
    Case("defaults: {max_registers: 126}\n" + points("type: int16"), 1, "126 is outside 1 to 125", "most registers"),
    Case("defaults: {pipeline_depth: 17}\n" + points("type: int16"), 1, "17 is outside 1 to 16", "at once"),
    Case("defaults: {max_reply_bytes: 0}\n" + points("type: int16"), 1, "0 is outside 2 to 250", "data bytes"),
    Case(
      "defaults: {max_registers: 2}\n" + points("type: int64, word_order: ABCD"), 3,
      "needs 4 registers, but one request may read 2", "two replies"),
    Case(
      "defaults: {max_reply_bytes: 6}\n" + points("type: text, layout: {registers: 4}"), 3, "one request may read 3",
      "max_reply_bytes"),
    Case(
      "defaults: {register_multiple: 4, max_registers: 4}\n"
        + two("address: 3, type: int32, word_order: ABCD", "address: 8, type: int16"), 3, "has 8 registers",
      "register_multiple"),
    Case(
      "defaults: {readable: [{table: holding, first: 10, last: 19}]}\n" + points("type: int16"), 3,
      "0 is not within one of the readable ranges of holding (10-19)", "\"readable\""),
    Case(
      "defaults: {denied: [{table: holding, first: 5, last: 2, reason: x}]}\n" + points("type: int16"), 1,
      "first 5 is after last 2", "lower address"),
    Case(
      "defaults: {denied: [{table: holding, first: 1, last: 2}]}\n" + points("type: int16"), 1, "\"reason\" is missing",
      "why nobody"),
    Case(
      "defaults: {max_registers: 10}\n"
        + two("address: 0, type: int16, atomic_group: g", "address: 20, type: int16, atomic_group: g"), 3,
      "reaches from 0 to 20, 21 addresses, but one request may read 10", "Divide the group"),
    Case(
      two("address: 0, type: int16, atomic_group: g", "address: 2, type: int16, atomic_group: g"), 2,
      "no point uses address 1", "bridge_gaps: true"),
    Case(
      "points:\n  - {name: a, table: holding, address: 0, type: int16, atomic_group: g}\n"
        + "  - {name: b, table: input, address: 1, type: int16, atomic_group: g}\n", 2, "different tables", "divide"),
    Case(points("type: int16, atomic_group: g"), 2, "\"a\" is alone in the group \"g\"", "same group"),
    Case(
      two("address: 0, type: int16, atomic_group: g", "address: 1, type: int16, atomic_group: g, alone: true"), 3,
      "asked for alone", "Leave alone or atomic_group out"),
    Case(
      two("address: 0, type: int16, atomic_group: g", "address: 1, type: int16, atomic_group: g, poll_seconds: 5"), 2,
      "different poll_seconds", "same poll_seconds"),
  ]

  @Test(arguments: requests) func aRequestThatCannotBe(_ test: Case) { expectOneFault(test) }

  static func write(_ keys: String, defaults: String = "") -> String {
    defaults + "points: [{name: a, table: holding, address: 0, type: int16}]\nwrites:\n  - {name: w, \(keys)}\n"
  }

  static let writes: [Case] = [
    Case(
      write("table: input, address: 3, type: int16, range: {min: 0, max: 9}"), 3, "input registers cannot be written",
      "The holding register with the same number is probably meant"),
    Case(
      write("table: discrete, address: 3, type: bool"), 3, "discrete inputs cannot be written",
      "The coil with the same number is probably meant"),
    Case(write("table: holding, address: 3, type: int16"), 3, "which values may be written is missing", "range: {min"),
    Case(
      write("table: holding, address: 3, type: int16, range: {min: 0}"), 3, "which values may be written", "both bounds"
    ),
    Case(
      write("table: holding, address: 3, type: int16, scale: 0.1, range: {min: 0, max: 5000}"), 3,
      "holds -3276.8", "scaled value"),
    Case(
      write("table: holding, address: 3, type: text, layout: {registers: 2}"), 3, "a text cannot be written",
      "16, 32 or 64 bits"),
    Case(
      write("table: holding, address: 3, type: int32, word_order: ABCD, range: {min: 0, max: 9}, function: single"), 3,
      "function 6 writes one register", "function: multiple"),
    Case(
      write(
        "table: holding, address: 3, type: int16, range: {min: 0, max: 9}",
        defaults: "defaults: {denied: [{table: holding, first: 2, last: 8, reason: formats the flash}]}\n"), 4,
      "\"w\" lies in the denied range 2-8: formats the flash", "never written"),
    Case(
      write("table: holding, address: 40001, type: int16, range: {min: 0, max: 9}"), 3, "looks like a printed number",
      "Write \"address: 0\""),
    Case(
      write("table: coil, address: 3, type: bool") + "  - {name: v, table: coil, address: 3, type: bool}\n", 4,
      "\"v\" (coil 3) lies on \"w\" (coil 3", "keep one point"),
  ]

  @Test(arguments: writes) func aWritePointThatCannotBe(_ test: Case) { expectOneFault(test) }

  static func selfTest(_ keys: String, type: String = "type: uint16") -> String {
    points(type) + "self_test:\n  - {\(keys)}\n"
  }

  static let selfTests: [Case] = [
    Case(selfTest("point: b, equals: 1"), 4, "there is no point \"b\"", "\"a\""),
    Case(selfTest("point: a"), 4, "\"equals\" is missing", "equals: 0x1234"),
    Case(selfTest("point: a, equals: 65536"), 4, "can never be 65536", "after scaling"),
    Case(selfTest("point: a, equals: 1.5"), 4, "can never be 1.5", "after scaling"),
    Case(selfTest("point: a, equals: abc"), 4, "\"abc\" is not a number", "the manual fixes"),
    Case(
      selfTest("point: a, equals: abcde", type: "type: text, layout: {registers: 2}"), 4, "has room for 4",
      "Correct the text"),
  ]

  @Test(arguments: selfTests) func aSelfTestThatCannotHold(_ test: Case) { expectOneFault(test) }

}
