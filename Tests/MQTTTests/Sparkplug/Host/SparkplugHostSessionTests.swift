import Devices
import Shopfloor
import Testing

@testable import MQTT

/// STATE, subscriptions and the connection (specification 3.0.0, 4.3 and 5).
@Suite struct SparkplugHostSessionTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func theWillSaysOffline() throws {
    var room = HostRoom()
    let given = room.machine.will(at: room.now)
    let will = try #require(given)
    #expect(will.topic == "spBv1.0/STATE/lotwire")
    #expect(text(will.payload) == #"{"online":false,"timestamp":1800000000000}"#)
    #expect(will.qualityOfService == 1 && will.isRetained)
  }

  @Test func subscriptionsComeFirstThenTheBirthWithTheTimeOfTheWill() throws {
    var room = HostRoom()
    _ = room.machine.will(at: room.now)
    room.pass(milliseconds: 300)
    room.tell(.accepted)
    #expect(room.published.isEmpty)
    #expect(room.subscribed.map(\.filter) == ["spBv1.0/STATE/lotwire", "spBv1.0/plant/+/cell/#"])
    #expect(room.subscribed.map(\.qualityOfService) == [1, 0], "of data nothing is acknowledged before it is stored")
    room.tell(.subscribed(refused: []))
    let birth = try #require(room.published.first)
    #expect(birth.topic == "spBv1.0/STATE/lotwire")
    #expect(text(birth.payload) == #"{"online":true,"timestamp":1800000000000}"#)
    #expect(birth.qualityOfService == 1 && birth.isRetained)
    #expect(room.rebirths == ["spBv1.0/plant/NCMD/cell"], "the births of before our connection are asked for")
  }

  @Test func aNewConnectionHasANewTime() throws {
    var room = HostRoom()
    room.connect()
    room.tell(.lost(reason: "cut"))
    room.forget()
    room.wait(seconds: 9)
    room.connect()
    #expect(text(try #require(room.published.first).payload) == #"{"online":true,"timestamp":1800000009005}"#)
  }

  @Test func theOwnOfflineIsContradictedAtOnceButNotWithoutEnd() throws {
    var room = HostRoom.born()
    room.wait(seconds: 5)
    let death = #"{"online":false,"timestamp":1800000000000}"#
    room.tell(.message(topic: "spBv1.0/STATE/lotwire", payload: Array(death.utf8), isRetained: false))
    #expect(room.published.map { text($0.payload) } == [#"{"online":true,"timestamp":1800000000000}"#])
    for _ in 0..<100 {
      room.tell(.message(topic: "spBv1.0/STATE/lotwire", payload: Array(death.utf8), isRetained: false))
    }
    #expect(room.published.count == 1)
    room.wait(seconds: 2)
    #expect(room.published.count == 2)
    room.wait(seconds: 20)
    #expect(room.published.count == 2)
  }

  /// Our clock was ahead in the life before, or somebody else wrote it: edge nodes would pass over our will.
  @Test func afterALaterTimeWeComeAgainWithALaterWill() throws {
    var room = HostRoom.born()
    let later = room.now.utc.milliseconds + 100_000
    let kept = Array(#"{"online":false,"timestamp":\#(later)}"#.utf8)
    room.tell(.message(topic: "spBv1.0/STATE/lotwire", payload: kept, isRetained: true))
    #expect(room.goodByes.count == 1)
    #expect(text(try #require(room.published.last).payload) == #"{"online":false,"timestamp":\#(later)}"#)
    room.tell(.lost(reason: "left"))
    room.pass(milliseconds: 500)
    room.forget()
    let will = room.machine.will(at: room.now)
    #expect(text(try #require(will).payload) == #"{"online":false,"timestamp":\#(later + 1)}"#)
    room.tell(.accepted)
    room.tell(.subscribed(refused: []))
    #expect(text(try #require(room.published.first).payload) == #"{"online":true,"timestamp":\#(later + 1)}"#)
    room.tell(.stopping)
    #expect(text(try #require(room.published.last).payload) == #"{"online":false,"timestamp":\#(later + 1)}"#)
    #expect(room.goodByes.isEmpty)
  }

  @Test func twoHostsOfOneNameDoNotDriveEachOtherWithoutEnd() {
    var room = HostRoom.born()
    for _ in 0..<100 {
      let later = Array(#"{"online":true,"timestamp":\#(room.now.utc.milliseconds + 5_000)}"#.utf8)
      room.tell(.message(topic: "spBv1.0/STATE/lotwire", payload: later, isRetained: false))
      room.wait(seconds: 1)
    }
    #expect(room.goodByes.count == 2, "at once, and a minute later")
  }

  @Test(arguments: [Int64.max, 1_800_010_000_000]) func aTimeThatCannotBeTrueBindsNobody(_ time: Int64) throws {
    var room = HostRoom.born()
    let hostile = Array(#"{"online":false,"timestamp":\#(time)}"#.utf8)
    room.tell(.message(topic: "spBv1.0/STATE/lotwire", payload: hostile, isRetained: true))
    #expect(room.published.map { text($0.payload) } == [#"{"online":true,"timestamp":1800000000000}"#])
    #expect(room.goodByes.isEmpty && room.machine.incredibleStates == 1)
    let will = room.machine.will(at: room.now)
    #expect(text(try #require(will).payload) == #"{"online":false,"timestamp":\#(room.now.utc.milliseconds)}"#)
  }

  @Test(arguments: [
    #"{"online":true,"timestamp":1}"#, "OFFLINE", "{", #"{"online":"false","timestamp":1}"#, #"{"online":false}"#, "",
  ])
  func otherStatesChangeNothing(_ payload: String) {
    var room = HostRoom.born()
    room.tell(.message(topic: "spBv1.0/STATE/lotwire", payload: Array(payload.utf8), isRetained: true))
    room.tell(
      .message(
        topic: "spBv1.0/STATE/other", payload: Array(#"{"online":false,"timestamp":9}"#.utf8), isRetained: true))
    room.wait(seconds: 3)
    #expect(room.published.isEmpty)
  }

  @Test func aStopSaysOfflineWithTheTimeOfTheStop() throws {
    var room = HostRoom.born()
    room.pass(milliseconds: 60_000)
    let now = room.now.utc.milliseconds
    room.tell(.stopping)
    let death = try #require(room.published.last)
    #expect(text(death.payload) == #"{"online":false,"timestamp":\#(now)}"#)
    #expect(death.topic == "spBv1.0/STATE/lotwire" && death.qualityOfService == 1 && death.isRetained)
  }

  @Test func aStopTakesWhatWaitsAndMakesTheRestStale() throws {
    var room = HostRoom.born()
    room.device(.deviceData, 3, [SparkplugMetric(name: "Temperature", value: .double(3))])
    #expect(room.batches.isEmpty)
    room.tell(.stopping)
    #expect(room.lost.map(\.count) == [1])
    #expect(room.readings(of: HostRoom.temperature).map(\.quality) == [.good, .badNotConnected])
    #expect(Set(room.readings.filter { !$0.quality.hasValue }.map(\.parameter)).count == 4)
  }

  @Test func aLostConnectionMakesEverythingStale() {
    var room = HostRoom.born()
    room.tell(.lost(reason: "cut"))
    #expect(room.readings.map(\.quality) == Array(repeating: .badNotConnected, count: 4))
    #expect(room.readings.allSatisfy { $0.time == room.now.utc })
    room.forget()
    room.tell(.lost(reason: "no answer"))
    #expect(room.batches.isEmpty)
  }

  @Test func aRebirthRequestIsTheOneOfTheSpecification() throws {
    var room = HostRoom()
    room.connect()
    let request = try #require(room.published.last)
    #expect(request.topic == "spBv1.0/plant/NCMD/cell")
    #expect(request.qualityOfService == 0 && !request.isRetained)
    let payload = try SparkplugCodec.decode(request.payload)
    #expect(payload.sequence == nil && payload.timestamp == room.milliseconds)
    let metric = try #require(payload.metrics.first)
    #expect(metric.name == "Node Control/Rebirth" && metric.datatype == 11 && metric.value == .boolean(true))
    #expect(payload.metrics.count == 1)
  }

  @Test func aNodeThatDoesNotAnswerIsAskedEverMoreRarelyAndThenLeftAlone() {
    var room = HostRoom()
    room.connect()
    room.wait(seconds: 60)
    #expect(room.rebirths.count == 5, "at 0, 2, 6, 14 and 30 s")
    room.wait(seconds: 3_600)
    #expect(room.rebirths.count == RebirthRequests.maximumUnanswered)
    room.device(.deviceData, 4, [HostRoom.temperature(20)])
    #expect(room.rebirths.count == RebirthRequests.maximumUnanswered + 1, "it is there after all")
  }

  @Test func aNodeThatIsBrokenIsNotFlooded() {
    var room = HostRoom()
    room.connect()
    for second in 0..<600 {
      room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: UInt64(second)))
      room.node(.nodeData, 9, [SparkplugMetric(alias: 77, value: .int(1))])
      room.wait(seconds: 1)
    }
    #expect(room.rebirths.count < 20)
  }

  @Test func topicsOfNobodyAreCounted() {
    var room = HostRoom.born()
    for topic in ["spBv1.0/other/NDATA/cell", "spBv1.0/plant/NDATA/other", "room/1", "spBv1.0/plant/NDATA/cell/x"] {
      room.tell(.message(topic: topic, payload: [1, 2, 3], isRetained: false))
    }
    #expect(room.machine.unplanned == 4)
    #expect(room.batches.isEmpty && room.published.isEmpty)
  }
}
