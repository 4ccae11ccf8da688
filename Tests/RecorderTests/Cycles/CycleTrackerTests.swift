import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Cycle tracker")
struct CycleTrackerTests {
  static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(microseconds: milliseconds * 1_000) }

  static func tracker(featured: Int = 1) -> CycleTracker { CycleTracker(condition: .bit, featuredCount: featured) }

  @discardableResult
  static func bit(_ on: Bool, _ milliseconds: Int64, run: RunID? = "R-1", _ tracker: inout CycleTracker)
    -> CycleTracker.Cycle?
  {
    tracker.takeCycleReading(
      on ? 1 : 0, at: time(milliseconds), monotonic: milliseconds * 1_000 + 7, run: run)
  }

  /// One reading of the cycle bit or of the featured parameter.
  enum Step { case bit(Bool, Int64), value(Double, Int64) }

  @Test("holds the readings from its start on and before its end, in every order of two devices", arguments: 0..<200)
  func interleavings(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var bits: [Step] = []
    var values: [Step] = []
    let sampled = (Int64(0)...60).map { $0 * 10 + $0 % 3 }
    for index in Int64(0)...60 {
      let isOn = (10..<20).contains(index) || (30..<45).contains(index)
      bits.append(.bit(isOn, index * 10))
    }
    for at in sampled { values.append(.value(Double(at), at)) }
    var tracker = Self.tracker()
    // Each device in its own order, the two against each other in any, none more than the settling time behind.
    while !bits.isEmpty || !values.isEmpty {
      let step =
        values.isEmpty || (!bits.isEmpty && Bool.random(using: &generator)) ? bits.removeFirst() : values.removeFirst()
      switch step {
      case .bit(let on, let at): Self.bit(on, at, &tracker)
      case .value(let value, let at): tracker.takeFeatureReading(value, at: Self.time(at), slot: 0)
      }
    }
    let cycles = tracker.finish(at: Self.time(700))
    #expect(cycles.map(\.number) == [1, 2])
    for (cycle, bounds) in zip(cycles, [(100, 200), (300, 450)] as [(Int64, Int64)]) {
      #expect(cycle.startedAt == Self.time(bounds.0))
      #expect(cycle.endedAt == Self.time(bounds.1))
      #expect(cycle.endedMonotonic - cycle.startedMonotonic == (bounds.1 - bounds.0) * 1_000)
      #expect(cycle.partial == nil)
      let inside = sampled.filter { $0 >= bounds.0 && $0 < bounds.1 }.map(Double.init)
      #expect(cycle.accumulators[0].count == inside.count)
      #expect(cycle.accumulators[0].value(of: .minimum) == inside.min())
      #expect(cycle.accumulators[0].value(of: .maximum) == inside.max())
    }
  }

  @Test("a cycle whose beginning was not seen is partial")
  func alreadyRunning() {
    var tracker = Self.tracker(featured: 0)
    #expect(Self.bit(true, 0, &tracker)?.partial == .alreadyRunningAtStart)
    Self.bit(false, 10, &tracker)
    #expect(tracker.finish(at: Self.time(10)).map(\.partial) == [.alreadyRunningAtStart])
  }

  @Test("missing readings make the open cycle partial, and only that")
  func missing() {
    var tracker = Self.tracker(featured: 0)
    Self.bit(false, 0, &tracker)
    for start in [10, 30] as [Int64] {
      Self.bit(true, start, &tracker)
      if start == 30 { tracker.recordMissingReadings() }
      Self.bit(false, start + 10, &tracker)
      tracker.recordMissingReadings()
    }
    #expect(tracker.finish(at: Self.time(50)).map(\.partial) == [nil, .readingsMissing])
  }

  @Test("the end of the run ends its cycle then, and only the readings before belong to it")
  func runEnd() throws {
    var tracker = Self.tracker()
    Self.bit(false, 0, &tracker)
    Self.bit(true, 10, &tracker)
    for at in [12, 18, 20, 22] as [Int64] { tracker.takeFeatureReading(Double(at), at: Self.time(at), slot: 0) }
    tracker.endRun("R-2", at: Self.time(15), monotonic: 0)
    #expect(tracker.openCycleNumber == 1)
    tracker.endRun("R-1", at: Self.time(20), monotonic: 20_007)
    let cycle = try #require(tracker.finish(at: Self.time(30)).first)
    #expect(cycle.partial == .runEnded)
    #expect(cycle.endedAt == Self.time(20))
    #expect(cycle.accumulators[0].count == 2)
    #expect(cycle.accumulators[0].value(of: .maximum) == 18)
  }

  @Test("counts anew in the next run; without a run there is no cycle")
  func nextRun() {
    var tracker = Self.tracker(featured: 0)
    Self.bit(false, 0, &tracker)
    Self.bit(true, 10, &tracker)
    Self.bit(false, 20, &tracker)
    #expect(Self.bit(true, 30, run: nil, &tracker) == nil)
    Self.bit(false, 40, run: "R-2", &tracker)
    let next = Self.bit(true, 50, run: "R-2", &tracker)
    #expect(next?.number == 1)
    #expect(next?.run == "R-2")
  }

  @Test("an ended cycle waits for slower devices, but not for ever")
  func settling() {
    var tracker = Self.tracker(featured: 2)
    Self.bit(false, 0, &tracker)
    Self.bit(true, 10, &tracker)
    Self.bit(false, 20, &tracker)
    tracker.takeFeatureReading(1, at: Self.time(20), slot: 0)
    #expect(tracker.finish(at: Self.time(1_019)).isEmpty)
    var complete = tracker
    complete.takeFeatureReading(1, at: Self.time(20), slot: 1)
    #expect(complete.finish(at: Self.time(20)).count == 1)
    #expect(tracker.isFinishDue(at: Self.time(1_020)))
    #expect(tracker.finish(at: Self.time(1_020)).count == 1)
    #expect(!tracker.hasCycles)
  }

  @Test("waiting cycles and held-back readings are bounded")
  func bounds() throws {
    var tracker = Self.tracker()
    Self.bit(false, 0, &tracker)
    for cycle in 0...Int64(CycleTracker.maximumWaitingCycles) {
      Self.bit(true, 10 + cycle * 10, &tracker)
      Self.bit(false, 15 + cycle * 10, &tracker)
    }
    #expect(tracker.finish(at: Self.time(200)).map(\.number) == [1])
    var flooded = Self.tracker()
    Self.bit(false, 0, &flooded)
    Self.bit(true, 10, &flooded)
    for index in 0...Int64(CycleTracker.maximumPendingReadings) {
      flooded.takeFeatureReading(Double(index), at: Self.time(20 + index), slot: 0)
    }
    Self.bit(false, 20_000, &flooded)
    let cycle = try #require(flooded.finish(at: Self.time(30_000)).first)
    #expect(cycle.partial == .readingsMissing)
    #expect(cycle.accumulators[0].count < CycleTracker.maximumPendingReadings + 1)
  }
}

