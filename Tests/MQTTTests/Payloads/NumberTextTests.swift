import Testing

@testable import MQTT

@Suite struct NumberTextTests {
  static let cases: [(String, NumberText)] = [
    ("21.5", .value(21.5)), ("21,5", .value(21.5)), (" 21.5\r\n", .value(21.5)), ("-0", .value(-0.0)),
    ("+7", .value(7)), (".5", .value(0.5)), (",5", .value(0.5)), ("5.", .value(5)), ("1e3", .value(1000)),
    ("1,5E-3", .value(0.0015)), ("007", .value(7)),
    ("ON", .value(1)), ("off", .value(0)), ("True", .value(1)), ("FALSE", .value(0)),
    ("nan", .notANumber), ("NaN", .notANumber), ("-inf", .notANumber), ("Infinity", .notANumber),
    ("1e999", .notANumber),
    ("", .unreadable), ("  ", .unreadable), (".", .unreadable), ("-", .unreadable), ("1,234.5", .unreadable),
    ("1.2.3", .unreadable), ("0x10", .unreadable), ("21.5 °C", .unreadable), ("1 2", .unreadable), ("1e", .unreadable),
    ("nan(0x1)", .unreadable), ("١٢", .unreadable), ("--1", .unreadable), ("online", .unreadable),
    (String(repeating: "1", count: 401), .unreadable),
  ]

  @Test(arguments: cases)
  func reads(_ text: String, _ expected: NumberText) {
    #expect(NumberText(Array(text.utf8)) == expected)
  }

  /// What our own printing makes of any finite number is read as that number.
  @Test func printedNumbersComeBack() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<5_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      #expect(NumberText(Array("\(value)".utf8)) == .value(value))
      #expect(NumberText(Array("\(value)".utf8.map { $0 == 0x2E ? 0x2C : $0 })) == .value(value))
    }
  }
}
