public import Devices
public import Shopfloor

/// One installed Modbus device: where it is, what it is and which of its points feed which parameters.
public struct ModbusDevicePlan: Sendable {
  public enum Parity: String, Sendable, CaseIterable { case none, even, odd }

  /// What a device is reached through; devices with the same endpoint share one connection or one serial line.
  public enum Endpoint: Hashable, Sendable {
    case tcp(host: String, port: Int)
    /// `baud` in bits per second, `stopBits` 1 or 2.
    case rtu(path: String, baud: Int, parity: Parity, stopBits: Int)
  }

  public var device: DeviceName
  public var profile: DeviceProfile
  public var endpoint: Endpoint
  public var unit: UInt8
  /// Only points named here are polled; a point may feed several parameters.
  public var parameters: [(point: String, index: ParameterIndex)]

  public init(
    device: DeviceName, profile: DeviceProfile, endpoint: Endpoint, unit: UInt8,
    parameters: [(point: String, index: ParameterIndex)]
  ) {
    self.device = device
    self.profile = profile
    self.endpoint = endpoint
    self.unit = unit
    self.parameters = parameters
  }

  /// "192.168.0.5:502 unit 1", for people.
  var address: String { "\(endpoint) unit \(unit)" }

  /// The points that are wanted, in the order of the profile.
  func mappedPoints() throws(ModbusSetupFault) -> [MappedPoint] {
    for (name, _) in parameters where profile.point(name) == nil {
      throw ModbusSetupFault(
        code: "unknown-point",
        attempted: "map point \"\(name)\" of device \(device)",
        nextStep: "Use a point of profile \(profile.name): \(profile.points.map(\.name).joined(separator: ", "))")
    }
    var wanted: [String: [ParameterIndex]] = [:]
    for (name, index) in parameters { wanted[name, default: []].append(index) }
    return profile.points.compactMap { point in
      wanted[point.name].map { MappedPoint(point: point, parameters: $0) }
    }
  }
}

extension ModbusDevicePlan.Endpoint: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tcp(let host, let port): "\(host):\(port)"
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
