import Devices
import Testing

@testable import MQTT

@Suite("Home Assistant definitions") struct HomeAssistantDiscoveryTests {
  private func discovery(_ definitions: [(String, String)]) -> HomeAssistantDiscovery {
    var discovery = HomeAssistantDiscovery()
    discovery.note(definitions.map { TopicCensusTests.message($0.0, $0.1, retained: true) })
    return discovery
  }

  @Test("full and abbreviated keys say the same")
  func abbreviations() throws {
    let full = """
      {"name":"Temperature","state_topic":"oven/state","value_template":"{{ value_json.air.t }}",
       "unit_of_measurement":"°C","device_class":"temperature","state_class":"measurement",
       "availability_topic":"oven/status","payload_available":"up","payload_not_available":"down",
       "device":{"identifiers":["0x1"],"name":"Oven 1","manufacturer":"Maker","model":"M1"}}
      """
    let short = """
      {"~":"oven","name":"Temperature","stat_t":"~/state","val_tpl":"{{value_json['air']['t']|float}}",
       "unit_of_meas":"°C","dev_cla":"temperature","stat_cla":"measurement",
       "avty_t":"~/status","pl_avail":"up","pl_not_avail":"down",
       "dev":{"ids":["0x1"],"name":"Oven 1","mf":"Maker","mdl":"M1"}}
      """
    let topic = "homeassistant/sensor/oven/temperature/config"
    let one = discovery([(topic, full)]).result()
    let other = discovery([(topic, short)]).result()
    #expect(one.devices == other.devices && one.left.isEmpty)
    let device = try #require(one.devices.first)
    #expect(device.name == "Oven-1")
    #expect(device.notes == ["announced to Home Assistant by Maker M1"])
    #expect(device.mappings.count == 1 && device.mappings[0].topic.text == "oven/state")
    let point = try #require(device.mappings[0].points.first)
    #expect(point.name == "Temperature" && point.unit == "°C" && point.path?.text == "air.t")
    #expect(point.form == .number(words: [:]))
    #expect(
      device.availability == [
        AvailabilityTopic(topic: try TopicFilter("oven/status"), online: ["up"], offline: ["down"])
      ])
  }

  @Test("the values of one device on one topic share a mapping; equal names are told apart")
  func grouping() throws {
    let result = discovery([
      (
        "homeassistant/sensor/n/t/config",
        #"{"name":"T","stat_t":"n/s","val_tpl":"{{ value_json.t }}","unit_of_meas":"K","dev":{"name":"N"}}"#
      ),
      (
        "homeassistant/sensor/n/u/config",
        #"{"name":"T","stat_t":"n/s","val_tpl":"{{ value_json.u }}","unit_of_meas":"K","dev":{"name":"N"}}"#
      ),
      (
        "homeassistant/binary_sensor/n/door/config",
        #"{"name":"Door","stat_t":"n/door","pl_on":"open","pl_off":"closed","dev":{"name":"N"}}"#
      ),
      (
        "homeassistant/binary_sensor/n/c/config",
        #"{"name":"Contact","stat_t":"n/s","val_tpl":"{{ value_json.c }}","pl_on":false,"pl_off":true,"dev":{"name":"N"}}"#
      ),
      ("homeassistant/switch/n/r/config", #"{"name":"Relay","stat_t":"n/r","cmd_t":"n/r/set","dev":{"name":"N"}}"#),
      ("homeassistant/sensor/n/v/config", #"{"name":"Version","stat_t":"n/v","dev":{"name":"N"}}"#),
    ]).result()
    #expect(result.left.isEmpty)
    let device = try #require(result.devices.first)
    #expect(result.devices.count == 1 && device.mappings.count == 4)
    let points = Dictionary(uniqueKeysWithValues: device.mappings.flatMap(\.points).map { ($0.name, $0.form) })
    #expect(Set(points.keys) == ["T", "T-2", "Door", "Contact", "Relay", "Version"])
    #expect(points["Door"] == .number(words: ["open": 1, "closed": 0]))
    #expect(points["Contact"] == .number(words: ["false": 1, "true": 0]))
    #expect(points["Relay"] == .number(words: ["ON": 1, "OFF": 0]))
    #expect(points["Version"] == .text)
  }

  @Test("a definition of a whole device gives its components; what they share holds for each")
  func components() throws {
    let result = discovery([
      (
        "homeassistant/device/oven/config",
        """
        {"dev":{"ids":"x","name":"Oven"},"o":{"name":"maker2mqtt"},"state_topic":"oven/state",
         "availability":[{"t":"a/bridge","val_tpl":"{{ value_json.state }}"},{"topic":"a/oven"}],"availability_mode":"all",
         "cmps":{"t":{"p":"sensor","name":"T","unit_of_meas":"°C","value_template":"{{ value_json.t | round(1) }}"},
                 "b":{"p":"button","command_topic":"oven/b"}}}
        """
      )
    ]).result()
    let device = try #require(result.devices.first)
    #expect(device.mappings.flatMap(\.points).map(\.path?.text) == ["t"])
    #expect(device.availability.map(\.topic.text) == ["a/bridge", "a/oven"])
    #expect(device.availability.map(\.path?.text) == ["state", nil])
    #expect(device.availability.allSatisfy { $0.online == ["online"] && $0.offline == ["offline"] })
    #expect(device.notes.contains { $0.contains("round left out") })
    #expect(result.left.map(\.topic) == ["homeassistant/device/oven/config (b)"])
    #expect(result.left[0].reason.contains("\"button\""))
  }

  @Test(
    "a template that only names a place is read",
    arguments: [
      ("{{ value }}", nil), ("{{value|int}}", nil), ("{{ value_json.a.b }}", "a.b"), ("{{ value_json['a b'] }}", "a b"),
      ("{{ value_json[\"temperature:0\"].tC }}", "temperature:0.tC"), ("{{ value_json.a[0] | float(0) }}", "a[0]"),
      ("{{ value_json['x.y'].z | round(2) | float }}", "[\"x.y\"].z"), (nil, nil),
    ] as [(String?, String?)])
  func template(text: String?, path: String?) throws {
    #expect(try HomeAssistantTemplate(text).path?.text == path)
  }

  @Test(
    "a template that calculates, chooses or asks elsewhere is refused in words",
    arguments: [
      "{{ value_json.a * 10 }}", "{{ 'x' if value_json.a else 'y' }}", "{% if value %}1{% endif %}",
      "{{ value_json.a | timestamp_local }}",
      "{{ states('sensor.x') }}", "{{ value_json.a }} {{ value_json.b }}", "{{ value_json }}", "{{ value_json['a }}",
      "{{ value_json.a", "",
      "{{ value[0] }}", "{{ value_json.a.b | multiply(2) }}", "{{ value_json[-1] }}", "{{ value_json.['a'] }}",
    ])
  func refusedTemplate(text: String) throws {
    #expect(throws: HomeAssistantTemplate.Fault.self) { _ = try HomeAssistantTemplate(text) }
    let quoted = text.replacing("\"", with: "\\\"")
    let result = discovery([
      (
        "homeassistant/sensor/a/config",
        #"{"stat_t":"a","unit_of_meas":"K","val_tpl":"\#(quoted.isEmpty ? "{{}}" : quoted)"}"#
      )
    ]).result()
    #expect(result.devices.isEmpty && result.left.count == 1)
    #expect(result.left[0].reason.contains("template") || result.left[0].reason.contains("filter"))
  }

  @Test(
    "everything else is listed with its reason",
    arguments: [
      ("homeassistant/light/a/config", #"{"stat_t":"a"}"#, "\"light\""),
      ("homeassistant/sensor/a/config", #"{"cmd_t":"a"}"#, "no state_topic"),
      ("homeassistant/sensor/a/config", "no JSON", "no JSON"),
      ("homeassistant/sensor/a/config", #"{"stat_t":"a/#/b"}"#, "\"#\" may only"),
      ("homeassistant/sensor/config", #"{"stat_t":"a"}"#, "<component>"),
      ("homeassistant/device/a/config", #"{"cmps":{"x":{"stat_t":"a"}}}"#, "\"\" brings no value"),
    ])
  func refused(topic: String, payload: String, reason: String) {
    let result = discovery([(topic, payload)]).result()
    #expect(result.devices.isEmpty && result.left.count == 1)
    #expect(result.left.first?.reason.contains(reason) == true, "\(result.left)")
  }

  @Test("an empty payload takes a definition back; other topics are none; the bound is counted")
  func bounds() {
    var discovery = discovery([("homeassistant/sensor/a/config", #"{"stat_t":"a"}"#), ("other/config", "{}")])
    #expect(discovery.count == 1)
    discovery.note([TopicCensusTests.message("homeassistant/sensor/a/config", "")])
    #expect(discovery.count == 0)
    discovery.note(
      (0..<(HomeAssistantDiscovery.maximumDefinitions + 3)).map {
        TopicCensusTests.message("homeassistant/sensor/a\($0)/config", "{}")
      })
    #expect(discovery.count == HomeAssistantDiscovery.maximumDefinitions && discovery.furtherDefinitions == 3)
  }
}
