import Devices
import Labels
import Ledger
import Modbus
import Scanners
import Shopfloor

/// Builds the device rooms from the configuration and hands each its plain values.
struct DeviceSources {
  private(set) var sources: [any DeviceSource] = []
  private(set) var modbus: ModbusSource?

  /// - Throws: the plan fault of a room, in words for a technician.
  init(
    _ plant: PlantConfiguration, parameters: [RegisteredParameter], inbox: any RecorderInbox, clock: any WallClock,
    sessions: FormerSessions, learned: [DeviceName: DeviceLimitsLearned],
    onLearned: @escaping @Sendable (DeviceLimitsLearned) -> Void
  ) throws {
    let mapped = MappedParameters(plan: plant.plan, registered: parameters)
    let modbus = Self.modbusPlans(plant, mapped, learned)
    if !modbus.isEmpty {
      let source = try ModbusSource(devices: modbus, inbox: inbox, clock: clock, onLearned: onLearned)
      self.modbus = source
      sources.append(source)
    }
    sources += Self.messageSources(plant, mapped, sessions, inbox: inbox, clock: clock)
    if !plant.scanners.isEmpty {
      sources.append(
        try ScannerSource(
          serial: plant.scanners.compactMap { Self.serial($0, plant) },
          usb: plant.scanners.compactMap { Self.usb($0, plant) }, inbox: inbox, clock: clock,
          onLinkChange: { Self.note($0, inbox) }))
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
    // Those of messages may wait for a name server; the PLCs, which come first, are polled until the others have ended.
    for source in sources.reversed() { source.stop() }
  }

  func status() -> [LinkStatus] { sources.flatMap { $0.status() } }

  /// Holds the Modbus devices of a plant to their profiles and to the files they name; no device is reached.
  ///
  /// - Throws: what starting them would throw.
  static func checkModbus(
    _ plant: PlantConfiguration, inbox: any RecorderInbox, clock: any WallClock,
    learned: [DeviceName: DeviceLimitsLearned]
  ) throws {
    let plans = modbusPlans(plant, MappedParameters(numbering: plant.plan), learned)
    if plans.isEmpty { return }
    try ModbusSource(devices: plans, inbox: inbox, clock: clock).stop()
  }

  private static func modbusPlans(
    _ plant: PlantConfiguration, _ mapped: MappedParameters, _ learned: [DeviceName: DeviceLimitsLearned]
  ) -> [ModbusDevicePlan] {
    plant.modbusDevices.map { modbus($0, mapped, learned: learned[$0.name]) }
      .filter { !$0.parameters.isEmpty || !$0.allowedWrites.isEmpty }
  }

  static func modbus(
    _ entry: ModbusDeviceEntry, _ mapped: MappedParameters, learned: DeviceLimitsLearned?
  ) -> ModbusDevicePlan {
    ModbusDevicePlan(
      device: entry.name, profile: entry.profile, endpoint: entry.endpoint, unit: entry.unit,
      parameters: mapped.of(entry.name), policy: entry.policy, profileDigest: entry.profileDigest, learned: learned,
      allowedWrites: Set(entry.writes))
  }

  static func serial(_ entry: ScannerEntry, _ plant: PlantConfiguration) -> SerialScannerPlan? {
    guard case .serial(let path, let baud, let answers) = entry.connection else { return nil }
    var scanner = SerialScannerPlan(
      device: entry.name, station: entry.station, path: path, baud: baud, answers: answers,
      siteRules: plant.siteRules, text: entry.text)
    scanner.labelProfile = labelProfile(at: entry.station, plant)
    return scanner
  }

  static func usb(_ entry: ScannerEntry, _ plant: PlantConfiguration) -> USBScannerPlan? {
    guard case .usb(let vendor, let product, let serialNumber, let portPath) = entry.connection else { return nil }
    var scanner = USBScannerPlan(
      device: entry.name, station: entry.station, vendor: vendor, product: product, serialNumber: serialNumber,
      portPath: portPath, siteRules: plant.siteRules, text: entry.text)
    scanner.mode = entry.mode
    scanner.fallsBackToInputDevice = entry.fallsBackToEvdev
    scanner.staysDetached = entry.staysDetached
    scanner.labelProfile = labelProfile(at: entry.station, plant)
    return scanner
  }

  private static func note(_ change: ScannerLinkChange, _ inbox: any RecorderInbox) {
    let link = ScannerLink(
      device: change.device, station: change.station, change: change.kind == .attached ? .attached : .detached,
      detail: change.words, at: change.at)
    // A full inbox counts what it turns away; the status of the scanner says the same.
    _ = inbox.submit(.noteScanner(link), from: change.device, at: change.at, answer: { _ in })
  }

  private static func labelProfile(at station: StationName, _ plant: PlantConfiguration) -> LabelProfile {
    plant.stations.first { $0.name == station }?.labels == .strict ? .strict : .receiving
  }
}

/// Which point of which device feeds which registered parameter.
struct MappedParameters {
  private var byDevice: [DeviceName: [(point: String, index: ParameterIndex)]] = [:]

  private struct Place: Hashable {
    var station: StationName
    var name: ParameterName
  }

  init(plan: LinePlan, registered: [RegisteredParameter]) {
    let ofPlace = Dictionary(grouping: registered) { Place(station: $0.station, name: $0.name) }
    for station in plan.stations {
      for parameter in station.parameters {
        let match = ofPlace[Place(station: station.name, name: parameter.name)]?.first {
          $0.device == parameter.device && $0.point == parameter.point && $0.unit == parameter.unit
        }
        if let match { byDevice[parameter.device, default: []].append((parameter.point, match.index)) }
      }
    }
  }

  /// Numbers that no ledger gave: for looking at a plan.
  init(numbering plan: LinePlan) {
    var next: UInt32 = 0
    for parameter in plan.stations.flatMap(\.parameters) {
      byDevice[parameter.device, default: []].append((parameter.point, ParameterIndex(next)))
      next += 1
    }
  }

  func of(_ device: DeviceName) -> [(point: String, index: ParameterIndex)] { byDevice[device] ?? [] }
}
