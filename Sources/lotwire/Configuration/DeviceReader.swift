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
    var sparkplug: [SparkplugDeviceEntry] = []
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
      if let entry = sparkplug.first(where: { $0.name == device }),
        let point = entry.points.first(where: { $0.name == name })
      {
        return (point.unit, point.everyMicroseconds)
      }
      return nil
    }

    func pointNames(of device: DeviceName) -> [String] {
      (modbus.first { $0.name == device }?.profile.points.map(\.name) ?? [])
        + (mqtt.first { $0.name == device }?.points.map(\.name) ?? [])
        + (sparkplug.first { $0.name == device }?.points.map(\.name) ?? [])
    }
  }

  func read() -> Result {
    var result = Result()
    if let brokers = root["brokers"] {
      for node in brokers.elements("Write a list: - {name: main, host: 127.0.0.1, client_id: lotwire-line-1}") {
        guard let broker = broker(node) else { continue }
        if result.brokers.contains(where: { $0.name == broker.name }) {
          node.fault("broker \"\(displayable(broker.name))\" stands twice", "Give every broker a name of its own")
        }
        result.brokers.append(broker)
      }
    }
    guard let list = root["devices"] else { return result }
    let folder = root["profiles"]?.string("Write the folder of the device profiles") ?? "DeviceProfiles"
    var shelf = ProfileShelf(folder: reader.path(folder).path)
    for node in list.elements("Write a list of devices: - name: plc-1") {
      node.allowKeys(
        ["name", "profile", "mqtt", "sparkplug", "station", "serial", "usb"] + Self.modbusKeys + Self.scannerKeys)
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
        if let device = messageDevice(name, mqtt, result.brokers, &shelf) { result.mqtt.append(device) }
      } else if let sparkplug = node["sparkplug"] {
        if let device = sparkplugDevice(name, sparkplug, result) { result.sparkplug.append(device) }
      } else if Self.isScanner(node) {
        if let scanner = scanner(name, node) {
          result.scanners.append(scanner)
          result.scannerNodes.append(node)
        }
      } else {
        node.fault(
          "device \(name) has no connection",
          "Write tcp: or rtu: for Modbus, mqtt: or sparkplug: for sensors, serial: or usb: for scanners")
      }
    }
    return result
  }
}
