/// Base64 of RFC 4648 section 4, with padding; reads only what it would write.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(of bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let chunk = bytes[index..<min(index + 3, bytes.count)]
      var group: UInt32 = 0
      for offset in 0..<3 { group = group << 8 | (offset < chunk.count ? UInt32(chunk[index + offset]) : 0) }
      for place in 0..<4 {
        let isPadding = place > chunk.count
        text.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(group >> UInt32(18 - 6 * place) & 0x3F)])
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil for anything that ``text(of:)`` would not have written: blanks, missing padding, stray bits.
  static func bytes(of text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var group: UInt32 = 0
    var bits = 0
    for unit in text.utf8 where unit != UInt8(ascii: "=") {
      guard let value = alphabet.firstIndex(of: unit) else { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
      }
    }
    return Base64.text(of: bytes).utf8.elementsEqual(text.utf8) ? bytes : nil
  }
}
