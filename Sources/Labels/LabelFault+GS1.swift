extension LabelFault {
  /// The sentences of GS1 element strings.
  var gs1Words: LabelWords {
    let field = identifier.map { "(\($0))" } ?? ""
    return switch name {
    case .unknownIdentifier:
      LabelWords("\"\(read)\" is not a known GS1 field at byte \(place)", "第 \(place) 字节处的“\(read)”不是已知的 GS1 字段")
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
      LabelWords("two separators stand together at byte \(place)", "第 \(place) 字节处有两个连续的分隔符")
    case .missingSeparator:
      LabelWords(
        "the separator behind GS1 field \(field) is missing: \"\(read)\"", "GS1 字段 \(field) 后缺少分隔符：“\(read)”")
    case .repeatedDiffers:
      LabelWords(
        "GS1 field \(field) stands twice with different values: \"\(read)\"", "GS1 字段 \(field) 出现两次且内容不同：“\(read)”")
    default: plainWords
    }
  }
}
