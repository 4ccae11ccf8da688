/// How a scanner presents itself to a computer; set by scanning a code of its manual.
public enum ScannerMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// Types its labels: a USB boot keyboard.
  case keyboard
  /// Sends whole labels: HID, usage page 0x8C, usage 2.
  case pointOfSale
  /// A serial port over USB: CDC-ACM, or a driver of its own.
  case serial
  /// Zebra's own protocol for its own software.
  case snapi
  /// IBM hand-held or table-top (OEM): silent until software of the maker enables it.
  case ibm
  /// A reader of smart cards.
  case cardReader
  /// A HID device that is none of these, or that another program holds, so that nobody can look.
  case unknown

  /// Lotwire reads scanners in this mode.
  public var isSupported: Bool {
    switch self {
    case .keyboard, .pointOfSale, .serial: true
    case .snapi, .ibm, .cardReader, .unknown: false
    }
  }

  /// The words of a manual.
  public var label: String {
    switch self {
    case .keyboard: "USB keyboard"
    case .pointOfSale: "USB HID POS"
    case .serial: "USB serial port"
    case .snapi: "SNAPI"
    case .ibm: "IBM hand-held (OEM)"
    case .cardReader: "card reader (CCID)"
    case .unknown: "unknown HID"
    }
  }
}

extension ScannerMode {
  /// What the descriptors say, and where they leave it open, the table of known scanners.
  ///
  /// - Parameter reports: the report descriptors that could be read, by interface number.
  init?(_ identity: USBIdentity, interfaces: [USBInterface], reports: [UInt8: HIDReportDescriptor]) {
    let known = KnownScanner.row(identity)?.mode
    if interfaces.contains(where: \.isCCID) {
      self = .cardReader
    } else if reports.values.contains(where: \.isPointOfSaleScanner) {
      self = .pointOfSale
    } else if known == .snapi || known == .ibm {
      self = known ?? .unknown
    } else if interfaces.contains(where: \.isBootKeyboard) {
      self = .keyboard
    } else if interfaces.contains(where: \.isCDC) {
      self = .serial
    } else if interfaces.contains(where: \.isHID) {
      let isVendorDefined = !reports.isEmpty && reports.values.allSatisfy(\.isVendorDefined)
      self = known ?? (isVendorDefined && KnownScanner.maker(identity.vendor) != nil ? .ibm : .unknown)
    } else if let known {
      self = known
    } else {
      return nil
    }
  }
}
