import Devices
import Shopfloor

/// Characters out of registers.
enum RegisterText {
  /// The text without its padding: it ends at the first zero byte, and blanks at both ends are no part of it. nil where
  /// the bytes are no text of the encoding, or hold a character that nobody can see.
  static func text(_ words: [UInt16], _ layout: TextLayout) -> String? {
    guard let bytes = bytes(words, layout.characters) else { return nil }
    let text: String
    switch layout.encoding {
    case .ascii:
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
      text = String(decoding: bytes, as: UTF8.self)
    case .latin1:
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
      text = String(scalars)
    case .utf8:
      guard let valid = String(validating: bytes, as: UTF8.self) else { return nil }
      text = valid
    }
    let trimmed = trim(text)
    switch OutsideTextFault(in: trimmed, maximumBytes: TextReading.maximumBytes) {
    case nil, .empty: return trimmed
    default: return nil
    }
  }

  /// nil where a register of one character holds more than that.
  private static func bytes(_ words: [UInt16], _ characters: TextLayout.Characters) -> ArraySlice<UInt8>? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(words.count * 2)
    for word in words {
      let (high, low) = (UInt8(word >> 8), UInt8(truncatingIfNeeded: word))
      switch characters {
      case .highByteFirst: bytes += [high, low]
      case .lowByteFirst: bytes += [low, high]
      case .onePerRegister:
        if low == 0 { return bytes[...] }
        guard high == 0 else { return nil }
        bytes.append(low)
      }
    }
    return bytes.prefix { $0 != 0 }
  }

  private static func trim(_ text: String) -> String {
    var rest = text.unicodeScalars[...]
    // Only blanks that can be seen as such: a line break in a text is a fault, not a padding.
    while let first = rest.first, first.properties.generalCategory == .spaceSeparator { rest.removeFirst() }
    while let last = rest.last, last.properties.generalCategory == .spaceSeparator { rest.removeLast() }
    return String(rest)
  }
}
