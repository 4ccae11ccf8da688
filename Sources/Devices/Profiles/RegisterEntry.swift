/// What an entry of `points` and one of `writes` have in common: where a value stands, how it is coded and which numbers
/// are possible.
struct RegisterEntry {
  var name: String
  var table: RegisterTable
  var address: Int
  var asPrinted: String?
  var source: String?
  var note: String?
  var type: PointType
  var wordOrder: WordOrder?
  var scale: Double
  var offset: Double
  var unit: String
  var minimum: Double?
  var maximum: Double?

  static let keys =
    ["name", "table", "address", "as_printed", "source", "note", "word_order", "scale", "offset", "unit", "range"]
    + PointType.keys
  static let rangeKeys = ["min", "max"]

  /// Reads the shared keys; reports every fault and returns nil where a part that is needed is missing.
  static func read(_ node: DocumentNode, _ context: ProfileContext) -> RegisterEntry? {
    guard node.isMapping else { return nil }
    let name = DeviceProfile.plainText(
      node.required("name", "Write a short name such as \"temperature\""), maximumBytes: 64)
    let table = readTable(node, context.defaults)
    let address = readAddress(node)
    let type = PointType.read(node, table)
    let asPrinted = DeviceProfile.plainText(node["as_printed"], maximumBytes: 100)
    let note = DeviceProfile.plainText(node["note"])
    let source = node["source"].map { $0.choice(context.sources) } ?? context.defaults.source
    if let table, let address {
      PrintedAddress.check(node, address, table, context.numbering)
      if context.numbering == nil { PrintedAddress.checkUnprinted(node, address, table) }
    }
    guard let name, let table, let address, let type else { return nil }
    if address + type.registerCount > 65_536 {
      node["address"]?.fault(
        "the value needs address \(address + type.registerCount - 1), but the last one is 65535",
        "Write an address of 0 to \(65_536 - type.registerCount)")
    }
    let scale = readScale(node, type)
    let offset = numeric(node["offset"], type, "offset") ?? 0
    let range = readRange(node, type, scale: scale, offset: offset)
    return RegisterEntry(
      name: name, table: table, address: address, asPrinted: asPrinted, source: source, note: note, type: type,
      wordOrder: WordOrder.read(node, type, default: context.defaults.wordOrder), scale: scale, offset: offset,
      unit: node["unit"].flatMap { DeviceProfile.plainText($0, maximumBytes: 32) } ?? "", minimum: range.minimum,
      maximum: range.maximum)
  }

  private static func readTable(_ node: DocumentNode, _ defaults: ProfileDefaults) -> RegisterTable? {
    let remedy = "Write one of: holding, input, coil, discrete"
    if node["table"] == nil, let table = defaults.table { return table }
    return node.required("table", remedy)?.choice(RegisterTable.allCases.map(\.rawValue))
      .flatMap(RegisterTable.init(rawValue:))
  }

  private static func readAddress(_ node: DocumentNode) -> Int? {
    let remedy = "Write the address on the wire, counted from 0: printed 40001 is holding 0"
    guard let written = node.required("address", remedy) else { return nil }
    if let text = written.text, let printed = PrintedAddress(text), printed.number > 65_535,
      let reference = printed.reference, reference.number >= 1
    {
      written.fault(
        "\(printed.number) is outside 0 to 65535: it looks like a printed number, "
          + "\(PrintedAddress.name(reference.table)) \(reference.number - 1) on the wire by the usual convention",
        "Write \"table: \(reference.table.rawValue)\", \"address: \(reference.number - 1)\" and "
          + "\"as_printed: \\\"\(printed.text)\\\"\"")
      return nil
    }
    return written.integer(in: 0...65_535, remedy)
  }

  /// A number that only a numeric value may have.
  private static func numeric(_ node: DocumentNode?, _ type: PointType, _ key: String) -> Double? {
    guard let node else { return nil }
    if type.isBinary {
      node.fault("an on/off value has none", "Leave \(key) out")
      return nil
    }
    if type.isText {
      node.fault("a text has none", "Leave \(key) out, or correct the type")
      return nil
    }
    if case .dateTime = type {
      node.fault("a datetime has none", "Leave \(key) out, or correct the type")
      return nil
    }
    return node.number("Write a number")
  }

  private static func readScale(_ node: DocumentNode, _ type: PointType) -> Double {
    guard let scale = numeric(node["scale"], type, "scale") else { return 1 }
    if scale == 0 {
      node["scale"]?.fault("a scale of 0 makes every value 0", "Write what the raw number is multiplied by")
      return 1
    }
    return scale
  }

  private static func readRange(
    _ node: DocumentNode, _ type: PointType, scale: Double, offset: Double
  ) -> (minimum: Double?, maximum: Double?) {
    guard let range = node["range"] else { return (nil, nil) }
    range.allowKeys(rangeKeys)
    guard range.isMapping else { return (nil, nil) }
    if type.rawBounds == nil || type.isBinary {
      range.fault(
        "\(type.isText ? "a text" : type.isBinary ? "an on/off value" : "a datetime") has no range",
        "Leave range out, or correct the type")
      return (nil, nil)
    }
    let minimum = range["min"]?.number("Write a number")
    let maximum = range["max"]?.number("Write a number")
    if minimum == nil, maximum == nil, range["min"] == nil, range["max"] == nil {
      range.fault("the range has no bound", "Write {min: 0, max: 100}")
    }
    if let minimum, let maximum, minimum >= maximum {
      range.fault("min \(shortest(minimum)) is not below max \(shortest(maximum))", "Write the lower bound as min")
      return (nil, nil)
    }
    if node["scale_from"] == nil, let raw = type.rawBounds {
      let ends = [raw.lowerBound * scale + offset, raw.upperBound * scale + offset].sorted()
      if let minimum, minimum > ends[1] {
        range.fault(
          "no \(type.word) with this scale reaches min \(shortest(minimum)): its largest value is \(shortest(ends[1]))",
          "Write the range of the scaled value, or correct type and scale")
      }
      if let maximum, maximum < ends[0] {
        range.fault(
          "no \(type.word) with this scale goes down to max \(shortest(maximum)): its smallest value is "
            + shortest(ends[0]),
          "Write the range of the scaled value, or correct type and scale")
      }
    }
    return (minimum, maximum)
  }
}

/// A number without a needless ".0".
func shortest(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
}
