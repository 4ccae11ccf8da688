/// Reads JSON (RFC 8259) from bytes that anybody may have written: bounded, never traps, refuses names that come twice.
struct PlainJSONParser {
  /// The longest text that is read, in bytes.
  static let maximumBytes = 64 << 20
  /// The deepest nesting of arrays and objects.
  static let maximumDepth = 64
  /// The longest number, in characters.
  static let maximumNumberCharacters = 400

  /// Where it stopped, and what it expected there.
  struct Fault: Error, Hashable {
    /// From 0, in bytes.
    var offset: Int
    var expected: String
  }

  static func parse(_ bytes: [UInt8]) throws(Fault) -> PlainJSON {
    guard bytes.count <= maximumBytes else { throw Fault(offset: maximumBytes, expected: "the end of the text") }
    var parser = PlainJSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipBlanks()
    guard parser.next == nil else { throw parser.fault("the end of the text") }
    return value
  }

  private let bytes: [UInt8]
  private var offset = 0

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func fault(_ expected: String) -> Fault { Fault(offset: offset, expected: expected) }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
  }

  private mutating func take(_ text: StaticString) throws(Fault) {
    for unit in text.description.utf8 {
      guard next == unit else { throw fault(text.description) }
      offset += 1
    }
  }

  private mutating func value(depth: Int) throws(Fault) -> PlainJSON {
    guard depth <= Self.maximumDepth else { throw fault("no more than \(Self.maximumDepth) levels") }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try take("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try take("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try take("null")
      return .null
    default: return .number(try number())
    }
  }

  private mutating func array(depth: Int) throws(Fault) -> PlainJSON {
    try take("[")
    var elements: [PlainJSON] = []
    skipBlanks()
    if next != UInt8(ascii: "]") {
      while true {
        elements.append(try value(depth: depth + 1))
        skipBlanks()
        guard next == UInt8(ascii: ",") else { break }
        offset += 1
      }
    }
    try take("]")
    return .array(elements)
  }

  private mutating func object(depth: Int) throws(Fault) -> PlainJSON {
    try take("{")
    var members: [PlainJSON.Member] = []
    var names: Set<String> = []
    skipBlanks()
    if next != UInt8(ascii: "}") {
      while true {
        skipBlanks()
        let name = try string()
        guard names.insert(name).inserted else { throw fault("every name once, not \"\(name)\" again") }
        skipBlanks()
        try take(":")
        members.append(PlainJSON.Member(name: name, value: try value(depth: depth + 1)))
        skipBlanks()
        guard next == UInt8(ascii: ",") else { break }
        offset += 1
      }
    }
    try take("}")
    return .object(members)
  }

  private mutating func number() throws(Fault) -> String {
    let start = offset
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    if next == UInt8(ascii: "-") { offset += 1 }
    guard isDigit(next) else { throw fault("a value") }
    if next == UInt8(ascii: "0") { offset += 1 } else { while isDigit(next) { offset += 1 } }
    if next == UInt8(ascii: ".") {
      offset += 1
      guard isDigit(next) else { throw fault("a digit") }
      while isDigit(next) { offset += 1 }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      offset += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
      guard isDigit(next) else { throw fault("a digit") }
      while isDigit(next) { offset += 1 }
    }
    guard offset - start <= Self.maximumNumberCharacters else { throw fault("a shorter number") }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func string() throws(Fault) -> String {
    try take("\"")
    var text: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw fault("no control character in a text") }
      offset += 1
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      try escape(into: &text)
    }
    try take("\"")
    guard let string = String(validating: text, as: UTF8.self) else { throw fault("text in UTF-8") }
    return string
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    UInt8(ascii: "/"): UInt8(ascii: "/"),
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D,
    UInt8(ascii: "t"): 0x09,
  ]

  private mutating func escape(into text: inout [UInt8]) throws(Fault) {
    guard let byte = next else { throw fault("an escape") }
    offset += 1
    if let unit = Self.escapes[byte] { return text.append(unit) }
    guard byte == UInt8(ascii: "u") else { throw fault("an escape") }
    var value = try fourDigits()
    if (0xD800..<0xDC00).contains(value) {
      try take("\\u")
      let low = try fourDigits()
      guard (0xDC00..<0xE000).contains(low) else { throw fault("the second half of a surrogate pair") }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw fault("a character") }
    text.append(contentsOf: String(Character(scalar)).utf8)
  }

  private mutating func fourDigits() throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
