/// Text as it stands in the cells of a terminal or in columns of a figure.
enum TextCells {
  /// How many cells a text takes: ideographs and full-width forms take two (the wide blocks of Unicode's
  /// EastAsianWidth table), combining marks none.
  static func width(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + width($1) } }

  static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first?.value else { return 0 }
    switch scalar {
    case 0x0300...0x036F: return 0
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// Control characters, which could move the cursor or colour the screen, become question marks.
  static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "?"
          default: scalar
          }
        }))
  }

  /// At most so many cells; what is left out is shown by an ellipsis.
  static func shortened(_ text: String, to cells: Int, ellipsis: String = "…") -> String {
    if width(text) <= cells { return text }
    var result = ""
    var used = width(ellipsis)
    for character in text {
      used += width(character)
      if used > cells { break }
      result.append(character)
    }
    return result + ellipsis
  }

  static func padded(_ text: String, to cells: Int) -> String {
    text + String(repeating: " ", count: max(0, cells - width(text)))
  }

  static func aligned(right text: String, to cells: Int) -> String {
    String(repeating: " ", count: max(0, cells - width(text))) + text
  }

  /// Lines of at most so many cells, broken at spaces and between ideographs; further lines begin with the indent.
  static func wrapped(_ text: String, to cells: Int, indent: String = "") -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words(text) {
      let isFirst = line.isEmpty || line == indent
      if !isFirst, width(line) + width(word) - trailingSpaces(word) > cells {
        lines.append(trimmed(line))
        line = indent
      }
      line += (line == indent && !lines.isEmpty) ? String(word.drop { $0 == " " }) : word
    }
    lines.append(trimmed(line))
    return lines
  }

  /// Pieces after which a line may break; each keeps the space that follows it.
  private static func words(_ text: String) -> [String] {
    var result: [String] = []
    var word = ""
    for character in text {
      word.append(character)
      if character == " " || width(character) == 2 {
        result.append(word)
        word = ""
      }
    }
    return word.isEmpty ? result : result + [word]
  }

  private static func trailingSpaces(_ word: String) -> Int { word.reversed().prefix { $0 == " " }.count }

  static func trimmed(_ line: String) -> String { String(line.reversed().drop { $0 == " " }.reversed()) }
}
