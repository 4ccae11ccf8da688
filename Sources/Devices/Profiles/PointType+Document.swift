extension PointType {
  /// Every word that `type` may be.
  static let words = [
    "bool", "bit_field", "int8_high", "int8_low", "uint8_high", "uint8_low", "int16", "uint16", "int32", "uint32",
    "int64", "uint64", "float16", "float32", "float64", "bcd4", "bcd8", "bcd12", "bcd16", "text", "datetime",
  ]
  static let keys = ["type", "bit", "width", "layout"]

  /// The word that `type` has in a file.
  public var word: String {
    switch self {
    case .bool, .bit: "bool"
    case .bitField: "bit_field"
    case .int8(let half): "int8_\(half.rawValue)"
    case .uint8(let half): "uint8_\(half.rawValue)"
    case .int16: "int16"
    case .uint16: "uint16"
    case .int32: "int32"
    case .uint32: "uint32"
    case .int64: "int64"
    case .uint64: "uint64"
    case .float16: "float16"
    case .float32: "float32"
    case .float64: "float64"
    case .bcd(let digits): "bcd\(digits)"
    case .text: "text"
    case .dateTime: "datetime"
    }
  }

  /// The word with its article, for messages.
  var named: String { (word.hasPrefix("i") ? "an " : "a ") + word }

  /// Reads `type` with `bit`, `width` and `layout`; reports what does not belong together.
  static func read(_ node: DocumentNode, _ table: RegisterTable?) -> PointType? {
    let remedy = "Write one of: \(words.joined(separator: ", "))"
    let bit = node["bit"]?.integer(in: 0...15, "Write the bit of the register, 0 being the least significant")
    guard let typeNode = node.required("type", remedy), let word = typeNode.choice(words) else { return nil }
    guard let table else { return nil }
    if table.holdsRegisters {
      return readRegister(node, word, bit)
    }
    guard word == "bool" else {
      typeNode.fault("a \(table.rawValue) is on or off, not \(word)", "Write \"type: bool\"")
      return nil
    }
    for key in ["bit", "width", "layout"] {
      node[key]?.fault("a \(table.rawValue) has no \(key == "bit" ? "bits" : key)", "Leave \(key) out")
    }
    return .bool
  }

  private static func readRegister(_ node: DocumentNode, _ word: String, _ bit: Int?) -> PointType? {
    if word != "bool", word != "bit_field" {
      node["bit"]?.fault("only a bool or a bit_field has a bit", "Write \"type: bool\" or leave the bit out")
    }
    if word != "bit_field" { node["width"]?.fault("only a bit_field has a width", "Leave the width out") }
    if word != "text", word != "datetime" {
      node["layout"]?.fault("only a text or a datetime has a layout", "Leave the layout out")
    }
    switch word {
    case "bool":
      if node["bit"] == nil {
        node.fault("which bit of the register is meant is missing", "Write \"bit: 0\" to \"bit: 15\"")
      }
      return bit.map { .bit($0) }
    case "bit_field": return readBitField(node, bit)
    case "int8_high": return .int8(.high)
    case "int8_low": return .int8(.low)
    case "uint8_high": return .uint8(.high)
    case "uint8_low": return .uint8(.low)
    case "int16": return .int16
    case "uint16": return .uint16
    case "int32": return .int32
    case "uint32": return .uint32
    case "int64": return .int64
    case "uint64": return .uint64
    case "float16": return .float16
    case "float32": return .float32
    case "float64": return .float64
    case "text":
      let remedy = "Write \"layout: {registers: 8}\""
      return node.required("layout", remedy).flatMap(TextLayout.read).map { .text($0) }
    case "datetime":
      let remedy = "Write \"layout: {form: unix_seconds}\""
      return node.required("layout", remedy).flatMap(DateTimeLayout.read).map { .dateTime($0) }
    default:
      // The remaining words are bcd and the number of digits.
      return Int(word.dropFirst(3)).map { .bcd(digits: $0) }
    }
  }

  private static func readBitField(_ node: DocumentNode, _ lowest: Int?) -> PointType? {
    let lowestRemedy = "Write the lowest bit of the field, 0 to 15: bit: 6"
    let widthRemedy = "Write how many bits the field has, 2 to 16: width: 3"
    _ = node.required("bit", lowestRemedy)
    let width = node.required("width", widthRemedy)?.integer(in: 2...16, widthRemedy)
    guard let lowest, let width else { return nil }
    guard lowest + width <= 16 else {
      node["width"]?.fault(
        "\(width) bits from bit \(lowest) on need bit \(lowest + width - 1), but a register ends with bit 15",
        "Write bit as the lowest bit of the field, or a smaller width")
      return nil
    }
    return .bitField(lowest: lowest, width: width)
  }
}

