import Foundation
import Shopfloor
import Testing

@Suite("Quantity")
struct QuantityTests {
  @Test("reads and writes plain decimals exactly")
  func decimals() throws {
    for (text, millionths) in [
      ("0", 0), ("25", 25_000_000), ("12.5", 12_500_000), ("0.000001", 1), ("007.10", 7_100_000),
      ("999999999999.999999", 999_999_999_999_999_999),
    ] as [(String, Int64)] {
      let quantity = try #require(Quantity(decimal: text))
      #expect(quantity.millionths == millionths)
      #expect(Quantity(decimal: quantity.description) == quantity)
    }
    for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1.0000001", "1,5", " 1", "1234567890123", "٣"] {
      #expect(Quantity(decimal: text) == nil, "\(text)")
    }
  }

  @Test("sums are exact and stay at the bound")
  func sums() {
    let tenth = Quantity(millionths: 100_000)
    #expect((0..<10).reduce(Quantity.zero) { sum, _ in sum + tenth } == Quantity(1))
    let most = Quantity(Int(Quantity.maximumUnits))
    #expect(most + most == most)
    #expect(Quantity(nearest: .infinity) == nil)
    #expect(Quantity(nearest: 0.1 + 0.2) == Quantity(decimal: "0.3"))
  }

  @Test("travels as text")
  func coding() throws {
    let all = [Quantity(decimal: "12.5"), .zero, Quantity(millionths: -1_500_000)].compactMap { $0 }
    let bytes = try JSONEncoder().encode(all)
    #expect(String(decoding: bytes, as: UTF8.self) == #"["12.5","0","-1.5"]"#)
    #expect(try JSONDecoder().decode([Quantity].self, from: bytes) == all)
  }
}
