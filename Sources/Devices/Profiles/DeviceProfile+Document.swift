import Shopfloor

/// Most points of one profile.
public let maximumPointsPerProfile = 2_000

extension DeviceProfile {
  /// Reads a profile from YAML; throws all faults of the text at once.
  public static func load(text: String, file: String) throws(DocumentIssues) -> DeviceProfile {
    let (root, collector) = try DocumentNode.parse(text, file: file)
    let profile = read(root)
    try collector.throwIfAny()
    guard let profile else {
      // Every missing part has reported a fault above.
      preconditionFailure("a profile without faults was not read")
    }
    return profile
  }

  private static func read(_ root: DocumentNode) -> DeviceProfile? {
    root.allowKeys([
      "name", "vendor", "model", "transport", "status", "sources", "notes", "defaults", "points",
    ])
    guard root.isMapping else { return nil }
    let name = plainText(root.required("name", "Write a short name such as \"keller-series30\""))
    let vendor = plainText(root.required("vendor", "Write who makes the device"))
    let model = plainText(root.required("model", "Write the model as the type plate shows it"))
    _ = root.required("transport", "Write \"transport: modbus\"")?.choice(["modbus"])
    let status = root.required("status", "Write \"status: documented\"")?.choice(Status.allCases.map(\.rawValue))
    let sources = readSources(root["sources"])
    let notes = root["notes"]?.elements("Write a list of sentences").compactMap { plainText($0) } ?? []
    let defaults = ProfileDefaults(root["defaults"])
    let points = readPoints(
      root.required("points", "Write the list of points"), defaults: defaults, sources: sources.map(\.id))
    guard let name, let vendor, let model, let status = status.flatMap(Status.init(rawValue:)) else { return nil }
    return DeviceProfile(
      name: name, vendor: vendor, model: model, status: status, sources: sources, notes: notes,
      requests: defaults.requests, points: points)
  }

  private static func readSources(_ node: DocumentNode?) -> [Source] {
    guard let node else { return [] }
    return node.elements("Write a list of documents, each with id and title").compactMap { element in
      element.allowKeys(["id", "title"])
      let id = plainText(element.required("id", "Write a short id such as \"manual\""))
      let title = plainText(element.required("title", "Write the title and number of the document"))
      guard let id, let title else { return nil }
      return Source(id: id, title: title)
    }
  }

  private static func readPoints(
    _ node: DocumentNode?, defaults: ProfileDefaults, sources: [String]
  ) -> [ProfilePoint] {
    guard let node else { return [] }
    let elements = node.elements("Write a list of points, each with name, table, address and type")
    if node.isSequence, elements.isEmpty {
      node.fault("there are no points", "Write at least one point with name, table, address and type")
    }
    guard elements.count <= maximumPointsPerProfile else {
      node.fault("there are \(elements.count) points", "Write at most \(maximumPointsPerProfile)")
      return []
    }
    var places = PointPlaces()
    return elements.compactMap { element in
      guard let point = ProfilePoint.read(element, defaults: defaults, sources: sources) else { return nil }
      places.add(point, element)
      return point
    }
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
