/// What is known of a device model: how it wants to be asked and what its points are. Read from a file in
/// `DeviceProfiles/`; says nothing about one installed device.
public struct DeviceProfile: Hashable, Sendable {
  /// How far the profile may be trusted.
  public enum Status: String, Sendable, CaseIterable {
    /// A device of `Simulators/`.
    case simulated
    /// Written from documents; nobody has compared it with a device.
    case documented
    /// Compared with a device, and the comparison signed.
    case verified
  }

  /// A document that the profile was written from.
  public struct Source: Hashable, Sendable {
    public var id: String
    public var title: String
  }

  public var name: String
  public var vendor: String
  public var model: String
  public var status: Status
  public var sources: [Source]
  /// What a technician must know before connecting the device.
  public var notes: [String]
  public var requests: RequestRules
  public var points: [ProfilePoint]

  public func point(_ name: String) -> ProfilePoint? { points.first { $0.name == name } }
}

/// How a device wants to be asked.
public struct RequestRules: Hashable, Sendable {
  /// Most registers one request may ask for. 125 is the protocol's own bound (Modbus Application Protocol V1.1b3, 6.3).
  public var maximumRegisters: Int
  /// Most coils or discrete inputs one request may ask for. 2000 is the protocol's own bound (V1.1b3, 6.1).
  public var maximumBits: Int
  /// Whether a request may run over addresses that no point uses. Off unless the manual allows it: there are devices
  /// that answer a hole with exception 2, and devices that answer it with random values (Shinko ACD-13A, manual).
  public var bridgesGaps: Bool
  /// Silence between a reply and the next request, in microseconds.
  public var pauseMicroseconds: Int64
  /// How long a reply may take, in microseconds.
  public var responseTimeoutMicroseconds: Int64

  public static let protocolMaximumRegisters = 125
  public static let protocolMaximumBits = 2000

  public init(
    maximumRegisters: Int = protocolMaximumRegisters, maximumBits: Int = protocolMaximumBits,
    bridgesGaps: Bool = false, pauseMicroseconds: Int64 = 0, responseTimeoutMicroseconds: Int64 = 1_000_000
  ) {
    self.maximumRegisters = maximumRegisters
    self.maximumBits = maximumBits
    self.bridgesGaps = bridgesGaps
    self.pauseMicroseconds = pauseMicroseconds
    self.responseTimeoutMicroseconds = responseTimeoutMicroseconds
  }
}
