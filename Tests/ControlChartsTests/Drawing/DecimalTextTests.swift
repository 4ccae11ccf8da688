import Foundation
import Testing

@testable import ControlCharts

@Suite("Numbers as text")
struct DecimalTextTests {
  @Test(
    "rounds the digits that identify the number, half away from zero",
    arguments: [
      (0.0, 2, "0.00"), (1.005, 2, "1.01"), (-1.005, 2, "-1.01"), (0.994, 2, "0.99"), (0.995, 2, "1.00"),
      (-0.004, 2, "0.00"), (9.996, 2, "10.00"), (123456.0, 0, "123456"), (0.5, 0, "1"), (0.049, 1, "0.0"),
      (0.05, 1, "0.1"), (1e-7, 3, "0.000"), (1e20, 1, "100000000000000000000.0"), (0.0, 0, "0"), (99.5, 0, "100"),
    ])
  func fixed(value: Double, decimals: Int, text: String) { #expect(DecimalText(value).fixed(decimals) == text) }

  @Test(
    "keeps the digits that count",
    arguments: [
      (0.0, "0"), (-0.0, "0"), (74.0012, "74.0012"), (74.00125, "74.0013"), (0.1 + 0.2, "0.3"), (1234567.0, "1234570"),
      (1e15, "1e15"), (1.5e-9, "1.5e-9"), (-2.5e-5, "-2.5e-5"), (999999.7, "1000000"), (0.0001, "0.0001"),
      (.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.79769e308"),
    ])
  func significant(value: Double, text: String) { #expect(value.shortText == text) }

  @Test("full digits read back as the same number")
  func readsBack() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<5_000 {
      let value =
        Double.random(in: -1...1, using: &random) * Double.powerOfTen(Int.random(in: -20...20, using: &random))
      #expect(Double(DecimalText(value).significant(17)) == value)
      let fixed = try #require(Double(DecimalText(value).fixed(6)))
      #expect((fixed - value).magnitude <= 0.5000001e-6 || value.magnitude > 1e8)
    }
  }

  @Test("ticks lie on the axis, at 1, 2 or 5 times a power of ten, and the ends hold every value")
  func scales() {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<3_000 {
      let size = Double.powerOfTen(Int.random(in: -12...12, using: &random))
      let values = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        Double.random(in: -1...1, using: &random) * size
      }
      let scale = AxisScale(values: values, tickCount: 5)
      #expect(scale.lower < scale.upper)
      #expect(values.allSatisfy { scale.lower <= $0 && $0 <= scale.upper })
      #expect((2...12).contains(scale.ticks.count), "\(values)")
      #expect(scale.ticks.allSatisfy { scale.lower <= $0 && $0 <= scale.upper })
      #expect(Set(scale.ticks.map(scale.text)).count == scale.ticks.count, "\(scale.ticks.map(scale.text))")
    }
  }

  @Test(
    "an axis exists for whatever comes",
    arguments: [
      [], [5], [0, 0], [1e300, -1e300], [.greatestFiniteMagnitude], [1e15, 1e15 + 0.125], [.leastNonzeroMagnitude],
    ]
      as [[Double]])
  func extremes(values: [Double]) {
    let scale = AxisScale(values: values, tickCount: 5)
    #expect(scale.lower < scale.upper && scale.lower.isFinite && scale.upper.isFinite && !scale.ticks.isEmpty)
    #expect(values.allSatisfy { (0...1).contains(scale.fraction($0)) })
  }

  @Test("lines are broken at spaces and between ideographs, and hold their width")
  func wrapping() {
    #expect(TextCells.wrapped("one two three", to: 7, indent: "  ") == ["one two", "  three"])
    #expect(TextCells.wrapped("连续九点在中心线", to: 6) == ["连续九", "点在中", "心线"])
    #expect(TextCells.shortened("连续九点", to: 5) == "连续…")
    #expect(ChartText.wrapped("\u{1B}one two", columns: 5) == ["?one", "  two"] && ChartText.width("中心 a") == 6)
    #expect(TextCells.printable("a\u{1B}[31mb\u{202E}") == "a?[31mb?")
  }
}
