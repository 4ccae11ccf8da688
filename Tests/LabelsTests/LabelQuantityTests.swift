import Testing

@testable import Labels

@Suite struct LabelQuantityTests {
  static let values: [(String, Int, String, Int?, Int64?)] = [
    ("144", 0, "144", 144, 144_000_000), ("00000000", 0, "0", 0, 0), ("000123", 3, "0.123", nil, 123_000),
    ("001250", 2, "12.50", nil, 12_500_000), ("001200", 2, "12.00", 12, 12_000_000), ("5", 3, "0.005", nil, 5_000),
    ("999999", 5, "9.99999", nil, 9_999_990), ("1", 7, "0.0000001", nil, nil), ("10", 7, "0.0000010", nil, 1),
    ("99999999999999999999", 0, "99999999999999999999", nil, nil),
    ("9223372036854", 0, "9223372036854", 9_223_372_036_854, 9_223_372_036_854_000_000),
    ("9223372036855", 0, "9223372036855", 9_223_372_036_855, nil),
  ]

  @Test(arguments: values)
  func digitsAreKeptExactly(_ digits: String, _ decimals: Int, _ value: String, _ count: Int?, _ millionths: Int64?) {
    let quantity = LabelQuantity(digits: Array(digits.utf8), decimals: decimals)
    #expect(quantity?.value == value)
    #expect(quantity?.count == count)
    #expect(quantity?.millionths == millionths)
  }

  @Test(arguments: ["", "1A", "-1", " 1", "1.5"]) func onlyDigitsAreAQuantity(_ text: String) {
    #expect(LabelQuantity(digits: Array(text.utf8)) == nil)
  }

  @Test func unitIsShown() {
    #expect(LabelQuantity(digits: Array("12".utf8), unit: "kg")?.description == "12 kg")
  }
}
