public import Labels
public import Shopfloor

/// A serial scanner (CDC-ACM or RS-232) at a station.
public struct SerialScannerPlan: Hashable, Sendable {
  public var device: DeviceName
  public var station: StationName
  /// The tty, "/dev/serial/by-id/…": a name that stays over replugs and restarts. It need not exist yet.
  public var path: String
  public var baud: Int
  /// The scanner waits for the host: it is sent ACK (0x06) after the commit or NAK (0x15) after a refusal, and beeps
  /// then. False: nothing is ever written to it.
  public var answers: Bool
  public var siteRules: [SiteRule]
  /// How strictly labels are judged at the station.
  public var labelProfile = LabelProfile.receiving
  /// Prefix, suffix, substitute separator and idle end; the layout means nothing here.
  public var text: ScannerTextForm

  public init(
    device: DeviceName, station: StationName, path: String, baud: Int = 9600, answers: Bool = true,
    siteRules: [SiteRule] = [], text: ScannerTextForm = ScannerTextForm()
  ) {
    self.device = device
    self.station = station
    self.path = path
    self.baud = baud
    self.answers = answers
    self.siteRules = siteRules
    self.text = text
  }
}

/// A USB scanner at a station, in keyboard or HID POS mode. Only devices that a plan names are ever opened.
public struct USBScannerPlan: Hashable, Sendable {
  /// In which of its modes the scanner is read.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// HID POS where the scanner offers it, keyboard otherwise.
    case auto
    case keyboard
    case pointOfSale = "pos"
  }

  public var device: DeviceName
  public var station: StationName
  public var vendor: UInt16
  public var product: UInt16
  /// The USB serial number, for scanners that have one.
  public var serialNumber: String?
  /// The port the scanner is plugged into, "1-1.4": for twins without serial number.
  public var portPath: String?
  public var siteRules: [SiteRule]
  /// How strictly labels are judged at the station.
  public var labelProfile = LabelProfile.receiving
  public var mode = Mode.auto
  /// How the scanner writes in keyboard mode.
  public var text: ScannerTextForm
  /// Where the scanner may not be claimed, it is read through the kernel's input device, taken for this process alone.
  public var fallsBackToInputDevice = false
  /// At a stop the scanner stays without its kernel driver, until it is plugged in again: nothing it types meanwhile
  /// reaches a console.
  public var staysDetached = false

  public init(
    device: DeviceName, station: StationName, vendor: UInt16, product: UInt16, serialNumber: String? = nil,
    portPath: String? = nil, siteRules: [SiteRule] = [], text: ScannerTextForm = ScannerTextForm()
  ) {
    self.device = device
    self.station = station
    self.vendor = vendor
    self.product = product
    self.serialNumber = serialNumber
    self.portPath = portPath
    self.siteRules = siteRules
    self.text = text
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
