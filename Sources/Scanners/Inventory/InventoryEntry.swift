public import Shopfloor

/// One USB device that is a scanner, may be one, or is named by the configuration.
public struct InventoryEntry: Hashable, Sendable {
  /// Who may open it as things are.
  public enum Access: Hashable, Sendable {
    /// Nothing stands in the way.
    case granted
    /// This process has no right to the device node.
    case refused
    /// Claimed by a program, which may be the daemon itself.
    case held(by: String)
  }

  /// Maker and product as the device says them, or as the table of known scanners does.
  public var name: String
  public var vendor: UInt16
  public var product: UInt16
  public var serialNumber: String?
  /// "1-1.4".
  public var portPath: String
  public var mode: ScannerMode
  /// A keyboard that is no scanner of the configuration: the daemon never opens it.
  public var isNeverClaimed: Bool
  public var access: Access
  /// The driver that the kernel has bound to it: "usbhid", "cdc_acm"; "usbfs" where a program holds it; nil: none.
  public var driver: String?
  /// The path of a serial scanner, by id where there is one: "/dev/serial/by-id/…".
  public var serialPath: String?
  /// The device of the configuration that means it.
  public var configuredAs: DeviceName?
  /// What to do, for the operator or technician; several sentences.
  public var advice: Words

  /// "05e0:1200".
  public var type: String { USBIdentity(vendor: vendor, product: product, portPath: portPath).type }

  /// One line for a terminal.
  public var line: String {
    var parts = ["port \(portPath)", type, name, isNeverClaimed ? "keyboard: never claimed" : mode.label]
    if let serialNumber { parts.append("serial number \(serialNumber)") }
    if let serialPath { parts.append(serialPath) }
    switch access {
    case .granted: break
    case .refused: parts.append("no access")
    case .held(let program): parts.append("held by \(program)")
    }
    parts.append(configuredAs.map { "configured as \($0)" } ?? "not configured")
    return parts.joined(separator: ", ")
  }
}