/// What simulated days found: seeds 7 and 10 of the first thousand.
@Suite("Cycles over steps of UTC and reboots") struct CycleTrackerClockTests {
  static func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  @Test("numbers go on where readings come back to a run after UTC was set back") func numbers() {
    var tracker = CycleTracker(condition: .bit, featuredCount: 0)
    var numbers: [String] = []
    func take(_ value: Double, _ seconds: Int64, _ run: RunID) {
      let began = tracker.takeCycleReading(value, at: Self.time(seconds), monotonic: seconds, run: run)
      if let began { numbers.append("\(began.run) \(began.number)") }
    }
    take(0, 1, "R-1")
    take(1, 2, "R-1")
    take(0, 3, "R-2")
    take(1, 4, "R-2")
    take(0, 2, "R-1")
    take(1, 3, "R-1")
    take(0, 5, "R-2")
    take(1, 6, "R-2")
    #expect(numbers == ["R-1 1", "R-2 1", "R-1 2", "R-2 2"])
  }

  @Test("an open cycle has no negative duration after a reboot, and none by a reading from before its beginning")
  func durations() {
    var tracker = CycleTracker(condition: .bit, featuredCount: 0)
    _ = tracker.takeCycleReading(0, at: Self.time(1), monotonic: 900_000_000, run: "R-1")
    _ = tracker.takeCycleReading(1, at: Self.time(2), monotonic: 901_000_000, run: "R-1")
    tracker.continueAfterBoot(at: ClockReading(utc: Self.time(62), monotonicMicroseconds: 10_000_000))
    _ = tracker.takeCycleReading(0, at: Self.time(64), monotonic: 12_000_000, run: "R-1")
    _ = tracker.takeCycleReading(1, at: Self.time(65), monotonic: 13_000_000, run: "R-1")
    _ = tracker.takeCycleReading(0, at: Self.time(66), monotonic: 5_000_000, run: "R-1")
    let finished = tracker.finish(at: Self.time(100))
    #expect(finished.map { $0.endedMonotonic - $0.startedMonotonic } == [62_000_000, 0])
  }
}
