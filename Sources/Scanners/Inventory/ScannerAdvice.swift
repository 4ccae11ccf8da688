import Shopfloor

/// What to do with a scanner in a certain mode.
enum ScannerAdvice {
  static func words(for mode: ScannerMode) -> Words {
    switch mode {
    case .pointOfSale: Words("Best mode; nothing to change.", "最佳模式，无需更改。")
    case .keyboard:
      Words(
        "Works; \"USB HID POS\" is faster and keeps every character. Scan \"USB HID POS\" from its manual, then "
          + "correct the product number in the configuration.",
        "可以使用；“USB HID POS”更快，且不丢字符。请扫描说明书中的“USB HID POS”设置码，然后更正配置中的产品号。")
    case .serial:
      Words(
        "Works as a serial scanner: configure its path under /dev/serial/by-id.",
        "可作为串口扫描枪使用：请在配置中填写 /dev/serial/by-id 下的路径。")
    case .snapi:
      Words(
        "SNAPI is not supported: it is spoken only with Zebra's own software. Scan \"USB HID POS\" (or \"HID keyboard "
          + "emulation\") from its manual and replug it.",
        "不支持 SNAPI：该协议只能与 Zebra 自己的软件通信。请扫描说明书中的“USB HID POS”（或“HID 键盘仿真”）设置码，然后重新插拔。")
    case .ibm:
      Words(
        "The IBM modes are not supported: the scanner stays silent until software enables it, and leaves out DataMatrix "
          + "and QR codes. Scan \"USB HID POS\" (or \"HID keyboard\") from its manual and replug it.",
        "不支持 IBM 模式：扫描枪需由软件启用，且不发送 DataMatrix 和 QR 码。请扫描说明书中的“USB HID POS”（或“HID 键盘”）设置码，然后重新插拔。")
    case .cardReader:
      Words(
        "Card readers (CCID) are not supported: they answer questions and send nothing by themselves. Use a reader "
          + "with keyboard output.",
        "不支持读卡器（CCID）：它只应答查询，不会主动发送。请使用带键盘输出的读卡器。")
    case .unknown:
      Words(
        "The mode could not be told. Scan \"USB HID POS\" from the manual of the scanner and replug it; if another "
          + "program holds it, end that program first.",
        "无法识别其模式。请扫描说明书中的“USB HID POS”设置码并重新插拔；如被其他程序占用，请先结束该程序。")
    }
  }

  /// A device that types and is no scanner of a plan.
  static let keyboardNeverClaimed = Words(
    "A keyboard that no scanner of the configuration means: never claimed.", "配置中没有扫描枪对应此键盘：绝不占用。")

  static let modeHidden = Words(
    "A program has claimed it, so its mode cannot be looked up from here. If that is the Lotwire daemon, "
      + "\"lotwire status\" says how it is read.",
    "此设备已被某程序占用，无法在此查看其模式。如果占用者是 Lotwire 服务，请用 “lotwire status” 查看读取方式。")

  static let accessRefused = Words(
    "The service may not open it. Install 60-lotwire-scanners.rules (see systemd/README.md) and replug it.",
    "服务无权打开此设备。请安装 60-lotwire-scanners.rules（见 systemd/README.md）并重新插拔。")

  static func held(by program: String) -> Words {
    Words("\(program) holds it. End that program.", "此设备被 \(program) 占用。请结束该程序。")
  }

  static func otherProduct(_ plan: USBScannerPlan) -> Words {
    Words(
      "This is probably \(plan.device), whose number changes with its mode. Write vendor and product of this line "
        + "into the configuration.",
      "这可能是 \(plan.device)，其产品号随模式变化。请将本行的厂商号和产品号写入配置。")
  }
}
