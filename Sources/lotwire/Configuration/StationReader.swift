import Devices
import Shopfloor

/// Reads `stations:` and holds them to the devices.
struct StationReader {
  let root: DocumentNode
  let devices: DeviceReader.Result

  func read() -> [StationPlan] {
    guard let list = root.required("stations", "Write at least one station: stations: - name: sealer-1") else {
      return []
    }
    var stations: [StationPlan] = []
    for node in list.elements("Write a list of stations: - name: sealer-1") {
      node.allowKeys([
        "name", "operation", "load", "parameters", "cycle", "characteristics", "interlock", "role", "second_person",
        "line_clearance", "label_rules",
      ])
      let name = node.required("name", "Write a name: name: sealer-1")?.name(StationKind.self, "Write a name")
      let role = node["role"].flatMap { $0.choice(StationRole.allCases.map(\.rawValue)) }.flatMap(StationRole.init)
      let operation = operation(of: node, role)
      guard let name, let operation else { continue }
      if stations.contains(where: { $0.name == name }) {
        node.fault("station \(name) stands twice", "Give every station a name of its own")
      }
      var station = StationPlan(name: name, operation: operation)
      if let load = node["load"]?.integer(in: 1...1_000, "Write how many lots one run may hold: load: 1") {
        station.loadCapacityLots = load
      }
      readWork(node, role, into: &station)
      station.parameters = parameters(node)
      station.cycle = node["cycle"].flatMap { cycle($0, station) }
      station.characteristics = characteristics(node, station)
      station.interlock = node["interlock"].flatMap(interlock)
      if let mine = station.interlock,
        let other = stations.first(where: { $0.interlock?.device == mine.device && $0.interlock?.point == mine.point })
      {
        node["interlock"]?.fault(
          "\(mine.point) of \(mine.device) is already the interlock of station \(other.name)",
          "Give every station a write point of its own: two stations would release what the other one holds")
      }
      stations.append(station)
    }
    return stations
  }

  // MARK: What people do here

  /// Only production has an operation of the routing; the others are called by their role.
  private func operation(of node: DocumentNode, _ role: StationRole?) -> OperationName? {
    if let role, role != .production, node["operation"] == nil { return OperationName(stringLiteral: role.rawValue) }
    return node.required("operation", "Write the operation that is done here, as the work order names it")?
      .name(OperationKind.self, "Write the name of the operation")
  }

  private func readWork(_ node: DocumentNode, _ role: StationRole?, into station: inout StationPlan) {
    station.role = role
    if let steps = node["second_person"] {
      let remedy = "Write a list of: \(StationStep.allCases.map(\.rawValue).joined(separator: ", "))"
      station.secondPerson = steps.elements(remedy).compactMap {
        $0.choice(StationStep.allCases.map(\.rawValue)).flatMap(StationStep.init)
      }
    }
    station.lineClearance = node["line_clearance"]?.flag("Write true or false")
    station.labels = node["label_rules"]?.choice(LabelStrictness.allCases.map(\.rawValue))
      .flatMap(LabelStrictness.init)
  }

  // MARK: Interlock

  /// An interlock may have to hold so soon after it let go.
  private static let maximumInterlockIntervalMicroseconds: Int64 = 5_000_000

