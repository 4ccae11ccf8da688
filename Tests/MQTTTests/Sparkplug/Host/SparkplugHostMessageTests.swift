import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Births, data, deaths and order of edge nodes, as a host takes them.
@Suite struct SparkplugHostMessageTests {
  // MARK: Births and values

  @Test func birthsBringValuesAndAliases() {
    var room = HostRoom()
    room.connect()
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 0))
    room.device(.deviceBirth, 1, HostRoom.ovenBirth())
    room.device(.deviceData, 2, [HostRoom.temperature(22)])
    room.node(.nodeData, 3, [SparkplugMetric(alias: 1, value: .int(250))])
    #expect(room.readings(of: HostRoom.nodeParameter).map(\.value) == [24, 25])
    #expect(room.readings(of: HostRoom.temperature).map(\.value) == [21.5, 22])
    #expect(room.readings(of: HostRoom.recipe).map(\.value) == [1])
    #expect(room.batches.flatMap(\.texts).map(\.text) == ["A"])
    #expect(room.readings(of: HostRoom.count).map(\.quality) == [.badSentinel], "null is no value")
    #expect(room.session.counters.violationCount == 0)
    #expect(room.rebirths.count == 1, "only the one at the start")
  }

  struct ValueCase: Sendable, CustomTestStringConvertible {
    var name: String
    var metric: SparkplugMetric
    var quality: Quality
    var value = 0.0
    var testDescription: String { name }
  }

  @Test(arguments: [
    ValueCase(name: "value", metric: SparkplugMetric(alias: 10, value: .double(3)), quality: .good, value: 3),
    ValueCase(
      name: "by name", metric: SparkplugMetric(name: "Temperature", value: .double(4)), quality: .good, value: 4),
    ValueCase(
      name: "historical type said", metric: SparkplugMetric(name: "Temperature", datatype: 10, value: .double(4)),
      quality: .good, value: 4),
    ValueCase(name: "not a number", metric: SparkplugMetric(alias: 10, value: .double(.nan)), quality: .badNotANumber),
    ValueCase(
      name: "infinite", metric: SparkplugMetric(alias: 10, value: .double(-.infinity)), quality: .badNotANumber),
    ValueCase(name: "null", metric: SparkplugMetric(alias: 10, isNull: true), quality: .badSentinel),
    ValueCase(name: "no value field", metric: SparkplugMetric(alias: 10), quality: .badPayload),
    ValueCase(name: "bits of another type", metric: SparkplugMetric(alias: 10, value: .int(3)), quality: .badEncoding),
    ValueCase(
      name: "another type than the birth's", metric: SparkplugMetric(alias: 10, datatype: 3, value: .int(3)),
      quality: .badPayload),
    ValueCase(
      name: "quality good",
      metric: SparkplugMetric(alias: 10, value: .double(5), properties: ["Quality": .int(192)]), quality: .good,
      value: 5),
    ValueCase(
      name: "quality bad", metric: SparkplugMetric(alias: 10, value: .double(5), properties: ["Quality": .int(0)]),
      quality: .badSourceQuality),
    ValueCase(
      name: "quality stale",
      metric: SparkplugMetric(alias: 10, value: .double(5), properties: ["Quality": .int(500)]),
      quality: .badSourceQuality),
    ValueCase(
      name: "quality of another kind",
      metric: SparkplugMetric(alias: 10, value: .double(5), properties: ["Quality": .string("good")]),
      quality: .badSourceQuality),
    ValueCase(
      name: "integer, negative", metric: SparkplugMetric(alias: 12, value: .long(UInt64(bitPattern: -9))),
      quality: .good, value: -9),
    ValueCase(
      name: "text longer than its bound",
      metric: SparkplugMetric(alias: 11, value: .string(String(repeating: "x", count: 501))), quality: .badOutOfRange),
    ValueCase(name: "text", metric: SparkplugMetric(alias: 11, value: .string("Käse")), quality: .good, value: 4),
  ]) func metricsBecomeReadings(_ example: ValueCase) {
    var room = HostRoom.born()
    room.device(.deviceData, 2, [example.metric])
    #expect(room.readings.map(\.quality) == [example.quality])
    #expect(room.values == [example.value])
  }

  @Test func rangeAndScaleHold() {
    var room = HostRoom.born()
    room.node(.nodeData, 2, [SparkplugMetric(alias: 1, value: .int(300)), SparkplugMetric(alias: 1, value: .int(301))])
    #expect(room.readings.map(\.quality) == [.good, .badOutOfRange])
    #expect(room.values == [30, 0])
  }

  @Test(arguments: [
    SparkplugDataType.dataSet, .template, .bytes, .file, .int32Array, .propertySet, .unknown,
  ]) func whatIsNoSingleValueGivesNone(_ type: SparkplugDataType) {
    var room = HostRoom()
    room.connect()
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 0))
    room.device(
      .deviceBirth, 1, [SparkplugMetric(name: "Temperature", alias: 10, datatype: type.rawValue, value: .bytes([1]))])
    room.forget()
    room.device(.deviceData, 2, [SparkplugMetric(alias: 10, value: .bytes([2]))])
    #expect(room.readings.map(\.quality) == [.badPayload])
    #expect(room.session.counters.violations[.notAValue] == 2)
  }

  // MARK: Times

  @Test func aReadingHasTheTimeOfItsMetric() {
    var room = HostRoom.born()
    let own = room.milliseconds - 700
    room.device(.deviceData, 2, [SparkplugMetric(alias: 10, timestamp: own, value: .double(1))])
    room.device(.deviceData, 3, [SparkplugMetric(alias: 10, value: .double(2))])
    room.device(.deviceData, 4, [SparkplugMetric(alias: 10, timestamp: 1_000, value: .double(3))])
    room.device(.deviceData, 5, [SparkplugMetric(alias: 10, timestamp: .max, value: .double(4))])
    #expect(room.readings.map(\.quality) == [.good, .good, .uncertainDeviceTime, .uncertainDeviceTime])
    #expect(room.readings.first?.time.microseconds == Int64(own) * 1_000)
    #expect(room.readings.dropFirst(2).allSatisfy { $0.time.microseconds % 1_000 == 0 })
    #expect(room.readings.last?.time == room.now.utc)
  }

  @Test func historyKeepsItsTimesAndItsOrderAndIsNeverNow() {
    var room = HostRoom.born()
    let start = room.milliseconds - 3_600_000
    let history = (0..<5).map { number in
      SparkplugMetric(
        alias: 10, timestamp: start + UInt64(number) * 1_000, isHistorical: true, value: .double(Double(number)))
    }
    room.device(.deviceData, 2, history + [HostRoom.temperature(99)])
    #expect(room.values == [0, 1, 2, 3, 4, 99])
    #expect(room.readings.allSatisfy { $0.quality == .good })
    #expect(room.readings.prefix(5).map { $0.time.milliseconds } == (0..<5).map { Int64(start) + $0 * 1_000 })
    room.forget()
    room.device(.deviceData, 3, [SparkplugMetric(alias: 10, isHistorical: true, value: .double(5))])
    #expect(room.readings.isEmpty, "history without a time has no place")
    #expect(room.session.counters.violations[.historyWithoutTime] == 1)
  }

  @Test func aRebirthDoesNotRecordTheSameTwice() {
    var room = HostRoom()
    room.connect()
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 0))
    let at = room.milliseconds - 5_000
    let metric = SparkplugMetric(name: "Temperature", alias: 10, timestamp: at, datatype: 10, value: .double(7))
    room.device(.deviceBirth, 1, [metric])
    room.device(.deviceBirth, 2, [metric])
    #expect(room.readings(of: HostRoom.temperature).count == 1)
    room.device(.deviceDeath, 3, [])
    room.pass(milliseconds: 1_000)
    room.device(.deviceBirth, 4, [metric])
    let last = room.readings(of: HostRoom.temperature).last
    #expect(last?.quality == .good && last?.value == 7)
    #expect(last?.time == room.now.utc, "after a death the birth says that the value holds now")
  }

  // MARK: Deaths

  @Test func theDeathOfANodeMakesAllOfItStaleAtOurTime() {
    var room = HostRoom.born()
    room.send(
      .nodeDeath, HostRoom.node, nil, [SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(7))], timestamp: 5)
    #expect(room.readings.map(\.parameter).sorted() == (1...4).map { ParameterIndex($0) })
    #expect(room.readings.allSatisfy { $0.quality == .badDeviceOffline && $0.time == room.now.utc })
    room.forget()
    room.node(.nodeDeath, nil, [SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(7))])
    #expect(room.batches.isEmpty, "told once")
    room.wait(seconds: 100)
    #expect(room.rebirths.isEmpty, "who said good-bye is not called")
  }

  @Test func aDeathOfAnEarlierConnectionIsIgnored() {
    var room = HostRoom.born()
    room.node(.nodeDeath, nil, [SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(6))])
    #expect(room.batches.isEmpty)
    #expect(room.session.counters.ignoredDeaths == 1)
    #expect(room.rebirths.count == 1, "is it there?")
    room.device(.deviceData, 2, [HostRoom.temperature(5)])
    room.wait(seconds: 60)
    #expect(room.readings.map(\.quality) == [.good], "it is: nothing becomes stale")
  }

  /// However long it is silent, and however little it was asked: the death is not its own.
  @Test(arguments: [6, 0, 200] as [UInt64]) func aSilentNodeDoesNotDieOfTheDeathOfAnEarlierConnection(_ bdSeq: UInt64) {
    var room = HostRoom.born()
    room.node(.nodeDeath, nil, [SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(bdSeq))])
    #expect(!room.session.isSuspected)
    room.wait(seconds: 120)
    #expect(room.batches.isEmpty && room.session.isSuspected)
    room.device(.deviceData, 2, [HostRoom.temperature(5)])
    #expect(room.values == [5] && !room.session.isSuspected)
  }

  @Test func theTimeForASignOfLifeBeginsWithTheRequest() {
    var room = HostRoom.born()
    // Asked so often that the next request has to wait.
    room.device(.deviceData, 2, [SparkplugMetric(alias: 99, value: .double(1))])
    room.wait(seconds: 70)
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 7))
    room.device(.deviceBirth, 1, HostRoom.ovenBirth())
    room.forget()
    room.node(.nodeDeath, nil, [SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(8))])
    #expect(room.rebirths.isEmpty, "not yet")
    room.wait(seconds: 40)
    #expect(room.rebirths.isEmpty && room.batches.isEmpty)
    while room.rebirths.isEmpty { room.wait(seconds: 1) }
    room.wait(seconds: 13)
    #expect(room.batches.isEmpty)
    room.wait(seconds: 3)
    #expect(room.readings.map(\.quality) == Array(repeating: .badDeviceOffline, count: 4))
  }

  @Test func aNodeThatIsSilentAfterTheDeathOfALaterConnectionIsDead() {
    var room = HostRoom.born()
    room.node(.nodeDeath, nil, [SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(8))])
    room.wait(seconds: 14)
    #expect(room.batches.isEmpty)
    room.wait(seconds: 2)
    #expect(room.readings.map(\.quality) == Array(repeating: .badDeviceOffline, count: 4))
  }

  @Test func theDeathOfADeviceMakesItStaleAtItsOwnTime() {
    var room = HostRoom.born()
    let at = room.milliseconds - 400
    room.send(.deviceDeath, HostRoom.oven, 2, [], timestamp: at)
    #expect(room.readings.map(\.parameter).sorted() == (2...4).map { ParameterIndex($0) })
    #expect(room.readings.allSatisfy { $0.quality == .badDeviceOffline && $0.time.milliseconds == Int64(at) })
    room.forget()
    room.node(.nodeData, 3, [SparkplugMetric(alias: 1, value: .int(10))])
    #expect(room.values == [1], "the node lives on")
  }

  @Test func aDeviceThatItsNodeDoesNotBearAgainIsAway() {
    var room = HostRoom.born()
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 8))
    room.forget()
    room.wait(seconds: 4)
    #expect(room.batches.isEmpty, "its birth may be on the way")
    room.wait(seconds: 3)
    #expect(room.readings.map(\.parameter).sorted() == (2...4).map { ParameterIndex($0) })
    #expect(room.readings.allSatisfy { $0.quality == .badDeviceOffline })
    room.device(.deviceBirth, 1, HostRoom.ovenBirth())
    #expect(room.readings(of: HostRoom.temperature).last?.quality == .good)
  }

  @Test func aDeviceThatIsBornAgainInTimeStaysAsItIs() {
    var room = HostRoom.born()
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 8))
    room.device(.deviceBirth, 1, HostRoom.ovenBirth())
    room.forget()
    room.wait(seconds: 20)
    #expect(room.batches.isEmpty)
  }

  @Test func aMetricThatIsNotInTheNewBirthHasNoValue() {
    var room = HostRoom.born()
    room.device(.deviceBirth, 2, [HostRoom.ovenBirth()[0]])
    #expect(room.readings(of: HostRoom.recipe).map(\.quality) == [.badDeviceOffline])
    #expect(room.readings(of: HostRoom.temperature).map(\.quality) == [.good])
    room.forget()
    room.device(.deviceBirth, 3, [HostRoom.ovenBirth()[0]])
    #expect(room.readings(of: HostRoom.recipe).isEmpty, "told once")
  }

  @Test(arguments: [true, false]) func aDeathThatComesAfterItsPlaceWasGivenUpHoldsUntilABirth(_ isBornAgain: Bool) {
    var room = HostRoom.born()
    let death = SparkplugPayload(timestamp: room.milliseconds, metrics: [], sequence: 2)
    if isBornAgain {
      room.device(.deviceBirth, 3, HostRoom.ovenBirth())
    } else {
      room.node(.nodeData, 3, [SparkplugMetric(name: "Supply/Voltage", value: .int(10))])
    }
    room.wait(seconds: 3)
    room.forget()
    room.deliver(.deviceDeath, HostRoom.oven, death)
    #expect(room.readings.map(\.quality) == (isBornAgain ? [] : Array(repeating: .badDeviceOffline, count: 3)))
  }

  // MARK: Order and aliases

  @Test func aHoleIsWaitedForAndThenABirthIsAskedFor() throws {
    var room = HostRoom.born()
    room.device(.deviceData, 2, [HostRoom.temperature(2)])
    let before = room.now.utc
    room.forget()
    room.pass(milliseconds: 1_000)
    room.device(.deviceData, 5, [HostRoom.temperature(5)])
    let behind = room.now.utc
    room.device(.deviceData, 6, [HostRoom.temperature(6)])
    #expect(room.batches.isEmpty && room.rebirths.isEmpty)
    room.wait(seconds: 3)
    let lost = try #require(room.lost.first)
    #expect(lost.cause == .sequenceGap && lost.broker == "main sparkplug" && lost.devices == ["cell", "oven"])
    #expect(lost.from == before && lost.until == behind && lost.count == 2)
    #expect(room.rebirths == ["spBv1.0/plant/NCMD/cell"])
    #expect(room.readings.isEmpty, "one of the lost messages may have given the aliases another meaning")
    #expect(room.session.counters.leftOut == 2)
    room.device(.deviceData, 7, [SparkplugMetric(name: "Temperature", value: .double(7))])
    #expect(room.values == [7], "a name is a name")
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 7))
    room.device(.deviceBirth, 1, HostRoom.ovenBirth())
    room.forget()
    room.device(.deviceData, 2, [HostRoom.temperature(8)])
    #expect(room.values == [8])
  }

  @Test func whatIsLeftOutUntilTheBirthIsTold() {
    var room = HostRoom.born()
    room.device(.deviceData, 4, [HostRoom.temperature(4)])
    room.wait(seconds: 3)
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 7))
    #expect(room.lost.count == 2)
    #expect(room.lost.last?.until == room.now.utc && room.lost.last?.from == room.lost.first?.until)
  }

  @Test func messagesThatOvertookEachOtherAreTakenInOrder() {
    var room = HostRoom.born()
    room.device(.deviceData, 3, [HostRoom.temperature(3)])
    room.device(.deviceData, 4, [HostRoom.temperature(4)])
    room.device(.deviceData, 2, [HostRoom.temperature(2)])
    room.wait(seconds: 5)
    #expect(room.values == [2, 3, 4])
    #expect(room.lost.isEmpty && room.rebirths.isEmpty)
  }

  @Test func aMessageThatComesTwiceCountsOnce() {
    var room = HostRoom.born()
    let payload = SparkplugPayload(timestamp: room.milliseconds, metrics: [HostRoom.temperature(3)], sequence: 2)
    for _ in 0..<3 { room.deliver(.deviceData, HostRoom.oven, payload) }
    room.wait(seconds: 5)
    #expect(room.values == [3])
    #expect(room.session.duplicates == 2 && room.lost.isEmpty)
  }

  @Test func dataOvertakenByABirthIsNotRead() {
    var room = HostRoom.born()
    let old = SparkplugPayload(timestamp: room.milliseconds, metrics: [HostRoom.temperature(3)], sequence: 9)
    room.pass(milliseconds: 50)
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 8))
    room.forget()
    room.deliver(.deviceData, HostRoom.oven, old)
    #expect(room.readings.isEmpty && room.session.counters.overtaken == 1)
  }

  @Test func dataThatOvertookItsBirthIsReadAfterIt() {
    var room = HostRoom.born()
    for number in 2..<10 { room.device(.deviceData, UInt64(number), [HostRoom.temperature(Double(number))]) }
    room.forget()
    let birth = SparkplugPayload(
      timestamp: room.milliseconds + 10, metrics: HostRoom.nodeBirth(bdSeq: 8), sequence: 0)
    room.pass(milliseconds: 20)
    room.device(.deviceBirth, 1, HostRoom.ovenBirth(first: 50))
    room.device(.deviceData, 2, [HostRoom.temperature(8, alias: 50)])
    #expect(room.readings.isEmpty)
    room.deliver(.nodeBirth, HostRoom.node, birth)
    #expect(room.readings(of: HostRoom.temperature).map(\.value) == [21.5, 8])
    #expect(room.lost.isEmpty)
  }

  @Test func aNewBirthGivesAliasesANewMeaning() {
    var room = HostRoom.born()
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 8))
    room.forget()
    room.device(.deviceData, 1, [HostRoom.temperature(5)])
    #expect(room.readings.isEmpty, "the device was not born again")
    #expect(room.rebirths.count == 1)
    room.device(
      .deviceBirth, 2,
      [
        SparkplugMetric(name: "Count", alias: 10, datatype: 4, value: .long(1)),
        SparkplugMetric(name: "Temperature", alias: 11, datatype: 10, value: .double(1)),
      ])
    room.forget()
    room.device(.deviceData, 3, [SparkplugMetric(alias: 10, value: .long(2))])
    #expect(room.readings.map(\.parameter) == [HostRoom.count])
  }

  @Test(arguments: [
    ("unknown alias", SparkplugMetric(alias: 99, value: .double(1))),
    ("neither name nor alias", SparkplugMetric(value: .double(1))),
    ("name and alias of two metrics", SparkplugMetric(name: "Recipe", alias: 10, value: .double(1))),
    ("unknown name without a type", SparkplugMetric(name: "New", value: .double(1))),
  ]) func whatNoBirthExplainsIsNotReadAndABirthIsAskedFor(_ name: String, _ metric: SparkplugMetric) {
    var room = HostRoom.born()
    room.device(.deviceData, 2, [metric])
    #expect(room.readings.isEmpty)
    #expect(room.rebirths == ["spBv1.0/plant/NCMD/cell"])
  }

  @Test func dataBeforeAnyBirthAsksForOne() {
    var room = HostRoom()
    room.connect()
    room.wait(seconds: 70)
    room.forget()
    room.device(.deviceData, 9, [HostRoom.temperature(5)])
    #expect(room.readings.isEmpty && room.rebirths.count <= 1)
    room.wait(seconds: 70)
    #expect(!room.rebirths.isEmpty)
    #expect(room.lost.isEmpty)
  }
}
