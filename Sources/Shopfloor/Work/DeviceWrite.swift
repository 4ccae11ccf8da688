/// A value that is to be written to a device: who or what wants it, and why.
public struct DeviceWrite: Hashable, Sendable, Codable {
  public enum Origin: Hashable, Sendable, Codable {
    case person(PersonID, reason: String)
    /// The interlock of a station: `holds` while a specification alarm is open there.
    case interlock(StationName, holds: Bool)
  }

  public var id: WriteID
  public var device: DeviceName
  /// The name of a write point of the device's profile.
  public var point: String
  public var value: Double
  public var unit: String
  public var origin: Origin
  /// The stations that the device belongs to.
  public var stations: [StationName]
  public var orderedAt: Timestamp

  public init(
    id: WriteID, device: DeviceName, point: String, value: Double, unit: String, origin: Origin,
    stations: [StationName], orderedAt: Timestamp
  ) {
    self.id = id
    self.device = device
    self.point = point
    self.value = value
    self.unit = unit
    self.origin = origin
    self.stations = stations
    self.orderedAt = orderedAt
  }

  public var isInterlock: Bool {
    if case .interlock = origin { true } else { false }
  }
}

/// What became of a write. Reported once for every attempt whose outcome differs from the one before.
public struct DeviceWriteReport: Hashable, Sendable, Codable {
  public enum Outcome: String, Hashable, Sendable, Codable {
    /// Read back and found equal; or accepted, where the device cannot tell.
    case confirmed
    /// The device accepted the write and shows another value.
    case mismatch
    /// The device or the driver refused it; nothing was written.
    case refused
    /// No answer: whether it was written is not known.
    case unknown
    /// The device could not be reached; nothing was sent.
    case unreachable
  }

  public var id: WriteID
  public var outcome: Outcome
  /// What stood there before, where it was read.
  public var oldValue: Double?
  /// What stood there after.
  public var readBack: Double?
  /// In words for a technician.
  public var detail: String
  /// Those of the order; filled in by the floor.
  public var stations: [StationName] = []
  public var at: Timestamp

  public init(
    id: WriteID, outcome: Outcome, oldValue: Double? = nil, readBack: Double? = nil, detail: String, at: Timestamp
  ) {
    self.id = id
    self.outcome = outcome
    self.oldValue = oldValue
    self.readBack = readBack
    self.detail = detail
    self.at = at
  }
}

/// A comparison of a device's values with its own display, and who made it.
public struct DeviceCommissioning: Hashable, Sendable, Codable {
  /// One value and what the person saw.
  public struct Comparison: Hashable, Sendable, Codable {
    public enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
      case agrees, differs
      /// The device does not show this value.
      case notShown
    }

    public var point: String
    /// The value with its unit as Lotwire read it, or why there was none.
    public var read: String
    /// The register words in hexadecimal, in the order of their addresses.
    public var words: String
    /// What the person read on the display.
    public var shown: String
    public var verdict: Verdict

    public init(point: String, read: String, words: String, shown: String, verdict: Verdict) {
      self.point = point
      self.read = read
      self.words = words
      self.shown = shown
      self.verdict = verdict
    }
  }

  public var device: DeviceName
  public var profile: String
  public var profileDigest: String
  /// "192.168.0.5:502 unit 1".
  public var address: String
  /// Serial number and firmware as the type plate or the display shows them.
  public var identification: String
  public var comparisons: [Comparison]
  public var person: PersonID
  public var at: Timestamp

  public static let maximumComparisons = 2_000

  public init(
    device: DeviceName, profile: String, profileDigest: String, address: String, identification: String,
    comparisons: [Comparison], person: PersonID, at: Timestamp
  ) {
    self.device = device
    self.profile = profile
    self.profileDigest = profileDigest
    self.address = address
    self.identification = identification
    self.comparisons = comparisons
    self.person = person
    self.at = at
  }

  /// Every value that is shown agrees, and at least one is shown.
  public var isPassed: Bool {
    comparisons.contains { $0.verdict == .agrees } && !comparisons.contains { $0.verdict == .differs }
  }
}
