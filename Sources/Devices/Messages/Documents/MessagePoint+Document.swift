extension MessagePoint {
  static let keys = [
    "name", "json", "unit", "units", "words", "text", "slice", "scale", "offset", "range", "sentinels", "quality",
    "every_seconds", "note",
  ]
  static let rangeKeys = ["min", "max"]

  /// Allowed expectations of the next value, in seconds.
  static let everySeconds: ClosedRange<Double> = 0.01...604_800

  /// Reads one point; reports every fault of it and returns nil where a part that is needed is missing.
  static func read(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> MessagePoint? {
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let name = DeviceProfile.plainText(
      node.required("name", "Write a short name such as \"temperature\""), maximumBytes: 64)
    let form = readForm(node, placeholders)
    let range = readRange(node["range"])
    let point = MessagePoint(
      name: name ?? "", path: node["json"]?.jsonPath(placeholders), form: form ?? .text, scale: readScale(node),
      offset: node["offset"]?.number("Write a number") ?? 0, sentinels: readSentinels(node["sentinels"]), range: range,
      unit: node["unit"].flatMap { DeviceProfile.plainText($0, maximumBytes: 32) } ?? "",
      units: node["units"].flatMap { UnitSource.read($0, placeholders) },
      quality: node["quality"].flatMap { SourceQuality.read($0, placeholders) },
      everyMicroseconds: node["every_seconds"]?.seconds(in: everySeconds, "Write seconds, such as 60") ?? 0,
      note: DeviceProfile.plainText(node["note"]))
    return name == nil || form == nil ? nil : point
  }

  // MARK: Form

  private static func readForm(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> Form? {
    let isText = node["text"]?.flag("Write true where the value is a text") ?? false
    if isText {
      for key in ["words", "slice", "scale", "offset", "range", "sentinels", "units"] {
        node[key]?.fault("a text has no \(key)", "Leave \(key) out, or leave text out")
      }
      return .text
    }
    if let slice = node["slice"] {
      node["words"]?.fault("a part of bytes has no words", "Leave words out, or leave slice out")
      guard let read = ByteSlice.read(slice) else { return nil }
      if read.encoding == .raw, let json = node["json"] {
        json.fault(
          "raw bytes are the payload itself and stand at no path", "Leave json out, or write encoding: hex or base64")
      }
      return .slice(read)
    }
    return .number(words: readWords(node["words"], placeholders))
  }

  private static func readWords(_ node: DocumentNode?, _ placeholders: MessagePlaceholders) -> [String: Double] {
    guard let node else { return [:] }
    let remedy = "Write each word with its number: {open: 1, closed: 0}"
    guard node.isMapping, (1...maximumMeaningsPerPoint).contains(node.entries.count) else {
      node.fault("this should be 1 to \(maximumMeaningsPerPoint) words with numbers", remedy)
      return [:]
    }
    var words: [String: Double] = [:]
    for (word, value) in node.entries {
      guard let text = value.messageKey(word, placeholders) else { continue }
      if let number = value.number(remedy) { words[text] = number }
    }
    return words
  }

  // MARK: Numbers

  private static func readScale(_ node: DocumentNode) -> Double {
    guard let scale = node["scale"]?.number("Write a number") else { return 1 }
    guard scale != 0 else {
      node["scale"]?.fault("a scale of 0 makes every value 0", "Write what the number is multiplied by")
      return 1
    }
    return scale
  }

  private static func readRange(_ node: DocumentNode?) -> ClosedRange<Double>? {
    guard let node else { return nil }
    node.allowKeys(rangeKeys)
    guard node.isMapping else { return nil }
    guard node["min"] != nil || node["max"] != nil else {
      node.fault("the range has no bound", "Write {min: 0, max: 100}")
      return nil
    }
    let low = node["min"].map { $0.number("Write a number") } ?? -Double.infinity
    let high = node["max"].map { $0.number("Write a number") } ?? Double.infinity
    guard let low, let high else { return nil }
    guard low <= high else {
      node.fault("min \(shortest(low)) is above max \(shortest(high))", "Write the lower bound as min")
      return nil
    }
    return low...high
  }

  private static func readSentinels(_ node: DocumentNode?) -> [Double] {
    guard let node else { return [] }
    let elements = node.elements("Write a list of numbers such as [-999, 32767]")
    guard (1...maximumMeaningsPerPoint).contains(elements.count) else {
      node.fault("there are \(elements.count) numbers", "Write 1 to \(maximumMeaningsPerPoint)")
      return []
    }
    return elements.compactMap { $0.number("Write a number") }
  }
}

extension DocumentNode {
  /// The key of this value as a text that a message is compared with.
  func messageKey(_ key: String, _ placeholders: MessagePlaceholders) -> String? {
    guard let text = placeholders.replaced(key, self, isTopic: false) else { return nil }
    guard (1...Self.longestMessageTextBytes).contains(text.utf8.count) else {
      fault(
        "the word before the colon has \(text.utf8.count) bytes",
        "Write a word of 1 to \(Self.longestMessageTextBytes) bytes, as the message has it")
      return nil
    }
    return text
  }
}

extension UnitSource {
  static let conversionKeys = ["scale", "offset"]
  /// Most units that one point may know.
  static let mostUnits = 50

  /// `{path: TempUnit, C: {}, F: {scale: 0.5556, offset: -17.78}}`: every key beside `path` is a unit.
  static func read(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> UnitSource? {
    let remedy = "Write {path: TempUnit, C: {}, F: {scale: 0.5555555555555556, offset: -17.77777777777778}}"
    guard let path = node.required("path", remedy)?.jsonPath(placeholders) else { return nil }
    var conversions: [String: Conversion] = [:]
    for (unit, value) in node.entries where unit != "path" {
      value.allowKeys(conversionKeys)
      guard let text = value.messageKey(unit, placeholders), value.isMapping else { continue }
      let scale = value["scale"].map { $0.number("Write a number") } ?? 1
      let offset = value["offset"].map { $0.number("Write a number") } ?? 0
      guard let scale, let offset else { continue }
      if scale == 0 { value["scale"]?.fault("a scale of 0 makes every value 0", "Write the factor between the units") }
      conversions[text] = Conversion(scale: scale, offset: offset)
    }
    guard (1...mostUnits).contains(node.entries.count - 1) else {
      node.fault("there are \(node.entries.count - 1) units beside path", "\(remedy); at most \(mostUnits) units")
      return nil
    }
    return UnitSource(path: path, conversions: conversions)
  }
}

extension SourceQuality {
  static let keys = ["path", "good"]

  /// `{path: q, good: [GOOD]}`.
  static func read(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> SourceQuality? {
    let remedy = "Write {path: quality, good: [GOOD]}"
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let path = node.required("path", remedy)?.jsonPath(placeholders)
    let good = node.required("good", remedy)?.messageTexts(placeholders)
    guard let path, let good else { return nil }
    return SourceQuality(path: path, good: good)
  }
}

extension AvailabilityTopic {
  static let keys = ["topic", "json", "online", "offline"]

  /// Reads one entry of `availability` as it stands in `lotwire.yaml`; reports every fault of it.
  public static func read(_ node: DocumentNode) -> AvailabilityTopic? { read(node, .none) }

  static func read(_ node: DocumentNode, _ placeholders: MessagePlaceholders) -> AvailabilityTopic? {
    let remedy = "Write {topic: tele/x/LWT, online: [Online], offline: [Offline]}"
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let topic = node.required("topic", remedy)?.topicFilter(placeholders)
    let path = node["json"]?.jsonPath(placeholders)
    let online = node["online"]?.messageTexts(placeholders) ?? []
    let offline = node.required("offline", remedy)?.messageTexts(placeholders) ?? []
    if let both = online.first(where: { text in offline.contains { $0.lowercased() == text.lowercased() } }) {
      node.fault("\"\(both)\" means both online and offline", "Letter case does not tell them apart: keep one of them")
    }
    return topic.map { AvailabilityTopic(topic: $0, path: path, online: online, offline: offline) }
  }
}
