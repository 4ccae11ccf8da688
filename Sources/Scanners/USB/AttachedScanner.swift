/// A taken scanner and the text that stands unfinished. Everything of it goes away together, so a scanner pulled out in
/// mid-scan leaves no half label behind.
struct AttachedScanner {
  let token: USBDesk.Token
  let identity: USBIdentity
  let attachment: any ScannerAttachment
  var reader: ReportReader

  /// Why it is not read any more, for the audit.
  var lossWords: String {
    attachment.condition == .failed
      ? "reading failed at port \(identity.portPath)" : "pulled out of port \(identity.portPath)"
  }

  /// Mode and way, for the status.
  func words(_ route: USBDesk.Route) -> String {
    switch (reader.mode, route) {
    case (.pointOfSale, _): "in HID POS mode"
    case (_, .usb): "in keyboard mode"
    case (_, .inputDevice): "in keyboard mode, through the kernel's input device,"
    }
  }
}
