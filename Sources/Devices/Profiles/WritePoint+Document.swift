/// Most values that a profile may offer for writing.
let maximumWritesPerProfile = 200

extension WritePoint {
  static let keys = RegisterEntry.keys + ["min_interval_seconds", "function", "read_back"]

  /// Reads one write point; reports every fault of it and returns nil where a part that is needed is missing.
  static func read(_ node: DocumentNode, _ context: ProfileContext) -> WritePoint? {
    node.allowKeys(keys)
    let entry = RegisterEntry.read(node, context)
    let interval = node["min_interval_seconds"]?.seconds(
      in: 0...86_400, "Write the least seconds between two writes, such as 1")
    let word = node["function"]?.choice(Function.allCases.map(\.rawValue))
    let isReadBack = node["read_back"]?.flag("Write false only where the manual says that it cannot be read") ?? true
    guard let entry else { return nil }
    checkTable(node, entry)
    guard isWritable(entry.type) else {
      (node["type"] ?? node).fault(
        "\(entry.type.named) cannot be written",
        "Write a bool, one bit of a register, or a number of 16, 32 or 64 bits")
      return nil
    }
    checkRange(node, entry)
    let function = word.flatMap(Function.init(rawValue:)) ?? (entry.type.registerCount == 1 ? .single : .multiple)
    if function == .single, entry.type.registerCount > 1 {
      node["function"]?.fault(
        "function 6 writes one register, but \(entry.type.named) has \(entry.type.registerCount)",
        "Write \"function: multiple\", or leave it out")
    }
    return WritePoint(
      name: entry.name, table: entry.table, address: entry.address, asPrinted: entry.asPrinted, source: entry.source,
      note: entry.note, type: entry.type, wordOrder: entry.wordOrder, scale: entry.scale, offset: entry.offset,
      unit: entry.unit, minimum: entry.minimum, maximum: entry.maximum,
      minimumIntervalMicroseconds: interval ?? 1_000_000, function: function, isReadBack: isReadBack)
  }

  private static func checkTable(_ node: DocumentNode, _ entry: RegisterEntry) {
    let place = node["table"] ?? node
    if entry.table == .input {
      place.fault(
        "input registers cannot be written",
        "The holding register with the same number is probably meant: write \"table: holding\" and check address "
          + "\(entry.address) in the manual's list of holding registers (4xxxx)")
    }
    if entry.table == .discrete {
      place.fault(
        "discrete inputs cannot be written",
        "The coil with the same number is probably meant: write \"table: coil\" and check address \(entry.address) in "
          + "the manual's list of coils (0xxxx)")
    }
  }

  private static func isWritable(_ type: PointType) -> Bool {
    switch type {
    case .bool, .bit, .int16, .uint16, .int32, .uint32, .int64, .uint64, .float16, .float32, .float64: true
    case .bitField, .int8, .uint8, .bcd, .text, .dateTime: false
    }
  }

  /// Both bounds are needed, and every value between them must fit the registers.
  private static func checkRange(_ node: DocumentNode, _ entry: RegisterEntry) {
    guard !entry.type.isBinary, let raw = entry.type.rawBounds else { return }
    guard let minimum = entry.minimum, let maximum = entry.maximum else {
      let bounds = node["range"].map { range in range["min"] != nil && range["max"] != nil } ?? false
      // Bounds that stand there and were not taken have their fault already.
      if !bounds {
        (node["range"] ?? node).fault(
          "which values may be written is missing",
          "Write both bounds as the manual gives them: range: {min: 0, max: 100}")
      }
      return
    }
    let ends = [raw.lowerBound * entry.scale + entry.offset, raw.upperBound * entry.scale + entry.offset].sorted()
    if minimum < ends[0] || maximum > ends[1] {
      node["range"]?.fault(
        "\(entry.type.named) with this scale holds \(shortest(ends[0])) to \(shortest(ends[1])), not "
          + "\(shortest(minimum)) to \(shortest(maximum))",
        "Write the bounds of the scaled value, or correct type and scale")
    }
  }
}
