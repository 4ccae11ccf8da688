/// Reads one JSON text (RFC 8259). Strict, except for the bare words of ``JSONDocument/Kind/notANumber``; bounded in
/// depth, so that no payload can exhaust the stack.
struct JSONScanner {
  /// Deepest nesting of lists and objects.
  static let maximumDepth = 64
  /// Longest text that is read, in bytes.
  static let maximumBytes = 16 * 1024 * 1024

  enum Fault: Error, Hashable {
    case malformed(offset: Int)
    case tooDeep(offset: Int)
    case tooLarge(bytes: Int)
  }

  private let bytes: [UInt8]
  private var tokens: [JSONDocument.Token] = []
  private var index = 0
  private var hasForeignBytes = false

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func document(of bytes: [UInt8]) throws(Fault) -> JSONDocument {
    guard bytes.count <= maximumBytes else { throw .tooLarge(bytes: bytes.count) }
    var scanner = JSONScanner(bytes)
    scanner.tokens.reserveCapacity(min(bytes.count / 6 + 1, 1_024))
    // RFC 8259 section 8.1 lets a reader ignore a byte order mark.
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { scanner.index = 3 }
    try scanner.value(depth: 0)
    scanner.skipBlanks()
    guard scanner.index == bytes.count else { throw scanner.malformed }
    if scanner.hasForeignBytes, String(validating: bytes, as: UTF8.self) == nil { throw scanner.malformed }
    return JSONDocument(bytes: bytes, tokens: scanner.tokens)
  }

  static func value(of bytes: [UInt8]) throws(Fault) -> JSONValue {
    JSONValue(try document(of: bytes).root)
  }

  private var malformed: Fault { .malformed(offset: index) }

  @inline(__always) private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  @inline(__always) private mutating func skipBlanks() {
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return }
      index += 1
    }
  }

  @inline(__always) private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func add(_ kind: JSONDocument.Kind, from start: Int, to end: Int, hasEscapes: Bool = false) {
    tokens.append(
      JSONDocument.Token(
        kind: kind, hasEscapes: hasEscapes, start: UInt32(start), end: UInt32(end), next: UInt32(tokens.count + 1)))
  }

  private mutating func value(depth: Int) throws(Fault) {
    guard depth <= Self.maximumDepth else { throw .tooDeep(offset: index) }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): try object(depth: depth)
    case UInt8(ascii: "["): try array(depth: depth)
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try word("true", .yes)
    case UInt8(ascii: "f"): try word("false", .no)
    case UInt8(ascii: "n"): try word("null", .null)
    case UInt8(ascii: "N"): try word("NaN", .notANumber)
    case UInt8(ascii: "I"): try word("Infinity", .notANumber)
    case UInt8(ascii: "-") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "I"):
      try word("-Infinity", .notANumber)
    default: try number()
    }
  }

  private mutating func word(_ word: StaticString, _ kind: JSONDocument.Kind) throws(Fault) {
    let text = word.description.utf8
    guard bytes[index...].starts(with: text) else { throw malformed }
    add(kind, from: index, to: index + text.count)
    index += text.count
  }

  private mutating func object(depth: Int) throws(Fault) {
    let own = open(.object)
    skipBlanks()
    if take(UInt8(ascii: "}")) { return close(own) }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw malformed }
      try string()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw malformed }
      try value(depth: depth + 1)
      skipBlanks()
      if take(UInt8(ascii: "}")) { return close(own) }
      guard take(UInt8(ascii: ",")) else { throw malformed }
    }
  }

  private mutating func array(depth: Int) throws(Fault) {
    let own = open(.array)
    skipBlanks()
    if take(UInt8(ascii: "]")) { return close(own) }
    while true {
      try value(depth: depth + 1)
      skipBlanks()
      if take(UInt8(ascii: "]")) { return close(own) }
      guard take(UInt8(ascii: ",")) else { throw malformed }
    }
  }

  private mutating func open(_ kind: JSONDocument.Kind) -> Int {
    add(kind, from: index, to: index + 1)
    index += 1
    return tokens.count - 1
  }

  private mutating func close(_ own: Int) {
    tokens[own].end = UInt32(index)
    tokens[own].next = UInt32(tokens.count)
  }

  // MARK: Numbers

  private mutating func number() throws(Fault) {
    let start = index
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      index += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    add(.number, from: start, to: index)
  }

  private mutating func digits() throws(Fault) {
    let start = index
    while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
    guard index > start else { throw malformed }
  }

  // MARK: Strings

  private mutating func string() throws(Fault) {
    index += 1
    let start = index
    var hasEscapes = false
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        add(.string, from: start, to: index, hasEscapes: hasEscapes)
        index += 1
        return
      }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        try escape()
        continue
      }
      guard byte >= 0x20 else { throw malformed }
      if byte >= 0x80 { hasForeignBytes = true }
      index += 1
    }
    throw malformed
  }

  private mutating func escape() throws(Fault) {
    index += 1
    guard let byte = next else { throw malformed }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return
    case UInt8(ascii: "u"): try unicodeEscape()
    default: throw malformed
    }
  }

  private mutating func unicodeEscape() throws(Fault) {
    let first = try fourHexDigits()
    guard (0xD800..<0xE000).contains(first) else { return }
    // A surrogate: valid only as a high one followed by the escape of a low one (RFC 8259 section 7).
    guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw malformed }
    guard (0xDC00..<0xE000).contains(try fourHexDigits()) else { throw malformed }
  }

  private mutating func fourHexDigits() throws(Fault) -> UInt32 {
    guard index + 4 <= bytes.count else { throw malformed }
    var value: UInt32 = 0
    for place in index..<(index + 4) {
      guard let digit = HexadecimalDigit.value(bytes[place]) else { throw malformed }
      value = value << 4 | UInt32(digit)
    }
    index += 4
    return value
  }
}
