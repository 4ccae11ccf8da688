import Foundation

extension MessageMapping {
  static let keys = ["topic", "shape", "when", "each", "time", "id", "points"]
  static let shapes = ["whole", "delta"]

  /// Most conditions of one mapping.
  static let mostConditions = 20
  /// Most paths that name a message together.
  static let mostKeyPaths = 8

  /// Reads one entry of `messages` as it stands in `lotwire.yaml`; reports every fault of it, and returns nil where a
  /// part that is needed is missing.
  public static func read(_ node: DocumentNode) -> MessageMapping? { read(node, .none) }

  static func read(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> MessageMapping? {
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let topic = node.required("topic", "Write the topic: topic: room/1/temperature")?.topicFilter(placeholders)
    let shape: Shape = node["shape"]?.choice(shapes) == "delta" ? .delta : .whole
    let each = node["each"]?.jsonPath(placeholders)
    let conditions = MessageCondition.readAll(node["when"], placeholders)
    let time = node["time"].flatMap { MessageTime.read($0, placeholders) }
    let key = readKey(node["id"], placeholders)
    let remedy = "Write the points as a list: - {name: temperature, json: temperature}"
    let list = node.required("points", remedy)
    if list?.elementCount == 0 { list?.fault("there are no points", remedy) }
    let points = (list?.elements(remedy) ?? []).compactMap { element -> MessagePoint? in
      let point = MessagePoint.read(element, placeholders)
      if shape == .delta, node["each"] == nil, element.isMapping, element["json"] == nil {
        element.fault(
          "the key \"json\" is missing, and a message that tells what changed is no value as a whole",
          "Write the path of the value, such as json: temperature")
      }
      return point
    }
    if let list, list.elementCount ?? 0 > 0 { refuseKeysWithoutJSON(node, list) }
    guard let topic else { return nil }
    return MessageMapping(
      topic: topic, shape: shape, conditions: conditions, each: each, time: time, key: key, points: points)
  }

  /// A payload that is one plain value says neither its time nor its id: they would never be found.
  private static func refuseKeysWithoutJSON(_ node: DocumentNode, _ list: DocumentNode) {
    guard node["each"] == nil, node["when"] == nil, list.isSequence,
      list.elements("").allSatisfy({ point in
        point.isMapping && ["json", "units", "quality"].allSatisfy { point[$0] == nil }
      })
    else { return }
    for key in ["time", "id"] {
      node[key]?.fault(
        "no point has the key \"json\": a payload that is one plain value has no \(key)",
        "Write the path of a value, such as json: temperature, or leave \(key) out")
    }
  }

  private static func readKey(_ node: DocumentNode?, _ placeholders: MessagePlaceholders) -> [JSONPath] {
    guard let node else { return [] }
    guard node.isSequence else { return node.jsonPath(placeholders).map { [$0] } ?? [] }
    let elements = node.elements("Write the path of the id, or a list of paths")
    guard (1...mostKeyPaths).contains(elements.count) else {
      node.fault("there are \(elements.count) paths", "Write 1 to \(mostKeyPaths)")
      return []
    }
    return elements.compactMap { $0.jsonPath(placeholders) }
  }
}

extension MessageCondition {
  static let keys = ["path", "is"]

  /// One condition, or a list of them.
  static func readAll(_ node: DocumentNode?, _ placeholders: MessagePlaceholders) -> [MessageCondition] {
    guard let node else { return [] }
    guard node.isSequence else { return read(node, placeholders).map { [$0] } ?? [] }
    let elements = node.elements("Write a list of conditions")
    guard (1...MessageMapping.mostConditions).contains(elements.count) else {
      node.fault("there are \(elements.count) conditions", "Write 1 to \(MessageMapping.mostConditions)")
      return []
    }
    return elements.compactMap { read($0, placeholders) }
  }

  private static func read(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> MessageCondition? {
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let path = node.required("path", "Write {path: method, is: [NotifyStatus]}")?.jsonPath(placeholders)
    let texts = node["is"]?.messageTexts(placeholders) ?? []
    return path.map { MessageCondition(path: $0, texts: texts) }
  }
}

extension MessageTime {
  static let keys = ["path", "as", "zone"]
  static let forms: [(word: String, form: Form)] = [
    ("automatic", .automatic), ("unix_seconds", .unixSeconds), ("unix_milliseconds", .unixMilliseconds),
    ("unix_microseconds", .unixMicroseconds), ("unix_nanoseconds", .unixNanoseconds),
  ]
  static let words = forms.map(\.word) + ["local"]

  /// A path, or `{path, as, zone}`.
  static func read(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> MessageTime? {
    guard node.isMapping else { return node.jsonPath(placeholders).map { MessageTime(path: $0) } }
    node.allowKeys(keys)
    let path = node.required("path", "Write {path: Time, as: local, zone: Europe/Berlin}")?.jsonPath(placeholders)
    let written = node["as"].map { $0.choice(words) } ?? "automatic"
    guard let word = written else { return nil }
    if word == "local" {
      let zone = node.required("zone", "Write the zone of the device's clock, such as zone: Europe/Berlin")
        .flatMap { Self.zone($0, placeholders) }
      guard let path, let zone else { return nil }
      return MessageTime(path: path, form: .local(zone: zone))
    }
    node["zone"]?.fault("a zone belongs to \"as: local\"", "Leave zone out, or write as: local")
    guard let path, let form = forms.first(where: { $0.word == word })?.form else { return nil }
    return MessageTime(path: path, form: form)
  }

  private static func zone(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> String? {
    guard let written = node.string(zoneRemedy),
      let name = placeholders.replaced(written, node, isTopic: false)
    else { return nil }
    // A placeholder that stays is judged where a value is written for it.
    if placeholders.declared != nil, placeholders.values == nil, name.contains("{") { return name }
    guard isZone(name) else {
      node.fault("\"\(name.prefix(60))\" is no time zone of the IANA database", zoneRemedy)
      return nil
    }
    return name
  }

  static let zoneRemedy = "Write a name such as Europe/Berlin, Asia/Shanghai or UTC"

  /// Whether the IANA database has the name. Abbreviations ("CET", "EST") are refused: they do not say what holds in
  /// summer.
  static func isZone(_ name: String) -> Bool {
    (name == "UTC" || name.contains("/")) && name.utf8.count <= 64 && TimeZone(identifier: name) != nil
  }
}
