import Shopfloor

/// Most codes, bits or sentinels that one point may explain.
let maximumMeaningsPerPoint = 1_000

extension ProfilePoint {
  static let keys =
    RegisterEntry.keys + [
      "assumption", "scale_from", "sentinels", "words", "bits", "atomic_group", "alone", "poll_seconds",
    ]
  static let wordsKeys = ["en", "zh"]
  static let sentinelKeys = ["raw", "means"]

  /// Reads one point; reports every fault of it and returns nil where a part that is needed is missing.
  static func read(_ node: DocumentNode, _ context: ProfileContext) -> ProfilePoint? {
    node.allowKeys(keys)
    let entry = RegisterEntry.read(node, context)
    let assumption = DeviceProfile.plainText(node["assumption"]) ?? context.defaults.assumption
    let poll =
      node["poll_seconds"]?.seconds(in: ProfileDefaults.pollSeconds, "Write seconds, such as 0.5")
      ?? context.defaults.pollIntervalMicroseconds
    let group = DeviceProfile.plainText(node["atomic_group"], maximumBytes: 64)
    let isAlone = node["alone"]?.flag("Write true where the address answers with a block of its own") ?? false
    let scaleSource = node["scale_from"].flatMap { ScaleSource.read($0) }
    guard let entry else { return nil }
    if let scale = node["scale_from"], entry.type.isBinary || entry.type.rawBounds == nil {
      scale.fault(
        "\(entry.type.isText ? "a text" : entry.type.isBinary ? "an on/off value" : "a datetime") has no scale",
        "Leave scale_from out, or correct the type")
    }
    return ProfilePoint(
      name: entry.name, table: entry.table, address: entry.address, asPrinted: entry.asPrinted, source: entry.source,
      assumption: assumption, note: entry.note, type: entry.type, wordOrder: entry.wordOrder, scale: entry.scale,
      offset: entry.offset, scaleSource: scaleSource, unit: entry.unit, minimum: entry.minimum,
      maximum: entry.maximum, sentinels: readSentinels(node["sentinels"], entry.type),
      enumeration: readWords(node, entry), bitNames: readBits(node["bits"], entry.type), atomicGroup: group,
      isAskedAlone: isAlone, pollIntervalMicroseconds: poll)
  }

  // MARK: What codes and bits mean

  private static func readWords(_ node: DocumentNode, _ entry: RegisterEntry) -> [EnumerationWord] {
    guard let list = node["words"] else { return [] }
    guard entry.type.isWholeNumber, let bounds = entry.type.rawBounds else {
      list.fault("\(entry.type.named) has no codes", "Leave words out, or correct the type")
      return []
    }
    if entry.scale != 1 || entry.offset != 0 || node["scale_from"] != nil {
      list.fault("a code is not scaled", "Leave scale, offset and scale_from out, or leave words out")
    }
    return meanings(list, bounds, "code", "Write each code with its word: {0: stopped, 1: running}")
  }

  private static func readBits(_ node: DocumentNode?, _ type: PointType) -> [EnumerationWord] {
    guard let node else { return [] }
    guard type.isWholeNumber, !type.isBinary, !type.isSigned || type == .int16 || type == .int32,
      let width = type.bitWidth
    else {
      node.fault("\(type.named) has no bits to name", "Leave bits out, or write type: uint16")
      return []
    }
    return meanings(node, 0...Double(width - 1), "bit", "Write each bit with its word: {0: ready, 4: fault}")
  }

  private static func meanings(
    _ node: DocumentNode, _ bounds: ClosedRange<Double>, _ kind: String, _ remedy: String
  ) -> [EnumerationWord] {
    guard node.isMapping else {
      node.fault("this should be a block of \(kind)s and words", remedy)
      return []
    }
    let entries = node.entries
    guard entries.count <= maximumMeaningsPerPoint else {
      node.fault("there are \(entries.count) entries", "Write at most \(maximumMeaningsPerPoint)")
      return []
    }
    var found: [Int64: Words] = [:]
    for (key, value) in entries {
      guard let code = wholeNumber(key) else {
        value.fault("\"\(key.prefix(40))\" is not a whole number", remedy)
        continue
      }
      guard bounds.contains(Double(code)) else {
        value.fault(
          "\(kind) \(code) is outside \(shortest(bounds.lowerBound)) to \(shortest(bounds.upperBound)), what this type "
            + "can hold", "Correct the \(kind) or the type")
        continue
      }
      if let words = readWords(value) {
        if found.updateValue(words, forKey: code) != nil {
          value.fault("\(kind) \(code) stands twice", "Keep one of them")
        }
      }
    }
    return found.map { EnumerationWord($0.key, $0.value) }.sorted { $0.code < $1.code }
  }

