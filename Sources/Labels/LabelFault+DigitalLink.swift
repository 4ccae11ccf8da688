extension LabelFault {
  /// The sentences of GS1 Digital Link.
  var digitalLinkWords: LabelWords {
    let field = identifier.map { "(\($0))" } ?? ""
    return switch name {
    case .linkMalformed:
      LabelWords(
        "the web address on the label is malformed at byte \(place): \"\(read)\"", "标签上的网址第 \(place) 字节处格式错误：“\(read)”")
    case .linkNoKey:
      LabelWords(
        "the GS1 web address names no item, place or unit: \"\(read)\"", "GS1 网址中没有物品、地点或物流单元的标识：“\(read)”")
    case .linkQualifierOrder:
      LabelWords(
        "the fields of the GS1 web address stand in the wrong order or place at byte \(place): \(read)",
        "GS1 网址第 \(place) 字节处的字段顺序或位置错误：\(read)")
    case .linkBadEscape:
      LabelWords(
        "the percent sign at byte \(place) of the web address needs two hexadecimal digits: \"\(read)\"",
        "网址第 \(place) 字节处的百分号后应有两位十六进制数字：“\(read)”")
    case .linkZeroSuppressed:
      LabelWords(
        "the item number in the web address must have 14 digits, with its leading zeros: \"\(read)\"",
        "网址中的商品编号应为 14 位并保留前导零：“\(read)”")
    case .linkKeyInStem:
      LabelWords(
        "GS1 field \(field) stands before the key of the web address at byte \(place), where it means nothing",
        "GS1 字段 \(field) 位于网址主键之前（第 \(place) 字节），在该处无意义")
    case .linkNotAttribute:
      LabelWords(
        "GS1 field \(field) at byte \(place) may not stand behind the question mark of a web address",
        "第 \(place) 字节处的 GS1 字段 \(field) 不能出现在网址的问号之后")
    case .linkRepeated:
      LabelWords(
        "GS1 field \(field) stands twice in the web address, again at byte \(place)",
        "GS1 字段 \(field) 在网址中重复出现（第 \(place) 字节）")
    default: plainWords
    }
  }
}
