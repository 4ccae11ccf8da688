/// What one subscriber is owed to be told. The ledger puts it into the outbox in the same transaction.
public struct NotificationOwed: Hashable, Sendable, Codable {
  public var subscription: String
  public var customer: String?
  public var occasion: NotificationOccasion
  /// The alarm as it stood; nil for thresholds.
  public var alarm: Alarm?
  public var threshold: ThresholdCrossing?
  /// What is told of the ledger itself, as sentences; nil for alarms and thresholds.
  public var news: Words?
  public var site: String
  public var line: String
  /// The subscriber's lots alone.
  public var lots: [LotNumber]
  public var workOrders: [WorkOrderNumber]
  public var at: Timestamp

  public init(
    subscription: String, customer: String?, occasion: NotificationOccasion, alarm: Alarm?,
    threshold: ThresholdCrossing?, news: Words? = nil, site: String, line: String, lots: [LotNumber],
    workOrders: [WorkOrderNumber], at: Timestamp
  ) {
    self.subscription = subscription
    self.customer = customer
    self.occasion = occasion
    self.alarm = alarm
    self.threshold = threshold
    self.news = news
    self.site = site
    self.line = line
    self.lots = lots
    self.workOrders = workOrders
    self.at = at
  }
}

/// A value of a characteristic beyond a customer's own threshold, or back within it.
public struct ThresholdCrossing: Hashable, Sendable, Codable {
  public var subscription: String
  public var customer: String?
  public var threshold: CustomerThreshold
  public var side: Alarm.Side
  public var value: Double
  public var unit: String
  public var run: RunID
  public var cycle: Int
  public var isReturn: Bool
  public var at: Timestamp

  public init(
    subscription: String, customer: String?, threshold: CustomerThreshold, side: Alarm.Side, value: Double,
    unit: String, run: RunID, cycle: Int, isReturn: Bool, at: Timestamp
  ) {
    self.subscription = subscription
    self.customer = customer
    self.threshold = threshold
    self.side = side
    self.value = value
    self.unit = unit
    self.run = run
    self.cycle = cycle
    self.isReturn = isReturn
    self.at = at
  }
}
