import Devices
import Shopfloor
import Testing

@testable import Ledger

@Suite("Buckets of time")
struct SeriesGridTests {
  private func time(_ microseconds: Int64) -> Timestamp { Timestamp(microseconds: microseconds) }

  @Test("buckets lie end to end, and every instant is in the one whose bounds hold it")
  func bounds() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      let from = Int64.random(in: -1_000_000...1_000_000, using: &random)
      let to = from + Int64.random(in: 1...5_000, using: &random)
      let count = Int.random(in: 1...50, using: &random)
      let width = Int64.random(in: 1...700, using: &random)
      for grid in [
        try #require(SeriesGrid(from: time(from), to: time(to), count: count)),
        try #require(SeriesGrid(from: time(from), to: time(to), everyMicroseconds: width)),
      ] {
        #expect(grid.bounds(of: 0).from == time(from))
        #expect(grid.bounds(of: grid.count - 1).to == time(to))
        for bucket in 1..<max(1, grid.count) { #expect(grid.bounds(of: bucket - 1).to == grid.bounds(of: bucket).from) }
        for instant in stride(from: from, to: to, by: 7) {
          let bounds = grid.bounds(of: grid.bucket(of: instant))
          #expect(bounds.from.microseconds <= instant && instant < bounds.to.microseconds)
        }
      }
      #expect(try #require(SeriesGrid(from: time(from), to: time(to), count: count)).count <= count)
    }
  }

  @Test("buckets of a length begin at whole multiples of it")
  func aligned() throws {
    let grid = try #require(SeriesGrid(from: time(90), to: time(250), everyMicroseconds: 60))
    #expect((0..<grid.count).map { grid.bounds(of: $0).from.microseconds } == [90, 120, 180, 240])
    let before = try #require(SeriesGrid(from: time(-90), to: time(10), everyMicroseconds: 60))
    #expect((0..<before.count).map { before.bounds(of: $0).from.microseconds } == [-90, -60, 0])
  }

  @Test("what cannot be cut is refused")
  func refused() {
    #expect(SeriesGrid(from: time(5), to: time(5), count: 1) == nil)
    #expect(SeriesGrid(from: time(5), to: time(9), count: 0) == nil)
    #expect(SeriesGrid(from: time(5), to: time(9), count: SeriesGrid.maximumBuckets + 1) == nil)
    #expect(SeriesGrid(from: time(5), to: time(9), everyMicroseconds: 0) == nil)
    #expect(SeriesGrid(from: time(0), to: time(Int64(SeriesGrid.maximumBuckets) + 1), everyMicroseconds: 1) == nil)
    #expect(SeriesGrid(from: time(.min), to: time(.max), count: 4) == nil)
    #expect(SeriesGrid(from: time(.min), to: time(.min + 1), everyMicroseconds: 7) == nil)
  }

  @Test("windows lie end to end, whatever they hold")
  func windows() throws {
    var random = SeededGenerator(seed: 9)
    var next: Int64 = -5_000_000
    try SeriesWindows.walk(from: next, to: 40_000_000_000_000) { window in
      #expect(window.lowerBound == next)
      next = window.upperBound
      return (Int.random(in: 0...100_000, using: &random), true)
    }
    #expect(next == 40_000_000_000_000)
    try SeriesWindows.walk(from: 5, to: 5) { _ in
      Issue.record("an empty stretch has no window")
      return (0, true)
    }
    var last: Int64 = 0
    try SeriesWindows.walk(from: .max - 10, to: .max) { window in
      last = window.upperBound
      return (0, true)
    }
    #expect(last == .max)
  }
}
