extension LabelFault {
  /// The sentences of HIBC.
  var hibcWords: LabelWords {
    let field = identifier.map { " \($0)" } ?? ""
    return switch name {
    case .hibcCheck:
      LabelWords(
        "the check character of the HIBC label is wrong: \"\(read)\"; scan it again, do not type it",
        "HIBC 标签的校验字符错误：“\(read)”；请重新扫描，不要手工输入")
    case .hibcLink:
      LabelWords(
        "the second HIBC label does not belong to the first one (link character \"\(read)\")",
        "第二个 HIBC 标签与第一个不匹配（链接字符“\(read)”）")
    case .hibcBadLabeller:
      LabelWords(
        "\"\(read)\" is no HIBC labeller code (a letter and three letters or digits)",
        "“\(read)”不是 HIBC 厂商代码（一个字母加三个字母或数字）")
    case .hibcBadReference:
      LabelWords(
        "the HIBC label has no valid catalogue number: \"\(read)\"", "HIBC 标签的产品编号无效：“\(read)”")
    case .hibcBadUnit:
      LabelWords(
        "the HIBC label names no packaging level (a digit at the end of \"\(read)\")",
        "HIBC 标签没有包装级别（“\(read)”末位应为数字）")
    case .hibcBadDate:
      LabelWords(
        "the HIBC label has no valid date: \"\(read)\" at byte \(place)",
        "HIBC 标签的日期无效：第 \(place) 字节处的“\(read)”")
    case .hibcBadQuantity:
      LabelWords(
        "the HIBC label has no valid quantity: \"\(read)\"", "HIBC 标签的数量无效：“\(read)”")
    case .hibcBadCharacter:
      LabelWords(
        "the HIBC label holds a character that is not allowed: \"\(read)\" at byte \(place)",
        "HIBC 标签第 \(place) 字节处含有不允许的字符：“\(read)”")
    case .hibcTooShort:
      LabelWords("the HIBC label is too short: \"\(read)\"", "HIBC 标签太短：“\(read)”")
    case .hibcTooLong:
      LabelWords(
        "the HIBC field\(field) is longer than 18 characters: \"\(read)\"", "HIBC 字段\(field) 超过 18 个字符：“\(read)”")
    case .hibcEmptyField:
      LabelWords("the HIBC field\(field) is empty", "HIBC 字段\(field) 为空")
    case .hibcUnknownExtra:
      LabelWords(
        "\"\(read)\" at byte \(place) is not a known HIBC field", "第 \(place) 字节处的“\(read)”不是已知的 HIBC 字段")
    case .hibcRepeatedField:
      LabelWords(
        "the HIBC label gives a field twice: \"\(read)\"", "HIBC 标签中字段重复：“\(read)”")
    case .hibcUnlinked:
      LabelWords(
        "this HIBC label holds only lot and date: scan the label with the item first",
        "此 HIBC 标签只有批号和日期；请先扫描产品标签")
    default: plainWords
    }
  }
}
