import Devices
import Shopfloor
import Testing

@testable import MQTT

/// The payloads that sensors on the market send, as their makers document them, each with the mapping that reads it.
@Suite struct ConventionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var mappings: [MessageMapping]
    /// Topic, payload and what it gives.
    var messages: [(topic: String, payload: String, shown: [String])]
    /// The time of every reading; nil: that of receipt.
    var time: String?
    var hasKey = false
    var testDescription: String { name }
  }

  static func cases() throws -> [Case] {
    try plain() + tasmota() + shelly() + wireless() + industrial()
  }

  private static func plain() throws -> [Case] {
    [
      Case(
        name: "plain numbers", mappings: [try MessageMapping("room/+", [try MessagePoint("a", nil)])],
        messages: [
          ("room/1", "21.5", ["0=21.5"]), ("room/1", "21,5", ["0=21.5"]), ("room/2", " 7\n", ["0=7.0"]),
          ("room/2", "ON", ["0=1.0"]), ("room/2", "off", ["0=0.0"]), ("room/2", "nan", ["0:not_a_number"]),
          ("room/2", "\u{FEFF}21.5", ["0=21.5"]), ("room/2", "21.5\u{0}", ["0:payload"]),
          ("room/2", "21.5 %", ["0:payload"]), ("room/2", "", ["0:payload"]),
        ]),
      Case(
        name: "words",
        mappings: [
          try MessageMapping(
            "t", [try MessagePoint("a", nil, form: .number(words: ["OPEN": 1, "CLOSED": 0, "ON": 5]))])
        ],
        messages: [
          ("t", "OPEN", ["0=1.0"]), ("t", "CLOSED\n", ["0=0.0"]), ("t", "ON", ["0=5.0"]), ("t", "AJAR", ["0:payload"]),
        ]),
      Case(
        name: "JSON paths and lists",
        mappings: [
          try MessageMapping(
            "t",
            [
              try MessagePoint("a", "air.sensors[1].t"), try MessagePoint("b", "[\"x.y\"]", scale: 0.1, offset: 1),
              try MessagePoint("c", "state"), try MessagePoint("d", "none", sentinels: [-999]),
            ])
        ],
        messages: [
          (
            "t", #"{"air":{"sensors":[{"t":1},{"t":"2,5"}]},"x.y":10,"state":"ON","none":-999}"#,
            ["0=2.5", "1=2.0", "2=1.0", "3:no_value_sentinel"]
          ),
          (
            "t", #"{"air":{"sensors":[{"t":1}]},"x.y":1e999,"state":null,"none":[]}"#,
            ["0:payload", "1:not_a_number", "2:no_value_sentinel", "3:payload"]
          ),
          ("t", #"{"x.y":1,"x.y":2,"state":true,"none":0}"#, ["0:payload", "1:payload", "2=1.0", "3=0.0"]),
          ("t", "{", ["0:payload", "1:payload", "2:payload", "3:payload"]),
        ]),
    ]
  }

  private static func tasmota() throws -> [Case] {
    let units = UnitSource(
      path: try JSONPath("TempUnit"),
      conversions: ["C": .init(), "F": .init(scale: 5.0 / 9, offset: -160.0 / 9)])
    return [
      Case(
        name: "Tasmota: local time, unit beside the value",
        mappings: [
          try MessageMapping(
            "tele/+/SENSOR", time: ("Time", .local(zone: "Europe/Berlin")),
            [try MessagePoint("a", "DS18B20-1.Temperature", units: units)])
        ],
        messages: [
          (
            "tele/oven/SENSOR",
            #"{"Time":"2026-11-21T04:59:58","DS18B20-1":{"Id":"01","Temperature":20.5},"TempUnit":"C"}"#, ["0=20.5"]
          ),
          (
            "tele/oven/SENSOR", #"{"Time":"2026-11-21T04:59:58","DS18B20-1":{"Temperature":212},"TempUnit":"F"}"#,
            ["0=100.0"]
          ),
          (
            "tele/oven/SENSOR", #"{"Time":"2026-11-21T04:59:58","DS18B20-1":{"Temperature":20.5},"TempUnit":"K"}"#,
            ["0:unit"]
          ),
          ("tele/oven/SENSOR", #"{"Time":"2026-11-21T04:59:58","DS18B20-1":{"Temperature":20.5}}"#, ["0:unit"]),
        ], time: "2026-11-21T03:59:58Z", hasKey: true)
    ]
  }

  private static func shelly() throws -> [Case] {
    let points = [
      try MessagePoint("a", #"params["temperature:0"].tC"#), try MessagePoint("b", #"params["switch:0"].output"#),
    ]
    return [
      Case(
        name: "Shelly Gen2: NotifyStatus is a delta",
        mappings: [
          try MessageMapping(
            "oven/events/rpc", shape: .delta, conditions: [("method", ["NotifyStatus", "NotifyFullStatus"])],
            time: ("params.ts", .unixSeconds), points)
        ],
        messages: [
          (
            "oven/events/rpc",
            #"{"src":"s","method":"NotifyFullStatus","params":{"ts":1795233598.00,"temperature:0":{"id":0,"tC":46.5,"#
              + #""tF":115.7},"switch:0":{"id":0,"output":false}}}"#, ["0=46.5", "1=0.0"]
          ),
          (
            "oven/events/rpc",
            #"{"src":"s","method":"NotifyStatus","params":{"ts":1795233598.0,"switch:0":{"id":0,"output":true}}}"#,
            ["1=1.0"]
          ),
          (
            "oven/events/rpc", #"{"method":"NotifyStatus","params":{"ts":1795233598,"temperature:0":{"tC":null}}}"#,
            ["0:no_value_sentinel"]
          ),
          ("oven/events/rpc", #"{"src":"s","method":"NotifyEvent","params":{"ts":1795233598,"events":[]}}"#, []),
        ], time: "2026-11-21T03:59:58Z", hasKey: true)
    ]
  }

  private static func wireless() throws -> [Case] {
    [
      Case(
        name: "Zigbee2MQTT: flat, last_seen in milliseconds",
        mappings: [
          try MessageMapping(
            "zigbee2mqtt/room", time: ("last_seen", .automatic),
            [
              try MessagePoint("a", "temperature"), try MessagePoint("b", "contact"),
              try MessagePoint("c", "linkquality"),
            ])
        ],
        messages: [
          (
            "zigbee2mqtt/room",
            #"{"battery":100,"contact":true,"last_seen":1795233598000,"linkquality":87,"temperature":21.34}"#,
            ["0=21.34", "1=1.0", "2=87.0"]
          )
        ], time: "2026-11-21T03:59:58Z", hasKey: true),
      Case(
        name: "ChirpStack v4",
        mappings: [
          try MessageMapping(
            "application/+/device/0102030405060708/event/up", conditions: [("fPort", ["2"])],
            time: ("time", .automatic), key: ["deduplicationId"],
            [
              try MessagePoint("a", "object.temperature"),
              try MessagePoint(
                "b", "data",
                form: .slice(
                  ByteSlice(encoding: .base64, place: .bytes(at: 1, count: 2), number: .signed)), scale: 0.01),
            ])
        ],
        messages: [
          (
            "application/a/device/0102030405060708/event/up",
            #"{"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d","time":"2026-11-21T03:59:58.000000+00:00","#
              + #""deviceInfo":{"devEui":"0102030405060708"},"fCnt":10,"fPort":2,"data":"Afz3/w==","#
              + #""object":{"temperature":-7.77}}"#, ["0=-7.77", "1=-7.77"]
          ),
          (
            "application/a/device/0102030405060708/event/up",
            #"{"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202e","time":"2026-11-21T03:59:58Z","fPort":5}"#, []
          ),
        ], time: "2026-11-21T03:59:58Z", hasKey: true),
      Case(
        name: "TTN v3",
        mappings: [
          try MessageMapping(
            "v3/+/devices/room-1/up", time: ("received_at", .automatic),
            key: ["end_device_ids.dev_eui", "uplink_message.f_cnt"],
            [try MessagePoint("a", "uplink_message.decoded_payload.humidity")])
        ],
        messages: [
          (
            "v3/app@ttn/devices/room-1/up",
            #"{"end_device_ids":{"dev_eui":"70B3D5"},"received_at":"2026-11-21T03:59:58Z","uplink_message":{"f_cnt":7,"#
              + #""decoded_payload":{"humidity":45.5}}}"#, ["0=45.5"]
          )
        ], time: "2026-11-21T03:59:58Z", hasKey: true),
    ]
  }

  private static func industrial() throws -> [Case] {
    // An IODD that puts a 14-bit temperature above two switching outputs.
    let temperature = ByteSlice(encoding: .hexadecimal, place: .bits(offset: 2, length: 14), number: .signed)
    let output = ByteSlice(encoding: .hexadecimal, place: .bits(offset: 0, length: 1), number: .unsigned)
    let pdin = #"data.payload["/iolinkmaster/port[1]/iolinkdevice/pdin"].data"#
    let good = SourceQuality(path: try JSONPath(#"values[id="Oven.Temperature"].q"#), good: ["true"])
    return [
      Case(
        name: "ifm IO-Link master: process data in hexadecimal",
        mappings: [
          try MessageMapping(
            "t",
            [
              try MessagePoint("a", pdin, form: .slice(temperature), scale: 0.1),
              try MessagePoint("b", pdin, form: .slice(output)),
            ])
        ],
        messages: [
          (
            "t",
            #"{"code":"event","cid":4711,"data":{"eventno":"6317","payload":{"/iolinkmaster/port[1]/iolinkdevice/pdin":"#
              + #"{"code":200,"data":"03C5"}}}}"#, ["0=24.1", "1=1.0"]
          ),
          (
            "t", #"{"data":{"payload":{"/iolinkmaster/port[1]/iolinkdevice/pdin":{"code":200,"data":"FF"}}}}"#,
            ["0:payload", "1=1.0"]
          ),
        ]),
      Case(
        name: "Kepware: a list of tags, one named by its id",
        mappings: [
          try MessageMapping(
            "t",
            [
              try MessagePoint("a", #"values[id="Oven.Temperature"].v"#, quality: good),
              try MessagePoint("b", #"values[id="Oven.Door"].v"#),
            ])
        ],
        messages: [
          (
            "t",
            #"{"timestamp":1795233598000,"values":[{"id":"Oven.Temperature","v":180.5,"q":true,"t":1795233598000},"#
              + #"{"id":"Oven.Door","v":false,"q":true,"t":1795233598000}]}"#, ["0=180.5", "1=0.0"]
          ),
          ("t", #"{"values":[{"id":"Oven.Temperature","v":180.5,"q":false}]}"#, ["0:source_quality", "1:payload"]),
          (
            "t", #"{"values":[{"id":"Oven.Door","v":1},{"id":"Oven.Door","v":2},{"id":"Oven.Temperature","v":3}]}"#,
            ["0:source_quality", "1:payload"]
          ),
        ]),
      Case(
        name: "Neuron: each tag with its own time",
        mappings: [
          try MessageMapping(
            "neuron/+/upload", conditions: [("name", ["flow"])], each: "tags", time: ("t", .unixMilliseconds),
            [try MessagePoint("a", "value")])
        ],
        messages: [
          (
            "neuron/1/upload",
            #"{"tags":[{"name":"flow","value":7,"t":1795233598000},{"name":"level","value":3,"t":1795233598000}]}"#,
            ["0=7.0"]
          ),
          ("neuron/1/upload", #"{"tags":[]}"#, []),
          ("neuron/1/upload", #"{"tags":[{"name":"level"}]}"#, []),
        ], time: "2026-11-21T03:59:58Z", hasKey: true),
      Case(
        name: "unified namespace",
        mappings: [
          try MessageMapping(
            "acme/berlin/packing/line1/sealer/+", time: ("timestamp_ms", .automatic), [try MessagePoint("a", "value")])
        ],
        messages: [
          ("acme/berlin/packing/line1/sealer/jaw", #"{"value":180.25,"timestamp_ms":1795233598000}"#, ["0=180.25"])
        ], time: "2026-11-21T03:59:58Z", hasKey: true),
    ]
  }

  // A case that cannot be made is found by `allCasesAreRead`.
  @Test(arguments: (try? cases()) ?? [])
  func isRead(_ convention: Case) throws {
    var bench = DecodingBench(convention.mappings)
    let time = try convention.time.map { try #require(Timestamp(iso8601: $0)) } ?? DecodingBench.start
    for message in convention.messages {
      let round = bench.take(message.payload, topic: message.topic)
      #expect(round.shown == message.shown, "\(message.payload)")
      #expect(round.unmapped == 0)
      for batch in round.batches { #expect((batch.messageKey != nil) == convention.hasKey, "\(message.payload)") }
      for reading in round.readings { #expect(reading.time == time, "\(message.payload)") }
    }
  }

  @Test func allCasesAreRead() throws { #expect(try Self.cases().count == 12) }
}
