import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Store and forward: what is kept while nobody is there, and what is sent again after a loss.
@Suite struct EdgeStoreTests {
  private func value(_ milliseconds: Int64, _ number: Double? = nil) -> SparkplugEdgeValue {
    EdgeDriver.value("temperature", at: milliseconds, .number(number ?? Double(milliseconds)))
  }

  private func plan(keeping count: Int) -> SparkplugEdgePlan {
    var plan = EdgeDriver.plan
    plan.maximumKeptValues = count
    return plan
  }

  private func times(_ messages: [EdgeDriver.Message]) -> [UInt64?] {
    messages.flatMap(\.payload.metrics).map(\.timestamp)
  }

  @Test func whatCameBeforeTheConnectionFollowsTheBirthsAsHistory() throws {
    var driver = EdgeDriver()
    #expect(try driver.update([value(1), value(2), value(3)]).isEmpty)
    let messages = try driver.connect().published
    #expect(messages.map(\.kind) == [.nodeBirth, .deviceBirth, .deviceBirth, .deviceData])
    #expect(messages[1].metric("temperature")?.value == .double(3))
    #expect(messages[1].metric("temperature")?.timestamp == EdgeDriver.milliseconds(3))
    // Also the third, which the birth says: some hosts take values of a birth for values of its time.
    #expect(times([messages[3]]) == [1, 2, 3].map(EdgeDriver.milliseconds))
    #expect(messages[3].payload.metrics.allSatisfy { $0.isHistorical })
    let live = try driver.update([value(4)])
    #expect(live.flatMap(\.payload.metrics).map(\.isHistorical) == [false])
  }

  @Test func historyIsSentInBatchesBeforeLiveValues() throws {
    var driver = EdgeDriver(plan(keeping: 100_000))
    _ = try driver.update((0..<20_000).map { value($0) })
    var messages = try driver.connect().published.filter { $0.kind == .deviceData }
    #expect(messages.count == SparkplugEdgeState.maximumMessagesUnderWay)
    #expect(messages.allSatisfy { $0.payload.metrics.count == SparkplugEdgeState.maximumMetricsPerMessage })
    messages += try driver.update((20_000..<20_010).map { value($0) })
    #expect(messages.count == SparkplugEdgeState.maximumMessagesUnderWay)
    messages += try driver.drain()
    let metrics = messages.flatMap(\.payload.metrics)
    // What came after the birth is live, and comes last.
    let isComplete =
      metrics.map(\.timestamp) == (0..<20_010).map(EdgeDriver.milliseconds)
    #expect(isComplete)
    #expect(metrics.firstIndex { !$0.isHistorical } == 20_000)
    #expect(metrics.lastIndex { $0.isHistorical } == 19_999)
  }

  @Test func whatDoesNotFitIsGivenUpFromTheOldestAndCounted() throws {
    var driver = EdgeDriver(plan(keeping: 10))
    _ = try driver.update((0..<25).map { value($0) })
    #expect(driver.edge.kept.givenUp == 15 && driver.edge.kept.unsentCount == 10)
    let messages = try driver.connect().published.filter { $0.kind == .deviceData }
    #expect(times(messages) == (15..<25).map { EdgeDriver.milliseconds($0) })
  }

