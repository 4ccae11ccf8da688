import Devices
import Foundation
import MQTT
import Shopfloor

/// `lotwire mqtt watch --home-assistant`: the definitions that devices announce, as devices of ours.
struct HomeAssistantWatch {
  let command: MQTTWatchCommand
  let chosen: BrokerOptions.Chosen

  func run() async throws {
    var discovery = HomeAssistantDiscovery(prefix: command.prefix)
    let refused = try await command.observer(chosen, discovery.filters).watch { _, messages in discovery.note(messages)
    }
    for topic in refused { printError("The broker does not let us read \(topic).") }
    let (devices, left) = discovery.result()
    if command.json {
      printLine(try Document(devices, left).json)
    } else {
      printLine(text(discovery, devices, left))
    }
    try command.write(ProposalText(chosen: chosen, devices: devices, left: left))
  }

  private func text(_ discovery: HomeAssistantDiscovery, _ devices: [ProposedDevice], _ left: [TopicLeft]) -> String {
    var lines = ["\(discovery.count) definitions below \(command.prefix)/: \(devices.count) devices"]
    if discovery.furtherDefinitions > 0 { lines[0] += "; \(discovery.furtherDefinitions) more were not read" }
    if discovery.count == 0 { lines.append("Devices announce themselves with kept messages; is --prefix right?") }
    for device in devices {
      lines.append("● \(device.name)")
      for mapping in device.mappings {
        for point in mapping.points {
          let place = mapping.topic.text + (point.path.map { " \($0.text)" } ?? "")
          lines.append(
            "    \(point.name): \(displayable(place))" + (point.unit.isEmpty ? "" : " in \(displayable(point.unit))"))
        }
      }
      lines += device.availability.map { "    there by \(displayable($0.topic.text))" }
    }
    lines += left.map { "○ not imported: \(displayable($0.topic)): \($0.reason)" }
    return lines.joined(separator: "\n")
  }

  private struct Document: Encodable {
    struct Point: Encodable {
      var name: String
      var topic: String
      var path: String?
      var unit: String
    }

    struct Device: Encodable {
      var name: String
      var points: [Point]
      var availability: [String]
    }

    struct Left: Encodable {
      var topic: String
      var reason: String
    }

    var devices: [Device]
    var left: [Left]

    init(_ devices: [ProposedDevice], _ left: [TopicLeft]) {
      self.devices = devices.map { device in
        Device(
          name: device.name,
          points: device.mappings.flatMap { mapping in
            mapping.points.map {
              Point(name: $0.name, topic: mapping.topic.text, path: $0.path?.text, unit: $0.unit)
            }
          }, availability: device.availability.map(\.topic.text))
      }
      self.left = left.map { Left(topic: $0.topic, reason: $0.reason) }
    }

    var json: String {
      get throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
      }
    }
  }
}
