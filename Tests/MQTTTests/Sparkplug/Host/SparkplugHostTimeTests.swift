import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Clocks of edge nodes that are ahead of ours or behind it, and history: what becomes stale, what is now.
@Suite struct SparkplugHostTimeTests {
  @Test(arguments: ["death of the node", "death of the device", "loss of the connection"])
  func aClockAheadDoesNotHideThatAValueBecameStale(_ end: String) throws {
    var room = HostRoom.born()
    let ahead = room.milliseconds + 5_000
    room.device(.deviceData, 2, [SparkplugMetric(alias: 10, timestamp: ahead, value: .double(3))])
    room.pass(milliseconds: 1_000)
    switch end {
    case "death of the node":
      room.node(.nodeDeath, nil, [SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(7))])
    case "death of the device": room.device(.deviceDeath, 3, [])
    default: room.tell(.lost(reason: "cut"))
    }
    let last = try #require(room.readings(of: HostRoom.temperature).last)
    #expect(!last.quality.hasValue)
    #expect(last.time.milliseconds == Int64(ahead), "before the value it would be late, and the value would stay")
    #expect(room.readings(of: HostRoom.recipe).last?.time ?? last.time < last.time, "each point by itself")
  }

  @Test func historyFromAheadCountsToo() throws {
    var room = HostRoom.born()
    let ahead = room.milliseconds + 5_000
    room.device(.deviceData, 2, [SparkplugMetric(alias: 12, timestamp: ahead, isHistorical: true, value: .long(3))])
    room.tell(.lost(reason: "cut"))
    #expect(room.readings(of: HostRoom.count).map { $0.time.milliseconds } == [Int64(ahead), Int64(ahead)])
  }

  @Test func aLiveValueFromBeforeDoesNotTurnTheTimeBack() throws {
    var room = HostRoom.born()
    let ahead = room.milliseconds + 5_000
    room.device(
      .deviceData, 2,
      [
        SparkplugMetric(alias: 10, timestamp: ahead, value: .double(3)),
        SparkplugMetric(alias: 10, timestamp: ahead - 4_000, value: .double(4)),
      ])
    room.tell(.lost(reason: "cut"))
    #expect(room.readings(of: HostRoom.temperature).last?.time.milliseconds == Int64(ahead))
  }

  @Test func aBirthOfANodeWhoseClockLagsEndsTheStaleness() throws {
    var room = HostRoom.born()
    room.node(.nodeDeath, nil, [SparkplugMetric(name: "bdSeq", datatype: 4, value: .long(7))])
    let death = room.now.utc
    room.pass(milliseconds: 5_000)
    room.forget()
    let lagging = room.milliseconds - 20_000
    let metrics = HostRoom.ovenBirth().map { metric in
      var metric = metric
      metric.timestamp = lagging
      return metric
    }
    room.send(.nodeBirth, HostRoom.node, 0, HostRoom.nodeBirth(bdSeq: 8), timestamp: lagging)
    room.send(.deviceBirth, HostRoom.oven, 1, metrics, timestamp: lagging)
    let readings = room.readings(of: HostRoom.temperature) + room.readings(of: HostRoom.nodeParameter)
    #expect(readings.map(\.quality) == [.good, .good])
    #expect(readings.allSatisfy { $0.time > death && $0.time <= room.now.utc })
  }

  /// A clock that was set back, or a store that is sent with the times of collection.
  @Test func whatIsNextInTheCountIsTakenThoughItsTimeIsBeforeTheBirth() {
    var room = HostRoom()
    room.connect()
    let start = room.milliseconds - 60_000
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 8))
    room.device(.deviceBirth, 1, HostRoom.ovenBirth())
    room.forget()
    for number in 2..<6 as Range<UInt64> {
      var metric = HostRoom.temperature(Double(number))
      metric.timestamp = start + number
      metric.isHistorical = true
      room.send(.deviceData, HostRoom.oven, number, [metric], timestamp: start + number)
    }
    room.wait(seconds: 10)
    #expect(room.values == [2, 3, 4, 5])
    #expect(room.lost.isEmpty && room.rebirths.isEmpty && room.session.counters.overtaken == 0)
  }

  @Test func anAliasWithAnotherMeaningBeforeIsLeftOutWhereTheTimeIsBeforeTheBirth() {
    var room = HostRoom.born()
    let before = room.milliseconds
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 8))
    room.device(.deviceBirth, 1, HostRoom.ovenBirth(first: 11))
    room.forget()
    // 11 was the recipe; 13 was nothing.
    room.send(.deviceData, HostRoom.oven, 2, [HostRoom.temperature(5, alias: 11)], timestamp: before)
    room.send(
      .deviceData, HostRoom.oven, 3, [SparkplugMetric(alias: 13, value: .long(6))], timestamp: before)
    #expect(room.readings.map(\.parameter) == [HostRoom.count])
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 9))
    #expect(room.lost.map(\.cause) == [.sequenceGap], "what was left out is told")
  }

  @Test func aDeviceBirthFromBeforeItsNodeGivesNoAliases() {
    var room = HostRoom.born()
    let before = room.milliseconds
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 8))
    room.forget()
    room.send(.deviceBirth, HostRoom.oven, 1, HostRoom.ovenBirth(), timestamp: before)
    #expect(room.rebirths.count == 1)
    room.device(.deviceData, 2, [HostRoom.temperature(5)])
    room.device(.deviceData, 3, [SparkplugMetric(name: "Temperature", value: .double(6))])
    #expect(room.readings(of: HostRoom.temperature).map(\.value).last == 6)
    #expect(!room.values.contains(5))
  }

  @Test(arguments: [7, 8] as [UInt64])
  func aNodeWhoseDevicesAreAlwaysBornWithATimeBeforeIsBelievedTheSecondTime(_ bdSeq: UInt64) {
    var room = HostRoom()
    room.connect()
    for life in [7, bdSeq] {
      room.pass(milliseconds: 3_000)
      let before = room.milliseconds
      room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: life))
      room.send(.deviceBirth, HostRoom.oven, 1, HostRoom.ovenBirth(), timestamp: before)
    }
    room.device(.deviceData, 2, [HostRoom.temperature(5)])
    // Another life may have given the aliases anew.
    #expect(room.values.contains(5) == (bdSeq == 7))
  }

  @Test func historicalTextsAreToldWhateverTheTextOfNow() {
    var room = HostRoom.born()
    let start = room.milliseconds - 60_000
    func text(_ text: String, _ second: UInt64) -> SparkplugMetric {
      SparkplugMetric(alias: 11, timestamp: start + second * 1_000, isHistorical: true, value: .string(text))
    }
    room.device(.deviceData, 2, [text("B", 1), text("A", 2), text("A", 3)])
    room.device(.deviceData, 3, [SparkplugMetric(alias: 11, value: .string("A"))])
    let texts = room.batches.flatMap(\.texts)
    #expect(texts.map(\.text) == ["B", "A", "A"], "the text of now was A before, and is told once")
    #expect(texts.map { $0.time.milliseconds } == (1...3).map { Int64(start) + $0 * 1_000 })
  }
}
