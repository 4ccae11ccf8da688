/// What tells one USB device from another: type, serial number where it has one, and the port it is plugged into.
struct USBIdentity: Hashable, Sendable {
  var vendor: UInt16
  var product: UInt16
  var serialNumber: String?
  /// Bus and ports, "1-1.4", as the kernel writes it.
  var portPath: String

  /// "05e0:1200".
  var type: String { "\(hexadecimal(vendor)):\(hexadecimal(product))" }
}

extension USBScannerPlan {
  /// The plan means this device. Only such devices are ever opened.
  func names(_ identity: USBIdentity) -> Bool {
    isOfType(identity) && (portPath == nil || portPath == identity.portPath)
      && (serialNumber == nil || serialNumber == identity.serialNumber)
  }

  func isOfType(_ identity: USBIdentity) -> Bool { vendor == identity.vendor && product == identity.product }

  /// "05e0:1200", with serial number or port where the plan names one.
  var wanted: String {
    var text = "\(hexadecimal(vendor)):\(hexadecimal(product))"
    if let serialNumber { text += " serial number \(serialNumber)" }
    if let portPath { text += " at port \(portPath)" }
    return text
  }
}

/// Four digits, as lsusb writes them.
func hexadecimal(_ value: UInt16) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 4 - digits.count) + digits
}
