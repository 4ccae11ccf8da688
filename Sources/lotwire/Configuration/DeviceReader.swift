import Devices
import Foundation
import MQTT
import Shopfloor

/// Reads `brokers:` and `devices:`.
struct DeviceReader {
  let root: DocumentNode
  let reader: ConfigurationReader

  struct Result {
    var modbus: [ModbusDeviceEntry] = []
    var modbusNodes: [DocumentNode] = []
    var brokers: [MQTTBrokerEntry] = []
    var mqtt: [MQTTDeviceEntry] = []
    var scanners: [ScannerEntry] = []
    var scannerNodes: [DocumentNode] = []
    var names: [DeviceName] = []

    /// Unit and interval of a point, nil where the device does not have it.
    func point(_ name: String, of device: DeviceName) -> (unit: String, everyMicroseconds: Int64)? {
      if let entry = modbus.first(where: { $0.name == device }), let point = entry.profile.point(name) {
        return (point.unit, point.pollIntervalMicroseconds)
      }
      if let entry = mqtt.first(where: { $0.name == device }),
        let point = entry.points.first(where: { $0.name == name })
      {
        return (point.unit, point.everyMicroseconds)
      }
      return nil
    }

    func pointNames(of device: DeviceName) -> [String] {
      (modbus.first { $0.name == device }?.profile.points.map(\.name) ?? [])
        + (mqtt.first { $0.name == device }?.points.map(\.name) ?? [])
    }
  }

  func read() -> Result {
    var result = Result()
    if let brokers = root["brokers"] {
      for node in brokers.elements("Write a list: - {name: main, host: 127.0.0.1, client_id: lotwire-line-1}") {
        if let broker = broker(node) { result.brokers.append(broker) }
      }
    }
    guard let list = root["devices"] else { return result }
    let folder = root["profiles"]?.string("Write the folder of the device profiles") ?? "DeviceProfiles"
    var shelf = ProfileShelf(folder: reader.path(folder).path)
    for node in list.elements("Write a list of devices: - name: plc-1") {
      node.allowKeys(["name", "profile", "mqtt", "station", "serial", "usb"] + Self.modbusKeys + Self.scannerKeys)
      let remedy = "Write a name: name: plc-1"
      guard let name = node.required("name", remedy)?.name(DeviceKind.self, remedy) else { continue }
      if result.names.contains(name) {
        node.fault("device \(name) stands twice", "Give every device a name of its own")
      }
      result.names.append(name)
      if !Self.isScanner(node) { refuseScannerKeys(name, node) }
      if node["tcp"] != nil || node["rtu"] != nil {
        if let device = modbus(name, node, &shelf) {
          result.modbus.append(device)
          result.modbusNodes.append(node)
        }
      } else if let mqtt = node["mqtt"] {
        if let device = mqttDevice(name, mqtt, result.brokers) { result.mqtt.append(device) }
      } else if Self.isScanner(node) {
        if let scanner = scanner(name, node) {
          result.scanners.append(scanner)
          result.scannerNodes.append(node)
        }
      } else {
        node.fault(
          "device \(name) has no connection",
          "Write tcp: or rtu: for Modbus, mqtt: for sensors, serial: or usb: for scanners")
      }
    }
    return result
  }

  // MARK: MQTT

  private func broker(_ node: DocumentNode) -> MQTTBrokerEntry? {
    node.allowKeys(["name", "host", "port", "client_id", "username", "password_file"])
    let name = node.required("name", "Write a name for the broker: name: main")?.string("Write a name")
    let host = node.required("host", "Write the address: host: 127.0.0.1")?.string("Write an address")
    let port = node["port"].map { $0.integer(in: 1...65_535, "Write a port from 1 to 65535") } ?? 1883
    let client = node.required(
      "client_id", "Write an id that never changes, for the broker keeps messages under it: client_id: lotwire-line-1")?
      .string("Write a text")
    guard let name, let host, let port, let client else { return nil }
    return MQTTBrokerEntry(
      name: name, host: host, port: port, clientID: client, username: node["username"]?.string("Write a text"),
      passwordFile: node["password_file"]?.string("Write a path").map { reader.path($0).path })
  }

  private func mqttDevice(_ name: DeviceName, _ node: DocumentNode, _ brokers: [MQTTBrokerEntry]) -> MQTTDeviceEntry? {
    node.allowKeys(["broker", "points"])
    let remedy = "Write the name of a broker in brokers: \(brokers.map(\.name).joined(separator: ", "))"
    guard let brokerNode = node.required("broker", remedy), let broker = brokerNode.string(remedy) else { return nil }
    guard brokers.contains(where: { $0.name == broker }) else {
      brokerNode.fault("there is no broker \"\(broker)\"", remedy)
      return nil
    }
    let mappings = node.required("points", "Write the points of the device as a list")?
      .elements("Write a list: - {name: temperature, topic: room/1/temperature, unit: \"°C\"}").compactMap(mapping)
    var names: Set<String> = []
    for point in (mappings ?? []).flatMap(\.points) where !names.insert(point.name).inserted {
      node.fault("point \"\(point.name)\" stands twice", "Give every point a name of its own")
    }
    return MQTTDeviceEntry(name: name, broker: broker, mappings: mappings ?? [])
  }

  private func mapping(_ node: DocumentNode) -> MessageMapping? {
    node.allowKeys(["name", "topic", "json", "time", "id", "scale", "offset", "range", "unit", "every_seconds"])
    let name = node.required("name", "Write a name for the point: name: temperature")?.string("Write a name")
    let topic = node.required("topic", "Write the topic: topic: room/1/temperature")?.string("Write a topic")
    var range: ClosedRange<Double>?
    if let bounds = node["range"] {
      bounds.allowKeys(["min", "max"])
      if let low = bounds.required("min", "Write min: and max:")?.number("Write a number"),
        let high = bounds.required("max", "Write min: and max:")?.number("Write a number")
      {
        if low <= high {
          range = low...high
        } else {
          bounds.fault("min is above max", "Write the smaller number as min")
        }
      }
    }
    let json = node["json"]?.string("Write the path of the value: json: sensor.temperature")
    for key in ["time", "id"] where json == nil {
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
