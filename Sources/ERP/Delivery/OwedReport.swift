import Foundation
import Shopfloor

/// What a row of the kind `production-report` says: live news of a lot.
struct OwedReport: Hashable, Sendable, Decodable {
  static let kind = "production-report"

  enum Name: String, Sendable, Decodable, CaseIterable {
    case operation, quantities, hold
    case holdLifted = "hold_lifted"
  }

  struct Rejected: Hashable, Sendable, Decodable {
    var quantity: Quantity
    var reason: String
  }

  var report: Name
  var lot: LotNumber
  var workOrder: WorkOrderNumber
  var at: String
  var person: PersonID?
  var station: StationName?
  var operation: OperationName?
  var run: RunID?
  var startedAt: String?
  var endedAt: String?
  var completedOperation: Bool?
  var good: Quantity?
  var scrap: [Rejected]?
  var rework: [Rejected]?
  var unit: String?
  var reason: String?
  var alarm: AlarmID?

  enum CodingKeys: String, CodingKey {
    case report, lot, at, person, station, operation, run, good, scrap, rework, unit, reason, alarm
    case workOrder = "work_order"
    case startedAt = "started_at"
    case endedAt = "ended_at"
    case completedOperation = "completed_operation"
  }
}