  /// A text for both languages, or `{en, zh}`.
  private static func readWords(_ node: DocumentNode) -> Words? {
    guard node.isMapping else { return DeviceProfile.plainText(node, maximumBytes: 200).map { Words($0, $0) } }
    node.allowKeys(wordsKeys)
    let english = DeviceProfile.plainText(
      node.required("en", "Write {en: sensor break, zh: 传感器断线}"), maximumBytes: 200)
    let chinese = node["zh"].map { DeviceProfile.plainText($0, maximumBytes: 200) } ?? english
    guard let english, let chinese else { return nil }
    return Words(english, chinese)
  }

  // MARK: Sentinels

  private static func readSentinels(_ node: DocumentNode?, _ type: PointType) -> [Sentinel] {
    guard let node else { return [] }
    let elements = node.elements("Write a list of raw values such as [0x8000]")
    guard !type.isBinary, let width = type.bitWidth else {
      node.fault(
        "\(type.isBinary ? "an on/off value" : "\(type.named)") has no sentinels", "Leave them out")
      return []
    }
    guard elements.count <= maximumMeaningsPerPoint else {
      node.fault("there are \(elements.count) sentinels", "Write at most \(maximumMeaningsPerPoint)")
      return []
    }
    return elements.compactMap { element in
      guard element.isMapping else { return raw(element, type, width).map { Sentinel($0) } }
      element.allowKeys(sentinelKeys)
      let remedy = "Write {raw: 0x8000, means: {en: sensor break, zh: 传感器断线}}"
      let value = element.required("raw", remedy).flatMap { raw($0, type, width) }
      let words = element["means"].flatMap { readWords($0) }
      return value.map { Sentinel($0, meaning: words) }
    }
  }

  /// The bits of a sentinel: a whole number, 0x and hexadecimal digits, or for floats a decimal number.
  private static func raw(_ node: DocumentNode, _ type: PointType, _ width: Int) -> UInt64? {
    let example = type.isFloat ? "0x7FC00000 for bits, or -9999.0 for a number" : "0x8000 or -32768"
    let remedy = "Write the raw value in the \(width) bits of \(type.named), such as \(example)"
    guard let text = node.string(remedy) else { return nil }
    let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      guard let value = UInt64(text.dropFirst(2), radix: 16) else {
        node.fault("\"\(text.prefix(40))\" is not a hexadecimal number of at most 64 bits", remedy)
        return nil
      }
      guard value <= mask else {
        node.fault("\(text) is wider than the \(width) bits of \(type.named)", remedy)
        return nil
      }
      return value
    }
    if type.isFloat {
      guard let value = node.number(remedy) else { return nil }
      switch type {
      case .float16: return UInt64(Float16(value).bitPattern)
      case .float32: return UInt64(Float(value).bitPattern)
      default: return value.bitPattern
      }
    }
    let lowest = width == 64 ? Int64.min : -(1 << Int64(width - 1))
    if let value = Int64(text), value < 0 {
      guard value >= lowest else {
        node.fault("\(text) is wider than the \(width) bits of \(type.named)", remedy)
        return nil
      }
      return UInt64(bitPattern: value) & mask
    }
    guard let value = UInt64(text) else {
      node.fault("\"\(text.prefix(40))\" is not a whole number", remedy)
      return nil
    }
    guard value <= mask else {
      node.fault("\(text) is wider than the \(width) bits of \(type.named)", remedy)
      return nil
    }
    return value
  }
}

/// A whole number in decimal, or in hexadecimal with 0x.
func wholeNumber(_ text: String) -> Int64? {
  if text.hasPrefix("0x") || text.hasPrefix("0X") { return Int64(text.dropFirst(2), radix: 16) }
  return Int64(text)
}
