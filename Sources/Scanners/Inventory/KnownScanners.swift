/// Scanners by vendor and product: what the number of a device tells where its descriptors do not.
///
/// Source: usb.ids 2025.07.26 as Debian packages it; 05e0:0600, 1300 and 1400 from Symbol's MS4407 integration guide,
/// chapter 9-3; 0c2e:10d3, 05f9:2210 and 05fe:1010 from reports of users of votingworks/vxsuite, hidapi and node-hid.
struct KnownScanner: Hashable, Sendable {
  var vendor: UInt16
  var product: UInt16
  var name: String
  /// The mode that this number stands for; nil where the descriptors must say.
  var mode: ScannerMode?

  private init(_ vendor: UInt16, _ product: UInt16, _ name: String, _ mode: ScannerMode? = nil) {
    self.vendor = vendor
    self.product = product
    self.name = name
    self.mode = mode
  }

  static func row(_ identity: USBIdentity) -> KnownScanner? {
    rows.first { $0.vendor == identity.vendor && $0.product == identity.product }
      ?? (identity.vendor == 0x1EAB ? newland(identity.product) : nil)
  }

  /// A maker of scanners that makes nothing else under this number, or nil.
  static func maker(_ vendor: UInt16) -> String? { makers[vendor] }

  /// Newland's last digits tell the mode (usb.ids): 1303 keyboard, 1306 serial, 1310 HID POS.
  private static func newland(_ product: UInt16) -> KnownScanner {
    let mode: ScannerMode? =
      switch product & 0xFF {
      case 0x03: .keyboard
      case 0x06: .serial
      case 0x10: .pointOfSale
      default: nil
      }
    return KnownScanner(0x1EAB, product, "Newland scanner", mode)
  }

  private static let makers: [UInt16: String] = [
    0x05E0: "Symbol/Zebra", 0x0C2E: "Honeywell/Metrologic", 0x05F9: "Datalogic/PSC", 0x0536: "Hand Held Products",
    0x065A: "Opticon", 0x1EAB: "Newland", 0x080C: "Datalogic", 0x23D0: "Youjie",
  ]

  private static let rows: [KnownScanner] = [
    KnownScanner(0x05E0, 0x0600, "Symbol scanner, simple COM port", .unknown),
    KnownScanner(0x05E0, 0x0700, "Symbol CS1504"),
    KnownScanner(0x05E0, 0x1200, "Symbol/Zebra scanner", .keyboard),
    KnownScanner(0x05E0, 0x1300, "Symbol/Zebra scanner", .ibm),
    KnownScanner(0x05E0, 0x1400, "Symbol/Zebra scanner", .ibm),
    KnownScanner(0x05E0, 0x1701, "Symbol/Zebra scanner", .serial),
    KnownScanner(0x05E0, 0x1900, "Symbol/Zebra scanner", .snapi),
    KnownScanner(0x05E0, 0x1A00, "Zebra CS4070"),
    KnownScanner(0x0C2E, 0x0007, "Metrologic scanner", .ibm),
    KnownScanner(0x0C2E, 0x0200, "Metrologic MS7120", .keyboard),
    KnownScanner(0x0C2E, 0x0204, "Metrologic MS7120", .keyboard),
    KnownScanner(0x0C2E, 0x0206, "Metrologic MS4980"),
    KnownScanner(0x0C2E, 0x0700, "Metrologic scanner", .serial),
    KnownScanner(0x0C2E, 0x0720, "Metrologic scanner", .serial),
    KnownScanner(0x0C2E, 0x0B61, "Honeywell Vuquest 3310"),
    KnownScanner(0x0C2E, 0x0B6A, "Honeywell Vuquest 3310"),
    KnownScanner(0x0C2E, 0x0B81, "Honeywell Voyager 1400g"),
    KnownScanner(0x0C2E, 0x10D3, "Honeywell CM4680SR"),
    KnownScanner(0x05F9, 0x1104, "PSC Magellan 2200VS"),
    KnownScanner(0x05F9, 0x1206, "Datalogic Gryphon", .ibm),
    KnownScanner(0x05F9, 0x120C, "Datalogic Gryphon GD4430"),
    KnownScanner(0x05F9, 0x2202, "PSC scanner"),
    KnownScanner(0x05F9, 0x2206, "Datalogic Gryphon", .keyboard),
    KnownScanner(0x05F9, 0x2210, "Datalogic scanner"),
    KnownScanner(0x05F9, 0x220C, "Datalogic Gryphon GD4430"),
    KnownScanner(0x05F9, 0x2601, "Datalogic Magellan 1000i"),
    KnownScanner(0x05F9, 0x2602, "Datalogic Magellan 1100i"),
    KnownScanner(0x05F9, 0x4204, "Datalogic Gryphon", .serial),
    KnownScanner(0x05F9, 0x5204, "Datalogic Gryphon GFS4170", .unknown),
    KnownScanner(0x0536, 0x01CA, "Hand Held Products scanner"),
    KnownScanner(0x065A, 0x0001, "Opticon scanner", .keyboard),
    KnownScanner(0x065A, 0x0009, "Opticon scanner", .serial),
    KnownScanner(0x080C, 0x0300, "Datalogic Gryphon D120"),
    KnownScanner(0x080C, 0x0400, "Datalogic Gryphon D120"),
    KnownScanner(0x080C, 0x0500, "Datalogic Gryphon D120"),
    KnownScanner(0x080C, 0x0600, "Datalogic Gryphon M100"),
    KnownScanner(0x072F, 0x2200, "ACS ACR122U", .cardReader),
    KnownScanner(0x072F, 0x221A, "ACS ACR1251U", .cardReader),
    KnownScanner(0x072F, 0x223F, "ACS ACR1255U", .cardReader),
    KnownScanner(0x05FE, 0x1010, "barcode scanner"),
  ]
}
