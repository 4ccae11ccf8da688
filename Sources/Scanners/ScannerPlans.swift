public import Labels
public import Shopfloor

/// A serial scanner (CDC-ACM or RS-232) at a station.
public struct SerialScannerPlan: Hashable, Sendable {
  public var device: DeviceName
  public var station: StationName
  /// The tty, "/dev/serial/by-id/…"; it need not exist yet.
  public var path: String
  public var baud: Int
  /// The scanner waits for the host: it is sent ACK (0x06) after the commit or NAK (0x15) after a refusal, and beeps
  /// then. False: nothing is ever written to it.
  public var answers: Bool
  public var siteRules: [SiteRule]
  public var assembly = LabelAssembler.Settings()

  public init(
    device: DeviceName, station: StationName, path: String, baud: Int = 9600, answers: Bool = true,
    siteRules: [SiteRule] = []
  ) {
    self.device = device
    self.station = station
    self.path = path
    self.baud = baud
    self.answers = answers
    self.siteRules = siteRules
  }
}

/// A USB scanner in keyboard mode at a station. Only devices that a plan names are ever opened.
public struct USBScannerPlan: Hashable, Sendable {
  public var device: DeviceName
  public var station: StationName
  public var vendor: UInt16
  public var product: UInt16
  /// The USB serial number, for scanners that have one.
  public var serialNumber: String?
  /// The port the scanner is plugged into, "1-1.4": for twins without serial number.
  public var portPath: String?
  public var siteRules: [SiteRule]
  public var layout = KeyLayout.us
  public var assembly = LabelAssembler.Settings()

  public init(
    device: DeviceName, station: StationName, vendor: UInt16, product: UInt16, serialNumber: String? = nil,
    portPath: String? = nil, siteRules: [SiteRule] = []
  ) {
    self.device = device
    self.station = station
    self.vendor = vendor
    self.product = product
    self.serialNumber = serialNumber
    self.portPath = portPath
    self.siteRules = siteRules
  }
}

/// Why a plan cannot be run; found at start.
public struct ScannerPlanFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Stable: "scanner.baud", "scanner.ambiguous".
  public var code: String
  public var device: DeviceName
  /// What is wrong and what to write instead.
  public var description: String
}
