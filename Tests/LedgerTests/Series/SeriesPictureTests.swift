import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Pictures of a parameter")
struct SeriesPictureTests {
  /// The algorithm as the thesis writes it, without slices or shares.
  private static func reference(_ samples: [SeriesSample], _ count: Int) -> [SeriesSample] {
    guard samples.count > count, count > 2 else { return samples }
    var kept = [samples[0]]
    let inner = Array(samples[1..<(samples.count - 1)])
    func bucket(_ number: Int) -> [SeriesSample] {
      guard number < count - 2 else { return [samples[samples.count - 1]] }
      return Array(inner[(number * inner.count / (count - 2))..<((number + 1) * inner.count / (count - 2))])
    }
    for number in 0..<(count - 2) {
      let next = bucket(number + 1)
      let time = next.reduce(0) { $0 + Double($1.at - samples[0].at) } / Double(next.count)
      let value = next.reduce(0) { $0 + $1.value } / Double(next.count)
      let before = kept[kept.count - 1]
      let left = Double(before.at - samples[0].at)
      let best = bucket(number).max { one, other in
        func area(_ sample: SeriesSample) -> Double {
          abs(
            (left - time) * (sample.value - before.value)
              - (left - Double(sample.at - samples[0].at)) * (value - before.value))
        }
        return area(one) < area(other)
      }
      if let best { kept.append(best) }
    }
    return kept + [samples[samples.count - 1]]
  }

  @Test("a dip and a peak that fall into one bucket are both in its bounds", arguments: [2, 3, 10, 100])
  func extremes(points: Int) throws {
    var samples = (0..<5_000).map { SeriesSample(at: Int64($0), value: 180) }
    (samples[2_501].value, samples[2_502].value) = (150, 210)
    let drawn = try #require(SeriesDrawing(breaks: [], points: points).lines([samples]))
    #expect(drawn.form == .triangles)
    let found = drawn.strokes.flatMap(\.points)
    #expect(found.count == points)
    #expect(found.map(\.minimum).min() == 150)
    #expect(found.map(\.maximum).max() == 210)
  }

  @Test("triangles as in the thesis", arguments: [3, 4, 10, 37, 200])
  func triangles(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    // Whole values at even distances, so that sums are exact in either order; noise makes ties rare.
    let samples = (0..<500).map { place in
      SeriesSample(at: Int64(place) * 1_024, value: Double(Int.random(in: -1_000_000...1_000_000, using: &random)))
    }
    let kept = TriangleSampling.sample(samples[...], count: count)
    #expect(kept.count == count)
    let expected = Self.reference(samples, count)
    let same = zip(kept, expected).filter { $0 == $1 }.count
    // The share of each sample rounds; a choice may differ only where two triangles are as large as doubles can tell.
    #expect(same == count)
    #expect(TriangleSampling.sample(samples[...], count: 500) == samples)
    #expect(TriangleSampling.sample(samples[...], count: 2) == [samples[0], samples[499]])
    #expect(TriangleSampling.sample(samples[...], count: 1) == [samples[0]])
    #expect(TriangleSampling.sample([], count: 5).isEmpty)
  }

  @Test("a peak of one reading is kept")
  func peak() {
    var samples = (0..<10_000).map { SeriesSample(at: Int64($0) * 1_000_000, value: 1) }
    samples[7_777].value = 50
    #expect(TriangleSampling.sample(samples[...], count: 50).contains(samples[7_777]))
  }

  @Test("strokes end at gaps, at readings that are not good and nowhere else")
  func strokes() {
    var strokes = SeriesDrawing.Strokes(breaks: SeriesDrawing(breaks: [30..<50, 40..<60, 90..<90], points: 9).breaks)
    for at in [10, 20, 30] as [Int64] { strokes.add(SeriesSample(at: at, value: 1)) }
    for at in [60, 70] as [Int64] { strokes.add(SeriesSample(at: at, value: 1)) }
    strokes.lift()
    for at in [80, 90, 100] as [Int64] { strokes.add(SeriesSample(at: at, value: 1)) }
    #expect(strokes.strokes.map { $0.map(\.at) } == [[10, 20, 30], [60, 70], [80, 90, 100]])
  }

  @Test("points are shared out among strokes, two at least for each that has two")
  func shares() throws {
    let strokes = [1, 2, 500, 3, 1_000].map { count in
      (0..<count).map { SeriesSample(at: Int64($0), value: Double($0 % 7)) }
    }
    let drawn = try #require(SeriesDrawing(breaks: [], points: 60).lines(strokes))
    #expect(drawn.form == .triangles)
    #expect(drawn.strokes.map(\.points.count).reduce(0, +) <= 60)
    #expect(drawn.strokes.prefix(2).map(\.points.count) == [1, 2])
    #expect(drawn.strokes.allSatisfy { !$0.points.isEmpty })
    #expect(SeriesDrawing(breaks: [], points: 8).lines(strokes) == nil)
    #expect(SeriesDrawing(breaks: [], points: 1_506).lines(strokes)?.form == .readings)
  }

  @Test("bands show the extremes of each bucket, and empty buckets divide the line")
  func bands() throws {
    let grid = try #require(SeriesGrid(from: SeriesFixture.at(0), to: SeriesFixture.at(10), count: 10))
    var summaries = [BucketSummary](repeating: BucketSummary(), count: 10)
    for bucket in [0, 1, 2, 5, 6, 7, 8] {
      for value in [1.0, 5, 3] {
        summaries[bucket].add(
          Reading(parameter: ParameterIndex(0), time: grid.bounds(of: bucket).from, value: value + Double(bucket)))
      }
    }
    let longer = SeriesFixture.at(6.5).microseconds..<SeriesFixture.at(7.9).microseconds
    let strokes = SeriesDrawing(breaks: [longer], points: 10).bands(summaries, of: grid)
    #expect(strokes.map(\.points.count) == [3, 2, 2])
    #expect(
      strokes.first?.points.first
        == .init(time: SeriesFixture.at(0.5), value: 3, minimum: 1, maximum: 5))
  }
}
