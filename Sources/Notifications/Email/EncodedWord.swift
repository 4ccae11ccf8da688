import FoundationEssentials

/// Text of a header in UTF-8 (RFC 2047).
enum EncodedWord {
  /// Bytes of text in one word: as base64 and with `=?UTF-8?B?…?=` around it no longer than 75 characters, less the room
  /// for the name of the header.
  static let maximumTextBytes = 39

  /// The header in folded lines. Plain printable ASCII that fits a line stays readable; everything else is encoded, line
  /// ends and control characters too.
  static func headerLines(_ name: String, _ text: String) -> [String] {
    let isPlain =
      text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
      && name.utf8.count + 2 + text.utf8.count <= EmailMessage.maximumLineCharacters
      && text.first != " " && text.last != " "
    if isPlain { return ["\(name): \(text)"] }
    return words(text).enumerated().map { index, word in (index == 0 ? "\(name): " : " ") + word }
  }

  /// No character is cut: each word is whole UTF-8 (RFC 2047 section 5).
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var part: [UInt8] = []
    func word(_ bytes: [UInt8]) -> String { "=?UTF-8?B?\(Data(bytes).base64EncodedString())?=" }
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if part.count + bytes.count > maximumTextBytes {
        words.append(word(part))
        part = []
      }
      part += bytes
    }
    return words + [word(part)]
  }
}
