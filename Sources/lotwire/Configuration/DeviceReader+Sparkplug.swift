import Devices
import MQTT
import Shopfloor

/// Reads the devices behind Sparkplug edge nodes, and what Lotwire publishes as one.
extension DeviceReader {
  /// A group, edge node, device or host id: one level of a topic (Sparkplug 3.0.0, tck-id-topic-structure-namespace-*).
  func sparkplugName(_ node: DocumentNode) -> String? {
    let remedy = "Write a name without / + and #, such as Line1"
    guard let text = node.string(remedy) else { return nil }
    if let fault = OutsideTextFault(in: text, maximumBytes: 128) {
      node.fault(fault.words.english, remedy)
      return nil
    }
    guard !text.contains(where: { "/+#".contains($0) }) else {
      node.fault("\"\(displayable(text, maximumCharacters: 60))\" cannot stand in a topic", remedy)
      return nil
    }
    return text
  }

  func sparkplugDevice(_ name: DeviceName, _ node: DocumentNode, _ result: Result) -> SparkplugDeviceEntry? {
    node.allowKeys(["broker", "group", "node", "device", "points"])
    guard let broker = broker(of: node, result.brokers) else { return nil }
    if broker.sparkplugHost == nil {
      node["broker"]?.fault(
        "at broker \"\(displayable(broker.name))\" Lotwire is no Sparkplug host",
        "Write sparkplug_host: with a name that no other host has, under the broker")
    }
    let group = node.required("group", "Write the group id: group: Plant1").flatMap(sparkplugName)
    let edgeNode = node.required("node", "Write the edge node id: node: Press7").flatMap(sparkplugName)
    let device = node["device"].flatMap(sparkplugName)
    let points =
      node.required("points", "Write the points of the device as a list")?
      .elements("Write a list: - {name: force, metric: \"Press/Force\", unit: kN}").compactMap(sparkplugPoint) ?? []
    refuseTwice(points.map(\.name), node)
    guard let group, let edgeNode else { return nil }
    let entry = SparkplugDeviceEntry(
      name: name, broker: broker.name, group: group, edgeNode: edgeNode, sparkplugDevice: device, points: points)
    if let other = result.sparkplug.first(where: {
      $0.broker == entry.broker && $0.group == group && $0.edgeNode == edgeNode && $0.sparkplugDevice == device
    }) {
      node.fault("\(other.name) reads the same Sparkplug device", "Put the points of both into one device")
    }
    return entry
  }

  private func sparkplugPoint(_ node: DocumentNode) -> SparkplugPoint? {
    node.allowKeys(["name", "metric", "text", "scale", "offset", "range", "unit", "every_seconds"])
    let name = node.required("name", "Write a name for the point: name: force")?.string("Write a name")
    let metric = node.required("metric", "Write the name of the metric as the birth has it: metric: Press/Force")?
      .string("Write the name of the metric")
    guard let name, let metric else { return nil }
    return SparkplugPoint(
      name: name, metric: metric, isText: node["text"]?.flag("Write true or false") ?? false,
      scale: node["scale"]?.number("Write a number") ?? 1, offset: node["offset"]?.number("Write a number") ?? 0,
      range: node["range"].flatMap(range), unit: node["unit"]?.string("Write the unit") ?? "",
      everyMicroseconds: node["every_seconds"]?.seconds(in: 0.01...86_400, "Write seconds, such as 1") ?? 0)
  }

  // MARK: The edge node

  /// - Parameter stations: each is a Sparkplug device below the node.
  func sparkplugEdge(_ result: Result, _ stations: [StationPlan], _ people: [Person]) -> SparkplugEdgeEntry? {
    guard let node = root["sparkplug_edge"] else { return nil }
    node.allowKeys(["broker", "group", "node", "primary_host", "most_kept_values", "every_seconds", "commands"])
    let broker = broker(of: node, result.brokers)
    let group = node.required("group", "Write the group id: group: Plant1").flatMap(sparkplugName)
    let edgeNode = node.required("node", "Write the edge node id: node: PouchLine1").flatMap(sparkplugName)
    let kept = node["most_kept_values"].map {
      $0.integer(in: 1...1_000_000, "Write how many values are kept while nobody is there, 1 to 1000000")
    }
    let every = node["every_seconds"]?.seconds(in: 0.1...3_600, "Write seconds, such as 1") ?? 1_000_000
    for station in stations where station.name.text.contains(where: { "/+#".contains($0) }) {
      node.fault(
        "station \(station.name) cannot be a Sparkplug device: its name cannot stand in a topic",
        "Give it a name without / + and #")
    }
    guard let broker, let group, let edgeNode else { return nil }
    var entry = SparkplugEdgeEntry(
      broker: broker.name, group: group, edgeNode: edgeNode, primaryHost: node["primary_host"].flatMap(sparkplugName),
      maximumKeptValues: (kept ?? 100_000) ?? 100_000, everyMicroseconds: every)
    if let commands = node["commands"] { readCommands(commands, result, people, &entry) }
    return entry
  }

  private func readCommands(
    _ node: DocumentNode, _ result: Result, _ people: [Person], _ entry: inout SparkplugEdgeEntry
  ) {
    node.allowKeys(["person", "writes"])
    let remedy = "Write the id of the person under people: whose rights the commands of the host have: person: P-SCADA"
    if let personNode = node.required("person", remedy), let id = personNode.name(PersonKind.self, remedy) {
      entry.person = id
      if !people.contains(where: { $0.id == id }) { personNode.fault("there is no person \(id)", remedy) }
    }
    let list =
      node.required("writes", "Write a list: - {device: plc-1, point: setpoint}")?
      .elements("Write a list: - {device: plc-1, point: setpoint}") ?? []
    for write in list {
      write.allowKeys(["device", "point"])
      let remedy = "Write a device whose write points are switched on: writes: under the device"
      guard let deviceNode = write.required("device", remedy), let name = deviceNode.name(DeviceKind.self, remedy),
        let pointNode = write.required("point", "Write the name of a write point"),
        let point = pointNode.string("Write the name of a write point")
      else { continue }
      guard let device = result.modbus.first(where: { $0.name == name }) else {
        deviceNode.fault("there is no Modbus device \(name)", remedy)
        continue
      }
      guard device.writes.contains(point) else {
        pointNode.fault(
          "\(displayable(point, maximumCharacters: 60)) of \(name) is not switched on", remedy)
        continue
      }
      entry.writes.append(.init(device: name, point: point))
    }
  }
}
