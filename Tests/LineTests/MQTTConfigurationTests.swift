import Devices
import Foundation
import Harness
import MQTT
import Shopfloor
import Testing

@testable import lotwire

@Suite("Configuration of brokers and messages")
struct MQTTConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("mqtt-configuration") }

  static let stations = """
    stations:
      - name: sealer-1
        operation: seal
        parameters:
          - {name: dryer.temperature, device: dryer-2, point: temperature}
          - {name: press.force, device: press-7, point: force}
    people: [{id: P-1, name: Li Wei, badge: B-1}, {id: P-SCADA, name: SCADA, badge: B-2, rights: [engineer]}]

    """
  static let head = "site: Suzhou\nline: Pouch line 1\ndata: data\nprofiles: \(profiles)\n"
  static let profiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../DeviceProfiles").standardizedFileURL.path

  private func read(_ text: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  /// The example of the room's page, between the stations that it leaves out.
  private func example() throws -> String {
    let page = URL(fileURLWithPath: Self.profiles).appendingPathComponent("../Sources/MQTT/README.md")
    let text = try String(contentsOf: page.standardizedFileURL, encoding: .utf8)
    let blocks = text.components(separatedBy: "```yaml\n").dropFirst()
    return try #require(blocks.first?.components(separatedBy: "```").first)
  }

  private static let press = """
      - name: plc-1
        profile: heat-sealer
        tcp: {host: 127.0.0.1, port: 9, unit: 1}

    """

  @Test("the example of the page is read as it says")
  func page() throws {
    // The commands of the example write to a PLC, which the page leaves out.
    let text = try example().replacingOccurrences(
      of: "  commands: {person: P-SCADA, writes: [{device: plc-1, point: setpoint}]}",
      with: "  commands: {person: P-SCADA, writes: []}")
    let plant = try read(Self.head + text + Self.stations)
    let broker = try #require(plant.mqttBrokers.first)
    #expect(broker.connection.version == .version5)
    #expect(broker.connection.port == 8883)
    #expect(broker.connection.security?.authorityFile == folder.file("ca.pem").path)
    #expect(broker.connection.passwordFile == "/run/credentials/lotwire.service/mqtt-password")
    #expect(broker.sparkplugHost == "lotwire-line-1")
    #expect(plant.mqttDevices.map(\.name) == ["room-1", "dryer-2", "gateway-3"])
    #expect(plant.mqttDevices[1].mappings[0].topic.text == "shellyplusht-08b61fce/events/rpc")
    #expect(plant.mqttDevices[2].availability.map(\.topic.text) == ["plant/oven/3/state"])
    #expect(plant.mqttDevices[2].mappings[0].points[0].path?.text == #"values[id="oven.t"].v"#)
    #expect(plant.sparkplugDevices[0].points == [SparkplugPoint(name: "force", metric: "Press/Force", unit: "kN")])
    #expect(plant.sparkplugEdge?.primaryHost == "scada-1" && plant.sparkplugEdge?.person == "P-SCADA")
    #expect(plant.plan.stations[0].parameters.map(\.unit) == ["°C", "kN"])
    try DeviceSources.checkMessages(plant)
  }

  @Test("the wiring says how everything is reached, and no password")
  func wiring() throws {
    let text = try example().replacingOccurrences(of: "[{device: plc-1, point: setpoint}]", with: "[]")
    let plant = try read(Self.head + text + Self.stations)
    let wiring = try #require(plant.plan.wiring.first { $0.name == "broker main" }).description
    for part in ["broker.plant.example:8883", "MQTT 5", "user lotwire", "TLS believing", "Sparkplug host"] {
      #expect(wiring.contains(part), "\(part) in \(wiring)")
    }
    #expect(!wiring.contains("mqtt-password"))
    let dryer = try #require(plant.plan.wiring.first { $0.name == "dryer-2" }).description
    #expect(dryer.contains("profile plus-ht sha256 "))
  }

  static let broker = "brokers:\n  - {name: main, host: h, client_id: c"
  static let faults: [(part: String, word: String)] = [
    (broker + ", mqtt: \"4\"}\n", "\"4\""),
    (broker + ", tls: {certificate: a.pem}}\n", "certificate and key go together"),
    (broker + ", password_file: p}\n", "nobody has this password"),
    (broker + ", most_messages_per_second: 0}\n", "0"),
    (broker + ", sparkplug_host: a/b}\n", "cannot stand in a topic"),
    (broker + "}\n  - {name: main, host: h, client_id: d}\n", "stands twice"),
    (broker + "}\ndevices:\n  - {name: d, mqtt: {broker: other, points: []}}\n", "no broker \"other\""),
    (
      broker + "}\ndevices:\n  - {name: d, mqtt: {broker: main, profile: shelly/plus-ht}}\n",
      "the argument \"id\" is missing"
    ),
    (
      broker + "}\ndevices:\n  - {name: d, mqtt: {broker: main, profile: shelly/plus-hat, with: {id: x}}}\n",
      "plus-hat"
    ),
    (
      broker + "}\ndevices:\n  - {name: d, mqtt: {broker: main, profile: eastron/sdm120}}\n", "reached over modbus"
    ),
    (
      broker + "}\ndevices:\n  - {name: d, mqtt: {broker: main, points: [], profile: shelly/plus-ht}}\n",
      "points and profile say what the messages mean"
    ),
    (
      broker + "}\ndevices:\n  - {name: d, sparkplug: {broker: main, group: G, node: N, points: []}}\n",
      "is no Sparkplug host"
    ),
    (broker + "}\nsparkplug_edge: {broker: main, group: G+, node: N}\n", "cannot stand in a topic"),
    (
      broker + "}\nsparkplug_edge: {broker: main, group: G, node: N, commands: {person: P-9, writes: []}}\n",
      "there is no person P-9"
    ),
    (
      broker
        + "}\nsparkplug_edge: {broker: main, group: G, node: N, commands: {person: P-1, writes: [{device: x, point: y}]}}\n",
      "there is no Modbus device x"
    ),
  ]

  @Test("a fault is named with what was read", arguments: faults)
  func faulty(part: String, word: String) throws {
    let stations = "stations: [{name: s, operation: o}]\npeople: [{id: P-1, name: L, badge: B}]\n"
    do {
      _ = try read(Self.head + part + stations)
      Issue.record("it was taken")
    } catch let issues as DocumentIssues {
      #expect(issues.issues.contains { $0.problem.contains(word) }, "\(issues)")
      #expect(issues.issues.allSatisfy { $0.line > 0 && !$0.remedy.isEmpty })
    }
  }

  @Test("two brokers may not use one session")
  func sameSession() throws {
    let plant = try read(
      Self.head + "brokers:\n  - {name: a, host: h, client_id: c}\n  - {name: b, host: h, client_id: c}\n"
        + "stations: [{name: s, operation: o}]\npeople: []\n")
    #expect(throws: MQTTPlanFault.clientIDTwice(host: "h", port: 1883, clientID: "c")) {
      try DeviceSources.checkMessages(plant)
    }
  }

  // MARK: What is known of the session before

  static let entry = MQTTBrokerEntry(name: "main", connection: MQTTConnection(host: "h", clientID: "c"))

  private func known(
    _ change: BrokerLink.Change, session: String? = "c@h:1883", lastHeard: Int64? = nil
  ) -> [String: Floor.BrokerState] {
    let link = BrokerLink(
      broker: "main", change: change, session: session, detail: "",
      lastHeardAt: lastHeard.map { Timestamp(microseconds: $0) }, at: Timestamp(microseconds: 100))
    return ["main": Floor.BrokerState(link: link, topics: ["a"])]
  }

  @Test("a session of before is complete up to when it was heard, or to the last commit of a program that was killed")
  func formerSessions() {
    func complete(_ sessions: FormerSessions) -> Int64? {
      sessions.session(of: Self.entry)?.completeUntil.microseconds
    }
    let later = Timestamp(microseconds: 900)
    #expect(complete(FormerSessions()) == nil)
    // Connected, and what the broker had kept was still on its way: nothing after the beginning is certain.
    #expect(complete(FormerSessions(brokers: known(.connected), lastCommit: later)) == 100)
    #expect(complete(FormerSessions(brokers: known(.connected, lastHeard: 40), lastCommit: later)) == 40)
    #expect(complete(FormerSessions(brokers: known(.caughtUp), lastCommit: later)) == 900)
    #expect(complete(FormerSessions(brokers: known(.caughtUp), lastCommit: Timestamp(microseconds: 5))) == 100)
    #expect(complete(FormerSessions(brokers: known(.disconnected, lastHeard: 70), lastCommit: later)) == 70)
    #expect(complete(FormerSessions(brokers: known(.disconnected), lastCommit: later)) == 100)
    #expect(complete(FormerSessions(brokers: known(.caughtUp, session: "c@other:1883"), lastCommit: later)) == nil)
    #expect(FormerSessions(brokers: known(.connected)).session(of: Self.entry)?.topics == ["a"])
  }
}