  private func interlock(_ node: DocumentNode) -> InterlockPlan? {
    node.allowKeys(["device", "write", "hold", "release"])
    let names = devices.modbus.filter { !$0.writes.isEmpty }.map(\.name.text).joined(separator: ", ")
    let deviceRemedy =
      names.isEmpty ? "Switch a write point on first: writes: [hold] under the device" : "Write one of: \(names)"
    guard let deviceNode = node.required("device", deviceRemedy),
      let name = deviceNode.name(DeviceKind.self, deviceRemedy)
    else { return nil }
    guard let device = devices.modbus.first(where: { $0.name == name }), !device.writes.isEmpty else {
      deviceNode.fault("device \(name) has no write point that is switched on", deviceRemedy)
      return nil
    }
    let writeRemedy = "Write one of: \(device.writes.joined(separator: ", "))"
    guard let writeNode = node.required("write", writeRemedy), let write = writeNode.choice(device.writes),
      let point = device.profile.write(write)
    else { return nil }
    var interlock = InterlockPlan(device: name, point: write)
    interlock.holdValue = node["hold"]?.number("Write the value that holds the machine") ?? 1
    interlock.releaseValue = node["release"]?.number("Write the value that lets it go on") ?? 0
    for (key, value) in [("hold", interlock.holdValue), ("release", interlock.releaseValue)]
    where value < point.minimum ?? 0 || value > point.maximum ?? 1 {
      (node[key] ?? node).fault(
        "\(key) writes \(value), but \(write) takes \(point.minimum ?? 0) to \(point.maximum ?? 1)",
        "Write a value within the range of the profile")
    }
    if point.minimumIntervalMicroseconds > Self.maximumInterlockIntervalMicroseconds {
      let seconds = Double(point.minimumIntervalMicroseconds) / 1_000_000
      writeNode.fault(
        "the profile allows a write every \(seconds) s only, so that the machine would be held late",
        "Take a write point that may be written every 5 s or more often")
    }
    if interlock.holdValue == interlock.releaseValue {
      node.fault("hold and release write the same value", "Write two different values")
    }
    return interlock
  }

  // MARK: Parameters and limits

  private func parameters(_ station: DocumentNode) -> [ParameterPlan] {
    guard let list = station["parameters"] else { return [] }
    var parameters: [ParameterPlan] = []
    for node in list.elements("Write a list: - {name: seal.temperature, device: plc-1, point: temperature}") {
      node.allowKeys(["name", "device", "point", "every_seconds", "specification", "alarm"])
      let name = node.required("name", "Write a name: name: seal.temperature")?
        .name(ParameterKind.self, "Write a name such as seal.temperature")
      let deviceRemedy = "Write one of: \(devices.names.map(\.text).joined(separator: ", "))"
      guard let name, let deviceNode = node.required("device", deviceRemedy),
        let device = deviceNode.name(DeviceKind.self, deviceRemedy)
      else { continue }
      guard devices.names.contains(device) else {
        deviceNode.fault("there is no device \"\(device)\"", deviceRemedy)
        continue
      }
      let pointRemedy = "Write one of: \(devices.pointNames(of: device).joined(separator: ", "))"
      guard let pointNode = node.required("point", pointRemedy), let point = pointNode.string(pointRemedy) else {
        continue
      }
      guard let found = devices.point(point, of: device) else {
        pointNode.fault("device \(device) has no point \"\(displayable(point, maximumCharacters: 60))\"", pointRemedy)
        continue
      }
      if parameters.contains(where: { $0.name == name }) {
        node.fault("parameter \(name) stands twice at this station", "Give every parameter a name of its own")
      }
      let every = node["every_seconds"]?.seconds(in: 0.01...86_400, "Write seconds, such as 1")
      parameters.append(
        ParameterPlan(
          name: name, device: device, point: point, unit: found.unit,
          expectedIntervalMicroseconds: every ?? found.everyMicroseconds,
          specification: node["specification"].flatMap(LimitReader(isSpecification: true).read),
          alarm: node["alarm"].flatMap(LimitReader(isSpecification: false).read)))
    }
    return parameters
  }

  // MARK: Cycles and characteristics

  private func cycle(_ node: DocumentNode, _ station: StationPlan) -> CyclePlan? {
    node.allowKeys(["parameter"] + ConditionReader.keys)
    guard
      let parameter = node.required("parameter", "Write the parameter that shows the cycle")
        .flatMap({ CharacteristicReader.parameter($0, station.parameters) })
    else { return nil }
    return CyclePlan(parameter: parameter.name, condition: ConditionReader.read(node))
  }

  private func characteristics(_ station: DocumentNode, _ plan: StationPlan) -> [CharacteristicPlan] {
    guard let list = station["characteristics"] else { return [] }
    let found = CharacteristicReader(parameters: plan.parameters, cycleParameter: plan.cycle?.parameter).read(list)
    if plan.cycle == nil, found.contains(where: { $0.sampling == nil }) {
      list.fault(
        "characteristics are taken per cycle, and this station has none",
        "Write cycle: {parameter: …}, or every: {window_seconds: 60} with each characteristic")
    }
    return found
  }
}
