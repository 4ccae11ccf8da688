extension LabelFault {
  /// The sentences of GS1 element strings: which field, what was read, where.
  var gs1Words: LabelWords {
    let field = identifier.map { "(\($0))" } ?? ""
    return switch name {
    case .unknownIdentifier:
      LabelWords(
        "\"\(read)\" at byte \(place) is not the beginning of a known GS1 field",
        "第 \(place) 字节处的“\(read)”不是已知的 GS1 字段")
    case .tooShort:
      LabelWords(
        "GS1 field \(field) ends too early at byte \(place): \"\(read)\"",
        "GS1 字段 \(field) 在第 \(place) 字节处过早结束：“\(read)”")
    case .tooLong:
      LabelWords(
        "GS1 field \(field) is too long from byte \(place) on: \"\(read)\"",
        "GS1 字段 \(field) 从第 \(place) 字节起超长：“\(read)”")
    case .badCharacter:
      LabelWords(
        "GS1 field \(field) holds a character that is not allowed at byte \(place): \"\(read)\"",
        "GS1 字段 \(field) 第 \(place) 字节处含有不允许的字符：“\(read)”")
    case .checkDigit:
      LabelWords(
        "the check digit of GS1 field \(field) is wrong: \"\(read)\"; scan again or read the label",
        "GS1 字段 \(field) 的校验位错误：“\(read)”；请重新扫描或核对标签")
    case .badDate:
      LabelWords(
        "GS1 field \(field) is not a date of the calendar: \"\(read)\"", "GS1 字段 \(field) 不是有效日期：“\(read)”")
    case .emptyField:
      LabelWords("GS1 field \(field) at byte \(place) is empty", "第 \(place) 字节处的 GS1 字段 \(field) 为空")
    case .doubleSeparator:
      LabelWords("two separators stand together at byte \(place)", "第 \(place) 字节处有两个连续的分隔符")
    case .missingSeparator:
      LabelWords(
        "the separator behind GS1 field \(field) is missing at byte \(place): \"\(read)\"",
        "GS1 字段 \(field) 后第 \(place) 字节处缺少分隔符：“\(read)”")
    case .repeatedDiffers:
      LabelWords(
        "GS1 field \(field) stands twice with different values; the second at byte \(place) is \"\(read)\"",
        "GS1 字段 \(field) 出现两次且内容不同；第二次在第 \(place) 字节：“\(read)”")
    case .requires:
      LabelWords(
        "GS1 field \(field) at byte \(place) needs one of the fields \(read) on the same item",
        "第 \(place) 字节处的 GS1 字段 \(field) 要求同一物品上有字段 \(read) 之一")
    case .excludes:
      LabelWords(
        "GS1 field \(field) at byte \(place) must not stand together with field (\(read))",
        "第 \(place) 字节处的 GS1 字段 \(field) 不能与字段 (\(read)) 同时出现")
    case .expiryDiffers:
      LabelWords(
        "GS1 field \(field) at byte \(place) names another day of expiry than the field before it: \"\(read)\"",
        "第 \(place) 字节处的 GS1 字段 \(field) 与前一字段的有效期日期不同：“\(read)”")
    default: contentWords(field)
    }
  }

  /// Content rules: one sentence of what the field should hold, and what it holds.
  private func contentWords(_ field: String) -> LabelWords {
    guard let (english, chinese) = contentRule else { return plainWords }
    return LabelWords(
      "GS1 field \(field) must hold \(english) at byte \(place): \"\(read)\"",
      "GS1 字段 \(field) 第 \(place) 字节处应为\(chinese)：“\(read)”")
  }

  private var contentRule: (english: String, chinese: String)? {
    switch name {
    case .linterKey: ("a company prefix of at least four digits", "至少四位数字的厂商识别代码")
    case .linterCheckPair: ("the right pair of check characters", "正确的校验字符对")
    case .linterTime: ("a time from 00:00 to 23:59", "00:00 至 23:59 的时间")
    case .linterHour: ("an hour from 00 to 23", "00 至 23 的小时")
    case .linterMinute: ("a minute from 00 to 59", "00 至 59 的分钟")
    case .linterSecond: ("a second from 00 to 59", "00 至 59 的秒")
    case .linterCountry: ("a country of three digits (ISO 3166)", "三位数字的国家代码（ISO 3166）")
    case .linterCountryOr999: ("a country of three digits (ISO 3166) or 999", "三位数字的国家代码（ISO 3166）或 999")
    case .linterCountryLetters: ("a country of two letters (ISO 3166)", "两位字母的国家代码（ISO 3166）")
    case .linterCurrency: ("a currency of three digits (ISO 4217)", "三位数字的货币代码（ISO 4217）")
    case .linterSex: ("0, 1, 2 or 9 (ISO 5218)", "0、1、2 或 9（ISO 5218）")
    case .linterIBAN: ("an account number with right check digits (IBAN)", "校验正确的国际银行账号（IBAN）")
    case .linterPercentEncoding: ("percent signs with two hexadecimal digits behind them", "百分号后跟两位十六进制数字")
    case .linterLatitude: ("a latitude of at most 1800000000", "不超过 1800000000 的纬度")
    case .linterLongitude: ("a longitude of at most 3600000000", "不超过 3600000000 的经度")
    case .linterHyphen: ("a hyphen for a value below zero", "表示负值的连字符")
    case .linterYesNo: ("0 for no or 1 for yes", "0（否）或 1（是）")
    case .linterZero: ("the digit 0", "数字 0")
    case .linterNonZero: ("a number above zero", "大于零的数")
    case .linterNoZeroPrefix: ("a number without leading zeros", "没有前导零的数")
    case .linterNonDigit: ("at least one character that is no digit", "至少一个非数字字符")
    case .linterWinding: ("the winding direction 0, 1 or 9", "卷绕方向 0、1 或 9")
    case .linterPieceOfTotal: ("a piece that is not zero and not beyond the total", "不为零且不超过总数的件号")
    case .linterPositionInSequence: ("a place in a sequence such as 2/3", "序列中的位置，例如 2/3")
    case .linterPackageType: ("a package type (UN/ECE Recommendation 21)", "包装类型代码（UN/ECE 第 21 号建议书）")
    case .linterImporterIndex: ("an importer index", "进口商索引字符")
    case .linterMediaType: ("a media type", "介质类型代码")
    case .linterCouponCode, .linterCouponOffer: ("the fields of a coupon", "优惠券的各字段")
    default: nil
    }
  }
}
