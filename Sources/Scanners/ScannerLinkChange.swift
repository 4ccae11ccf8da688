public import Shopfloor

/// A scanner was taken over or is gone: who reads the record later must see when a station had no scanner.
public struct ScannerLinkChange: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, Codable { case attached, detached }

  public var device: DeviceName
  public var station: StationName
  public var kind: Kind
  public var at: Timestamp
  /// Which device, where it is plugged in and how it is read, or why it is gone.
  public var words: String

  public init(device: DeviceName, station: StationName, kind: Kind, at: Timestamp, words: String) {
    self.device = device
    self.station = station
    self.kind = kind
    self.at = at
    self.words = words
  }
}

extension ScanCounters {
  /// So many labels without any separator are worth a remark: the scanner may be dropping it.
  static let labelsBeforeSeparatorRemark: UInt64 = 20

  var separatorRemark: String? {
    guard noSeparatorSeen, labels >= Self.labelsBeforeSeparatorRemark else { return nil }
    return "no group separator seen in \(labels) labels"
  }
}

/// What one scanner has done since the daemon started.
public struct ScannerCounts: Hashable, Sendable {
  public var device: DeviceName
  /// Added up over all handles of the device.
  public var scans: ScanCounters
  public var attached: UInt64
  public var detached: UInt64

  public init(device: DeviceName, scans: ScanCounters = ScanCounters(), attached: UInt64 = 0, detached: UInt64 = 0) {
    self.device = device
    self.scans = scans
    self.attached = attached
    self.detached = detached
  }
}
