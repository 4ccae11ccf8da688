import Devices
import Testing

/// Every way in which a profile can be wrong is said in its place, with what was probably meant.
@Suite struct ProfileRefusalTests {
  /// A part of a profile from `defaults` on, the line of the fault within it, what must be said of it and the likely
  /// intention.
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var line: Int
    var problem: String
    var remedy: String

    init(_ text: String, _ line: Int, _ problem: String, _ remedy: String) {
      (self.text, self.line, self.problem, self.remedy) = (text, line, problem, remedy)
    }

    var testDescription: String { problem }
  }

  static let head = "name: probe\nvendor: Maker\nmodel: M1\ntransport: modbus\nstatus: documented\n"

  func expectOneFault(_ test: Case) {
    #expect(throws: DocumentIssues.self) { try DeviceProfile.load(text: Self.head + test.text, file: "probe.yaml") }
    do throws(DocumentIssues) {
      _ = try DeviceProfile.load(text: Self.head + test.text, file: "probe.yaml")
    } catch {
      #expect(error.issues.count == 1, "\(error)")
      guard let issue = error.issues.first else { return }
      #expect(issue.line == test.line + 5 && issue.column > 0 && issue.file == "probe.yaml", "\(issue)")
      #expect(issue.problem.contains(test.problem), "\(issue)")
      #expect(issue.remedy.contains(test.remedy), "\(issue)")
    }
  }

  /// One point of each list, in line 2.
  static func points(_ points: String...) -> String {
    "points:\n" + points.map { "  - {name: a, table: holding, address: 0, \($0)}\n" }.joined()
  }

  static func two(_ first: String, _ second: String) -> String {
    "points:\n  - {name: a, table: holding, \(first)}\n  - {name: b, table: holding, \(second)}\n"
  }

  static let orders: [Case] = [
    Case(points("type: float32, word_order: ABCDEFGH"), 2, "no order of the 4 bytes of a float32", "Probably ABCD"),
    Case(points("type: float32, word_order: GHEFCDAB"), 2, "no order of the 4 bytes", "Probably CDAB"),
    Case(points("type: int16, word_order: ABCD"), 2, "no order of the 2 bytes of an int16", "leave word_order out"),
    Case(points("type: int16, word_order: DCBA"), 2, "no order of the 2 bytes", "write BA"),
    Case(points("type: int32, word_order: BA"), 2, "no order of the 4 bytes", "BADC (high word first) or DCBA"),
    Case(points("type: int32, word_order: cdab"), 2, "no order of the 4 bytes", "Probably CDAB"),
    Case(points("type: float32, word_order: low_word_first"), 2, "no order of the 4 bytes", "Probably CDAB"),
    Case(points("type: float64, word_order: ABDC"), 2, "no order of the 8 bytes", "EFGHABCD"),
    Case(points("type: int64"), 2, "word order of this 64-bit value is missing", "GHEFCDAB"),
    Case(points("type: text, layout: {registers: 2}, word_order: BA"), 2, "no bytes to order", "characters"),
    Case(points("type: bool, bit: 1, word_order: AB"), 2, "a bool has no bytes to order", "Leave word_order out"),
    Case("defaults: {word_order: ABCDEFGH}\n" + points("type: int16"), 1, "no order of four bytes", "Probably ABCD"),
  ]

  @Test(arguments: orders) func anImpossibleOrder(_ test: Case) { expectOneFault(test) }

  static let overlaps: [Case] = [
    Case(
      two("address: 0, type: float32, word_order: ABCD", "address: 1, type: float32, word_order: ABCD"), 3,
      "\"b\" (holding 1-2) lies on \"a\" (holding 0-1, line 7)", "the next value begins at 2"),
    Case(two("address: 4, type: int16", "address: 4, type: uint16"), 3, "(holding 4) lies on", "keep one point"),
    Case(two("address: 0, type: int8_high", "address: 0, type: bool, bit: 8"), 3, "lies on", "each bit of a register"),
    Case(
      two("address: 0, type: bit_field, bit: 6, width: 3", "address: 0, type: uint8_low"), 3,
      "(holding 0 low byte) lies on \"a\" (holding 0 bits 6-8", "each bit of a register"),
    Case(
      two("address: 0, type: bit_field, bit: 0, width: 4", "address: 0, type: bit_field, bit: 3, width: 2"), 3,
      "lies on", "each bit of a register"),
    Case(two("address: 0, type: float16", "address: 0, type: bool, bit: 0"), 3, "lies on", "parts of a register"),
    Case(
      two("address: 0, type: uint16", "address: 1, type: int16")
        + "  - {name: a, table: input, address: 9, type: int16}\n",
      4, "the point \"a\" is already in line 7", "name of its own"),
  ]

  @Test(arguments: overlaps) func pointsThatOverlap(_ test: Case) { expectOneFault(test) }

  @Test(arguments: [
    two("address: 0, type: int8_high", "address: 0, type: uint8_low"),
    two("address: 0, type: bit_field, bit: 6, width: 3", "address: 0, type: bool, bit: 5"),
    two("address: 0, type: uint16", "address: 0, type: bit_field, bit: 2, width: 2"),
    two("address: 0, type: uint16, alone: true", "address: 0, type: float32, word_order: ABCD"),
  ])
  func partsOfARegisterMayStandBesideEachOther(text: String) throws {
    #expect(try DeviceProfile.load(text: Self.head + text, file: "probe.yaml").points.count == 2)
  }

  static func printed(_ printed: String, _ address: String, _ table: String = "holding", top: String = "") -> String {
    let type = table == "coil" || table == "discrete" ? "bool" : "int16"
    let quoted = printed.isEmpty ? "" : ", as_printed: \"\(printed)\""
    return top + "points:\n  - {name: a, table: \(table), address: \(address), type: \(type)\(quoted)}\n"
  }

  static let bases: [Case] = [
    Case(printed("40001", "1"), 2, "40001 is holding register 0 on the wire by the usual", "Write \"address: 0\"; if"),
    Case(printed("40001", "1"), 2, "address 1 is not where as_printed says", "numbering: zero_based"),
    Case(printed("40001", "40001"), 2, "the printed number itself was written", "Write \"address: 0\""),
    Case(printed("400101", "101"), 2, "400101 is holding register 100 on the wire", "Write \"address: 100\""),
    Case(printed("30007", "7", "input"), 2, "30007 is input register 6", "Write \"address: 6\""),
    Case(printed("10005", "5", "discrete"), 2, "10005 is discrete input 4", "Write \"address: 4\""),
    Case(printed("00017", "17", "coil"), 2, "00017 is coil 16", "Write \"address: 16\""),
    Case(printed("4x0010", "10"), 2, "4x0010 is holding register 9", "Write \"address: 9\""),
    Case(printed("40010", "2"), 2, "is not where as_printed says", "numbering: none"),
    Case(printed("30001", "0"), 2, "an input register (address 0 on the wire), but the table is", "\"table: input\""),
    Case(printed("0x2000", "2000"), 2, "0x2000 is 8192 in decimal, and the hexadecimal", "Write \"address: 0x2000\""),
    Case(printed("2301h", "2301"), 2, "2301h is 8961 in decimal", "Write \"address: 0x2301\""),
    Case(printed("", "40001"), 2, "40001 looks like a printed number", "Write \"address: 0\""),
    Case(printed("", "400001"), 2, "holding register 0 on the wire by the usual", "\"table: holding\", \"address: 0\""),
    Case(
      printed("3000", "3000", top: "numbering: one_based\n"), 3, "3000 is holding register 2999 on the wire",
      "Write \"address: 2999\""),
    Case(printed("25", "24", top: "numbering: zero_based\n"), 3, "numbering: zero_based", "Write \"address: 25\""),
  ]

  @Test(arguments: bases) func anAddressBaseMixUp(_ test: Case) { expectOneFault(test) }

  @Test(
    arguments: [
      ("40001-40002", 0, "holding", ""), ("40001", 1, "holding", "numbering: zero_based"),
      ("40001", 40_001, "holding", "numbering: zero_based"), ("40001", 7, "holding", "numbering: none"),
      ("3000", 2999, "holding", "numbering: one_based"), ("31021 / 3FC", 1020, "holding", "numbering: one_based"),
      ("0x1024", 4132, "holding", ""), ("12288", 12_288, "holding", ""), ("3x0001", 0, "input", ""),
      ("401537 / 0600", 1536, "holding", ""), ("001281 / 0500", 1280, "coil", ""), ("reg 5000", 5000, "holding", ""),
      ("26 / 0x19", 25, "holding", ""),
    ])
  func anAddressThatAgreesWithItsPrint(print: String, address: Int, table: String, top: String) throws {
    let text = Self.printed(print, "\(address)", table, top: top.isEmpty ? "" : top + "\n")
    #expect(try DeviceProfile.load(text: Self.head + text, file: "probe.yaml").points.first?.address == address)
  }
}
