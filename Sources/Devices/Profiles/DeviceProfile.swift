/// What is known of a device model: how it wants to be asked and what its points are. Read from a file in
/// `DeviceProfiles/<vendor>/<model>.yaml`; says nothing about one installed device.
public struct DeviceProfile: Hashable, Sendable {
  /// How far the profile may be trusted.
  public enum Status: String, Sendable, CaseIterable {
    /// A device of `Simulators/`.
    case simulated
    /// Written from documents; nobody has compared it with a device.
    case documented
    /// Compared with a device, and the comparison signed.
    case commissioned
  }

  /// A document that the profile was written from.
  public struct Source: Hashable, Sendable {
    public var id: String
    public var title: String

    public init(id: String, title: String) {
      self.id = id
      self.title = title
    }
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
  public var selfTests: [SelfTest]
  public var writes: [WritePoint]

  public init(
    name: String, vendor: String, model: String, status: Status, sources: [Source] = [], notes: [String] = [],
    requests: RequestRules = RequestRules(), points: [ProfilePoint], selfTests: [SelfTest] = [],
    writes: [WritePoint] = []
  ) {
    self.name = name
    self.vendor = vendor
    self.model = model
    self.status = status
    self.sources = sources
    self.notes = notes
    self.requests = requests
    self.points = points
    self.selfTests = selfTests
    self.writes = writes
  }

  public func point(_ name: String) -> ProfilePoint? { points.first { $0.name == name } }

  public func write(_ name: String) -> WritePoint? { writes.first { $0.name == name } }
}
