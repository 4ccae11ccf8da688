/// What a HID POS scanner of some vendors must be told before it sends scanned data.
public struct PointOfSaleStart: Hashable, Sendable {
  public var vendor: UInt16
  /// The feature report to write with SET_REPORT (HID 1.11, section 7.2.2): its id, and what follows the id.
  public var featureReportID: UInt8
  public var featureReport: [UInt8]

  /// Honeywell (0x0C2E) and Youjie (0x23D0) stay in another form until feature report 254 is 1.
  private static let rows = [
    PointOfSaleStart(vendor: 0x0C2E, featureReportID: 254, featureReport: [1]),
    PointOfSaleStart(vendor: 0x23D0, featureReportID: 254, featureReport: [1]),
  ]

  /// Nil where the scanners of a vendor need nothing.
  public static func of(vendor: UInt16) -> PointOfSaleStart? { rows.first { $0.vendor == vendor } }
}
