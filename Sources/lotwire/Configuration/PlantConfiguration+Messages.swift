import Devices
import MQTT
import Shopfloor

/// How messages come and go, in the words of the wiring: what an auditor sees change. Without secrets.
extension PlantConfiguration {
  var messageWiring: [WiringEntry] {
    var entries = mqttBrokers.map { WiringEntry(name: "broker \($0.name)", description: $0.wiringText) }
    entries += mqttDevices.map { WiringEntry(name: $0.name.text, description: $0.wiringText) }
    entries += sparkplugDevices.map { WiringEntry(name: $0.name.text, description: $0.wiringText) }
    if let sparkplugEdge {
      entries.append(WiringEntry(name: "sparkplug edge", description: sparkplugEdge.wiringText))
    }
    return entries
  }
}

extension MQTTBrokerEntry {
  fileprivate var wiringText: String {
    let security = connection.security.map { tls in
      ", TLS" + (tls.authorityFile.map { " believing \($0)" } ?? "")
        + (tls.certificateFile.map { " with certificate \($0)" } ?? "")
    }
    return "mqtt \(connection.host):\(connection.port) as \(connection.clientID)"
      + (connection.version == .version311 ? "" : ", MQTT \(connection.version.rawValue)")
      + (connection.username.map { ", user \($0)" } ?? "") + (security ?? "")
      + (thinning == .standard ? "" : ", at most \(thinning.maximumMessagesPerSecond) messages a second of one topic")
      + (sparkplugHost.map { ", Sparkplug host \($0)" } ?? "")
  }
}

extension MQTTDeviceEntry {
  fileprivate var wiringText: String {
    let points = mappings.flatMap { mapping in
      mapping.points.map { "\($0.name)=\(mapping.topic.text)\($0.path.map { "#\($0.text)" } ?? "")" }
    }
    return "mqtt \(broker): " + (profile.map { "profile \($0.name) sha256 \($0.digest), " } ?? "")
      + points.joined(separator: ", ")
      + (availability.isEmpty ? "" : ", away by \(availability.map(\.topic.text).joined(separator: ", "))")
      + ", meaning sha256 "
      + ShortDigest.of(MappingWriter.yaml(mappings: mappings, availability: availability, indentation: 0))
  }
}

extension SparkplugDeviceEntry {
  fileprivate var wiringText: String {
    let place = [group, edgeNode, sparkplugDevice].compactMap { $0 }.joined(separator: "/")
    let meaning = points.map { point in
      let range = point.range.map { "\($0.lowerBound) \($0.upperBound)" } ?? ""
      return "\(point.name)|\(point.metric)|\(point.isText)|\(point.scale)|\(point.offset)|\(range)|\(point.unit)"
    }
    return "sparkplug \(broker): \(place): \(points.map { "\($0.name)=\($0.metric)" }.joined(separator: ", "))"
      + ", meaning sha256 \(ShortDigest.of(meaning.joined(separator: "\n")))"
  }
}

extension SparkplugEdgeEntry {
  fileprivate var wiringText: String {
    let allowed = writes.map { "\($0.device) \($0.point)" }.joined(separator: ", ")
    return "published at \(broker) as \(group)/\(edgeNode)" + (primaryHost.map { " for host \($0)" } ?? "")
      + (person.map { ", commands as \($0): \(allowed)" } ?? ", commands refused")
  }
}
