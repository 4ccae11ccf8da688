import Foundation
import Shopfloor

/// A message that a subscriber of notifications is owed, as README.md of the room `Notifications` spells it. Derived from
/// its event alone, so that the same ledger always owes the same bytes.
struct NotificationMessage: Hashable, Encodable {
  static let kind = "notification"
  static let receiverPrefix = "notify:"
  /// Version of the form; raised when a field changes its meaning.
  static let currentVersion = 1

  struct Text: Hashable, Encodable {
    var english: String
    var chinese: String

    init(_ words: Words) {
      english = words.english
      chinese = words.chinese
    }

    enum CodingKeys: String, CodingKey {
      case english = "en"
      case chinese = "zh-CN"
    }
  }

  struct Told: Hashable, Encodable {
    var id: AlarmID
    var kind: String
    var station: StationName
    var source: String
    var rule: Text
    var side: Alarm.Side
    var value: Double
    var limit: Double
    var unit: String
    var raisedAt: String
    var returnedAt: String?
    var priority: AlarmPriority?
    /// Only for the plant itself.
    var run: RunID?
    var acknowledgedAt: String?
    var acknowledgedBy: PersonID?
    var cause: String?
    var causeCode: String?
    var actionCode: String?
    var escalationLevel: Int?
    var escalatedTo: String?

    enum CodingKeys: String, CodingKey {
      case id, kind, station, source, rule, side, value, limit, unit, priority, run, cause
      case raisedAt = "raised_at"
      case returnedAt = "returned_at"
      case acknowledgedAt = "acknowledged_at"
      case acknowledgedBy = "acknowledged_by"
      case causeCode = "cause_code"
      case actionCode = "action_code"
      case escalationLevel = "escalation_level"
      case escalatedTo = "escalated_to"
    }
  }

  struct Crossed: Hashable, Encodable {
    var station: StationName
    var characteristic: CharacteristicName
    var low: Double?
    var high: Double?
    var side: Alarm.Side
    var value: Double
    var unit: String
  }

  var version = Self.currentVersion
  /// Our key at the receiver: the same message always has the same.
  var id: String
  var subscription: String
  var occasion: NotificationOccasion
  var site: String
  var line: String
  var at: String
  var alarm: Told?
  var threshold: Crossed?
  var lots: [LotNumber]
  var workOrders: [WorkOrderNumber]
  var text: Text
  /// When the message was written down; what it tells of may be older.
  var owedAt: Timestamp

  enum CodingKeys: String, CodingKey {
    case version, id, subscription, occasion, site, line, at, alarm, threshold, lots, text
    case workOrders = "work_orders"
  }

  /// Nil where the event owes no message.
  init?(_ record: EventRecord) {
    guard case .notificationOwed(let owed) = record.event else { return nil }
    id = Self.idempotencyKey(of: record)
    subscription = owed.subscription
    occasion = owed.occasion
    site = owed.site
    line = owed.line
    at = owed.at.description
    alarm = owed.alarm.map(Told.init)
    threshold = owed.threshold.map(Crossed.init)
    lots = owed.lots
    workOrders = owed.workOrders
    text = Text(owed.words)
    owedAt = record.time
  }

  /// Keys in the order of their text are in the order of the events; the hash keeps two ledgers apart.
  static func idempotencyKey(of record: EventRecord) -> String {
    "lotwire:notification:\(record.keyPlace)"
  }

  static func receiver(of subscription: String) -> String { receiverPrefix + subscription }

  /// What is told of one alarm or threshold arrives in its order; nothing else waits for it.
  var orderKey: String {
    let subject =
      alarm.map { "alarm:\($0.id)" } ?? threshold.map { "threshold:\($0.station)/\($0.characteristic)" } ?? id
    return "\(Self.receiver(of: subscription)):\(subject)"
  }

  /// JSON with sorted keys, no white space and no escaped slashes; absent values are left out.
  func canonicalBytes() throws -> [UInt8] { [UInt8](try EventChain.makeEncoder().encode(self)) }
}

extension NotificationMessage.Told {
  init(_ alarm: Alarm) {
    id = alarm.id
    kind =
      switch alarm.kind {
      case .specification: "specification"
      case .alarmLimit: "alarm_limit"
      case .controlSignal: "control_signal"
      case .collection: "collection"
      case .erpDrift: "erp_drift"
      case .erpAccess: "erp_access"
      }
    station = alarm.station
    source = alarm.source
    rule = .init(alarm.rule)
    side = alarm.side
    value = alarm.value
    limit = alarm.limit
    unit = alarm.unit
    raisedAt = alarm.raisedAt.description
    returnedAt = alarm.returnedAt?.description
    priority = alarm.priority
    run = alarm.run
    acknowledgedAt = alarm.acknowledgement?.at.description
    acknowledgedBy = alarm.acknowledgement?.person
    cause = alarm.acknowledgement?.cause
    causeCode = alarm.acknowledgement?.causeCode
    actionCode = alarm.acknowledgement?.actionCode
    escalationLevel = alarm.escalation?.level
    escalatedTo = alarm.escalation?.to
  }
}

extension NotificationMessage.Crossed {
  init(_ crossing: ThresholdCrossing) {
    station = crossing.threshold.station
    characteristic = crossing.threshold.characteristic
    low = crossing.threshold.low
    high = crossing.threshold.high
    side = crossing.side
    value = crossing.value
    unit = crossing.unit
  }
}
