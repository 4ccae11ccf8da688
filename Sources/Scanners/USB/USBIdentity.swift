/// What tells one USB device from another: type, serial number where it has one, and the port it is plugged into.
struct USBIdentity: Hashable, Sendable {
  var vendor: UInt16
  var product: UInt16
  /// Bus and ports, "1-1.4", as the kernel writes it.
  var portPath: String

  /// The plan may be meant by what is known without opening the device; only such devices are opened.
  func mayBeMeant(by plan: USBScannerPlan) -> Bool {
    plan.vendor == vendor && plan.product == product && (plan.portPath == nil || plan.portPath == portPath)
  }
}

extension USBScannerPlan {
  /// "05e0:1200", with serial number or port where the plan names one.
  var wanted: String {
    var text = "\(hexadecimal(vendor)):\(hexadecimal(product))"
    if let serialNumber { text += " serial number \(serialNumber)" }
    if let portPath { text += " at port \(portPath)" }
    return text
  }
}

private func hexadecimal(_ value: UInt16) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 4 - digits.count) + digits
}