  @Test func whatLeftShortlyBeforeALossIsSentAgainAsHistory() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    let window = driver.edge.lossWindowMicroseconds
    // Twice the keep-alive of 60 s, and what the clocks are looked at too late.
    #expect(window == 125_000_000)
    _ = try driver.update([value(1)])
    _ = try driver.written()
    driver.now = 10_000_000
    _ = try driver.update([value(10_000)])
    _ = try driver.written()
    driver.now = 20_000_000
    _ = try driver.update([value(20_000)])
    _ = try driver.written()
    // The loss is noticed later than the window after the first, and within it after the others.
    driver.now = window + 5_000_000
    try driver.lose()
    _ = try driver.update([value(135_000)])
    let messages = try driver.connect().published
    #expect(messages[1].metric("temperature")?.value == .double(135_000))
    let data = messages.filter { $0.kind == .deviceData }
    #expect(times(data) == [10_000, 20_000, 135_000].map(EdgeDriver.milliseconds))
    #expect(messages.last?.payload.metrics.allSatisfy { $0.isHistorical } == true)
  }

  /// The library notices a dead connection only after twice the keep-alive.
  @Test func whatLeftTwiceTheKeepAliveBeforeALossIsSentAgain() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    _ = try driver.update([value(1)])
    _ = try driver.written()
    driver.now = 121_000_000
    _ = try driver.tell(.clockMoved)
    try driver.lose()
    let data = try driver.connect().published.filter { $0.kind == .deviceData }
    #expect(times(data) == [1].map(EdgeDriver.milliseconds))
  }

  /// A socket that takes nothing any more: what the library has is not what has left.
  @Test func whatIsNotWrittenIsNeverLetGo() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    _ = try driver.update([value(1), value(2)])
    driver.now = 10 * driver.edge.lossWindowMicroseconds
    _ = try driver.tell(.clockMoved)
    #expect(driver.edge.deadlineMicroseconds == nil && driver.edge.kept.sentCount == 2)
    try driver.lose()
    let data = try driver.connect().published.filter { $0.kind == .deviceData }
    #expect(times(data) == [1, 2].map(EdgeDriver.milliseconds))
  }

  @Test func aSecondLossBringsTheSameAgain() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    _ = try driver.update([value(1), value(2)])
    for _ in 0..<3 {
      driver.now += 10_000_000
      try driver.lose()
      let data = try driver.connect().published.filter { $0.kind == .deviceData }
      #expect(times(data) == [1, 2].map(EdgeDriver.milliseconds))
    }
  }

  @Test func publishedThroughIsWhatNoLossCanTouchAnyMore() throws {
    var driver = EdgeDriver()
    #expect(driver.edge.publishedThrough == nil)
    _ = try driver.connect()
    _ = try driver.update([value(1)])
    let before = Timestamp(microseconds: EdgeDriver.start + 999)
    #expect(driver.edge.publishedThrough == before)
    _ = try driver.written()
    driver.now = 50_000_000
    _ = try driver.update([value(50_000)])
    _ = try driver.written()
    #expect(driver.edge.deadlineMicroseconds == driver.edge.lossWindowMicroseconds + 1)
    driver.now = driver.edge.lossWindowMicroseconds + 1
    _ = try driver.tell(.clockMoved)
    #expect(driver.edge.publishedThrough == Timestamp(microseconds: EdgeDriver.start + 49_999_999))
    driver.now += 50_000_000
    _ = try driver.tell(.clockMoved)
    #expect(driver.edge.publishedThrough == Timestamp(microseconds: EdgeDriver.start + 50_000_000))
    #expect(driver.edge.deadlineMicroseconds == nil)
  }

  /// A restart hands in what is after it: never may it lie behind what was given up, nor ahead of the clock.
  @Test func publishedThroughStaysBeforeWhatWasGivenUp() throws {
    var driver = EdgeDriver(plan(keeping: 10))
    driver.now = 1_000_000
    _ = try driver.update((0..<25).map { value($0) })
    let before = Timestamp(microseconds: EdgeDriver.start - 1)
    #expect(driver.edge.kept.givenUp == 15 && driver.edge.publishedThrough == before)
    _ = try driver.connect()
    _ = try driver.drain()
    _ = try driver.written()
    driver.now += 2 * driver.edge.lossWindowMicroseconds
    _ = try driver.tell(.clockMoved)
    #expect(driver.edge.kept.sentCount == 0 && driver.edge.publishedThrough == before)
  }

  @Test func publishedThroughIsNeverAheadOfTheClock() throws {
    var driver = EdgeDriver()
    driver.now = 100_000_000
    _ = try driver.connect()
    _ = try driver.update([value(160_000)])
    // The clock is set back, and everything arrives.
    driver.now = 50_000_000
    _ = try driver.update([EdgeDriver.value("run", at: 50_000, .text("R1"))])
    _ = try driver.written()
    driver.now += driver.edge.lossWindowMicroseconds + 1
    _ = try driver.tell(.clockMoved)
    #expect(driver.edge.publishedThrough == Timestamp(microseconds: EdgeDriver.start + 50_000_000))
  }

  @Test func whatIsLeftOverIsForTheNextEdgeNode() throws {
    var driver = EdgeDriver()
    let values = [value(1), EdgeDriver.value("run", at: 2, .text("R1")), EdgeDriver.value("run", at: 3, nil)]
    _ = try driver.update(values)
    #expect(driver.edge.leftOver == values)
    _ = try driver.connect()
    _ = try driver.written()
    // It may not have arrived.
    #expect(driver.edge.leftOver == values)
  }

  @Test func valuesThatWaitForTheClockAreNotLetGoWhileThereIsNoConnection() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    _ = try driver.update([value(1), value(2)])
    try driver.lose()
    driver.now = 10 * driver.edge.lossWindowMicroseconds
    _ = try driver.tell(.clockMoved)
    let data = try driver.connect().published.filter { $0.kind == .deviceData }
    #expect(times(data) == [1, 2].map(EdgeDriver.milliseconds))
  }

  @Test func aRebirthInTheMiddleOfHistoryLosesNothing() throws {
    var driver = EdgeDriver(plan(keeping: 100_000))
    _ = try driver.update((0..<15_000).map { value($0) })
    var metrics = try driver.connect().published.filter { $0.kind == .deviceData }.flatMap(\.payload.metrics)
    driver.now = 5_000_000
    let births = try driver.askForRebirth()
    #expect(births.prefix(3).map(\.kind) == [.nodeBirth, .deviceBirth, .deviceBirth])
    metrics += (births + (try driver.drain())).filter { $0.kind == .deviceData }.flatMap(\.payload.metrics)
    let isComplete = metrics.map(\.timestamp) == (0..<15_000).map(EdgeDriver.milliseconds)
    #expect(isComplete)
    #expect(metrics.allSatisfy { $0.isHistorical })
  }

  // MARK: The ring

  /// Against an obvious list: the same contents whatever is done in whatever order.
  @Test(arguments: 1...20) func keptValuesAreWhatAnObviousListKeeps(seed: UInt64) {
    struct Obvious {
      var sent: [(time: Int64, at: Int64?)] = []
      var unsent: [Int64] = []
      var givenUp: UInt64 = 0
      var letGo: UInt64 = 0
    }
    var generator = SeededGenerator(seed: seed)
    let bound = Int.random(in: 1...3_000, using: &generator)
    var kept = KeptValues(maximumCount: bound)
    var obvious = Obvious()
    var now: Int64 = 0
    for step in 0..<4_000 {
      now += Int64.random(in: 0...10, using: &generator)
      switch Int.random(in: 0..<10, using: &generator) {
      case 0...5:
        let time = Int64(step) - Int64.random(in: 0...50, using: &generator)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          if obvious.sent.count + obvious.unsent.count >= bound {
            if obvious.sent.isEmpty {
              obvious.unsent.removeFirst()
              obvious.givenUp += 1
            } else {
              obvious.sent.removeFirst()
              obvious.letGo += 1
            }
          }
          kept.append(metric: 0, time: Timestamp(microseconds: time), value: nil, isLate: false)
          obvious.unsent.append(time)
        }
      case 6, 7:
        let count = Int.random(in: 0...kept.unsentCount, using: &generator)
        for offset in 0..<count { #expect(kept.unsent(offset).time.microseconds == obvious.unsent[offset]) }
        kept.markSent(count)
        obvious.sent += obvious.unsent.prefix(count).map { ($0, nil) }
        obvious.unsent.removeFirst(count)
        guard Bool.random(using: &generator) else { break }
        kept.markWritten(at: now)
        for index in obvious.sent.indices where obvious.sent[index].at == nil { obvious.sent[index].at = now }
      case 8:
        let limit = now - 100
        kept.forgetSent(before: limit)
        while let at = obvious.sent.first?.at, at < limit { obvious.sent.removeFirst() }
      default:
        kept.sendAgain()
        obvious.unsent = obvious.sent.map(\.time) + obvious.unsent
        obvious.sent = []
      }
      #expect(kept.unsentCount == obvious.unsent.count && kept.sentCount == obvious.sent.count)
      #expect(kept.givenUp == obvious.givenUp && kept.letGoEarly == obvious.letGo)
      #expect(kept.earliestTime?.microseconds == (obvious.sent.map(\.time) + obvious.unsent).min())
      #expect(kept.oldestSentAt == obvious.sent.first.flatMap(\.at))
    }
  }
}
