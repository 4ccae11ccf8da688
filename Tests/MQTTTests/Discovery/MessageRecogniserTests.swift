import Devices
import Testing

@testable import MQTT

/// What is seen in messages that nobody has mapped.
@Suite("Recognised messages") struct MessageRecogniserTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var topic: String
    var payload: String
    var family: MessageFamily
    var values: [String] = []
    var time: String?
    var keys: [String] = []
    var testDescription: String { "\(topic) \(payload.prefix(60))" }
  }

  static let cases: [Case] = [
    Case(topic: "room/1/temperature", payload: "21,5", family: .plainNumber, values: ["=21,5"]),
    Case(topic: "door", payload: " ON ", family: .plainNumber, values: ["= ON "]),
    Case(topic: "t", payload: "nan", family: .plainNumber, values: ["=nan"]),
    Case(topic: "t", payload: "recipe 7", family: .plainText, values: ["=recipe 7 text"]),
    Case(topic: "t", payload: "", family: .empty),
    Case(topic: "a/status", payload: "offline", family: .availability, values: ["=offline text"]),
    Case(topic: "shellyht-1/online", payload: "true", family: .availability, values: ["=true text"]),
    Case(
      topic: "a/b", payload: #"{"air":{"t":21.5,"ok":true,"name":"x"},"list":[1,{"z":2}]}"#, family: .json,
      values: ["air.t=21.5", "air.ok=true", "list[0]=1", "list[1].z=2"]),
    Case(
      topic: "site/area/line/cell/temperature", payload: #"{"value":21.5,"unit":"°C","timestamp":1763700000000}"#,
      family: .valueAndTime, values: ["value=21.5 °C"], time: "timestamp"),
    Case(
      topic: "kepware",
      payload: #"{"timestamp":1763700000000,"values":[{"id":"Oven.T","v":3,"q":true,"t":1763700000000}]}"#,
      family: .json,
      values: [
        #"values[id="Oven.T"].v=3"#, #"values[id="Oven.T"].q=true"#, #"values[id="Oven.T"].t=1763700000000"#,
      ], time: "timestamp"),
    Case(
      topic: "tele/oven/SENSOR",
      payload: #"{"Time":"2026-11-21T10:00:00","DS18B20":{"Id":"01","Temperature":21.4},"TempUnit":"C"}"#,
      family: .tasmota, values: ["DS18B20.Temperature=21.4 °C"], time: "Time"),
    Case(
      topic: "shellyplusht-1/events/rpc",
      payload:
        #"{"src":"s","method":"NotifyStatus","params":{"ts":1763700000.1,"temperature:0":{"id":0,"tC":21.1,"tF":70}}}"#,
      family: .shelly,
      values: [
        "params.temperature:0.tC=21.1 °C", "params.temperature:0.tF=70 °F",
      ], time: "params.ts"),
    Case(
      topic: "zigbee2mqtt/room",
      payload: #"{"temperature":21.5,"humidity":40,"linkquality":90,"last_seen":"2026-11-21T10:00:00Z"}"#,
      family: .zigbee2MQTT, values: ["temperature=21.5", "humidity=40", "linkquality=90"], time: "last_seen"),
    Case(
      topic: "zigbee2mqtt/room/availability", payload: #"{"state":"online"}"#, family: .availability,
      values: ["state=online text"]),
    Case(
      topic: "application/1/device/24e124/event/up",
      payload:
        #"{"deduplicationId":"u","time":"2026-11-21T10:00:00Z","deviceInfo":{"devEui":"24e124"},"fCnt":1,"object":{"temperature":21.5}}"#,
      family: .chirpStack, values: ["object.temperature=21.5"], time: "time", keys: ["deduplicationId"]),
    Case(
      topic: "v3/app/devices/d/up",
      payload:
        #"{"end_device_ids":{"device_id":"d"},"received_at":"2026-11-21T10:00:00Z","uplink_message":{"f_cnt":3,"session_key_id":"k","decoded_payload":{"t":21.5},"received_at":"2026-11-21T10:00:00Z"}}"#,
      family: .theThingsStack, values: ["uplink_message.decoded_payload.t=21.5"], time: "uplink_message.received_at",
      keys: ["uplink_message.session_key_id", "uplink_message.f_cnt"]),
    Case(
      topic: "ifm",
      payload:
        #"{"code":"event","cid":1,"data":{"eventno":"7","payload":{"/iolinkmaster/port[1]/iolinkdevice/pdin":{"code":200,"data":"00E3"}}}}"#,
      family: .ifmIOLink),
    Case(
      topic: "homeassistant/sensor/a/config", payload: #"{"stat_t":"a/state","name":"A"}"#, family: .homeAssistant),
    Case(topic: "spBv1.0/G/NDATA/E", payload: "\u{1}\u{2}", family: .sparkplug),
    Case(topic: "t", payload: #"{"a": 1"#, family: .unreadable),
    Case(topic: "t", payload: String(repeating: "[", count: 100), family: .unreadable),
    Case(topic: "t", payload: "a\u{0}b", family: .unreadable),
  ]

  @Test("a usual convention is known by topic and payload", arguments: cases)
  func family(known: Case) {
    let seen = MessageRecogniser.recognise(topic: known.topic, payload: Array(known.payload.utf8))
    #expect(seen.family == known.family)
    let values = seen.values.map { value in
      "\(value.path ?? "")=\(value.sample)" + (value.unit.map { " \($0)" } ?? "") + (value.isNumber ? "" : " text")
    }
    #expect(values == known.values)
    #expect(seen.timePath == known.time)
    #expect(seen.keyPaths == known.keys)
  }

  @Test("every path that is shown leads to the value that is shown", arguments: cases)
  func pathsLead(known: Case) throws {
    let seen = MessageRecogniser.recognise(topic: known.topic, payload: Array(known.payload.utf8))
    for value in seen.values where value.path != nil {
      let json = try JSONScanner.value(of: Array(known.payload.utf8))
      let path = try JSONPath(value.path ?? "")
      #expect(json.value(at: path).map { NumberPaths.sample($0) } == value.sample)
    }
  }

  @Test("a message with a thousand values, long names and deep nesting is listed up to the bounds, the rest counted")
  func bounds() {
    let many = (0..<1_000).map { #""a\#($0)": \#($0)"# }.joined(separator: ",")
    let wide = MessageRecogniser.recognise(topic: "t", payload: Array("{\(many)}".utf8))
    #expect(wide.values.count == NumberPaths.maximumValues && wide.furtherValues == 1_000 - NumberPaths.maximumValues)
    let name = String(repeating: "n", count: 300)
    let long = MessageRecogniser.recognise(topic: "t", payload: Array(#"{"\#(name)": 1, "b": 2}"#.utf8))
    #expect(long.values.map(\.path) == ["b"] && long.furtherValues == 1)
    let deep = String(repeating: #"{"a":"#, count: 40) + "1" + String(repeating: "}", count: 40)
    let nested = MessageRecogniser.recognise(topic: "t", payload: Array(deep.utf8))
    #expect(nested.family == .json && nested.values.isEmpty && nested.furtherValues == 1)
    #expect(MessageRecogniser.recognise(topic: "t", payload: nil).family == .tooLarge)
    #expect(MessageRecogniser.recognise(topic: "t", payload: [0xFF, 0xFE]).family == .unreadable)
  }

  @Test("arbitrary bytes are recognised as something, and never listed beyond the bounds")
  func arbitraryBytes() {
    var generator = SeededGenerator(seed: 4711)
    let alphabet = Array(#"{}[]",:.0123456789-eEtrufalsn \temp"#.utf8) + [0, 0xFF, 0xC3]
    for _ in 0..<5_000 {
      let payload = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator) ?? 0
      }
      let seen = MessageRecogniser.recognise(topic: "a/b", payload: payload)
      #expect(seen.values.count <= NumberPaths.maximumValues)
      #expect(seen.values.allSatisfy { $0.sample.count <= RecognisedValue.maximumSampleCharacters + 40 })
    }
  }
}
