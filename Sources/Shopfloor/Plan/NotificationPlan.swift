/// Who outside the shop floor is told of what. Where and how it is sent is wiring; this is what decides.
public struct NotificationPlan: Hashable, Sendable, Codable {
  /// Name of the subscription, "acme-quality".
  public var name: String
  /// Only alarms on lots of this customer's work orders; nil: the plant itself, all lots.
  public var customer: String?
  public var occasions: [NotificationOccasion]
  public var kinds: [Alarm.Kind]
  public var minimumPriority: AlarmPriority
  /// The customer's own limits on characteristics.
  public var thresholds: [CustomerThreshold]
  /// The rungs of the ladder, by who is meant, that this subscriber is told of; nil: all.
  public var escalationTo: [String]?

  public init(
    name: String, customer: String? = nil, occasions: [NotificationOccasion] = NotificationOccasion.allCases,
    kinds: [Alarm.Kind] = Alarm.Kind.allCases, minimumPriority: AlarmPriority = .low,
    thresholds: [CustomerThreshold] = [], escalationTo: [String]? = nil
  ) {
    self.name = name
    self.customer = customer
    self.occasions = occasions
    self.kinds = kinds
    self.minimumPriority = minimumPriority
    self.thresholds = thresholds
    self.escalationTo = escalationTo
  }
}

public enum NotificationOccasion: String, Hashable, Sendable, Codable, CaseIterable {
  case raised, acknowledged, escalated, returned, closed
  /// A customer's own threshold was crossed, or the value is back.
  case thresholdCrossed = "threshold_crossed"
  case thresholdReturned = "threshold_returned"
  /// Of the ledger itself. Every subscription of the plant is told, whatever occasions it asks for; customers never.
  case recordingSuspended = "recording_suspended"
  case recordingResumed = "recording_resumed"
  case storageLow = "storage_low"
  case ledgerDamaged = "ledger_damaged"
}

/// A limit a customer set on a characteristic of this line, judged for that customer's lots alone.
public struct CustomerThreshold: Hashable, Sendable, Codable {
  public var station: StationName
  public var characteristic: CharacteristicName
  /// Strictly beyond is crossed.
  public var low: Double?
  public var high: Double?

  public init(station: StationName, characteristic: CharacteristicName, low: Double?, high: Double?) {
    self.station = station
    self.characteristic = characteristic
    self.low = low
    self.high = high
  }

  /// The side on which a value is beyond; nil on a limit and within.
  public func side(of value: Double) -> Alarm.Side? {
    if let high, value > high { return .high }
    if let low, value < low { return .low }
    return nil
  }
}