extension TextLayout {
  static let keys = ["registers", "characters", "encoding"]

  static func read(_ node: DocumentNode) -> TextLayout? {
    node.allowKeys(keys)
    let remedy = "Write how many registers the text has, 1 to \(maximumRegisters)"
    let characters = node["characters"].map {
      $0.choice(Characters.allCases.map(\.rawValue)).flatMap(Characters.init(rawValue:))
    }
    let encoding = node["encoding"].map {
      $0.choice(Encoding.allCases.map(\.rawValue)).flatMap(Encoding.init(rawValue:))
    }
    guard let registers = node.required("registers", remedy)?.integer(in: 1...maximumRegisters, remedy),
      let characters = characters ?? .highByteFirst, let encoding = encoding ?? .ascii
    else { return nil }
    return TextLayout(registers: registers, characters: characters, encoding: encoding)
  }
}

extension DateTimeLayout {
  static let keys = ["form", "registers", "fields", "utc_offset_minutes"]
  static let forms = ["unix_seconds", "unix_milliseconds", "fields"]

  static func read(_ node: DocumentNode) -> DateTimeLayout? {
    node.allowKeys(keys)
    let offset = node["utc_offset_minutes"].map {
      $0.integer(in: -840...840, "Write what the device's clock is ahead of UTC, in minutes: 480 for China")
    }
    guard let offset = offset ?? 0,
      let word = node.required("form", "Write one of: \(forms.joined(separator: ", "))")?.choice(forms)
    else { return nil }
    if word != "unix_seconds" {
      node["registers"]?.fault("only unix_seconds may have 2 or 4 registers", "Leave registers out")
    }
    if word != "fields" { node["fields"]?.fault("\(word) has no fields", "Leave fields out, or write form: fields") }
    switch word {
    case "unix_seconds":
      let registers = node["registers"].map { $0.integer(in: 2...4, "Write 2 or 4") } ?? 2
      guard let registers else { return nil }
      if registers == 3 { node["registers"]?.fault("no count of seconds has 3 registers", "Write 2 or 4") }
      return DateTimeLayout(form: .unixSeconds(registers: registers), utcOffsetMinutes: offset)
    case "unix_milliseconds": return DateTimeLayout(form: .unixMilliseconds, utcOffsetMinutes: offset)
    default: return readFields(node).map { DateTimeLayout(form: .fields($0), utcOffsetMinutes: offset) }
    }
  }

  private static func readFields(_ node: DocumentNode) -> [Field]? {
    let remedy = "Write the fields in the order of their registers: [year, month, day, hour, minute, second]"
    guard let list = node.required("fields", remedy) else { return nil }
    let elements = list.elements(remedy)
    guard list.isSequence else { return nil }
    guard (1...maximumFields).contains(elements.count) else {
      list.fault("there are \(elements.count) fields", "Write 1 to \(maximumFields), one for each register")
      return nil
    }
    let fields = elements.compactMap { $0.choice(Field.allCases.map(\.rawValue)).flatMap(Field.init(rawValue:)) }
    guard fields.count == elements.count else { return nil }
    for field in Field.allCases where field != .skip {
      let count = fields.count { $0 == field }
      if count > 1 { list.fault("\(field.rawValue) stands \(count) times", remedy) }
      if count == 0, [.year, .month, .day].contains(field) {
        list.fault("\(field.rawValue) is missing: without it there is no date", remedy)
      }
    }
    return fields
  }
}
