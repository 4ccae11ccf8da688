public import Labels
public import Shopfloor

extension ScannedLabel {
  /// The label as the floor sees it, with what was wrong on the way from the scanner.
  ///
  /// A text with a hole, or without the prefix or suffix that every label of this scanner has, must not be used
  /// whatever it seems to say. The raw bytes are those that came, before anything was taken off. What an uncalibrated scanner typed may have lost a separator: its lot is doubtful.
  public init(_ reading: LabelReading, from text: ScannedText) {
    self.init(reading)
    raw = text.received
    if text.flags.contains(.uncalibrated), lot != nil { isLotDoubtful = true }
    if let fault = text.fault, fault.outranksLabel || self.fault == nil { self.fault = fault.fault }
  }
}

extension ScannedText {
  fileprivate var fault: (fault: ScannedLabel.LabelFault, outranksLabel: Bool)? {
    func fault(_ code: String, _ english: String, _ chinese: String) -> ScannedLabel.LabelFault {
      ScannedLabel.LabelFault(code: code, words: Words(english, chinese))
    }
    if flags.contains(.unreadableKey) {
      return (
        fault(
          "scan.unreadable_key",
          "The scanner sent a key that its keyboard layout does not have, so a character is missing. Calibrate the "
            + "scanner, or set it to HID POS mode.",
          "扫描枪发送了其键盘布局中没有的按键,缺少一个字符。请校准扫描枪,或将其设为 HID POS 模式。"), true
      )
    }
    if flags.contains(.incomplete) {
      return (
        fault(
          "scan.incomplete",
          "A part of this label was lost between the scanner and the recorder, so it cannot be used. Scan again.",
          "该标签的一部分在扫描枪与记录器之间丢失,不能使用。请重新扫描。"), true
      )
    }
    if flags.contains(.prefixMissing) {
      return (
        fault(
          "scan.prefix_missing",
          "The text does not begin as every label of this scanner must. Scan again; if this remains, calibrate the "
            + "scanner.", "文本开头缺少该扫描枪应有的前缀。请重新扫描;若仍然如此,请校准扫描枪。"), false
      )
    }
    if flags.contains(.suffixMissing) {
      return (
        fault(
          "scan.suffix_missing",
          "The text does not end as every label of this scanner must. Scan again; if this remains, calibrate the "
            + "scanner.", "文本结尾缺少该扫描枪应有的后缀。请重新扫描;若仍然如此,请校准扫描枪。"), false
      )
    }
    return nil
  }
}
