import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite("Proposals from topics") struct CensusProposalTests {
  private func proposal(_ messages: [(String, String)], besides names: [String] = []) -> CensusProposal {
    var census = TopicCensus()
    census.note(messages.map { TopicCensusTests.message($0.0, $0.1) })
    return CensusProposal(census, besides: names)
  }

  private func shown(_ proposal: CensusProposal) -> [String] {
    proposal.devices.flatMap { device in
      device.mappings.flatMap { mapping in
        mapping.points.map { point in
          "\(device.name): \(mapping.topic.text) \(point.path?.text ?? "-") as \(point.name)"
            + (point.unit.isEmpty ? "" : " [\(point.unit)]")
        }
      } + device.availability.map { "\(device.name): there by \($0.topic.text) \($0.online)" }
    }
  }

  @Test("plain topics beside each other are points of one device")
  func plain() {
    let proposal = proposal([
      ("room/1/temperature", "21.5"), ("room/1/humidity", "40"), ("room/2/temperature", "22"), ("alone", "1"),
      ("room/1/status", "online"), ("room/1/recipe", "R7"), ("lost/status", "offline"),
    ])
    #expect(
      shown(proposal) == [
        "alone: alone - as alone", "room-1: room/1/humidity - as humidity",
        "room-1: room/1/temperature - as temperature",
        "room-1: there by room/1/status [\"online\"]", "room-2: room/2/temperature - as temperature",
      ])
    #expect(proposal.left.map(\.topic) == ["room/1/recipe", "lost/status"])
  }

  @Test("a unified namespace names its points by topics; values bring their unit and time")
  func namespace() throws {
    let proposal = proposal([
      ("ent/site/area/oven/temperature", #"{"value":180.5,"unit":"°C","timestamp":1763700000000,"quality":192}"#)
    ])
    #expect(
      shown(proposal) == [
        "ent-site-area-oven: ent/site/area/oven/temperature value as temperature [°C]",
        "ent-site-area-oven: ent/site/area/oven/temperature quality as temperature-quality",
      ])
    #expect(proposal.devices[0].mappings[0].time?.path.text == "timestamp")
  }

  @Test("an element of a list is called by its own name")
  func elements() {
    let proposal = proposal([("k", #"{"values":[{"id":"Oven.T","v":3,"q":1},{"id":"Oven.P","v":4,"q":1}]}"#)])
    #expect(
      shown(proposal) == [
        "k: k values[id=\"Oven.T\"].v as Oven-T", "k: k values[id=\"Oven.T\"].q as Oven-T-q",
        "k: k values[id=\"Oven.P\"].v as Oven-P", "k: k values[id=\"Oven.P\"].q as Oven-P-q",
      ])
  }

  @Test("the usual conventions become what their documents say")
  func conventions() throws {
    let proposal = proposal([
      ("tele/oven/SENSOR", #"{"Time":"2026-11-21T10:00:00","DS18B20":{"Id":"01","Temperature":21.4},"TempUnit":"C"}"#),
      ("tele/oven/STATE", #"{"Time":"2026-11-21T10:00:00","Uptime":3}"#), ("tele/oven/LWT", "Online"),
      ("sh-1/events/rpc", #"{"method":"NotifyStatus","params":{"ts":1763700000.1,"temperature:0":{"id":0,"tC":21}}}"#),
      ("sh-1/status/temperature:0", #"{"id":0,"tC":21}"#), ("sh-1/online", "true"),
      ("zigbee2mqtt/room", #"{"temperature":21,"linkquality":90}"#),
      ("zigbee2mqtt/room/availability", #"{"state":"offline"}"#),
      (
        "application/1/device/24e1/event/up",
        #"{"deduplicationId":"u","time":"2026-11-21T10:00:00Z","deviceInfo":{"devEui":"24e1"},"object":{"t":21.5}}"#
      ),
      (
        "ifm",
        #"{"code":"event","data":{"payload":{"/iolinkmaster/port[1]/iolinkdevice/pdin":{"code":200,"data":"00E3"}}}}"#
      ),
      ("homeassistant/sensor/a/config", #"{"stat_t":"a/state"}"#), ("broken", "{"),
    ])
    #expect(
      Set(shown(proposal)) == [
        "oven: tele/oven/SENSOR DS18B20.Temperature as DS18B20-Temperature [°C]",
        "oven: there by tele/oven/LWT [\"Online\"]",
        "sh-1: sh-1/events/rpc params.temperature:0.tC as temperature-0-tC [°C]",
        "sh-1: there by sh-1/online [\"true\"]",
        "room: zigbee2mqtt/room temperature as temperature", "room: zigbee2mqtt/room linkquality as linkquality",
        "room: there by zigbee2mqtt/room/availability [\"online\"]",
        "1-device-24e1-event-up: application/1/device/24e1/event/up object.t as t",
      ])
    let shelly = try #require(proposal.devices.first { $0.name == "sh-1" }?.mappings.first)
    #expect(shelly.shape == .delta && shelly.conditions.first?.texts == ["NotifyStatus", "NotifyFullStatus"])
    #expect(shelly.time?.path.text == "params.ts")
    let oven = try #require(proposal.devices.first { $0.name == "oven" })
    #expect(oven.mappings[0].time == nil && oven.notes.contains { $0.contains("zone") })
    let uplink = try #require(proposal.devices.first { $0.name.hasPrefix("1-device") }?.mappings.first)
    #expect(uplink.key.map(\.text) == ["deduplicationId"] && uplink.time?.path.text == "time")
    #expect(proposal.devices.first { $0.name == "room" }?.availability.first?.path?.text == "state")
    #expect(
      Set(proposal.left.map(\.topic)) == [
        "tele/oven/STATE", "sh-1/status/temperature:0", "ifm", "homeassistant/sensor/a/config", "broken",
      ])
  }

  @Test("names stay apart from each other and from those of the configuration; topics that are read are left")
  func names() throws {
    let twice = proposal([("a/b", #"{"x":1}"#), ("a-b", #"{"x":1}"#)], besides: ["a-b"])
    #expect(Set(twice.devices.map(\.name)) == ["a-b-2", "a-b-3"])
    let mapping = MessageMapping(topic: try TopicFilter("read"), points: [MessagePoint(name: "v")])
    var census = TopicCensus(devices: [WatchedDevice(name: "d", mappings: [mapping])])
    census.note([
      TopicCensusTests.message("read", "1"), TopicCensusTests.message("温度/室", "1"), TopicCensusTests.message("/", "1"),
    ])
    let proposal = CensusProposal(census)
    #expect(proposal.readAlready == 1)
    #expect(Set(shown(proposal)) == ["温度: 温度/室 - as 室", "device: / - as value"])
  }

  @Test("every path and topic of a proposal can be read, whatever came", arguments: [UInt64(1), 2, 3])
  func arbitrary(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let names = ["a", "b.c", "[0]", "x]", "\"q", "", "温", "a b", "value", "time", "id"]
    func json(_ depth: Int) -> String {
      switch Int.random(in: 0..<(depth > 3 ? 3 : 6), using: &generator) {
      case 0: return "\(Int.random(in: -9...9, using: &generator))"
      case 1: return "\"x\""
      case 2: return "1.5"
      case 3: return "[\(json(depth + 1)),\(json(depth + 1))]"
      default:
        let members = (0..<3).map { _ in
          let name = (names.randomElement(using: &generator) ?? "a").replacing("\"", with: "\\\"")
          return "\"\(name)\":\(json(depth + 1))"
        }
        return "{\(members.joined(separator: ","))}"
      }
    }
    var census = TopicCensus()
    census.note((0..<300).map { TopicCensusTests.message("t/\($0 % 40)/\($0)", json(0)) })
    let proposal = CensusProposal(census)
    for device in proposal.devices {
      #expect(Set(device.mappings.flatMap(\.points).map(\.name)).count == device.mappings.flatMap(\.points).count)
      for path in device.mappings.flatMap(\.points).compactMap(\.path) {
        #expect(try JSONPath(path.text) == path)
      }
    }
    #expect(Set(proposal.devices.map(\.name)).count == proposal.devices.count)
  }
}
