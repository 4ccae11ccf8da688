/// Writes XML 1.0 in UTF-8 as bytes: one element a line, one blank more for every level.
struct XMLWriter {
  private(set) var bytes: [UInt8] = []
  private var depth = 0

  init() { raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") }

  private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func start(_ name: String, _ attributes: [(String, String)]) {
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth))
    raw("<\(name)")
    for (name, value) in attributes {
      raw(" \(name)=\"")
      escape(value)
      raw("\"")
    }
  }

  mutating func element(_ name: String, _ attributes: [(String, String)] = [], _ content: (inout XMLWriter) -> Void) {
    start(name, attributes)
    raw(">\n")
    depth += 1
    content(&self)
    depth -= 1
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth))
    raw("</\(name)>\n")
  }

  mutating func leaf(_ name: String, _ text: String, _ attributes: [(String, String)] = []) {
    start(name, attributes)
    guard !text.isEmpty else { return raw("/>\n") }
    raw(">")
    escape(text)
    raw("</\(name)>\n")
  }

  /// Nothing where there is no text.
  mutating func leaf(_ name: String, _ text: String?, _ attributes: [(String, String)] = []) {
    if let text { leaf(name, text, attributes) }
  }

  /// What XML 1.0 cannot carry even as a reference (section 2.2: the control characters but tab, line feed and carriage
  /// return, and U+FFFE and U+FFFF) is shown by its picture of the Unicode block "Control Pictures", or by U+FFFD.
  private mutating func escape(_ text: String) {
    if text.utf8.allSatisfy(Self.isPlain) { return raw(text) }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: raw("&amp;")
      case 0x3C: raw("&lt;")
      case 0x3E: raw("&gt;")
      case 0x22: raw("&quot;")
      // As references, so that no reader turns them into blanks.
      case 0x09, 0x0A, 0x0D: raw("&#\(scalar.value);")
      case 0..<0x20: append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
      case 0xFFFE, 0xFFFF: append("\u{FFFD}")
      default: append(scalar)
      }
    }
  }

  /// Stands for itself, and begins neither U+FFFE nor U+FFFF (0xEF …).
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), 0xEF: false
    default: true
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    bytes.append(contentsOf: Unicode.UTF8.encode(scalar).map(Array.init) ?? [0xEF, 0xBF, 0xBD])
  }
}
