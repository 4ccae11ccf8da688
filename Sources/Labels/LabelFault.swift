/// Why a label cannot be used: a stable name, the place, and a sentence for the person who scanned it.
public struct LabelFault: Error, Hashable, Sendable {
  /// Names are API: never re-used, never re-worded.
  public enum Name: String, Sendable, Hashable, CaseIterable {
    case empty = "scan.empty"
    case tooManyBytes = "scan.too_long"
    case controlCharacter = "scan.control_character"
    case notText = "scan.not_utf8"
    case onlyPrefix = "plain.only_prefix"
    case unknownIdentifier = "gs1.unknown_ai"
    case tooShort = "gs1.too_short"
    case tooLong = "gs1.too_long"
    case badCharacter = "gs1.bad_character"
    case checkDigit = "gs1.check_digit"
    case badDate = "gs1.bad_date"
    case emptyField = "gs1.empty_field"
    case doubleSeparator = "gs1.double_separator"
    case missingSeparator = "gs1.missing_separator"
    case repeatedDiffers = "gs1.repeated_ai_differs"
  }

  public var name: Name
  /// Place of the fault: bytes from the start of the raw label.
  public var byteOffset: Int
  /// The application identifier concerned, where one was recognised.
  public var identifier: String?
  /// The text concerned, at most 40 bytes of it, made fit to be shown on one line.
  public var read: String

  init(_ name: Name, at byteOffset: Int, identifier: String? = nil, read: some Sequence<UInt8> = []) {
    self.name = name
    self.byteOffset = byteOffset
    self.identifier = identifier
    self.read = Self.shown(read)
  }

  /// Printable ASCII as it is, every other byte as `<XX>`.
  static func shown(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if index == 40 { return text + "…" }
      if byte >= 0x20, byte < 0x7F {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "<" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
      }
    }
    return text
  }

  func moved(by bytes: Int) -> LabelFault {
    var copy = self
    copy.byteOffset += bytes
    return copy
  }
}

extension LabelFault {
  /// What is wrong with the label, in plain words.
  public var words: LabelWords {
    let field = identifier.map { "(\($0))" } ?? ""
    return switch name {
    case .empty: LabelWords("nothing was read", "没有读到内容")
    case .tooManyBytes:
      LabelWords(
        "the label is longer than \(maximumLabelBytes) bytes", "标签内容超过 \(maximumLabelBytes) 字节")
    case .controlCharacter:
      LabelWords(
        "the label holds the control character \(read) at byte \(byteOffset + 1)",
        "标签第 \(byteOffset + 1) 字节是控制字符 \(read)")
    case .notText:
      LabelWords("the label is not readable text (UTF-8)", "标签内容不是可读文本（UTF-8）")
    case .onlyPrefix:
      LabelWords("the label holds only the prefix \"\(read)\"", "标签只有前缀“\(read)”，没有内容")
    case .unknownIdentifier:
      LabelWords(
        "\"\(read)\" is not a known GS1 field at byte \(byteOffset + 1)",
        "第 \(byteOffset + 1) 字节处的“\(read)”不是已知的 GS1 字段")
    case .tooShort:
      LabelWords("GS1 field \(field) is too short: \"\(read)\"", "GS1 字段 \(field) 太短：“\(read)”")
    case .tooLong:
      LabelWords("GS1 field \(field) is too long: \"\(read)\"", "GS1 字段 \(field) 太长：“\(read)”")
    case .badCharacter:
      LabelWords(
        "GS1 field \(field) holds a character that is not allowed: \"\(read)\"",
        "GS1 字段 \(field) 含有不允许的字符：“\(read)”")
    case .checkDigit:
      LabelWords(
        "the check digit of GS1 field \(field) is wrong: \"\(read)\"", "GS1 字段 \(field) 的校验位错误：“\(read)”")
    case .badDate:
      LabelWords(
        "GS1 field \(field) is not a date of the calendar: \"\(read)\"", "GS1 字段 \(field) 不是有效日期：“\(read)”")
    case .emptyField:
      LabelWords("GS1 field \(field) is empty", "GS1 字段 \(field) 为空")
    case .doubleSeparator:
      LabelWords(
        "two separators stand together at byte \(byteOffset + 1)", "第 \(byteOffset + 1) 字节处有两个连续的分隔符")
    case .missingSeparator:
      LabelWords(
        "the separator behind GS1 field \(field) is missing: \"\(read)\"", "GS1 字段 \(field) 后缺少分隔符：“\(read)”")
    case .repeatedDiffers:
      LabelWords(
        "GS1 field \(field) stands twice with different values: \"\(read)\"", "GS1 字段 \(field) 出现两次且内容不同：“\(read)”")
    }
  }
}
