public import Shopfloor

/// Where the interlock of a station stands.
public struct InterlockStatus: Hashable, Sendable, Codable {
  public var station: StationName
  public var device: DeviceName
  public var point: String
  public var holds: Bool
  /// False where the device has not confirmed what is in demand.
  public var isConfirmed: Bool
  /// Why not, where an attempt has failed.
  public var fault: String?

  public init(
    station: StationName, device: DeviceName, point: String, holds: Bool, isConfirmed: Bool, fault: String? = nil
  ) {
    self.station = station
    self.device = device
    self.point = point
    self.holds = holds
    self.isConfirmed = isConfirmed
    self.fault = fault
  }
}

/// What is known of a device beside its link.
public struct DeviceNote: Hashable, Sendable, Codable {
  public var device: DeviceName
  /// What the device refuses, learned by asking: "holding 17-18 (exception 2)".
  public var refused: [String]
  /// Who compared its values with its display, and when; nil: nobody has.
  public var commissioning: DeviceCommissioning?
  /// False where it was commissioned with another text of the profile.
  public var isCommissioningCurrent: Bool

  public init(
    device: DeviceName, refused: [String] = [], commissioning: DeviceCommissioning? = nil,
    isCommissioningCurrent: Bool = true
  ) {
    self.device = device
    self.refused = refused
    self.commissioning = commissioning
    self.isCommissioningCurrent = isCommissioningCurrent
  }
}
