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
