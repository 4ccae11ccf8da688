public import Devices
public import Shopfloor

/// One installed Modbus device: where it is, what it is and which of its points feed which parameters.
public struct ModbusDevicePlan: Sendable {
  public enum Parity: String, Sendable, CaseIterable { case none, even, odd }

  /// What a device is reached through; devices with the same endpoint share one connection or one serial line.
  public enum Endpoint: Hashable, Sendable {
    case tcp(host: String, port: Int)
    /// A gateway that passes the frames of a serial line on as they are.
    case rtuOverTCP(host: String, port: Int)
    /// Modbus/TCP Security (Modbus.org, MB-TCP-Security v2.1): TLS around Modbus/TCP, usually on port 802.
    case tls(host: String, port: Int, TLSSettings)
    /// `baud` in bits per second, `stopBits` 1 or 2.
    case rtu(path: String, baud: Int, parity: Parity, stopBits: Int)

    public static let modbusPort = 502
    public static let modbusSecurityPort = 802
  }

  /// How a device that speaks Modbus/TCP Security is trusted and how it may trust us; files in PEM.
  public struct TLSSettings: Hashable, Sendable {
    /// The authorities that may have signed the device's certificate; nil: those of the system.
    public var caFile: String?
    /// Our certificate and those up to the authority, and its key; both or neither.
    public var certificateFile: String?
    public var keyFile: String?
    /// The name in the device's certificate where it is not the host.
    public var serverName: String?

    public init(
      caFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil, serverName: String? = nil
    ) {
      self.caFile = caFile
      self.certificateFile = certificateFile
      self.keyFile = keyFile
      self.serverName = serverName
    }
  }

  public var device: DeviceName
  public var profile: DeviceProfile
  public var endpoint: Endpoint
  public var unit: UInt8
  /// Only points named here are polled; a point may feed several parameters.
  public var parameters: [(point: String, index: ParameterIndex)]
  /// What this installation wants otherwise than the profile.
  public var policy: EndpointPolicy
  /// Of the text that the profile was read from: what was learned holds for this text only.
  public var profileDigest: String
  /// What was learned about the device before.
  public var learned: DeviceLimitsLearned?
  /// The write points of the profile that may be written here; none unless the site says so.
  public var allowedWrites: Set<String>

  public init(
    device: DeviceName, profile: DeviceProfile, endpoint: Endpoint, unit: UInt8,
    parameters: [(point: String, index: ParameterIndex)], policy: EndpointPolicy = EndpointPolicy(),
    profileDigest: String = "", learned: DeviceLimitsLearned? = nil, allowedWrites: Set<String> = []
  ) {
    self.device = device
    self.profile = profile
    self.endpoint = endpoint
    self.unit = unit
    self.parameters = parameters
    self.policy = policy
    self.profileDigest = profileDigest
    self.learned = learned
    self.allowedWrites = allowedWrites
  }

  /// "192.168.0.5:502 unit 1", for people.
  var address: String { "\(endpoint) unit \(unit)" }

  /// The points that are wanted, in the order of the profile.
  func mappedPoints() throws(ModbusSetupFault) -> [MappedPoint] {
    var shared = SharedPoints()
    return try mappedPoints(of: &shared)
  }

  /// The same with the points shared with other devices of the profile.
  func mappedPoints(of known: inout SharedPoints) throws(ModbusSetupFault) -> [MappedPoint] {
    let names = Set(profile.points.lazy.map(\.name))
    for (name, _) in parameters where !names.contains(name) {
      throw ModbusSetupFault(
        code: "unknown-point",
        attempted: "map point \"\(name)\" of device \(device)",
        nextStep: "Use a point of profile \(profile.name): \(profile.points.map(\.name).joined(separator: ", "))")
    }
    var wanted: [String: [ParameterIndex]] = [:]
    for (name, index) in parameters { wanted[name, default: []].append(index) }
    return known.of(profile).compactMap { shared in
      wanted[shared.point.name].map { MappedPoint(shared, parameters: $0) }
    }
  }
}

extension ModbusDevicePlan.Endpoint: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tcp(let host, let port): "\(host):\(port)"
    case .rtuOverTCP(let host, let port): "\(host):\(port) (RTU frames)"
    case .tls(let host, let port, _): "\(host):\(port) (TLS)"
    case .rtu(let path, let baud, let parity, let stopBits):
      "\(path) (\(baud) baud, parity \(parity), \(stopBits) stop)"
    }
  }
}

/// Why the devices cannot be polled as configured.
public struct ModbusSetupFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Stable, for scripts.
  public var code: String
  public var attempted: String
  public var nextStep: String

  public var description: String { "Cannot \(attempted) (\(code)). \(nextStep)." }
}
