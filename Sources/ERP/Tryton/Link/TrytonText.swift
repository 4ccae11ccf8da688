import Glibc

/// Reads JSON as Tryton writes it, exactly: whole numbers stay whole, texts are UTF-8 or refused. Pure.
struct TrytonText {
  /// Deepest nesting that is read, in levels; Tryton's answers have fewer than ten.
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func read(_ bytes: [UInt8]) throws(TrytonCodecFault) -> TrytonValue {
    var text = TrytonText(bytes)
    let value = try text.value(depth: 0)
    text.skipBlanks()
    guard text.place == bytes.count else { throw text.fault("something follows the value") }
    return value
  }

  private func fault(_ why: String, isCut: Bool = false) -> TrytonCodecFault {
    TrytonCodecFault(why: why, place: place, isCut: isCut || place >= bytes.count)
  }

  private mutating func skipBlanks() {
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
  }

  private mutating func value(depth: Int) throws(TrytonCodecFault) -> TrytonValue {
    guard depth <= Self.maximumDepth else { throw fault("it is nested deeper than \(Self.maximumDepth) levels") }
    skipBlanks()
    guard place < bytes.count else { throw fault("it ends too early") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .flag(true))
    case UInt8(ascii: "f"): return try word("false", .flag(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: TrytonValue) throws(TrytonCodecFault) -> TrytonValue {
    guard bytes[place...].starts(with: word.utf8) else {
      throw fault("this is no value of JSON", isCut: word.utf8.starts(with: bytes[place...]))
    }
    place += word.utf8.count
    return value
  }

  private mutating func list(depth: Int) throws(TrytonCodecFault) -> TrytonValue {
    place += 1
    var elements: [TrytonValue] = []
    if closes(with: UInt8(ascii: "]")) { return .list([]) }
    repeat { elements.append(try value(depth: depth + 1)) } while try goesOn(until: UInt8(ascii: "]"))
    return .list(elements)
  }

  private mutating func object(depth: Int) throws(TrytonCodecFault) -> TrytonValue {
    place += 1
    var members: [String: TrytonValue] = [:]
    if closes(with: UInt8(ascii: "}")) { return .object([:]) }
    repeat {
      skipBlanks()
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw fault("a name is missing") }
      let name = try string()
      skipBlanks()
      guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else { throw fault("a colon is missing") }
      place += 1
      let value = try value(depth: depth + 1)
      guard members.updateValue(value, forKey: name) == nil else {
        throw fault("\"\(oneLine(name))\" stands there twice")
      }
    } while try goesOn(until: UInt8(ascii: "}"))
    return try TrytonCodec.marked(members, at: place)
  }

  private mutating func closes(with end: UInt8) -> Bool {
    skipBlanks()
    guard place < bytes.count, bytes[place] == end else { return false }
    place += 1
    return true
  }

  private mutating func goesOn(until end: UInt8) throws(TrytonCodecFault) -> Bool {
    if closes(with: end) { return false }
    guard place < bytes.count, bytes[place] == UInt8(ascii: ",") else { throw fault("a comma is missing") }
    place += 1
    return true
  }

  // MARK: Texts

  private mutating func string() throws(TrytonCodecFault) -> String {
    place += 1
    var collected: [UInt8] = []
    guard var quote = indexOfByte(UInt8(ascii: "\""), in: bytes, from: place) else {
      throw fault("a text has no end", isCut: true)
    }
    var escape = indexOfByte(UInt8(ascii: "\\"), in: bytes, from: place) ?? bytes.count
    while escape < quote {
      collected.append(contentsOf: bytes[place..<escape])
      place = escape + 1
      try readEscape(into: &collected)
      if quote < place {
        guard let next = indexOfByte(UInt8(ascii: "\""), in: bytes, from: place) else {
          throw fault("a text has no end", isCut: true)
        }
        quote = next
      }
      escape = indexOfByte(UInt8(ascii: "\\"), in: bytes, from: place) ?? bytes.count
    }
    collected.append(contentsOf: bytes[place..<quote])
    guard let text = String(validating: collected, as: UTF8.self) else { throw fault("a text is not UTF-8") }
    place = quote + 1
    return text
  }

  private mutating func readEscape(into collected: inout [UInt8]) throws(TrytonCodecFault) {
    guard place < bytes.count else { throw fault("a text has no end", isCut: true) }
    let letter = bytes[place]
    place += 1
    switch letter {
    case UInt8(ascii: "n"): collected.append(0x0A)
    case UInt8(ascii: "t"): collected.append(0x09)
    case UInt8(ascii: "r"): collected.append(0x0D)
    case UInt8(ascii: "b"): collected.append(0x08)
    case UInt8(ascii: "f"): collected.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): collected.append(letter)
    case UInt8(ascii: "u"): collected.append(contentsOf: String(try escapedScalar()).utf8)
    default: throw fault("a text has an escape that JSON does not know")
    }
  }

  /// Characters beyond the first 65,536 come as two escapes (RFC 8259, section 7).
  private mutating func escapedScalar() throws(TrytonCodecFault) -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), bytes[place...].starts(with: "\\u".utf8) else {
      throw fault("half of a character stands alone")
    }
    place += 2
    let second = try fourDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw fault("half of a character stands alone") }
    return scalar
  }

  private mutating func fourDigits() throws(TrytonCodecFault) -> UInt32 {
    guard place + 4 <= bytes.count else { throw fault("a text has no end", isCut: true) }
    var code: UInt32 = 0
    for byte in bytes[place..<place + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw fault("a character's code is no hexadecimal number")
      }
      code = code << 4 | UInt32(digit)
    }
    place += 4
    return code
  }

  // MARK: Numbers

  private mutating func number() throws(TrytonCodecFault) -> TrytonValue {
    let start = place
    if place < bytes.count, bytes[place] == UInt8(ascii: "-") { place += 1 }
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[place - whole] != UInt8(ascii: "0") else {
      throw fault("this is no value of JSON")
    }
    var isWhole = true
    if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
      isWhole = false
      place += 1
      guard digits() > 0 else { throw fault("a number ends with its point") }
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      place += 1
      if place < bytes.count, bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") { place += 1 }
      guard digits() > 0 else { throw fault("a number has an exponent without digits") }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isWhole, let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { throw fault("a number is too large") }
    return .number(number)
  }

  private mutating func digits() -> Int {
    let start = place
    while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
    return place - start
  }
}

/// The first place of a byte at or after `start`; by libc, because the texts of attachments have millions of bytes.
func indexOfByte(_ byte: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
  guard start < bytes.count else { return nil }
  // unsafe: memchr stays within the array, whose bounds it is given
  return bytes.withUnsafeBytes { buffer in
    guard let base = buffer.baseAddress, let found = memchr(base + start, Int32(byte), buffer.count - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - base
  }
}
