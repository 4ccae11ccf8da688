/// Reads XML 1.0 in UTF-8 as a stream: elements, attributes, text, comments, the five entities and character references.
/// Document types, other entities, processing instructions and CDATA are refused: our renderings have none, and they are
/// the means of every known attack on XML readers. Bounded, never traps.
struct XMLReader {
  /// The longest document, in bytes.
  static let maximumBytes = 512 << 20
  /// The deepest nesting of elements.
  static let maximumDepth = 64
  /// The longest text of one element or attribute, in bytes.
  static let maximumTextBytes = 1 << 20
  /// The most attributes of one element.
  static let maximumAttributes = 32

  enum Event: Equatable {
    case start(String, attributes: [String: String])
    /// All text of the element that ends, outside its children.
    case end(String, text: String)
  }

  struct Fault: Error, Hashable {
    /// From 0, in bytes.
    var offset: Int
    var expected: String
  }

  private let bytes: [UInt8]
  private var offset = 0
  private var open: [(name: String, text: [UInt8])] = []
  private var rootEnded = false
  /// The end of an element without content.
  private var pendingEnd = false

  init(_ bytes: [UInt8]) throws(Fault) {
    self.bytes = bytes
    guard bytes.count <= Self.maximumBytes else { throw fault("at most \(Self.maximumBytes) bytes") }
    try take("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
  }

  private func fault(_ expected: String) -> Fault { Fault(offset: offset, expected: expected) }
  private var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func isNext(_ text: String) -> Bool {
    guard bytes.count - offset >= text.utf8.count else { return false }
    for (place, unit) in text.utf8.enumerated() where bytes[offset + place] != unit { return false }
    return true
  }

  private mutating func take(_ text: String) throws(Fault) {
    guard isNext(text) else { throw fault(text) }
    offset += text.utf8.count
  }

  private mutating func skipBlanks() {
    while let byte, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D { offset += 1 }
  }

  /// Nil at the end of the document.
  mutating func next() throws(Fault) -> Event? {
    if pendingEnd {
      pendingEnd = false
      return end()
    }
    while true {
      if open.isEmpty { skipBlanks() }
      guard let byte else {
        guard rootEnded else { throw fault("the end of an element") }
        return nil
      }
      if byte != UInt8(ascii: "<") {
        guard !open.isEmpty else { throw fault("an element") }
        try text()
      } else if isNext("<!--") {
        try comment()
      } else if isNext("</") {
        return try endTag()
      } else {
        return try startTag()
      }
    }
  }

  private mutating func end() -> Event {
    let (name, text) = open.removeLast()
    rootEnded = open.isEmpty
    return .end(name, text: String(decoding: text, as: UTF8.self))
  }

  private mutating func comment() throws(Fault) {
    offset += 4
    while !isNext("--") {
      guard byte != nil else { throw fault("the end of a comment") }
      offset += 1
    }
    try take("-->")
  }

  private mutating func startTag() throws(Fault) -> Event {
    guard !rootEnded else { throw fault("the end of the document") }
    guard open.count < Self.maximumDepth else { throw fault("at most \(Self.maximumDepth) levels") }
    offset += 1
    let name = try name()
    var attributes: [String: String] = [:]
    while true {
      let before = offset
      skipBlanks()
      if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") { break }
      guard offset > before, attributes.count < Self.maximumAttributes else { throw fault("the end of a tag") }
      let attribute = try self.name()
      try take("=\"")
      var value: [UInt8] = []
      while let byte, byte != UInt8(ascii: "\"") {
        guard byte != UInt8(ascii: "<") else { throw fault("an attribute") }
        try character(into: &value)
      }
      try take("\"")
      guard attributes.updateValue(try utf8(value), forKey: attribute) == nil else {
        throw fault("every attribute once")
      }
    }
    open.append((name, []))
    if byte == UInt8(ascii: "/") {
      try take("/>")
      pendingEnd = true
    } else {
      offset += 1
    }
    return .start(name, attributes: attributes)
  }

  private mutating func endTag() throws(Fault) -> Event {
    offset += 2
    let found = try name()
    guard let last = open.last, last.name == found else { throw fault("the end of \(open.last?.name ?? "nothing")") }
    skipBlanks()
    try take(">")
    _ = try utf8(last.text)
    return end()
  }

  private func utf8(_ bytes: [UInt8]) throws(Fault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("text in UTF-8") }
    return text
  }

  private mutating func name() throws(Fault) -> String {
    let start = offset
    while let byte, Self.isNameByte(byte) { offset += 1 }
    guard offset > start, !(0x30...0x39).contains(bytes[start]), bytes[start] != UInt8(ascii: "-") else {
      throw fault("a name")
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"):
      true
    default: false
    }
  }

  private mutating func text() throws(Fault) {
    var text: [UInt8] = []
    swap(&text, &open[open.count - 1].text)
    while let byte, byte != UInt8(ascii: "<") {
      let start = offset
      while offset < bytes.count, Self.isPlain(bytes[offset]) { offset += 1 }
      guard text.count + offset - start <= Self.maximumTextBytes else {
        throw fault("at most \(Self.maximumTextBytes) bytes of text")
      }
      text.append(contentsOf: bytes[start..<offset])
      if offset == start { try character(into: &text) }
    }
    swap(&text, &open[open.count - 1].text)
  }

  /// Neither the beginning of something else nor a control character.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte != UInt8(ascii: "<") && byte != UInt8(ascii: "&") && (byte >= 0x20 || byte == 0x0A)
  }

  private mutating func character(into text: inout [UInt8]) throws(Fault) {
    guard let byte else { throw fault("text") }
    guard text.count < Self.maximumTextBytes else { throw fault("at most \(Self.maximumTextBytes) bytes of text") }
    guard byte == UInt8(ascii: "&") else {
      guard byte >= 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { throw fault("no control character") }
      offset += 1
      return text.append(byte)
    }
    let start = offset + 1
    let limit = min(start + 10, bytes.count)
    guard let end = bytes[start..<limit].firstIndex(of: UInt8(ascii: ";")) else { throw fault("an entity") }
    text.append(contentsOf: try Self.entity(String(decoding: bytes[start..<end], as: UTF8.self), at: offset))
    offset = end + 1
  }

  private static let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

  private static func entity(_ name: String, at offset: Int) throws(Fault) -> [UInt8] {
    if let text = entities[name] { return Array(text.utf8) }
    let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.dropFirst()
    guard name.hasPrefix("#"), let value = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10),
      let scalar = Unicode.Scalar(value), value >= 0x20 || value == 0x09 || value == 0x0A || value == 0x0D,
      value != 0xFFFE, value != 0xFFFF
    else { throw Fault(offset: offset, expected: "one of the five entities or a character reference") }
    return Array(String(Character(scalar)).utf8)
  }
}
