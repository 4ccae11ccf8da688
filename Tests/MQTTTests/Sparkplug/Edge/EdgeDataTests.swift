import Devices
import Shopfloor
import Testing

@testable import MQTT

/// NDATA and DDATA: what is published, in which order, under which numbers.
@Suite struct EdgeDataTests {
  @Test func dataHasTheAliasAloneAndTheTimeOfTheValue() throws {
    var driver = EdgeDriver()
    let births = try driver.connect().published
    let alias = try #require(births[1].metric("temperature")?.alias)
    driver.now = 9_000
    let messages = try driver.update([EdgeDriver.value("temperature", at: 7, .number(180.25))])
    #expect(messages.map(\.topic.text) == ["spBv1.0/plant/DDATA/line1/seal"])
    #expect(messages[0].qualityOfService == 0 && !messages[0].isRetained)
    #expect(messages[0].payload.timestamp == EdgeDriver.milliseconds(9) && messages[0].payload.sequence == 3)
    #expect(
      messages[0].payload.metrics == [
        SparkplugMetric(alias: alias, timestamp: EdgeDriver.milliseconds(7), value: .double(180.25))
      ])
  }

  @Test func metricsOfTheNodeGoIntoNodeData() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    let messages = try driver.update([EdgeDriver.value("alarms", of: nil, at: 1, .integer(-2))])
    #expect(messages.map(\.topic.text) == ["spBv1.0/plant/NDATA/line1"])
    #expect(messages[0].payload.metrics[0].value == .int(UInt32(bitPattern: -2)))
  }

  @Test func sequenceRisesByOneOverAllMessagesAndWrapsAfter255() throws {
    var driver = EdgeDriver()
    var numbers = try driver.connect().published.compactMap(\.payload.sequence)
    for step in 0..<600 {
      let device: String? = step % 3 == 0 ? nil : "seal"
      let value: SparkplugEdgeValue.Content = device == nil ? .integer(Int64(step)) : .number(Double(step))
      numbers += try driver.update([
        EdgeDriver.value(device == nil ? "alarms" : "temperature", of: device, at: Int64(step), value)
      ]).compactMap(\.payload.sequence)
      _ = try driver.written()
    }
    #expect(numbers == (0..<603).map { UInt64($0 % 256) })
  }

  @Test func aValueThatIsTheOneBeforeIsNotPublished() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    let values = [(1, 5.0), (2, 5.0), (3, 6.0), (4, 6.0), (5, 5.0)].map {
      EdgeDriver.value("temperature", at: $0.0, .number($0.1))
    }
    let messages = try values.flatMap { try driver.update([$0]) }
    #expect(messages.flatMap(\.payload.metrics).map(\.timestamp) == [1, 3, 5].map(EdgeDriver.milliseconds))
  }

  @Test func noValueIsPublishedAsNull() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    _ = try driver.update([EdgeDriver.value("run", at: 1, .text("R1"))])
    let messages = try driver.update([EdgeDriver.value("run", at: 2, nil), EdgeDriver.value("run", at: 3, nil)])
    #expect(messages.count == 1)
    #expect(messages[0].payload.metrics.map(\.isNull) == [true])
    #expect(messages[0].payload.metrics[0].value == nil)
  }

  @Test(arguments: [
    ("temperature", SparkplugEdgeValue.Content.number(.nan)), ("temperature", .number(.infinity)),
    ("temperature", .text("warm")), ("run", .integer(1)), ("run", .text(String(repeating: "a", count: 4_097))),
  ])
  func whatAMetricCannotHaveIsNoValue(metric: String, content: SparkplugEdgeValue.Content) throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    _ = try driver.update([EdgeDriver.value(metric, at: 1, metric == "run" ? .text("R1") : .number(1))])
    let messages = try driver.update([EdgeDriver.value(metric, at: 2, content)])
    #expect(messages.flatMap(\.payload.metrics).map(\.isNull) == [true])
    #expect(driver.edge.counts.misfits == 1 && driver.edge.lastComplaint?.contains(metric) == true)
  }

  @Test func aMetricThatIsNotInThePlanIsCounted() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    #expect(try driver.update([EdgeDriver.value("pressure", at: 1, .number(1))]).isEmpty)
    #expect(try driver.update([EdgeDriver.value("temperature", of: "press", at: 1, .number(1))]).isEmpty)
    #expect(driver.edge.counts.unknownMetrics == 2)
  }

  @Test func manyMetricsOfADeviceShareAMessageInTheOrderOfTime() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    let messages = try driver.update([
      EdgeDriver.value("run", at: 30, .text("R1")), EdgeDriver.value("temperature", at: 10, .number(1)),
      EdgeDriver.value("temperature", of: "oven", at: 15, .number(2)),
      EdgeDriver.value("temperature", at: 20, .number(3)),
    ])
    #expect(messages.map(\.device) == ["seal", "oven"])
    #expect(messages[0].payload.metrics.map(\.timestamp) == [10, 20, 30].map(EdgeDriver.milliseconds))
    #expect(messages.flatMap(\.payload.metrics).allSatisfy { !$0.isHistorical })
  }

  @Test func valuesOfAMetricInOneMessageDifferInTime() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    let times = (0..<4).map { Timestamp(microseconds: EdgeDriver.start + 5_000 + $0) }
    let messages = try driver.update(
      times.enumerated().map {
        SparkplugEdgeValue(device: "seal", metric: "temperature", time: $0.element, value: .number(Double($0.offset)))
      })
    #expect(messages.count == 4)
    #expect(messages.flatMap(\.payload.metrics).map(\.value) == (0..<4).map { .double(Double($0)) })
  }

  /// The birth has said null with its own time, and a host that orders by time would keep to that.
  @Test func aValueOlderThanTheNullOfTheBirthIsHistoryAndTheValueOfNow() throws {
    var driver = EdgeDriver()
    driver.now = 10_000_000
    let births = try driver.connect().published
    #expect(births[1].metric("temperature")?.isNull == true)
    let null = EdgeDriver.milliseconds(10_000)
    #expect(births[1].metric("temperature")?.timestamp == null)
    for time in [Int64(2_000), 4_000] {
      let metrics = try driver.update([EdgeDriver.value("temperature", at: time, .number(Double(time)))])
        .flatMap(\.payload.metrics)
      #expect(metrics.map(\.isHistorical) == [true, false])
      #expect(metrics.map(\.timestamp) == [EdgeDriver.milliseconds(time), null])
      #expect(metrics.allSatisfy { $0.value == .double(Double(time)) })
    }
    driver.now = 20_000_000
    let again = try driver.askForRebirth()
    #expect(again[1].metric("temperature")?.timestamp == null)
    let live = try driver.update([EdgeDriver.value("temperature", at: 20_000, .number(7))]).flatMap(\.payload.metrics)
    #expect(live.map(\.timestamp) == [EdgeDriver.milliseconds(20_000)] && live[0].isHistorical == false)
  }

  @Test func aLateValueIsHistoryAndNotTheValueOfNow() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    driver.now = 200_000
    _ = try driver.update([EdgeDriver.value("temperature", at: 100, .number(1))])
    let messages = try driver.update([EdgeDriver.value("temperature", at: 50, .number(2))])
    #expect(messages.flatMap(\.payload.metrics).map(\.isHistorical) == [true])
    driver.now = 5_000_000
    #expect(try driver.askForRebirth()[1].metric("temperature")?.value == .double(1))
  }

  @Test func aLateValueAgainAndAgainIsOne() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    driver.now = 200_000
    _ = try driver.update([EdgeDriver.value("temperature", at: 100, .number(1))])
    let late: [(Int64, Double)] = [(50, 2.0), (50, 2.0), (60, 2.0), (70, 3.0), (70, 3.0), (40, 3.0)]
    let messages = try late.flatMap { try driver.update([EdgeDriver.value("temperature", at: $0.0, .number($0.1))]) }
    #expect(messages.flatMap(\.payload.metrics).map(\.timestamp) == [50, 70, 40].map(EdgeDriver.milliseconds))
    #expect(messages.flatMap(\.payload.metrics).allSatisfy { $0.isHistorical })
  }

  @Test func theAbsenceOfAValueThatNeverWasIsNothing() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    driver.now = 5_000_000
    #expect(try driver.update([EdgeDriver.value("run", at: 4_000, nil)]).isEmpty)
    // The first value may be older than the question.
    let messages = try driver.update([EdgeDriver.value("run", at: 3_900, .text("R1"))])
    #expect(messages.flatMap(\.payload.metrics).map(\.isHistorical) == [false])
  }

  @Test func aClockSetBackDoesNotMakeEverythingLate() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    driver.now = 3_600_000_000
    _ = try driver.update([EdgeDriver.value("temperature", at: 3_600_000, .number(1))])
    driver.now = 5_000_000
    let messages = try driver.update([EdgeDriver.value("temperature", at: 5_000, .number(2))])
    #expect(messages.flatMap(\.payload.metrics).map(\.isHistorical) == [false])
  }

  @Test func moreIsPublishedOnlyWhenWhatWasPublishedHasLeft() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    // Each value of the same millisecond needs a message of its own.
    let values = (0..<50).map { number in
      SparkplugEdgeValue(
        device: "seal", metric: "temperature", time: Timestamp(microseconds: EdgeDriver.start + Int64(number)),
        value: .number(Double(number)))
    }
    var rounds = [try driver.update(values)]
    while driver.edge.kept.unsentCount > 0 { rounds.append(try driver.written()) }
    #expect(rounds.map(\.count) == [20, 20, 10])
    #expect(rounds.flatMap { $0 }.flatMap(\.payload.metrics).map(\.value) == (0..<50).map { .double(Double($0)) })
  }
}
