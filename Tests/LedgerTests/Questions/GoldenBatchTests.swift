import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Golden batch")
struct GoldenBatchTests {
  private static let key = PlacedValue.Key(operation: "seal", characteristic: "peak", unit: "°C")

  private func values(_ numbers: [Double]) -> [PlacedValue.Key: [PlacedValue]] {
    [
      Self.key: numbers.enumerated().map { index, value in
        PlacedValue(value: value, position: numbers.count > 1 ? Double(index) / Double(numbers.count - 1) : nil)
      }
    ]
  }

  @Test("quantiles are those of definition 7", arguments: [(0.0, 1.0), (0.05, 1.15), (0.5, 2.5), (0.95, 3.85), (1, 4)])
  func quantiles(share: Double, expected: Double) {
    #expect(abs(Distribution.quantile(share, of: [1, 2, 3, 4]) - expected) < 1e-12)
  }

  @Test("a band of few values spans the extremes, of many the quantiles")
  func bands() throws {
    let few = try #require(ValueBand((1...19).map(Double.init)))
    #expect(few.form == .extremes && few.low == 1 && few.high == 19 && few.median == 10)
    let many = try #require(ValueBand((0...100).map(Double.init)))
    #expect(many.form == .quantiles && many.low == 5 && many.high == 95 && many.count == 101)
    #expect(ValueBand([]) == nil && ValueBand([.nan]) == nil)
    #expect(many.departure(of: 95) == 1 && many.departure(of: 50) == 0 && many.departure(of: 140) == 2)
    let flat = try #require(ValueBand([3, 3, 3]))
    #expect(flat.departure(of: 3) == 0 && flat.departure(of: 4) == .infinity)
  }

  @Test("the lot's own values are told beside the band, with their share outside and their place in the run")
  func comparison() throws {
    let good = (0..<6).map { lot in values((1...10).map { Double($0) + Double(lot) / 10 }) }
    let (found, incomparable) = GoldenBatch.compare(values((1...10).map { Double($0) + 3 }), with: good)
    let comparison = try #require(found.first)
    #expect(incomparable.isEmpty && comparison.goodLots == 6 && comparison.own.mean == 8.5)
    #expect(comparison.meanBand.median == 5.75 && comparison.meanBand.form == .extremes)
    let departure = try #require(comparison.departure)
    #expect(abs(departure - 11) < 1e-9)
    // The band ends at the 95 % quantile of sixty values, between 10.0 and 10.3.
    #expect(abs(comparison.outOfBandShare - 0.3) < 1e-12)
    #expect(comparison.positions.map(\.tenth) == Array(1...10))
    #expect(comparison.positions[0].mean == 4 && comparison.positions[0].band?.median == 1.25)
  }

  @Test("the largest departure comes first, and what no good lot has is named")
  func order() {
    func keyed(_ name: CharacteristicName, _ value: Double) -> [PlacedValue.Key: [PlacedValue]] {
      [.init(operation: "seal", characteristic: name, unit: "°C"): [PlacedValue(value: value, position: nil)]]
    }
    let good = (0..<5).map { lot in keyed("a", Double(lot)).merging(keyed("b", Double(lot))) { first, _ in first } }
    let own = keyed("a", 3).merging(keyed("b", 9)) { first, _ in first }.merging(keyed("c", 1)) { first, _ in first }
    let (found, incomparable) = GoldenBatch.compare(own, with: good)
    #expect(found.map(\.characteristic) == ["b", "a"] && incomparable == ["c"])
  }

  @Test("good lots are of the same product, sealed, never held, without open specification alarms, before the lot")
  func choice() throws {
    let folder = try TemporaryFolder("golden")
    let store = try QuestionedLine.storeOfSixtyLots(in: folder)
    defer { store.close() }
    let batch = try #require(try store.reader.compare("L-59", with: 10))
    let earlier = (1..<59).reversed().filter {
      QuestionedLine.product(of: $0) == QuestionedLine.product(of: 59) && !QuestionedLine.isHeld($0) && $0 % 26 != 0
    }
    #expect(batch.product == QuestionedLine.product(of: 59))
    #expect(batch.good == earlier.prefix(10).map(QuestionedLine.lot))
    #expect(
      batch.leftOut.contains { $0.reason == .wasHeld }
        || batch.leftOut.contains { $0.reason == .openSpecificationAlarm })
    #expect(batch.leftOut.allSatisfy { !batch.good.contains($0.lot) })
    let peak = try #require(batch.comparisons.first)
    #expect(peak.characteristic == "peak" && peak.operation == "seal" && peak.own.count == 10)
    #expect(peak.positions.count == 10 && peak.band.count == 100 && peak.band.form == .quantiles)
    let early = try #require(try store.reader.compare("L-5"))
    #expect(early.good.count < GoldenBatch.fewestLots && early.comparisons.isEmpty)
    #expect(try store.reader.compare("L-9999") == nil)
  }
}
