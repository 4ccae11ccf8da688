import Console
import Devices
import Foundation
import Labels
import Shopfloor

/// Reads and checks `lotwire.yaml` and the device profiles it names. All faults are reported together, each with file,
/// line, column and what to write instead.
struct ConfigurationReader {
  let file: URL
  private let root: DocumentNode
  let collector: IssueCollector

  static func read(_ file: URL) throws(DocumentIssues) -> PlantConfiguration {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw DocumentIssues([
        DocumentIssue(
          file: file.path, line: 0, column: 0, problem: "the configuration cannot be read",
          remedy: "Check that the file exists, is readable by this user and is text in UTF-8")
      ])
    }
    let (root, collector) = try DocumentNode.parse(text, file: file.path)
    return try ConfigurationReader(file: file, root: root, collector: collector).plant()
  }

  private init(file: URL, root: DocumentNode, collector: IssueCollector) {
    self.file = file
    self.root = root
    self.collector = collector
  }

  private func plant() throws(DocumentIssues) -> PlantConfiguration {
    root.allowKeys([
      "site", "line", "data", "profiles", "stations", "devices", "brokers", "people", "labels", "erp",
      "materials", "quantities", "seal_after_seconds", "console", "alarms", "notifications",
      "sparkplug_edge", "keeping",
    ])
    let deviceReader = DeviceReader(root: root, reader: self)
    let devices = deviceReader.read()
    let stations = StationReader(root: root, devices: devices).read()
    checkScanners(devices, stations)
    checkSelfTests(devices, stations)
    var plant = PlantConfiguration(
      site: root.required("site", "Write the name of the plant: site: Suzhou")?.string("Write a text") ?? "",
      line: root.required("line", "Write the name of the line: line: Pouch line 1")?.string("Write a text") ?? "",
      dataFolder: path(
        root.required("data", "Write the folder for the ledger: data: /var/lib/lotwire")?.string("Write a path")
          ?? "data"),
      stations: stations, people: PeopleReader(root: root).read())
    plant.modbusDevices = devices.modbus
    plant.mqttBrokers = devices.brokers
    plant.mqttDevices = devices.mqtt
    plant.sparkplugDevices = devices.sparkplug
    plant.sparkplugEdge = deviceReader.sparkplugEdge(devices, stations, plant.people)
    plant.scanners = devices.scanners
    plant.siteRules = siteRules()
    plant.materialRules = MaterialRulesReader(root: root).read()
    plant.quantityRules = QuantityRulesReader(root: root).read()
    plant.alarmPolicy = AlarmPolicyReader(root: root).read()
    plant.erp = root["erp"].flatMap { ERPReader(node: $0, path: { path($0).path }).read() }
    plant.screens = screens()
    plant.keeping = KeepingReader(root: root, reader: self, dataFolder: plant.dataFolder).read()
    plant.notifications =
      NotificationReader(
        root: root, reader: self, stations: stations, brokers: devices.brokers,
        ladder: plant.alarmPolicy?.escalation.map(\.to) ?? []
      ).read()
    if let seconds = root["seal_after_seconds"]?.seconds(in: 1...3600, "Write seconds, such as 2") {
      plant.sealAfterMicroseconds = seconds
    }
    try collector.throwIfAny()
    return plant
  }

  /// Relative paths are meant from the folder of the configuration.
  func path(_ text: String) -> URL {
    text.hasPrefix("/")
      ? URL(fileURLWithPath: text)
      : file.deletingLastPathComponent().appendingPathComponent(text).standardizedFileURL
  }

  private func checkScanners(_ devices: DeviceReader.Result, _ stations: [StationPlan]) {
    for (scanner, node) in zip(devices.scanners, devices.scannerNodes)
    where !stations.contains(where: { $0.name == scanner.station }) {
      node.fault(
        "scanner \(scanner.name) stands at station \"\(scanner.station)\", which does not exist",
        "Write one of: \(stations.map(\.name.text).joined(separator: ", "))")
    }
  }

  /// The self-test of a device is read with its polls, and a device is written to only after it has passed.
  private func checkSelfTests(_ devices: DeviceReader.Result, _ stations: [StationPlan]) {
    let polled = Set(stations.flatMap(\.parameters).map(\.device))
    for (device, node) in zip(devices.modbus, devices.modbusNodes)
    where !device.writes.isEmpty && !device.profile.selfTests.isEmpty && !polled.contains(device.name) {
      (node["writes"] ?? node).fault(
        "device \(device.name) may be written to only after its self-test, which is read with its polls, and no station "
          + "has a parameter of it", "Give a station a parameter of this device, or take writes: out")
    }
  }

  private func siteRules() -> [SiteRule] {
    guard let list = root["labels"] else { return [] }
    return list.elements("Write a list: - {prefix: \"P:\", means: badge, strip: true}").compactMap { node in
      node.allowKeys(["prefix", "means", "strip"])
      let prefix = node.required("prefix", "Write the first characters of such labels")?.string("Write a text")
      let meaning = node.required("means", "Write what such labels are: badge, lot or material")?
        .choice(["badge", "lot", "material", "card"])
      let strip = node["strip"].map { $0.flag("Write true or false") ?? false } ?? true
      guard let prefix, let meaning, let known = LabelReading.Meaning(rawValue: meaning) else { return nil }
      return SiteRule(prefix: prefix, meaning: known, strip: strip)
    }
  }

  private func screens() -> ScreenAddress? {
    guard let node = root["console"] else { return nil }
    node.allowKeys(["listen"])
    let remedy = "Write the address for the screens at the stations: listen: \"127.0.0.1:8080\""
    guard let listen = node.required("listen", remedy), let text = listen.string(remedy) else { return nil }
    guard let address = ScreenAddress(text) else {
      listen.fault("\"\(displayable(text))\" is not an address with a port", remedy)
      return nil
    }
    return address
  }
}

/// Reads `people:`.
struct PeopleReader {
  let root: DocumentNode

  func read() -> [Person] {
    guard let list = root["people"] else { return [] }
    var people: [Person] = []
    for node in list.elements("Write a list: - {id: P-1, name: Li Wei, badge: \"...\", rights: [operate]}") {
      node.allowKeys(["id", "name", "badge", "rights", "language"])
      let id = node.required("id", "Write an id that stays: id: P-1")?.name(PersonKind.self, "Write an id such as P-1")
      let name = node.required("name", "Write the name as it shall be printed")?.string("Write a name")
      let badge = node.required("badge", "Write the text that scanning the badge gives")?.string("Write a text")
      let rights = node["rights"].map(rights) ?? [.operate]
      let language =
        node["language"]?.choice(Language.allCases.map(\.rawValue)).flatMap(Language.init(rawValue:)) ?? .english
      guard let id, let name, let badge else { continue }
      if people.contains(where: { $0.id == id }) {
        node.fault("person \(id) stands twice", "Give every person an id of their own")
      }
      if people.contains(where: { $0.badge == badge }) {
        node.fault("person \(id) has the badge of another person", "Give every person a badge of their own")
      }
      people.append(Person(id: id, name: name, badge: badge, rights: rights, language: language))
    }
    return people
  }

  private func rights(_ node: DocumentNode) -> [Person.Right] {
    node.elements("Write a list: [operate, acknowledge]").compactMap { element in
      element.choice(Person.Right.allCases.map(\.rawValue)).flatMap(Person.Right.init(rawValue:))
    }
  }
}
