import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Births, deaths and their numbers.
@Suite struct EdgeBirthTests {
  private let temperature = EdgeDriver.value("temperature", at: 5, .number(181.5))

  @Test func subscribesToItsCommandsWithQualityOneBeforeAnythingElse() throws {
    var driver = EdgeDriver()
    try driver.connect()
    #expect(
      driver.subscriptions.map(\.filter) == [
        "spBv1.0/plant/NCMD/line1", "spBv1.0/plant/DCMD/line1/seal", "spBv1.0/plant/DCMD/line1/oven",
      ])
    #expect(driver.subscriptions.allSatisfy { $0.qualityOfService == 1 })
  }

  @Test func birthSequenceIsCompleteAndInOrder() throws {
    var driver = EdgeDriver()
    let messages = try driver.connect().published
    #expect(messages.map(\.kind) == [.nodeBirth, .deviceBirth, .deviceBirth])
    #expect(
      messages.map(\.topic.text) == [
        "spBv1.0/plant/NBIRTH/line1", "spBv1.0/plant/DBIRTH/line1/seal", "spBv1.0/plant/DBIRTH/line1/oven",
      ])
    #expect(messages.map(\.payload.sequence) == [0, 1, 2])
    #expect(messages.allSatisfy { $0.qualityOfService == 0 && !$0.isRetained })
    #expect(messages.allSatisfy { $0.payload.timestamp == EdgeDriver.milliseconds(0) })
  }

  @Test func nodeBirthHasBirthDeathSequenceAndRebirthWithoutAlias() throws {
    var driver = EdgeDriver()
    let (will, messages) = try driver.connect()
    let number = try #require(messages[0].metric("bdSeq"))
    #expect(number.datatype == SparkplugDataType.int64.rawValue && number.value == .long(0) && number.alias == nil)
    #expect(will.metric("bdSeq")?.value == number.value)
    let rebirth = try #require(messages[0].metric("Node Control/Rebirth"))
    #expect(rebirth.datatype == SparkplugDataType.boolean.rawValue && rebirth.value == .boolean(false))
    #expect(rebirth.alias == nil && rebirth.timestamp != nil)
    #expect(
      messages[0].payload.metrics.compactMap(\.name).sorted() == ["Node Control/Rebirth", "alarms", "bdSeq", "halt"])
  }

  @Test func everyMetricIsBornWithNameAliasTypeUnitTimeAndValueOrNull() throws {
    var driver = EdgeDriver()
    _ = try driver.update([temperature])
    let messages = try driver.connect().published
    let seal = messages[1].payload.metrics
    #expect(Set(seal.compactMap(\.name)) == ["temperature", "setpoint", "run"])
    let value = try #require(messages[1].metric("temperature"))
    #expect(value.value == .double(181.5) && !value.isNull && !value.isHistorical)
    #expect(value.timestamp == EdgeDriver.milliseconds(5) && value.datatype == SparkplugDataType.double.rawValue)
    #expect(value.properties == ["engUnit": .string("Cel")])
    let unknown = try #require(messages[1].metric("run"))
    #expect(unknown.isNull && unknown.value == nil && unknown.timestamp == EdgeDriver.milliseconds(0))
    #expect(messages.prefix(3).flatMap(\.payload.metrics).allSatisfy { $0.timestamp != nil && $0.datatype != nil })
  }

  @Test func aliasesAreUniqueOverNodeAndDevicesAndStayTheSame() throws {
    var driver = EdgeDriver()
    func aliases(_ messages: [EdgeDriver.Message]) -> [String: UInt64] {
      var found: [String: UInt64] = [:]
      for message in messages {
        for metric in message.payload.metrics {
          if let alias = metric.alias { found["\(message.device ?? "-")/\(metric.name ?? "")"] = alias }
        }
      }
      return found
    }
    let first = aliases(try driver.connect().published)
    #expect(first.count == 6 && Set(first.values).count == 6)
    try driver.lose()
    #expect(aliases(try driver.connect().published) == first)
  }

  @Test func metricsOfABirthStandInTheOrderOfTime() throws {
    var driver = EdgeDriver()
    driver.now = 60_000_000
    _ = try driver.update([
      EdgeDriver.value("run", at: 300, .text("R1")), EdgeDriver.value("setpoint", at: 200, .number(180)),
      EdgeDriver.value("temperature", at: 100, .number(1)),
    ])
    let messages = try driver.connect().published
    #expect(messages[1].payload.metrics.map(\.name) == ["temperature", "setpoint", "run"])
    for message in messages {
      let times = message.payload.metrics.compactMap(\.timestamp)
      #expect(times == times.sorted())
    }
  }

  @Test func theWillIsTheNodeDeathOfThisConnection() throws {
    var driver = EdgeDriver()
    let will = try driver.connect().will
    #expect(will.topic.text == "spBv1.0/plant/NDEATH/line1")
    #expect(will.qualityOfService == 1 && !will.isRetained)
    #expect(will.payload.sequence == nil && will.payload.metrics.map(\.name) == ["bdSeq"])
    #expect(will.payload.metrics[0].datatype == SparkplugDataType.int64.rawValue)
  }

  @Test func birthDeathSequenceCountsConnectsFromZeroAndWraps() throws {
    var driver = EdgeDriver()
    for connect in 0..<600 {
      let (will, messages) = try driver.connect()
      let expected = SparkplugValue.long(UInt64(connect % 256))
      #expect(will.metric("bdSeq")?.value == expected && messages[0].metric("bdSeq")?.value == expected)
      try driver.lose()
    }
  }

  @Test func anAttemptThatReachedNobodyUsesNoNumber() throws {
    var driver = EdgeDriver(firstBirthDeathSequence: 7)
    for _ in 0..<3 {
      let registered = driver.edge.will(at: driver.instant)
      let will = try #require(registered)
      #expect(try SparkplugCodec.decode(will.payload).metrics.first?.value == .long(7))
      try driver.tell(.notReached(reason: "refused"))
    }
    #expect(try driver.connect().published[0].metric("bdSeq")?.value == .long(7))
    try driver.lose()
    _ = driver.edge.will(at: driver.instant)
    try driver.tell(.notReached(reason: "refused"))
    #expect(try driver.connect().published[0].metric("bdSeq")?.value == .long(8))
  }

  @Test func stoppingPublishesTheNodeDeathItself() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    _ = try driver.update([temperature])
    let last = try driver.tell(.stopping)
    #expect(last.map(\.kind) == [.nodeDeath])
    #expect(last[0].qualityOfService == 1 && !last[0].isRetained && last[0].payload.sequence == nil)
    #expect(last[0].payload.metrics.map(\.name) == ["bdSeq"] && last[0].metric("bdSeq")?.value == .long(0))
  }

  @Test func stoppingWithoutABirthPublishesNothing() throws {
    var driver = EdgeDriver()
    #expect(try driver.tell(.stopping).isEmpty)
  }

  // MARK: Rebirth

  @Test func aRebirthRepeatsTheWholeSequenceWithTheSameNumber() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    driver.now = 5_000_000
    _ = try driver.update([temperature])
    let messages = try driver.askForRebirth()
    #expect(messages.map(\.kind) == [.nodeBirth, .deviceBirth, .deviceBirth])
    #expect(messages.map(\.payload.sequence) == [0, 1, 2])
    #expect(messages[0].metric("bdSeq")?.value == .long(0))
    #expect(messages[1].metric("temperature")?.value == .double(181.5))
    let next = try driver.update([EdgeDriver.value("temperature", at: 6_000, .number(182))])
    #expect(next.map(\.payload.sequence) == [3])
    #expect(driver.edge.counts.births == 2 && driver.edge.counts.rebirths == 1)
  }

  @Test func rebirthsWithoutEndAreOneASecondAndNoDataComesBetween() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    for _ in 0..<50 { #expect(try driver.askForRebirth().isEmpty) }
    driver.now = 400_000
    #expect(try driver.update([temperature]).isEmpty)
    #expect(driver.edge.deadlineMicroseconds == 1_000_000)
    driver.now = 1_000_000
    let messages = try driver.tell(.clockMoved)
    #expect(messages.map(\.kind) == [.nodeBirth, .deviceBirth, .deviceBirth, .deviceData])
    #expect(messages[1].metric("temperature")?.value == .double(181.5))
    #expect(driver.edge.counts.rebirths == 1)
  }

  @Test func rebirthFalseIsNoRequest() throws {
    var driver = EdgeDriver()
    _ = try driver.connect()
    driver.now = 5_000_000
    #expect(try driver.command([SparkplugMetric(name: "Node Control/Rebirth", value: .boolean(false))]).isEmpty)
    #expect(driver.edge.counts.rebirths == 0)
  }
}
