import Shopfloor

/// Most points of one profile.
public let maximumPointsPerProfile = 2_000

extension DeviceProfile {
  static let keys = [
    "name", "vendor", "model", "transport", "status", "numbering", "sources", "notes", "defaults", "points",
    "self_test", "writes",
  ]
  static let sourceKeys = ["id", "title"]

  /// Reads a profile from YAML; throws all faults of the text at once.
  /// - Parameter fileName: what the name must be, because the file is called so; nil: any.
  public static func load(
    text: String, file: String, called fileName: String? = nil
  ) throws(DocumentIssues) -> DeviceProfile {
    let (root, collector) = try DocumentNode.parse(text, file: file)
    try ProfileTransport.modbus.check(root, collector)
    checkName(root, fileName)
    let profile = read(root)
    try collector.throwIfAny()
    guard let profile else {
      // Every missing part has reported a fault above.
      preconditionFailure("a profile without faults was not read")
    }
    return profile
  }

  /// Reports a name that is not that of the file.
  static func checkName(_ root: DocumentNode, _ fileName: String?) {
    guard let fileName, let name = root["name"], let written = name.text, written != fileName else { return }
    name.fault(
      "the profile is called \"\(written.prefix(60))\", but its file \"\(fileName.prefix(60)).yaml\"",
      "Write \"name: \(fileName.prefix(60))\", or rename the file")
  }

  private static func read(_ root: DocumentNode) -> DeviceProfile? {
    root.allowKeys(keys)
    guard root.isMapping else { return nil }
    let name = plainText(root.required("name", "Write a short name such as \"series30\""))
    let vendor = plainText(root.required("vendor", "Write who makes the device"))
    let model = plainText(root.required("model", "Write the model as the type plate shows it"))
    _ = root.required("transport", "Write \"transport: modbus\"")?.choice([ProfileTransport.modbus.rawValue])
    let status = root.required("status", "Write \"status: documented\"")?.choice(Status.allCases.map(\.rawValue))
    let sources = readSources(root["sources"])
    let notes = root["notes"]?.elements("Write a list of sentences").compactMap { plainText($0) } ?? []
    let numbering = root["numbering"]?.choice(PrintedAddress.Numbering.allCases.map(\.rawValue))
    let context = ProfileContext(
      defaults: ProfileDefaults(root["defaults"], sources: sources.map(\.id)), sources: sources.map(\.id),
      numbering: numbering.flatMap(PrintedAddress.Numbering.init(rawValue:)))
    let contents = ProfileContents(root, context)
    guard let name, let vendor, let model, let status = status.flatMap(Status.init(rawValue:)) else { return nil }
    return DeviceProfile(
      name: name, vendor: vendor, model: model, status: status, sources: sources, notes: notes,
      requests: context.defaults.requests, points: contents.points, selfTests: contents.selfTests,
      writes: contents.writes)
  }

  static func readSources(_ node: DocumentNode?) -> [Source] {
    guard let node else { return [] }
    let sources: [Source] = node.elements("Write a list of documents, each with id and title").compactMap { element in
      element.allowKeys(sourceKeys)
      let id = plainText(element.required("id", "Write a short id such as \"manual\""))
      let title = plainText(element.required("title", "Write the title and number of the document"))
      guard let id, let title else { return nil }
      return Source(id: id, title: title)
    }
    if Set(sources.map(\.id)).count < sources.count {
      node.fault("two documents have the same id", "Give every document an id of its own")
    }
    return sources
  }

  /// A text that may be shown to people.
  static func plainText(_ node: DocumentNode?, maximumBytes: Int = 500) -> String? {
    let remedy = "Write a text of 1 to \(maximumBytes) bytes without invisible characters"
    guard let node, let text = node.string(remedy) else { return nil }
    if let fault = OutsideTextFault(in: text, maximumBytes: maximumBytes) {
      node.fault(fault.words.english, remedy)
      return nil
    }
    return text
  }
}

/// The points, write points and self-tests of a profile, read and checked against each other.
struct ProfileContents {
  private(set) var points: [ProfilePoint] = []
  private(set) var writes: [WritePoint] = []
  private(set) var selfTests: [SelfTest] = []

  init(_ root: DocumentNode, _ context: ProfileContext) {
    let nodes = Self.entries(
      root.required("points", "Write the list of points"), most: maximumPointsPerProfile,
      "Write a list of points, each with name, table, address and type")
    if let list = root["points"], list.elementCount == 0 {
      list.fault("there are no points", "Write at least one point with name, table, address and type")
    }
    var places = PointPlaces(kind: "point")
    let read = nodes.compactMap { node -> ProfileChecks.Entry? in
      guard let point = ProfilePoint.read(node, context) else { return nil }
      places.add(
        PointPlaces.Place(
          name: point.name, table: point.table, addresses: point.addresses, type: point.type,
          isAskedAlone: point.isAskedAlone), node)
      return (point, node)
    }
    points = read.map(\.point)
    let names = nodes.compactMap { $0["name"]?.text }
    let writeEntries = Self.readWrites(root["writes"], context)
    writes = writeEntries.map(\.point)
    selfTests = Self.entries(
      root["self_test"], most: maximumSelfTestsPerProfile,
      "Write a list such as - {point: constant_1234, equals: 0x1234}"
    ).compactMap { [points] in SelfTest.read($0, points, names: names) }
    ProfileChecks(entries: read, names: names, rules: context.defaults.requests).run(writeEntries)
  }

  private static func readWrites(
    _ node: DocumentNode?, _ context: ProfileContext
  ) -> [(point: WritePoint, node: DocumentNode)] {
    var places = PointPlaces(kind: "write point")
    let remedy = "Write a list of write points, each with name, table, address, type and range"
    return entries(node, most: maximumWritesPerProfile, remedy).compactMap { element in
      guard let write = WritePoint.read(element, context) else { return nil }
      places.add(
        PointPlaces.Place(
          name: write.name, table: write.table, addresses: write.addresses, type: write.type, isAskedAlone: false),
        element)
      return (write, element)
    }
  }

  private static func entries(_ node: DocumentNode?, most: Int, _ remedy: String) -> [DocumentNode] {
    guard let node else { return [] }
    let elements = node.elements(remedy)
    guard elements.count <= most else {
      node.fault("there are \(elements.count) entries", "Write at most \(most)")
      return []
    }
    return elements
  }
}
