import Devices
import Shopfloor
import Testing

@testable import Ledger

@Suite("Readings in the order of their own times, while they pass")
struct TimeOrderTests {
  /// A source has a least time, and its readings in the order of arrival.
  private static func sources(_ random: inout SeededGenerator) -> [[Reading]] {
    (0..<40).map { source in
      (0..<Int.random(in: 0...30, using: &random)).map { number in
        let late = Int.random(in: 0..<10, using: &random) == 0 ? Int.random(in: 0...200, using: &random) : 0
        return Reading(
          parameter: ParameterIndex(0), time: Timestamp(microseconds: Int64(source * 10 + number / 3 - late)),
          value: Double(source * 1_000 + number))
      }
    }
  }

  @Test(
    "equal times keep the order of arrival, and what cannot be preceded any more is not held",
    arguments: 1...20 as ClosedRange<UInt64>)
  func sameAsSorting(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let sources = Self.sources(&random)
    let expected = sources.enumerated().flatMap { arrival, readings in readings.map { (arrival, $0) } }
      .enumerated().sorted { ($0.element.1.time, $0.offset) < ($1.element.1.time, $1.offset) }.map(\.element.1)
    var order = TimeOrder()
    var found: [Reading] = []
    let byTime = sources.enumerated().compactMap { arrival, readings in
      readings.map(\.time.microseconds).min().map { (first: $0, arrival: arrival, readings: readings) }
    }.sorted { ($0.first, $0.arrival) < ($1.first, $1.arrival) }
    for source in byTime {
      order.release(before: source.first) { found += $0 }
      #expect(found.allSatisfy { $0.time.microseconds < source.first })
      for reading in source.readings { order.append(reading, arrival: Int64(source.arrival)) }
    }
    order.releaseAll { found += $0 }
    #expect(found == expected)
    #expect(order.count == 0)
  }
}
