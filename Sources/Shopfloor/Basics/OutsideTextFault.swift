/// Why a text from outside was not taken as a name.
public enum OutsideTextFault: Error, Equatable, Sendable {
  case empty
  case tooLong(bytes: Int, maximumBytes: Int)
  case blankAtEnd
  /// A control, format or separator character: its code point, and its place counted in characters from 1.
  case forbiddenCharacter(codePoint: UInt32, position: Int)

  /// The first fault in the text, or nil where it has none.
  public init?(in text: String, maximumBytes: Int) {
    let bytes = text.utf8.count
    if bytes == 0 {
      self = .empty
      return
    }
    if bytes > maximumBytes {
      self = .tooLong(bytes: bytes, maximumBytes: maximumBytes)
      return
    }
    for (index, scalar) in text.unicodeScalars.enumerated() where Self.isForbidden(scalar) {
      self = .forbiddenCharacter(codePoint: scalar.value, position: index + 1)
      return
    }
    if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
      self = .blankAtEnd
      return
    }
    return nil
  }

  static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    default: false
    }
  }

  public var words: Words {
    switch self {
    case .empty:
      Words("the text is empty", "内容为空")
    case .tooLong(let bytes, let maximum):
      Words("the text has \(bytes) bytes; at most \(maximum) are allowed", "内容有 \(bytes) 字节，最多允许 \(maximum) 字节")
    case .blankAtEnd:
      Words("the text begins or ends with a blank", "内容开头或结尾有空格")
    case .forbiddenCharacter(let codePoint, let position):
      Words(
        "character \(position) is the invisible character U+\(Self.hex(codePoint))",
        "第 \(position) 个字符是不可见字符 U+\(Self.hex(codePoint))")
    }
  }

  static func hex(_ codePoint: UInt32) -> String {
    let digits = String(codePoint, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// Makes any text safe to show on one line: every forbidden character becomes `<U+XXXX>`, and the text is cut at a
/// bound, with the cut shown.
public func displayable(_ text: String, maximumCharacters: Int = 200) -> String {
  var shown = ""
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == maximumCharacters { return shown + "… (\(text.unicodeScalars.count) characters)" }
    if OutsideTextFault.isForbidden(scalar) {
      shown += "<U+\(OutsideTextFault.hex(scalar.value))>"
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}
