extension LabelFault {
  /// The sentences of EPC words.
  var epcWords: LabelWords {
    let scheme = identifier.map { " (\($0))" } ?? ""
    return switch name {
    case .epcOddLength:
      LabelWords(
        "the radio tag was read incompletely: the last digit of \"\(read)\" has no partner; read the tag again",
        "射频标签读取不完整：“\(read)”的最后一位不成对；请重新读取")
    case .epcBadCharacter:
      LabelWords(
        "\"\(read)\" at place \(place) is no hexadecimal digit", "第 \(place) 位的“\(read)”不是十六进制数字")
    case .epcUnknownHeader:
      LabelWords(
        "the radio tag begins with \"\(read)\", which is no EPC scheme: the tag is empty or holds something else",
        "射频标签以“\(read)”开头，不是 EPC 编码；标签可能是空的或写有其他内容")
    case .epcLengthForScheme:
      LabelWords(
        "the radio tag's content has the wrong length for its scheme\(scheme): \"\(read)\"; read the tag again",
        "射频标签内容的长度与编码方式\(scheme)不符：“\(read)”；请重新读取")
    case .epcPartition:
      LabelWords(
        "the radio tag is wrongly written: company prefix and item cannot be separated (place \(place))",
        "射频标签写入有误：无法区分厂商代码和商品代码（第 \(place) 位）")
    case .epcFieldRange:
      LabelWords(
        "the radio tag is wrongly written: the field at place \(place) of \"\(read)\" has an impossible value",
        "射频标签写入有误：“\(read)”第 \(place) 位处的字段值无效")
    case .epcRestBits:
      LabelWords(
        "the radio tag holds data behind its EPC that cannot be read, at place \(place) of \"\(read)\"",
        "射频标签在 EPC 之后还有无法识别的数据（“\(read)”第 \(place) 位）")
    case .epcTagIdentification:
      LabelWords(
        "the reader sent the chip's own number (TID), not the EPC: set the reader to send the EPC memory",
        "读写器发送的是芯片编号（TID），不是 EPC；请设置为发送 EPC 存储区")
    default: plainWords
    }
  }
}
