import Devices
import Shopfloor

extension PlantConfiguration {
  /// The plant in the words of the floor, with the wiring as text so that its changes are audited too.
  var plan: LinePlan { LinePlan(site: site, line: line, stations: stations, wiring: wiring) }

  private var wiring: [WiringEntry] {
    var entries: [WiringEntry] = []
    for device in modbusDevices {
      let address =
        switch device.endpoint {
        case .tcp(let host, let port): "tcp \(host):\(port)"
        case .rtu(let path, let baud, let parity, let stopBits): "rtu \(path) \(baud) \(parity) \(stopBits)"
        }
      entries.append(
        WiringEntry(
          name: device.name.text,
          description:
            "modbus \(address) unit \(device.unit), profile \(device.profile.name) sha256 \(device.profileDigest)"))
    }
    for broker in mqttBrokers {
      entries.append(
        WiringEntry(
          name: "broker \(broker.name)", description: "mqtt \(broker.host):\(broker.port) as \(broker.clientID)"))
    }
    for device in mqttDevices {
      let points = device.points.map { "\($0.name)=\($0.topic)\($0.jsonPath.map { "#\($0)" } ?? "")" }
      entries.append(
        WiringEntry(name: device.name.text, description: "mqtt \(device.broker): \(points.joined(separator: ", "))"))
    }
    for scanner in scanners {
      entries.append(
        WiringEntry(name: scanner.name.text, description: "scanner at \(scanner.station): \(scanner.connection)"))
    }
    switch erp {
    case .http(let url, _, _): entries.append(WiringEntry(name: "erp", description: "http \(url)"))
    case .files(let outbound, let inbound, _, _):
      entries.append(WiringEntry(name: "erp", description: "files out \(outbound), in \(inbound ?? "none")"))
    case nil: break
    }
    return entries
  }
}
