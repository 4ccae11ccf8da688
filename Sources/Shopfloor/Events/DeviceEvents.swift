/// Events about devices that people and the composition report.

/// What the driver learned about a device by being refused. Replaces what was known before; empty: all is forgotten.
public struct DeviceLimitsLearned: Hashable, Sendable, Codable {
  /// A stretch of addresses that the device refused.
  public struct Unreadable: Hashable, Sendable, Codable {
    /// "holding", "input", "coil" or "discrete".
    public var table: String
    public var address: Int
    public var count: Int
    /// The exception code it answered with.
    public var exception: UInt8

    public init(table: String, address: Int, count: Int, exception: UInt8) {
      self.table = table
      self.address = address
      self.count = count
      self.exception = exception
    }
  }

  public var device: DeviceName
  /// What was learned holds for this text of the profile only.
  public var profileDigest: String
  /// Ascending by table and address; at most ``maximumUnreadable``.
  public var unreadable: [Unreadable]
  /// Most registers (or coils) of one request that the device accepted, where it refused more.
  public var maximumRegisters: Int?
  public var maximumBits: Int?
  /// The device refused a request that ran over unused addresses, which its profile allows: holes are bridged no more.
  public var refusesGaps: Bool

  public static let maximumUnreadable = 2_000

  public init(
    device: DeviceName, profileDigest: String, unreadable: [Unreadable] = [], maximumRegisters: Int? = nil,
    maximumBits: Int? = nil, refusesGaps: Bool = false
  ) {
    self.device = device
    self.profileDigest = profileDigest
    self.unreadable = unreadable
    self.maximumRegisters = maximumRegisters
    self.maximumBits = maximumBits
    self.refusesGaps = refusesGaps
  }

  public var isEmpty: Bool { unreadable.isEmpty && maximumRegisters == nil && maximumBits == nil && !refusesGaps }
}

/// A text point of a device says something else than before.
public struct TextRecorded: Hashable, Sendable, Codable {
  public var station: StationName
  public var parameter: ParameterName
  public var device: DeviceName
  public var text: String
  /// The register words in hexadecimal, in the order of their addresses.
  public var words: String
  /// The run that was at the station, if any.
  public var run: RunID?
  public var at: Timestamp

  public init(
    station: StationName, parameter: ParameterName, device: DeviceName, text: String, words: String, run: RunID?,
    at: Timestamp
  ) {
    self.station = station
    self.parameter = parameter
    self.device = device
    self.text = text
    self.words = words
    self.run = run
    self.at = at
  }
}

/// The scanner of a station was taken over or is gone: who reads the record later sees when a station had none.
public struct ScannerLink: Hashable, Sendable, Codable {
  public enum Change: String, Hashable, Sendable, Codable { case attached, detached }

  public var device: DeviceName
  public var station: StationName
  public var change: Change
  /// Which device, where it is plugged in and how it is read; or why it is gone.
  public var detail: String
  public var at: Timestamp

  public init(device: DeviceName, station: StationName, change: Change, detail: String, at: Timestamp) {
    self.device = device
    self.station = station
    self.change = change
    self.detail = detail
    self.at = at
  }
}
