import Devices
import Ledger
import MQTT
import Modbus
import Scanners
import Shopfloor

/// Builds the device rooms from the configuration and hands each its plain values.
struct DeviceSources {
  private(set) var sources: [any DeviceSource] = []

  /// - Throws: the plan fault of a room, in words for a technician.
  init(
    _ plant: PlantConfiguration, parameters: [RegisteredParameter], inbox: any RecorderInbox, clock: any WallClock,
    expectsBrokerSession: Bool
  ) throws {
    let mapped = MappedParameters(plan: plant.plan, registered: parameters)
    let modbus = plant.modbusDevices.map { Self.modbus($0, mapped) }.filter { !$0.parameters.isEmpty }
    if !modbus.isEmpty { sources.append(try ModbusSource(devices: modbus, inbox: inbox, clock: clock)) }
    let brokers = try plant.mqttBrokers.map { broker in
      MQTTBrokerPlan(
        host: broker.host, port: broker.port, clientID: broker.clientID, username: broker.username,
        passwordFile: broker.passwordFile, expectsSession: expectsBrokerSession,
        devices: try plant.mqttDevices.filter { $0.broker == broker.name }.map { try Self.mqtt($0, mapped) })
    }
    if !brokers.isEmpty { sources.append(MQTTSource(brokers: brokers, inbox: inbox, clock: clock)) }
    if !plant.scanners.isEmpty {
      sources.append(
        try ScannerSource(
          serial: plant.scanners.compactMap { Self.serial($0, plant) },
          usb: plant.scanners.compactMap { Self.usb($0, plant) }, inbox: inbox, clock: clock))
    }
  }

  /// - Throws: what a room says; then none of them runs.
  func start() throws {
    var started: [any DeviceSource] = []
    do {
      for source in sources {
        try source.start()
        started.append(source)
      }
    } catch {
      for source in started { source.stop() }
      throw error
    }
  }

  func stop() {
    for source in sources { source.stop() }
  }

  func status() -> [LinkStatus] { sources.flatMap { $0.status() } }

  private static func modbus(_ entry: ModbusDeviceEntry, _ mapped: MappedParameters) -> ModbusDevicePlan {
    let endpoint: ModbusDevicePlan.Endpoint =
      switch entry.endpoint {
      case .tcp(let host, let port): .tcp(host: host, port: port)
      case .rtu(let path, let baud, let parity, let stopBits):
        .rtu(path: path, baud: baud, parity: .init(rawValue: parity) ?? .even, stopBits: stopBits)
      }
    return ModbusDevicePlan(
      device: entry.name, profile: entry.profile, endpoint: endpoint, unit: entry.unit,
      parameters: mapped.of(entry.name))
  }

  private static func mqtt(_ entry: MQTTDeviceEntry, _ mapped: MappedParameters) throws -> MQTTDevicePlan {
    let parameters = mapped.of(entry.name)
    let mappings = try entry.points.compactMap { point -> MQTTMapping? in
      let indices = parameters.filter { $0.point == point.name }.map(\.index)
      guard !indices.isEmpty else { return nil }
      return MQTTMapping(
        topicFilter: try TopicFilter(point.topic), payload: try payload(point), scale: point.scale,
        offset: point.offset, range: point.range, parameters: indices)
    }
    return MQTTDevicePlan(device: entry.name, mappings: mappings)
  }

  static func payload(_ point: MQTTDeviceEntry.Point) throws -> MQTTPayloadFormat {
    guard let path = point.jsonPath else { return .number }
    return .json(
      try JSONPath(path), time: try point.timePath.map { try JSONPath($0) },
      id: try point.idPath.map { try JSONPath($0) })
  }

  private static func serial(_ entry: ScannerEntry, _ plant: PlantConfiguration) -> SerialScannerPlan? {
    guard case .serial(let path, let baud, let answers) = entry.connection else { return nil }
    return SerialScannerPlan(
      device: entry.name, station: entry.station, path: path, baud: baud, answers: answers,
      siteRules: plant.siteRules)
  }

  private static func usb(_ entry: ScannerEntry, _ plant: PlantConfiguration) -> USBScannerPlan? {
    guard case .usb(let vendor, let product, let serialNumber, let portPath) = entry.connection else { return nil }
    return USBScannerPlan(
      device: entry.name, station: entry.station, vendor: vendor, product: product, serialNumber: serialNumber,
      portPath: portPath, siteRules: plant.siteRules)
  }
}

/// Which point of which device feeds which registered parameter.
struct MappedParameters {
  private var byDevice: [DeviceName: [(point: String, index: ParameterIndex)]] = [:]

  init(plan: LinePlan, registered: [RegisteredParameter]) {
    for station in plan.stations {
      for parameter in station.parameters {
        let match = registered.first {
          $0.station == station.name && $0.name == parameter.name && $0.device == parameter.device
            && $0.point == parameter.point && $0.unit == parameter.unit
        }
        if let match { byDevice[parameter.device, default: []].append((parameter.point, match.index)) }
      }
    }
  }

  func of(_ device: DeviceName) -> [(point: String, index: ParameterIndex)] { byDevice[device] ?? [] }
}
