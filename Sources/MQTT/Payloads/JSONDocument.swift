/// A JSON text (RFC 8259) that was read once: its bytes, and where its values stand in them. Nothing is copied out of the
/// bytes before somebody asks, so a message costs two arrays however many values it has, and numbers keep their digits.
struct JSONDocument: Hashable {
  enum Kind: UInt8 {
    case null
    case yes
    case no
    case number
    /// The bare words NaN, Infinity and -Infinity, which RFC 8259 forbids and several encoders write nevertheless.
    case notANumber
    case string
    case array
    case object
  }

  /// One value; the values inside a list or an object follow it. A member of an object is two tokens: its name and its
  /// value.
  struct Token: Hashable {
    var kind: Kind
    /// A text whose bytes are not yet its characters.
    var hasEscapes = false
    /// The bytes of the value; of a text, those between the quotes.
    var start: UInt32
    var end: UInt32
    /// The token behind this value and everything in it.
    var next: UInt32
  }

  let bytes: [UInt8]
  let tokens: [Token]

  var root: JSONItem { JSONItem(document: self, index: 0) }

  /// An object without members.
  static let emptyObject = JSONDocument(
    bytes: [UInt8(ascii: "{"), UInt8(ascii: "}")], tokens: [Token(kind: .object, start: 0, end: 2, next: 1)])
}

/// One value of a document.
struct JSONItem {
  let document: JSONDocument
  let index: Int

  var token: JSONDocument.Token { document.tokens[index] }
  var kind: JSONDocument.Kind { token.kind }

  /// The bytes as written; of a text, those between the quotes.
  var written: ArraySlice<UInt8> { document.bytes[Int(token.start)..<Int(token.end)] }

  /// A text, a number as written, `true` or `false`, in UTF-8; nil for everything else.
  var plainBytes: ArraySlice<UInt8>? {
    let token = token
    switch token.kind {
    case .string: return token.hasEscapes ? JSONEscapes.decoded(written)[...] : written
    case .number, .yes, .no: return written
    case .null, .notANumber, .array, .object: return nil
    }
  }

  /// ``plainBytes`` as a text. What was read is valid UTF-8.
  var plainText: String? { plainBytes.map { String(decoding: $0, as: UTF8.self) } }

  func isPlainText(_ text: [UInt8]) -> Bool { plainBytes?.elementsEqual(text) ?? false }

  /// The elements of a list, in their order; none for everything else.
  var elements: [JSONItem] {
    guard kind == .array else { return [] }
    var elements: [JSONItem] = []
    var index = index + 1
    while index < Int(token.next) {
      elements.append(JSONItem(document: document, index: index))
      index = Int(document.tokens[index].next)
    }
    return elements
  }

  /// The members of an object, in the order of the text; none for everything else.
  var members: [(name: JSONItem, value: JSONItem)] {
    guard kind == .object else { return [] }
    var members: [(name: JSONItem, value: JSONItem)] = []
    var index = index + 1
    while index < Int(token.next) {
      members.append((JSONItem(document: document, index: index), JSONItem(document: document, index: index + 1)))
      index = Int(document.tokens[index + 1].next)
    }
    return members
  }
}

/// The escapes of a text (RFC 8259 section 7), after the scanner has found them right.
enum JSONEscapes {
  static func decoded(_ written: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(written.count)
    var index = written.startIndex
    while index < written.endIndex {
      guard written[index] == UInt8(ascii: "\\"), index + 1 < written.endIndex else {
        bytes.append(written[index])
        index += 1
        continue
      }
      let letter = written[index + 1]
      index += 2
      switch letter {
      case UInt8(ascii: "b"): bytes.append(0x08)
      case UInt8(ascii: "f"): bytes.append(0x0C)
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "u"):
        var value = hexadecimal(written, at: index)
        index += 4
        if (0xD800..<0xDC00).contains(value) {
          value = 0x10000 + (value - 0xD800) << 10 + (hexadecimal(written, at: index + 2) & 0x3FF)
          index += 6
        }
        bytes.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
      default: bytes.append(letter)
      }
    }
    return bytes
  }

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>, at start: Int) -> UInt32 {
    bytes[min(start, bytes.endIndex)..<min(start + 4, bytes.endIndex)].reduce(0) {
      $0 << 4 | UInt32(HexadecimalDigit.value($1) ?? 0)
    }
  }
}

enum HexadecimalDigit {
  static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
