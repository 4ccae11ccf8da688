import Shopfloor
import Testing

@testable import Recorder

@Suite("Windows of time")
struct WindowSamplerTests {
  private static func at(_ seconds: Double) -> Timestamp {
    // A whole hour of UTC.
    Timestamp(microseconds: 1_795_003_200_000_000 + Int64(seconds * 1_000_000))
  }

  private static let length: Int64 = 60_000_000

  private struct Reading {
    var second: Double
    var run: RunID?
    var value = 1.0
  }

  /// Takes readings of runs that begin at these seconds.
  private static func windows(_ readings: [Reading], starts: [RunID: Double] = ["R-1": 0]) -> [WindowSampler.Window] {
    var sampler = WindowSampler(lengthMicroseconds: length)
    var closed: [WindowSampler.Window] = []
    for reading in readings {
      if let window = sampler.take(
        reading.value, at: at(reading.second), run: reading.run,
        startedAt: reading.run.flatMap { starts[$0] }.map { at($0) })
      {
        closed.append(window)
      }
    }
    return closed
  }

  @Test("a window is aligned, holds its first instant and not its end")
  func edges() throws {
    let windows = Self.windows([
      Reading(second: 0, run: "R-1", value: 2), Reading(second: 59.999_999, run: "R-1", value: 4),
      Reading(second: 60, run: "R-1", value: 100),
    ])
    let window = try #require(windows.first)
    #expect(windows.count == 1)
    #expect(window.from == Self.at(0) && window.to == Self.at(60) && window.number == 1 && window.isWhole)
    #expect(window.accumulator.count == 2 && window.accumulator.value(of: .mean) == 3)
  }

  @Test("a run that begins within a window cuts it; one that begins with it does not")
  func runStart() throws {
    let readings = [Reading(second: 30, run: "R-1"), Reading(second: 61, run: "R-1"), Reading(second: 121, run: "R-1")]
    let late = Self.windows(readings, starts: ["R-1": 20])
    #expect(late.map(\.isWhole) == [false, true] && late.map(\.number) == [1, 2])
    #expect(late.first?.from == Self.at(20), "it did not run before")
    #expect(Self.windows(readings, starts: ["R-1": 0]).map(\.isWhole) == [true, true])
  }

  @Test("readings outside runs open nothing; a window without a reading is a gap before the next")
  func gaps() throws {
    #expect(Self.windows([Reading(second: 0, run: nil), Reading(second: 300, run: nil)]).isEmpty)
    let windows = Self.windows([
      Reading(second: 1, run: "R-1"), Reading(second: 181, run: "R-1"), Reading(second: 241, run: "R-1"),
    ])
    #expect(windows.map(\.followsGap) == [false, true])
    #expect(windows.map(\.number) == [1, 2])
    let next = Self.windows(
      [
        Reading(second: 1, run: "R-1"), Reading(second: 181, run: "R-2"), Reading(second: 241, run: "R-2"),
      ], starts: ["R-1": 0, "R-2": 170])
    #expect(next.map(\.followsGap) == [false, false], "between runs nothing is missing")
    #expect(next.map(\.number) == [1, 1])
  }

  @Test("the end of a run cuts a window that is open, and leaves one whole that was over before")
  func runEnd() throws {
    var open = WindowSampler(lengthMicroseconds: Self.length)
    #expect(open.take(1, at: Self.at(10), run: "R-1", startedAt: Self.at(0)) == nil)
    var other = open
    #expect(open.endRun("R-9", at: Self.at(30)) == nil, "another run")
    let cutClosed = open.endRun("R-1", at: Self.at(30))
    let cut = try #require(cutClosed)
    #expect(cut.to == Self.at(30) && !cut.isWhole)
    #expect(open.openRun == nil)
    #expect(open.endRun("R-1", at: Self.at(31)) == nil)
    let overClosed = other.endRun("R-1", at: Self.at(60))
    let over = try #require(overClosed)
    #expect(over.to == Self.at(60) && over.isWhole)
  }

  @Test("missing readings spoil the open window alone")
  func missing() throws {
    var sampler = WindowSampler(lengthMicroseconds: Self.length)
    sampler.recordMissingReadings()
    #expect(sampler.take(1, at: Self.at(1), run: "R-1", startedAt: Self.at(0)) == nil)
    sampler.recordMissingReadings()
    let firstClosed = sampler.take(1, at: Self.at(61), run: "R-1", startedAt: Self.at(0))
    let first = try #require(firstClosed)
    let secondClosed = sampler.take(1, at: Self.at(121), run: "R-1", startedAt: Self.at(0))
    let second = try #require(secondClosed)
    #expect(!first.isWhole && second.isWhole)
  }

  @Test("a window whose beginning lies in a gap is not whole; one that begins after it is")
  func beginsInAGap() throws {
    var sampler = WindowSampler(lengthMicroseconds: Self.length)
    for second in stride(from: 1.0, through: 20, by: 1) {
      #expect(sampler.take(1, at: Self.at(second), run: "R-1", startedAt: Self.at(0)) == nil)
    }
    sampler.recordMissingReadings()
    // Back after nine minutes, ten seconds before the end of a window.
    let cutClosed = sampler.take(1, at: Self.at(590), run: "R-1", startedAt: Self.at(0))
    let cut = try #require(cutClosed)
    let fragmentClosed = sampler.take(1, at: Self.at(601), run: "R-1", startedAt: Self.at(0))
    let fragment = try #require(fragmentClosed)
    let fullClosed = sampler.take(1, at: Self.at(661), run: "R-1", startedAt: Self.at(0))
    let full = try #require(fullClosed)
    #expect(!cut.isWhole && !fragment.isWhole && full.isWhole)
    #expect(fragment.from == Self.at(540) && fragment.followsGap)
  }

  @Test("a window is over once its last readings have had time to come")
  func due() throws {
    var sampler = WindowSampler(lengthMicroseconds: Self.length)
    #expect(!sampler.isDue(at: Self.at(1_000)), "nothing is open")
    #expect(sampler.take(1, at: Self.at(1), run: "R-1", startedAt: Self.at(0)) == nil)
    let settled = Self.at(60).advanced(byMicroseconds: CycleTracker.settleMicroseconds)
    #expect(sampler.closeDue(at: settled.advanced(byMicroseconds: -1)) == nil)
    let closed = sampler.closeDue(at: settled)
    #expect(closed?.isWhole == true)
    #expect(sampler.closeDue(at: settled) == nil)
  }

  @Test("an interrupted window ends where it is, never before its beginning", arguments: [-5.0, 0, 30, 90])
  func interrupt(second: Double) throws {
    var sampler = WindowSampler(lengthMicroseconds: Self.length)
    #expect(sampler.interrupt(at: Self.at(0)) == nil)
    #expect(sampler.take(1, at: Self.at(1), run: "R-1", startedAt: Self.at(0)) == nil)
    let windowClosed = sampler.interrupt(at: Self.at(second))
    let window = try #require(windowClosed)
    #expect(!window.isWhole && window.from == Self.at(0) && window.to == Self.at(min(max(second, 0), 60)))
  }

  @Test("times before 1970 are aligned alike")
  func negative() throws {
    var sampler = WindowSampler(lengthMicroseconds: 10)
    #expect(sampler.take(1, at: Timestamp(microseconds: -13), run: "R", startedAt: Timestamp(microseconds: -99)) == nil)
    let windowClosed = sampler.take(
      1, at: Timestamp(microseconds: -10), run: "R", startedAt: Timestamp(microseconds: -99))
    let window = try #require(windowClosed)
    #expect(window.from.microseconds == -20 && window.to.microseconds == -10)
  }
}
