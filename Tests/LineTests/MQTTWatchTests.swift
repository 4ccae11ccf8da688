import Devices
import Foundation
import Glibc
import Harness
import MQTT
import Shopfloor
import Testing

@testable import lotwire

/// `lotwire mqtt watch` as a technician uses it: the built program, Debian's broker.
@Suite("lotwire mqtt watch") struct MQTTWatchTests {
  private static let messages = [
    (topic: "room/1/temperature", payload: "21,5"), ("room/1/humidity", "40"), ("room/1/status", "online"),
    ("plant/oven/pressure", #"{"value":1.013,"unit":"bar","timestamp":1763700000000}"#),
    ("tele/oven/SENSOR", #"{"Time":"2026-11-21T10:00:00","DS18B20":{"Id":"01","Temperature":21.4},"TempUnit":"C"}"#),
    ("tele/oven/LWT", "Online"),
    ("sh-1/events/rpc", #"{"method":"NotifyStatus","params":{"ts":1763700000.1,"temperature:0":{"id":0,"tC":21}}}"#),
    ("zigbee2mqtt/装置 \"A\"", #"{"temperature":21.5,"linkquality":90}"#),
    ("zigbee2mqtt/装置 \"A\"/availability", #"{"state":"online"}"#),
    ("kepware", #"{"timestamp":1763700000000,"values":[{"id":"Oven.T","v":3},{"id":"Oven.P","v":4}]}"#),
    ("broken", "{"),
  ]

  @Test func showsWhatComesAndWhatItIs() throws {
    let program = try MQTTWatchProgram()
    try program.keep(Self.messages)
    let shown = try program.watch(["--seconds", "1"])
    #expect(shown.status == 0, "\(shown.text)")
    for part in [
      "11 messages on 11 topics", "plain number: 21,5", "Tasmota: DS18B20.Temperature 21.4 °C",
      "value and time: value 1.013 bar",
      "Shelly Gen2: params.temperature:0.tC 21 °C", "Zigbee2MQTT: temperature 21.5, linkquality 90",
      "availability: online",
      "values[id=\"Oven.T\"].v 3", "unreadable: it begins like JSON", "all",
    ] {
      #expect(shown.text.contains(part), "\(part) is not in:\n\(shown.text)")
    }
    let one = try program.watch(["--seconds", "1", "--topic", "room/+/humidity", "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(one.output.utf8)) as? [String: Any]
    let topics = try #require(object?["topics"] as? [[String: Any]])
    #expect(
      topics.map { $0["topic"] as? String } == ["room/1/humidity"] && topics[0]["is"] as? String == "plain number")
  }

  @Test("a proposal is read by the configuration reader as it is, and means what was seen")
  func proposal() throws {
    let program = try MQTTWatchProgram()
    try program.keep(Self.messages)
    let file = program.folder.file("found.yaml")
    let shown = try program.watch(["--seconds", "1", "--proposal", file.path])
    #expect(shown.status == 0 && shown.text.contains("found.yaml: 6 devices"), "\(shown.text)")
    let written = try String(contentsOf: file, encoding: .utf8)
    let plant = try ConfigurationReader.read(try program.write(written))
    #expect(plant.mqttBrokers.map(\.connection.port) == [program.broker.port])
    #expect(plant.mqttDevices.map(\.name.text).sorted() == ["kepware", "oven", "plant-oven", "room-1", "sh-1", "装置-A"])
    let room = try #require(plant.mqttDevices.first { $0.name.text == "room-1" })
    #expect(room.points.map(\.name).sorted() == ["humidity", "temperature"] && room.availability.count == 1)
    let pressure = try #require(plant.mqttDevices.first { $0.name.text == "plant-oven" }?.points.first)
    #expect(pressure.unit == "bar" && pressure.path?.text == "value")
    #expect(written.contains("# Not proposed:") && written.contains("#   broken:"))

    // With it as configuration, the same topics are shown as they would be recorded.
    let configured = try MQTTWatchProgram.run(
      ["mqtt", "watch", "--config", program.folder.file("lotwire.yaml").path, "--seconds", "1"])
    #expect(configured.status == 0, "\(configured.text)")
    #expect(configured.text.contains("◐ room-1 temperature 21.5 (retained)"), "\(configured.text)")
    #expect(configured.text.contains("plant-oven pressure 1.013 bar"), "\(configured.text)")
    // What is read already is not proposed again, and nothing is overwritten.
    let again = program.folder.file("again.yaml")
    let second = try MQTTWatchProgram.run(
      [
        "mqtt", "watch", "--config", program.folder.file("lotwire.yaml").path, "--seconds", "1", "--proposal",
        again.path,
      ])
    #expect(second.text.contains("again.yaml: 0 devices"), "\(second.text)")
    _ = try ConfigurationReader.read(try program.write(try String(contentsOf: again, encoding: .utf8), "empty.yaml"))
    let refused = try program.watch(["--seconds", "1", "--proposal", file.path])
    #expect(refused.status == EX_CANTCREAT && refused.text.contains("not overwritten"))
  }

  @Test("definitions for Home Assistant become devices that the configuration reader reads")
  func homeAssistant() throws {
    let program = try MQTTWatchProgram()
    try program.keep([
      (
        "homeassistant/sensor/oven/t/config",
        #"{"~":"oven","name":"Temperature","stat_t":"~/state","val_tpl":"{{ value_json.t }}","unit_of_meas":"°C","avty_t":"~/status","dev":{"name":"Oven 1"}}"#
      ),
      ("homeassistant/binary_sensor/door/config", #"{"name":"Door","stat_t":"door","pl_on":"open","pl_off":"closed"}"#),
      ("homeassistant/sensor/bad/config", #"{"stat_t":"x","unit_of_meas":"K","val_tpl":"{{ value_json.a * 2 }}"}"#),
    ])
    let file = program.folder.file("found.yaml")
    let shown = try program.watch(["--seconds", "1", "--home-assistant", "--proposal", file.path])
    #expect(shown.status == 0, "\(shown.text)")
    for part in [
      "3 definitions", "● Oven-1", "Temperature: oven/state t in °C", "○ not imported: homeassistant/sensor/bad/config",
    ] {
      #expect(shown.text.contains(part), "\(part) is not in:\n\(shown.text)")
    }
    let plant = try ConfigurationReader.read(try program.write(try String(contentsOf: file, encoding: .utf8)))
    #expect(plant.mqttDevices.map(\.name.text) == ["Oven-1", "door"])
    #expect(plant.mqttDevices[0].availability.map(\.topic.text) == ["oven/status"])
    #expect(plant.mqttDevices[1].points.map(\.form) == [.number(words: ["open": 1, "closed": 0])])
    let elsewhere = try program.watch(["--seconds", "1", "--home-assistant", "--prefix", "ha"])
    #expect(elsewhere.text.contains("0 definitions") && elsewhere.text.contains("is --prefix right?"))
  }

  @Test("births of Sparkplug B are shown as a tree and proposed as devices; a rebirth is asked for only where wanted")
  func sparkplug() throws {
    let program = try MQTTWatchProgram()
    let node = SparkplugPayload(
      timestamp: 1, metrics: [SparkplugMetric(name: "bdSeq", datatype: 8, value: .long(0))], sequence: 0)
    let device = SparkplugPayload(
      timestamp: 1,
      metrics: [
        SparkplugMetric(
          name: "Oven/Temperature", alias: 3, datatype: 10, value: .double(180.5),
          properties: ["engUnit": .string("°C")]),
        SparkplugMetric(name: "Recipe", alias: 4, datatype: 12, value: .string("R1")),
      ], sequence: 1)
    try program.keep("spBv1.0/plant/NBIRTH/cell-4", SparkplugCodec.encode(node))
    try program.keep("spBv1.0/plant/DBIRTH/cell-4/oven", SparkplugCodec.encode(device))
    try program.keep("spBv1.0/plant/NDATA/cell-5", SparkplugCodec.encode(SparkplugPayload(timestamp: 1, sequence: 7)))
    let file = program.folder.file("found.yaml")
    let shown = try program.watch(["--seconds", "1", "--sparkplug", "--proposal", file.path])
    #expect(shown.status == 0, "\(shown.text)")
    for part in [
      "plant/cell-4: ● online", "Oven/Temperature = 180.5 °C   (double, alias 3", "plant/cell-5: ◐ no birth was seen",
    ] {
      #expect(shown.text.contains(part), "\(part) is not in:\n\(shown.text)")
    }
    let plant = try ConfigurationReader.read(try program.write(try String(contentsOf: file, encoding: .utf8)))
    let oven = try #require(plant.sparkplugDevices.first)
    #expect(plant.sparkplugDevices.count == 1 && oven.name.text == "oven" && oven.sparkplugDevice == "oven")
    #expect(oven.points.map(\.metric) == ["Oven/Temperature", "Recipe"] && oven.points.map(\.isText) == [false, true])
    #expect(oven.points[0].unit == "°C")

    let listener = try ChildProcess(
      name: "mosquitto_sub", path: "/usr/bin/mosquitto_sub",
      arguments: ["-h", "127.0.0.1", "-p", "\(program.broker.port)", "-t", "spBv1.0/+/NCMD/#", "-F", "%t", "-W", "60"],
      log: program.folder.file("commands.log"))
    defer { listener.end() }
    _ = try program.watch(["--seconds", "1", "--sparkplug"])
    let asked = try program.watch(["--seconds", "2", "--sparkplug", "--rebirth", "--json"])
    #expect(asked.status == 0, "\(asked.text)")
    try listener.waitForLine(containing: "spBv1.0/plant/NCMD/cell-5")
    #expect(try listener.outputLines() == ["spBv1.0/plant/NCMD/cell-5"])
  }

  @Test("no broker, a wrong password, a topic with a fault and contradictions are said in words")
  func badInput() throws {
    let nobody = try MQTTWatchProgram.run(
      ["mqtt", "watch", "--host", "127.0.0.1", "--port", "\(freeLoopbackPort())", "--seconds", "1"])
    #expect(nobody.status == EX_UNAVAILABLE && nobody.text.contains("refused"), "\(nobody.text)")

    let folder = try TemporaryFolder("mqtt-watch-users")
    let passwords = folder.file("passwords")
    try Data("reader:none\n".utf8).write(to: passwords)
    let strict = try MQTTWatchProgram(extraLines: ["allow_anonymous false", "password_file \(passwords.path)"])
    try Data("wrong\n".utf8).write(to: folder.file("password"))
    let refused = try strict.watch(
      ["--user", "reader", "--password-file", folder.file("password").path, "--seconds", "1"])
    #expect(refused.status == EX_UNAVAILABLE && refused.text.contains("check user, password"), "\(refused.text)")
    let unread = try strict.watch(["--user", "reader", "--password-file", "/none", "--seconds", "1"])
    #expect(unread.text.contains("password file /none cannot be read"), "\(unread.text)")

    for (arguments, status, words) in [
      (["--topic", "a/#/b"], EX_USAGE, "\"#\" may only stand alone"),
      (["--broker", "main"], EX_USAGE, "Write one of them"),
      (["--rebirth"], EX_USAGE, "needs --sparkplug"), (["--mqtt", "4"], EX_USAGE, "must be 3.1.1 or 5"),
      (["--certificate", "a"], EX_USAGE, "go together"),
      (["--sparkplug", "--topic", "a"], EX_USAGE, "does not go with"),
      (["--seconds=-1"], EX_USAGE, "must be 0 to 86400"),
    ] {
      let answer = try MQTTWatchProgram.run(["mqtt", "watch", "--host", "127.0.0.1"] + arguments)
      #expect(answer.status == status && answer.text.contains(words), "\(arguments): \(answer.text)")
    }
    let lost = try MQTTWatchProgram.run(["mqtt", "watch"], in: folder.url)
    #expect(lost.status == EX_NOINPUT && lost.text.contains("--host"), "\(lost.text)")
    let plant = try strict.write(
      "brokers:\n  - {name: a, host: h, client_id: x}\n  - {name: b, host: h, client_id: y}\n")
    let several = try MQTTWatchProgram.run(["mqtt", "watch", "--config", plant.path])
    #expect(several.status == EX_USAGE && several.text.contains("--broker a or b"), "\(several.text)")
    let unknown = try MQTTWatchProgram.run(["mqtt", "watch", "--config", plant.path, "--broker", "c"])
    #expect(unknown.status == EX_USAGE && unknown.text.contains("Known are: a, b"), "\(unknown.text)")
    let mixed = try MQTTWatchProgram.run(["mqtt", "watch", "--config", plant.path, "--port", "1883"])
    #expect(mixed.status == EX_USAGE && mixed.text.contains("--port needs --host"), "\(mixed.text)")
  }
}
