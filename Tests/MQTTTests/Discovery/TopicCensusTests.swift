import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite("Topic census") struct TopicCensusTests {
  static func message(
    _ topic: String, _ payload: String, at microseconds: Int64 = 0, retained: Bool = false
  ) -> ObservedMessage {
    ObservedMessage(
      topic: topic, payload: Array(payload.utf8), isRetained: retained,
      receivedAt: ClockReading(
        utc: Timestamp(microseconds: 1_763_700_000_000_000 + microseconds), monotonicMicroseconds: microseconds))
  }

  @Test("counts, sizes and rates are those of what came; kept messages make no rate")
  func rates() {
    var census = TopicCensus()
    census.note([Self.message("a", "1", retained: true)])
    census.note((0...10).map { Self.message("a", "\($0)", at: Int64($0) * 100_000) })
    census.note([Self.message("b", "once", at: 5)])
    let seen = census.inOrder
    #expect(seen.map(\.topic) == ["a", "b"])
    #expect(seen[0].messages == 12 && seen[0].retained == 1)
    #expect(seen[0].rate == 10)
    #expect(seen[0].payloadBytes == 13 && seen[0].largestPayloadBytes == 2)
    #expect(seen[1].rate == nil && seen[1].recognised.family == .plainText)
    #expect(census.messages == 13 && census.messagesElsewhere == 0)
  }

  @Test("what messages hold together is what a topic holds; another convention begins anew")
  func merging() {
    var census = TopicCensus()
    census.note([
      Self.message("a", #"{"x":1}"#, at: 0),
      Self.message("a", #"{"y":2,"time":"2026-11-21T10:00:00Z"}"#, at: 1_000_000),
    ])
    #expect(census.inOrder[0].recognised.values.map(\.path) == ["y", "x"])
    #expect(census.inOrder[0].recognised.timePath == "time")
    census.note([Self.message("a", "7", at: 2_000_000)])
    #expect(census.inOrder[0].recognised.values.map(\.sample) == ["7"])
    #expect(census.inOrder[0].families == [.json, .plainNumber])
  }

  @Test("a flooding topic is counted whole and looked into rarely")
  func flood() {
    var census = TopicCensus()
    census.note((0..<10_000).map { Self.message("a", "\($0)", at: Int64($0)) })
    #expect(census.inOrder[0].messages == 10_000)
    #expect(census.inOrder[0].recognised.values.map(\.sample) == ["0"])
  }

  @Test("beyond the bound of topics messages are counted and nothing grows")
  func bound() {
    var census = TopicCensus()
    census.note((0..<(TopicCensus.maximumTopics + 7)).map { Self.message("t/\($0)", "1") })
    #expect(census.sightings.count == TopicCensus.maximumTopics)
    #expect(census.messagesElsewhere == 7)
    census.note([Self.message("t/5", "1")])
    #expect(census.sightings["t/5"]?.messages == 2)
  }

  @Test("what the configuration maps is shown as the recorder would have it, with unit and quality")
  func mapped() throws {
    let mapping = MessageMapping(
      topic: try TopicFilter("room/+"), time: MessageTime(path: try JSONPath("time")),
      points: [
        MessagePoint(name: "temperature", path: try JSONPath("t"), scale: 0.1, range: 0...50, unit: "°C"),
        MessagePoint(name: "humidity", path: try JSONPath("h"), unit: "%"),
      ])
    var census = TopicCensus(devices: [WatchedDevice(name: "room", mappings: [mapping])])
    census.note([
      Self.message("room/1", #"{"t":215,"h":null,"time":"2025-11-21T04:40:00Z"}"#), Self.message("else", "1"),
    ])
    let values = try #require(census.sightings["room/1"]).mapped
    #expect(values.map(\.point) == ["temperature", "humidity"])
    #expect(values[0].value == 21.5 && values[0].unit == "°C" && values[0].quality == .good)
    #expect(values[0].time.description == "2025-11-21T04:40:00.000000Z")
    #expect(values[1].value == nil && !values[1].quality.hasValue)
    #expect(census.sightings["else"]?.mapped == [])
    census.note([Self.message("room/1", #"{"t":900,"h":40}"#, at: 1_000_000, retained: true)])
    let later = try #require(census.sightings["room/1"]).mapped
    #expect(later[0].value == nil && later[0].quality == .badOutOfRange)
    #expect(later[1].quality == .uncertainRetained)
  }
}
