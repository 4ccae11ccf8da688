public import Shopfloor

/// One report of a USB scanner as it came: what calibration learns from.
public struct ScannerReport: Hashable, Sendable {
  public var device: DeviceName
  /// The mode in which the scanner is read.
  public var mode: ScannerMode
  public var bytes: [UInt8]
  /// Monotonic microseconds.
  public var at: Int64
}
