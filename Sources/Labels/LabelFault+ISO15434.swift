extension LabelFault {
  /// The sentences of ISO/IEC 15434 and its data identifiers.
  var iso15434Words: LabelWords {
    let field = identifier.map { " \($0)" } ?? ""
    return switch name {
    case .iso15434Envelope:
      LabelWords(
        "the label was read incompletely: its envelope (ISO 15434) ends or breaks at byte \(place); scan it again",
        "标签读取不完整：封装（ISO 15434）在第 \(place) 字节处中断；请重新扫描")
    case .iso15434ControlsLost:
      LabelWords(
        "the scanner lost the separators of the label: set it to send RS, GS and EOT (or use HID POS mode)",
        "扫码器丢失了标签的分隔符；请设置为发送 RS、GS 和 EOT（或使用 HID POS 模式）")
    case .iso15434UnknownFormat:
      LabelWords(
        "the label has format\(field) of ISO 15434; only 05 and 06 are read", "标签使用 ISO 15434 格式\(field)；只支持 05 和 06")
    case .iso15434UnknownIdentifier:
      LabelWords(
        "\"\(read)\" at byte \(place) begins with no known data identifier", "第 \(place) 字节处的“\(read)”没有已知的数据标识符")
    case .iso15434EmptyField:
      LabelWords("the field\(field) at byte \(place) is empty", "第 \(place) 字节处的字段\(field) 为空")
    case .iso15434BadCharacter:
      LabelWords(
        "the field\(field) holds a character that is not allowed: \"\(read)\"", "字段\(field) 含有不允许的字符：“\(read)”")
    case .iso15434BadDate:
      LabelWords("the field\(field) is not a date of the calendar: \"\(read)\"", "字段\(field) 不是有效日期：“\(read)”")
    case .iso15434BadQuantity:
      LabelWords("the field\(field) is not a quantity: \"\(read)\"", "字段\(field) 不是有效数量：“\(read)”")
    case .iso15434TooLong:
      LabelWords("the field\(field) is too long: \"\(read)\"", "字段\(field) 太长：“\(read)”")
    case .iso15434CheckDigit:
      LabelWords("the check digit of the field\(field) is wrong: \"\(read)\"", "字段\(field) 的校验位错误：“\(read)”")
    case .iso15434RepeatedDiffers:
      LabelWords(
        "the field\(field) stands twice with different values: \"\(read)\"", "字段\(field) 出现两次且内容不同：“\(read)”")
    default: plainWords
    }
  }
}
