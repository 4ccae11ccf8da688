extension LabelFault {
  /// What is wrong with the label, in plain words: what was read and where. Each family has its sentences in a file of
  /// its own.
  public var words: LabelWords {
    switch name.family {
    case .scan, .plain, .udi: scanWords
    case .gs1: gs1Words
    case .dl: digitalLinkWords
    case .hibc: hibcWords
    case .iso15434: iso15434Words
    case .epc: epcWords
    }
  }

  /// The place for people, who count from 1.
  var place: Int { byteOffset + 1 }

  /// The sentence of a fault that has no better one.
  var plainWords: LabelWords {
    LabelWords(
      "the label breaks the rule \(name.rawValue) at byte \(place): \"\(read)\"",
      "标签第 \(place) 字节处不符合规则 \(name.rawValue)：“\(read)”")
  }

  private var scanWords: LabelWords {
    switch name {
    case .empty: LabelWords("nothing was read", "没有读到内容")
    case .tooManyBytes:
      LabelWords(
        "the label is longer than \(maximumLabelBytes) bytes", "标签内容超过 \(maximumLabelBytes) 字节")
    case .controlCharacter:
      LabelWords(
        "the label holds the control character \(read) at byte \(place)", "标签第 \(place) 字节是控制字符 \(read)")
    case .notText:
      LabelWords("the label is not readable text (UTF-8)", "标签内容不是可读文本（UTF-8）")
    case .noSeparatorSeen:
      LabelWords(
        "the scanner sent no separator between the fields; set it to send GS (FNC1)",
        "扫码器没有发送字段分隔符；请设置为发送 GS（FNC1）")
    case .truncated:
      LabelWords("the label ends in the middle, at byte \(place)", "标签内容在第 \(place) 字节处中断")
    case .onlyPrefix:
      LabelWords("the label holds only the prefix \"\(read)\"", "标签只有前缀“\(read)”，没有内容")
    case .basicUDIInCarrier:
      LabelWords(
        "\"\(read)\" names a device family (Basic UDI-DI), not a device: scan the UDI of the device",
        "“\(read)”是产品族标识（Basic UDI-DI），不是具体产品；请扫描产品的 UDI")
    default: plainWords
    }
  }
}
