import Devices
import Foundation
import Modbus
import Shopfloor

extension DeviceReader {
  static let modbusKeys = ["tcp", "rtu", "requests", "writes"]

  func modbus(_ name: DeviceName, _ node: DocumentNode, _ shelf: inout ProfileShelf) -> ModbusDeviceEntry? {
    let remedy = "Write the name of a device profile: profile: heat-sealer. \"lotwire profiles list\" shows them"
    guard let profileNode = node.required("profile", remedy), let profileName = profileNode.string(remedy),
      let (profile, digest) = shelf.profile(profileName, profileNode, reader.collector)
    else { return nil }
    let connection = node["tcp"] != nil ? tcp(node["tcp"]) : rtu(node["rtu"])
    let wishes = node["requests"].map(policy) ?? EndpointPolicy()
    let allowed = node["writes"].map { writes($0, profile) } ?? []
    guard let connection else { return nil }
    return ModbusDeviceEntry(
      name: name, profile: profile, profileDigest: digest, endpoint: connection.endpoint, unit: connection.unit,
      policy: wishes, writes: allowed)
  }

  // MARK: Connection

  private func tcp(_ node: DocumentNode?) -> (endpoint: ModbusDevicePlan.Endpoint, unit: UInt8)? {
    guard let node else { return nil }
    node.allowKeys(["host", "port", "unit", "framing", "tls"])
    let host = node.required("host", "Write the address: host: 192.168.1.10")?.string("Write an address")
    let framing = node["framing"]?.choice(["tcp", "rtu"]) ?? "tcp"
    let security = node["tls"].flatMap(tls)
    let usual = node["tls"] == nil ? ModbusDevicePlan.Endpoint.modbusPort : ModbusDevicePlan.Endpoint.modbusSecurityPort
    let port = node["port"].map { $0.integer(in: 1...65_535, "Write a port from 1 to 65535") } ?? usual
    let unit = node["unit"].map { $0.integer(in: 0...255, "Write the unit id of the device, 0 to 255: unit: 1") } ?? 1
    if framing == "rtu", let tlsNode = node["tls"] {
      tlsNode.fault("TLS is for Modbus/TCP frames only", "Take tls: out, or write framing: tcp")
    }
    guard let host, let port, let unit else { return nil }
    if let security { return (.tls(host: host, port: port, security), UInt8(unit)) }
    return (framing == "rtu" ? .rtuOverTCP(host: host, port: port) : .tcp(host: host, port: port), UInt8(unit))
  }

  private func tls(_ node: DocumentNode) -> ModbusDevicePlan.TLSSettings? {
    node.allowKeys(["ca", "certificate", "key", "server_name"])
    func file(_ key: String) -> String? {
      node[key]?.string("Write the path of a PEM file").map { reader.path($0).path }
    }
    let settings = ModbusDevicePlan.TLSSettings(
      caFile: file("ca"), certificateFile: file("certificate"), keyFile: file("key"),
      serverName: node["server_name"]?.string("Write the name in the device's certificate"))
    if (settings.certificateFile == nil) != (settings.keyFile == nil) {
      node.fault("certificate and key go together", "Write both, or neither where the device asks for none")
    }
    return settings
  }

  private func rtu(_ node: DocumentNode?) -> (endpoint: ModbusDevicePlan.Endpoint, unit: UInt8)? {
    guard let node else { return nil }
    node.allowKeys(["path", "baud", "parity", "stop_bits", "unit"])
    let path = node.required("path", "Write the serial port: path: /dev/ttyUSB0")?.string("Write a path")
    let baud = node["baud"].map { $0.integer(in: 300...4_000_000, "Write the baud rate: baud: 19200") } ?? 19_200
    let parity = node["parity"].map { $0.choice(ModbusDevicePlan.Parity.allCases.map(\.rawValue)) } ?? "even"
    let stopBits = node["stop_bits"].map { $0.integer(in: 1...2, "Write 1 or 2") } ?? 1
    let unit = node.required("unit", "Write the unit id of the device, 1 to 247: unit: 1")?
      .integer(in: 1...247, "Write the unit id of the device, 1 to 247")
    guard let path, let baud, let parity, let stopBits, let unit else { return nil }
    return (
      .rtu(
        path: reader.path(path).path, baud: baud, parity: ModbusDevicePlan.Parity(rawValue: parity) ?? .even,
        stopBits: stopBits), UInt8(unit)
    )
  }

  // MARK: Requests and writes

  /// What this installation wants otherwise than the profile.
  private func policy(_ node: DocumentNode) -> EndpointPolicy {
    node.allowKeys([
      "close_after_poll", "pause_after_connect_seconds", "pause_seconds", "response_timeout_seconds", "pipeline",
    ])
    var policy = EndpointPolicy()
    policy.closesAfterPoll = node["close_after_poll"]?.flag("Write true or false")
    policy.pauseAfterConnectMicroseconds =
      node["pause_after_connect_seconds"]?.seconds(in: 0...60, "Write seconds, such as 0.2")
    policy.pauseMicroseconds = node["pause_seconds"]?.seconds(in: 0...10, "Write seconds, such as 0.02")
    policy.responseTimeoutMicroseconds =
      node["response_timeout_seconds"]?.seconds(in: 0.01...60, "Write seconds, such as 1")
    policy.pipelineDepth = node["pipeline"]?.integer(
      in: 1...RequestRules.maximumPipelineDepth,
      "Write how many requests may be on their way at once; 1 unless the manual allows more")
    return policy
  }

  private func writes(_ node: DocumentNode, _ profile: DeviceProfile) -> [String] {
    let names = profile.writes.map(\.name)
    var allowed: [String] = []
    for element in node.elements("Write a list of write points of the profile: writes: [hold]") {
      guard let name = element.string("Write the name of a write point") else { continue }
      if !names.contains(name) {
        element.fault(
          "profile \(profile.name) has no write point \"\(displayable(name, maximumCharacters: 60))\"",
          names.isEmpty
            ? "This profile is read-only: take writes: out, or add the point to the profile"
            : "Write one of: \(names.joined(separator: ", "))")
      } else if allowed.contains(name) {
        element.fault("\(name) stands twice", "Write every name once")
      } else {
        allowed.append(name)
      }
    }
    return allowed
  }
}
