let pointTypeWords = ["bool", "int16", "uint16", "int32", "uint32", "float32"]

extension ProfilePoint {
  static let keys = [
    "name", "table", "address", "as_printed", "type", "bit", "word_order", "scale", "offset", "unit", "range",
    "sentinels", "poll_seconds", "source", "note",
  ]

  /// Reads one point; reports every fault of it and returns nil where a part that is needed is missing.
  static func read(_ node: DocumentNode, defaults: ProfileDefaults, sources: [String]) -> ProfilePoint? {
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let name = DeviceProfile.plainText(
      node.required("name", "Write a short name such as \"temperature\""), maximumBytes: 64)
    let table = node.required("table", "Write one of: holding, input, coil, discrete")?
      .choice(RegisterTable.allCases.map(\.rawValue)).flatMap(RegisterTable.init(rawValue:))
    let address = node.required("address", "Write the address on the wire, counted from 0")?
      .integer(in: 0...65_535, "Write the address on the wire, counted from 0: printed 40001 is holding 0")
    let type = readType(node, table)
    let asPrinted = DeviceProfile.plainText(node["as_printed"], maximumBytes: 100)
    _ = DeviceProfile.plainText(node["note"])
    if let source = node["source"] { _ = source.choice(sources) }
    let poll =
      node["poll_seconds"]?.seconds(in: ProfileDefaults.pollSeconds, "Write seconds, such as 0.5")
      ?? defaults.pollIntervalMicroseconds
    guard let name, let table, let address, let type else { return nil }
    if address + type.registerCount > 65_536 {
      node["address"]?.fault(
        "the value needs address \(address + 1), but the last one is 65535", "Write an address of 0 to 65534")
    }
    let range = readRange(node, type)
    return ProfilePoint(
      name: name, table: table, address: address, asPrinted: asPrinted, type: type,
      wordOrder: readWordOrder(node, type, defaults),
      scale: readScale(node, type), offset: numeric(node["offset"], type) ?? 0,
      unit: node["unit"].flatMap { DeviceProfile.plainText($0, maximumBytes: 32) } ?? "", minimum: range.minimum,
      maximum: range.maximum, sentinels: readSentinels(node, type), pollIntervalMicroseconds: poll)
  }

  private static func readType(_ node: DocumentNode, _ table: RegisterTable?) -> PointType? {
    let bit = node["bit"]?.integer(in: 0...15, "Write the bit of the register, 0 being the least significant")
    guard let typeNode = node.required("type", "Write one of: \(pointTypeWords.joined(separator: ", "))"),
      let word = typeNode.choice(pointTypeWords), let table
    else { return nil }
    if word != "bool", let bitNode = node["bit"] {
      bitNode.fault("only a bool has a bit", "Write \"type: bool\" or leave the bit out")
    }
    guard table.holdsRegisters else {
      if word != "bool" {
        typeNode.fault("a \(table.rawValue) is on or off, not \(word)", "Write \"type: bool\"")
        return nil
      }
      node["bit"]?.fault("a \(table.rawValue) has no bits", "Leave the bit out")
      return .bool
    }
    switch word {
    case "bool":
      if node["bit"] == nil {
        node.fault("which bit of the register is meant is missing", "Write \"bit: 0\" to \"bit: 15\"")
      }
      return bit.map { .bit($0) }
    case "int16": return .int16
    case "uint16": return .uint16
    case "int32": return .int32
    case "uint32": return .uint32
    default: return .float32
    }
  }

  private static func readWordOrder(
    _ node: DocumentNode, _ type: PointType, _ defaults: ProfileDefaults
  ) -> WordOrder? {
    let words = WordOrder.names(registers: 2).map(\.name)
    let written = node["word_order"]?.choice(words).flatMap(WordOrder.named)
    guard type.registerCount == 2 else {
      node["word_order"]?.fault("a value of one register has no word order", "Leave word_order out")
      return nil
    }
    if node["word_order"] == nil, defaults.wordOrder == nil {
      node.fault(
        "the word order of this 32-bit value is missing",
        "Write word_order: one of \(words.joined(separator: ", ")), as the manual says, here or under defaults")
    }
    return written ?? defaults.wordOrder
  }

  /// A number that only a numeric value may have.
  private static func numeric(_ node: DocumentNode?, _ type: PointType) -> Double? {
    guard let node else { return nil }
    guard !type.isBinary else {
      node.fault("an on/off value has none", "Leave it out")
      return nil
    }
    return node.number("Write a number")
  }

  private static func readScale(_ node: DocumentNode, _ type: PointType) -> Double {
    guard let scale = numeric(node["scale"], type) else { return 1 }
    if scale == 0 {
      node["scale"]?.fault("a scale of 0 makes every value 0", "Write what the raw number is multiplied by")
    }
    return scale
  }

  private static func readRange(_ node: DocumentNode, _ type: PointType) -> (minimum: Double?, maximum: Double?) {
    guard let range = node["range"] else { return (nil, nil) }
    range.allowKeys(["min", "max"])
    let minimum = numeric(range["min"], type)
    let maximum = numeric(range["max"], type)
    if let minimum, let maximum, minimum >= maximum {
      range.fault("min \(minimum) is not below max \(maximum)", "Write the lower bound as min")
    }
    return (minimum, maximum)
  }

  private static func readSentinels(_ node: DocumentNode, _ type: PointType) -> [Sentinel] {
    guard let list = node["sentinels"] else { return [] }
    let elements = list.elements("Write a list of raw values such as [0x8000]")
    guard !type.isBinary else {
      list.fault("an on/off value has no sentinels", "Leave them out")
      return []
    }
    let wide = type.registerCount == 2
    let range = wide ? Int(Int32.min)...Int(UInt32.max) : Int(Int16.min)...Int(UInt16.max)
    return elements.compactMap { element in
      element.integer(in: range, "Write the raw register value, such as 0x8000 or -32768").map {
        Sentinel(UInt64(truncatingIfNeeded: $0) & (wide ? 0xFFFF_FFFF : 0xFFFF))
      }
    }
  }
}
