import Devices
import Foundation
import MQTT
import Shopfloor

/// A proposal as a piece of `lotwire.yaml`: read without faults as it is, with remarks for the person who takes it over.
struct ProposalText {
  let text: String
  /// One line for the person who asked.
  let summary: String

  /// Most characters of a remark.
  private static let remarkCharacters = 300

  init(chosen: BrokerOptions.Chosen, devices: [ProposedDevice], left: [TopicLeft]) {
    var lines = Self.head(chosen, isSparkplug: false)
    lines.append(devices.isEmpty ? "devices: []" : "devices:")
    for device in devices {
      lines += device.notes.map { "  # \(Self.remark($0))" }
      lines += ["  - name: \(Self.quoted(device.name))", "    mqtt:", "      broker: \(Self.quoted(chosen.name))"]
      let declared = MappingWriter.yaml(
        mappings: device.mappings, availability: device.availability, indentation: 6)
      lines += declared.split(separator: "\n").map(String.init)
    }
    if !left.isEmpty {
      lines.append("# Not proposed:")
      lines += left.map { "#   \(Self.remark($0.topic)): \(Self.remark($0.reason))" }
    }
    text = lines.joined(separator: "\n") + "\n"
    let points = devices.flatMap(\.mappings).flatMap(\.points).count
    summary = "\(devices.count) devices with \(points) points, \(left.count) topics left with their reasons"
  }

  /// The devices that a birth tree shows.
  init(chosen: BrokerOptions.Chosen, tree: BirthTree) {
    var lines = Self.head(chosen, isSparkplug: true)
    var names = chosen.takenNames
    var points = 0
    var devices = 0
    var left: [String] = []
    for place in tree.inOrder {
      let metrics = place.inOrder.filter { Self.isMeasured($0) }
      guard !metrics.isEmpty else {
        left.append(
          "\(place.address.description): " + (place.bornAt == nil ? "no birth was seen" : "no metric to record"))
        continue
      }
      if devices == 0 { lines.append("devices:") }
      devices += 1
      let name = Self.unused(place.address.device ?? place.address.edgeNode, &names)
      lines.append("  # \(Self.remark(place.address.description))")
      lines += ["  - name: \(Self.quoted(name))", "    sparkplug:", "      broker: \(Self.quoted(chosen.name))"]
      lines += [
        "      group: \(Self.quoted(place.address.group))", "      node: \(Self.quoted(place.address.edgeNode))",
      ]
      if let device = place.address.device { lines.append("      device: \(Self.quoted(device))") }
      lines.append("      points:")
      for metric in metrics {
        points += 1
        lines.append("        - " + Self.point(metric))
      }
    }
    if devices == 0 { lines.append("devices: []") }
    if !left.isEmpty { lines += ["# Not proposed:"] + left.map { "#   \(Self.remark($0))" } }
    text = lines.joined(separator: "\n") + "\n"
    summary = "\(devices) devices with \(points) points, \(left.count) places left with their reasons"
  }

  private static func head(_ chosen: BrokerOptions.Chosen, isSparkplug: Bool) -> [String] {
    let connection = chosen.connection
    var lines = [
      "# A proposal of `lotwire mqtt watch`, from what came at \(remark(connection.host)):\(connection.port).",
      "# Units stand only where messages say them. To decide by a person: which points a station records, names, units,",
      "# allowed ranges (range:), and how often a value is expected (every_seconds:).",
    ]
    if chosen.isConfigured { lines.append("# The broker stands in your configuration already: take over the devices.") }
    lines += ["brokers:", "  - name: \(quoted(chosen.name))", "    host: \(quoted(connection.host))"]
    lines += ["    port: \(connection.port)", "    client_id: \(quoted(connection.clientID))"]
    if connection.version == .version5 { lines.append("    mqtt: \"5\"") }
    if let user = connection.username { lines.append("    username: \(quoted(user))") }
    if let file = connection.passwordFile { lines.append("    password_file: \(quoted(file))") }
    if let security = connection.security {
      let files = [
        ("ca", security.authorityFile), ("certificate", security.certificateFile), ("key", security.keyFile),
      ]
      let written = files.compactMap { name, file in file.map { "\(name): \(quoted($0))" } }
      lines.append("    tls: {\(written.joined(separator: ", "))}")
    }
    if isSparkplug {
      lines += ["    # A name that no other Sparkplug host of this broker has.", "    sparkplug_host: lotwire"]
    }
    return lines
  }

  private static func isMeasured(_ metric: BirthTree.Metric) -> Bool {
    guard metric.name != "bdSeq", !metric.name.hasPrefix("Node Control/"), !metric.name.hasPrefix("Device Control/"),
      let type = metric.type
    else { return false }
    switch type {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float, .double, .boolean, .string, .text:
      return true
    default: return false
    }
  }

  private static func point(_ metric: BirthTree.Metric) -> String {
    var parts = ["name: \(quoted(metric.name))", "metric: \(quoted(metric.name))"]
    if let unit = metric.unit { parts.append("unit: \(quoted(unit))") }
    if metric.type == .string || metric.type == .text { parts.append("text: true") }
    return "{\(parts.joined(separator: ", "))}"
  }

  private static func unused(_ name: String, _ taken: inout [String]) -> String {
    var number = 2
    var unused = name
    while taken.contains(unused) {
      unused = "\(name)-\(number)"
      number += 1
    }
    taken.append(unused)
    return unused
  }

  /// On one line, without characters that no comment may hold.
  private static func remark(_ text: String) -> String { displayable(text, maximumCharacters: remarkCharacters) }

  /// A double-quoted YAML scalar (YAML 1.2 section 7.3.1).
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      default:
        if scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value) || scalar.value == 0xFEFF
          || (0x2028...0x2029).contains(scalar.value)
        {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
