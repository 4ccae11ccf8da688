import Devices
import Foundation
import MQTT
import Shopfloor

/// Reads `brokers:` and the devices whose values come as messages.
extension DeviceReader {
  // MARK: Brokers

  func broker(_ node: DocumentNode) -> MQTTBrokerEntry? {
    node.allowKeys([
      "name", "host", "port", "mqtt", "client_id", "username", "password_file", "tls", "most_messages_per_second",
      "sparkplug_host",
    ])
    let name = node.required("name", "Write a name for the broker: name: main")?.string("Write a name")
    let host = node.required("host", "Write the address: host: 127.0.0.1")?.string("Write an address")
    let security = node["tls"].map(security)
    let usual = security == nil ? MQTTConnection.usualPort : MQTTConnection.usualSecurePort
    let port = node["port"].map { $0.integer(in: 1...65_535, "Write a port from 1 to 65535") } ?? usual
    let version = node["mqtt"]?.choice(MQTTConnection.Version.allCases.map(\.rawValue))
      .flatMap(MQTTConnection.Version.init(rawValue:))
    let client = node.required(
      "client_id", "Write an id that never changes, for the broker keeps messages under it: client_id: lotwire-line-1")?
      .string("Write a text")
    guard let name, let host, let port, let client else { return nil }
    let connection = MQTTConnection(
      host: host, port: port, version: version ?? .version311, clientID: client,
      username: node["username"]?.string("Write a text"), passwordFile: file(node["password_file"]),
      security: security ?? nil)
    if connection.passwordFile != nil, connection.username == nil {
      node["password_file"]?.fault("nobody has this password", "Write username: too")
    }
    var broker = MQTTBrokerEntry(name: name, connection: connection)
    let most = 1...ThinningRule.mostMessagesPerSecond
    if let rule = node["most_messages_per_second"]?
      .integer(in: most, "Write how many messages of one topic are kept each second, 1 to \(most.upperBound)")
    {
      broker.thinning = ThinningRule(maximumMessagesPerSecond: rule)
    }
    broker.sparkplugHost = node["sparkplug_host"].flatMap(sparkplugName)
    return broker
  }

  private func security(_ node: DocumentNode) -> MQTTConnection.Security? {
    // `tls: {}`: the authorities of the system are believed.
    node.allowKeys(["ca", "certificate", "key"])
    let security = MQTTConnection.Security(
      authorityFile: file(node["ca"]), certificateFile: file(node["certificate"]), keyFile: file(node["key"]))
    if (security.certificateFile == nil) != (security.keyFile == nil) {
      node.fault("certificate and key go together", "Write both, or neither where the broker asks for none")
    }
    return security
  }

  private func file(_ node: DocumentNode?) -> String? {
    node?.string("Write the path of a file").map { reader.path($0).path }
  }

  /// The broker that a device names.
  func broker(of node: DocumentNode, _ brokers: [MQTTBrokerEntry]) -> MQTTBrokerEntry? {
    let names = brokers.map(\.name).joined(separator: ", ")
    let remedy = names.isEmpty ? "Describe it first under brokers:" : "Write one of: \(names)"
    guard let brokerNode = node.required("broker", remedy), let name = brokerNode.string(remedy) else { return nil }
    guard let broker = brokers.first(where: { $0.name == name }) else {
      brokerNode.fault("there is no broker \"\(displayable(name, maximumCharacters: 60))\"", remedy)
      return nil
    }
    return broker
  }

  // MARK: Devices

  func messageDevice(
    _ name: DeviceName, _ node: DocumentNode, _ brokers: [MQTTBrokerEntry], _ shelf: inout ProfileShelf
  ) -> MQTTDeviceEntry? {
    node.allowKeys(["broker", "points", "profile", "with"] + MessageDeclarations.keys)
    guard let broker = broker(of: node, brokers) else { return nil }
    let ways = ["points", "messages", "profile"].filter { node[$0] != nil }
    if ways.count > 1 {
      node.fault(
        "\(ways.joined(separator: " and ")) say what the messages mean", "Keep one of them, or make two devices")
      return nil
    }
    if ways == ["messages"] {
      let declared = MessageDeclarations.read(node)
      return MQTTDeviceEntry(
        name: name, broker: broker.name, mappings: declared.mappings, availability: declared.availability)
    }
    if let profileNode = node["profile"] {
      guard let (profile, digest) = shelf.messages(profileNode, node["with"], reader.collector) else { return nil }
      return MQTTDeviceEntry(
        name: name, broker: broker.name, mappings: profile.mappings, availability: profile.availability,
        profile: (profile.name, digest))
    }
    let mappings = node.required("points", "Write the points of the device as a list")?
      .elements("Write a list: - {name: temperature, topic: room/1/temperature, unit: \"°C\"}").compactMap(mapping)
    refuseTwice((mappings ?? []).flatMap(\.points).map(\.name), node)
    return MQTTDeviceEntry(name: name, broker: broker.name, mappings: mappings ?? [])
  }

  func refuseTwice(_ points: [String], _ node: DocumentNode) {
    var names: Set<String> = []
    for point in points where !names.insert(point).inserted {
      node.fault("point \"\(displayable(point))\" stands twice", "Give every point a name of its own")
    }
  }

  // MARK: One value of one topic, written short

  private func mapping(_ node: DocumentNode) -> MessageMapping? {
    node.allowKeys(["name", "topic", "json", "time", "id", "scale", "offset", "range", "unit", "every_seconds"])
    let name = node.required("name", "Write a name for the point: name: temperature")?.string("Write a name")
    let topic = node.required("topic", "Write the topic: topic: room/1/temperature")?.string("Write a topic")
    let range = node["range"].flatMap(range)
    for key in ["time", "id"] where node["json"] == nil {
      node[key]?.fault("a plain number has no \"\(key)\"", "Take it out, or write json: for a JSON payload")
    }
    let path = self.path(node["json"])
    let time = self.path(node["time"])
    let id = self.path(node["id"])
    guard let name, let topic, let filter = filter(topic, node) else { return nil }
    let point = MessagePoint(
      name: name, path: path, scale: node["scale"]?.number("Write a number") ?? 1,
      offset: node["offset"]?.number("Write a number") ?? 0, range: range,
      unit: node["unit"]?.string("Write the unit") ?? "",
      everyMicroseconds: node["every_seconds"]?.seconds(in: 0.01...86_400, "Write seconds, such as 1") ?? 0)
    return MessageMapping(
      topic: filter, time: time.map { MessageTime(path: $0) }, key: id.map { [$0] } ?? [], points: [point])
  }

  func range(_ node: DocumentNode) -> ClosedRange<Double>? {
    node.allowKeys(["min", "max"])
    guard let low = node.required("min", "Write min: and max:")?.number("Write a number"),
      let high = node.required("max", "Write min: and max:")?.number("Write a number")
    else { return nil }
    guard low <= high else {
      node.fault("min is above max", "Write the smaller number as min")
      return nil
    }
    return low...high
  }

  private func filter(_ topic: String, _ node: DocumentNode) -> TopicFilter? {
    do throws(TopicFilterFault) {
      return try TopicFilter(topic)
    } catch {
      node["topic"]?.fault("\(error)", "Write the topic: topic: room/1/temperature")
      return nil
    }
  }

  private func path(_ node: DocumentNode?) -> JSONPath? {
    guard let node, let text = node.string("Write a path such as sensor.temperature") else { return nil }
    do throws(JSONPathFault) {
      return try JSONPath(text)
    } catch {
      node.fault("\(error)", "Write a path such as sensor.temperature or values[0].c")
      return nil
    }
  }
}
