/// Reads JSON in the shape of batch records, from bytes that anybody may have written: bounded, and never traps.
public struct CanonicalJSONParser {
  /// The longest text that is read, in bytes: a record with the most inline readings takes some 20 MB.
  public static let maximumBytes = 256 << 20
  /// The deepest nesting of arrays and objects.
  public static let maximumDepth = 32

  /// Reads sound JSON with whole numbers; blanks, member order and escapes are free.
  public static func parse(_ bytes: [UInt8]) throws(CanonicalJSONFault) -> CanonicalJSON {
    guard bytes.count <= maximumBytes else {
      throw CanonicalJSONFault(
        reason: .tooLarge(bytes: bytes.count, maximumBytes: maximumBytes), offset: maximumBytes)
    }
    var parser = CanonicalJSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipBlanks()
    guard parser.offset == bytes.count else { throw parser.fault(.trailingBytes) }
    return value
  }

  /// Reads only the canonical form: what ``CanonicalJSON/canonicalBytes`` writes, byte for byte.
  public static func parseCanonical(_ bytes: [UInt8]) throws(CanonicalJSONFault) -> CanonicalJSON {
    let value = try parse(bytes)
    let canonical = value.canonicalBytes
    guard canonical == bytes else {
      let firstDifference = zip(canonical, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      throw CanonicalJSONFault(
        reason: .notCanonical, offset: firstDifference ?? min(canonical.count, bytes.count))
    }
    return value
  }

  private let bytes: [UInt8]
  private var offset = 0

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func fault(_ reason: CanonicalJSONFault.Reason) -> CanonicalJSONFault {
    CanonicalJSONFault(reason: reason, offset: offset)
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
  }

  private mutating func take(_ byte: UInt8, expected: String) throws(CanonicalJSONFault) {
    guard let found = next else { throw fault(.endedEarly) }
    guard found == byte else { throw fault(.unexpectedByte(found, expected: expected)) }
    offset += 1
  }

  private mutating func value(depth: Int) throws(CanonicalJSONFault) -> CanonicalJSON {
    skipBlanks()
    guard let byte = next else { throw fault(.endedEarly) }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try integer()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw fault(.unexpectedByte(byte, expected: "a value"))
    }
  }

  private mutating func word(_ text: String, _ value: CanonicalJSON) throws(CanonicalJSONFault) -> CanonicalJSON {
    for byte in text.utf8 { try take(byte, expected: text) }
    return value
  }

  private mutating func array(depth: Int) throws(CanonicalJSONFault) -> CanonicalJSON {
    guard depth <= Self.maximumDepth else { throw fault(.tooDeep(maximumDepth: Self.maximumDepth)) }
    offset += 1
    var elements: [CanonicalJSON] = []
    skipBlanks()
    if next == UInt8(ascii: "]") {
      offset += 1
      return .array([])
    }
    while true {
      elements.append(try value(depth: depth))
      skipBlanks()
      if next == UInt8(ascii: ",") {
        offset += 1
      } else {
        try take(UInt8(ascii: "]"), expected: "',' or ']'")
        return .array(elements)
      }
    }
  }

  private mutating func object(depth: Int) throws(CanonicalJSONFault) -> CanonicalJSON {
    guard depth <= Self.maximumDepth else { throw fault(.tooDeep(maximumDepth: Self.maximumDepth)) }
    let start = offset
    offset += 1
    var members: [CanonicalObject.Member] = []
    skipBlanks()
    if next == UInt8(ascii: "}") {
      offset += 1
      return .object([:])
    }
    while true {
      skipBlanks()
      guard let byte = next else { throw fault(.endedEarly) }
      guard byte == UInt8(ascii: "\"") else { throw fault(.unexpectedByte(byte, expected: "a name")) }
      let name = try string()
      skipBlanks()
      try take(UInt8(ascii: ":"), expected: "':'")
      members.append(CanonicalObject.Member(name: name, value: try value(depth: depth)))
      skipBlanks()
      if next == UInt8(ascii: ",") {
        offset += 1
      } else {
        try take(UInt8(ascii: "}"), expected: "',' or '}'")
        guard let object = CanonicalObject(parsed: members) else {
          throw CanonicalJSONFault(reason: .duplicateName(repeatedName(in: members)), offset: start)
        }
        return .object(object)
      }
    }
  }

  private func repeatedName(in members: [CanonicalObject.Member]) -> String {
    let names = members.map(\.name).sorted { CanonicalObject.isOrdered($0, before: $1) }
    return zip(names, names.dropFirst()).first { $0.0.utf8.elementsEqual($0.1.utf8) }?.0 ?? ""
  }

  private mutating func integer() throws(CanonicalJSONFault) -> CanonicalJSON {
    let start = offset
    let isNegative = next == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    var magnitude: Int64 = 0
    var digits = 0
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
      magnitude = magnitude * 10 + Int64(byte - UInt8(ascii: "0"))
      digits += 1
      offset += 1
      guard magnitude <= CanonicalJSON.largestInteger else {
        throw CanonicalJSONFault(reason: .integerTooLarge, offset: start)
      }
    }
    let first = start + (isNegative ? 1 : 0)
    let hasSuperfluousZero = digits > 1 && bytes[first] == UInt8(ascii: "0")
    let goesOn = next == UInt8(ascii: ".") || next == UInt8(ascii: "e") || next == UInt8(ascii: "E")
    guard digits > 0, !hasSuperfluousZero, !goesOn else {
      throw CanonicalJSONFault(reason: .notAnInteger, offset: start)
    }
    return .integer(isNegative ? -magnitude : magnitude)
  }

  private mutating func string() throws(CanonicalJSONFault) -> String {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    while true {
      guard let byte = next else { throw fault(.endedEarly) }
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw CanonicalJSONFault(reason: .invalidUTF8, offset: start)
        }
        return string
      case UInt8(ascii: "\\"):
        offset += 1
        text.append(contentsOf: try escaped())
      case 0..<0x20: throw fault(.controlCharacter(byte))
      default:
        text.append(byte)
        offset += 1
      }
    }
  }

  /// What an escape stands for, after its backslash.
  private mutating func escaped() throws(CanonicalJSONFault) -> [UInt8] {
    guard let byte = next else { throw fault(.endedEarly) }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try codePoint()
    default:
      offset -= 1
      throw fault(.unknownEscape)
    }
  }

  private mutating func codePoint() throws(CanonicalJSONFault) -> [UInt8] {
    var value = try fourDigits()
    if (0xD800..<0xDC00).contains(value) {
      guard next == UInt8(ascii: "\\") else { throw fault(.loneSurrogate) }
      offset += 1
      guard next == UInt8(ascii: "u") else { throw fault(.loneSurrogate) }
      offset += 1
      let low = try fourDigits()
      guard (0xDC00..<0xE000).contains(low) else { throw fault(.loneSurrogate) }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw fault(.loneSurrogate) }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func fourDigits() throws(CanonicalJSONFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next else { throw fault(.endedEarly) }
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw fault(.unknownEscape)
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
