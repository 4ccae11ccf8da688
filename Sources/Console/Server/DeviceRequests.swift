public import Shopfloor

/// A value to be written to a device, as a person asks for it with `POST /write`.
public struct WriteRequest: Hashable, Sendable, Codable {
  public var device: DeviceName
  public var point: String
  public var value: Double
  public var person: PersonID
  public var reason: String

  public init(device: DeviceName, point: String, value: Double, person: PersonID, reason: String) {
    self.device = device
    self.point = point
    self.value = value
    self.person = person
    self.reason = reason
  }
}

/// A device about which the driver is to forget what it learned.
public struct ForgetRequest: Hashable, Sendable, Codable {
  public var device: DeviceName
  public var person: PersonID
  public var reason: String

  public init(device: DeviceName, person: PersonID, reason: String) {
    self.device = device
    self.person = person
    self.reason = reason
  }
}

/// Points of a device to be read now, between the polls; no points: all of them.
public struct ReadDeviceRequest: Hashable, Sendable, Codable {
  public var device: DeviceName
  public var points: [String]

  public init(device: DeviceName, points: [String] = []) {
    self.device = device
    self.points = points
  }
}

/// What a device says now.
public struct DeviceValues: Hashable, Sendable, Codable {
  public struct Value: Hashable, Sendable, Codable {
    public var point: String
    /// The value with its unit or word, or why there is none.
    public var text: String
    /// "good", or the reason why there is no value.
    public var quality: String
    /// The register words in hexadecimal, in the order of their addresses.
    public var words: String

    public init(point: String, text: String, quality: String, words: String) {
      self.point = point
      self.text = text
      self.quality = quality
      self.words = words
    }
  }

  public var device: DeviceName
  public var profile: String
  public var profileDigest: String
  /// "192.168.0.5:502 unit 1".
  public var address: String
  public var values: [Value]
  /// Why there are none, where there are none.
  public var fault: String?

  public init(
    device: DeviceName, profile: String = "", profileDigest: String = "", address: String = "", values: [Value] = [],
    fault: String? = nil
  ) {
    self.device = device
    self.profile = profile
    self.profileDigest = profileDigest
    self.address = address
    self.values = values
    self.fault = fault
  }
}
