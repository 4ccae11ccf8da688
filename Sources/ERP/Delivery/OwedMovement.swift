import Foundation
import Shopfloor

/// What a row of the kind `material-movement` says (README.md of this room, "Movements").
struct OwedMovement: Hashable, Sendable, Decodable {
  static let kind = "material-movement"

  enum Name: String, Sendable, Decodable, CaseIterable {
    case receipt, release, quarantine, block, pick, unpick, consumption, undo
  }

  struct Undone: Hashable, Sendable, Decodable {
    var movement: Name
    var at: String
  }

  struct Share: Hashable, Sendable, Decodable {
    var workOrder: WorkOrderNumber
    var quantity: Quantity

    enum CodingKeys: String, CodingKey {
      case workOrder = "work_order"
      case quantity
    }
  }

  var movement: Name
  var materialLot: MaterialLotNumber
  var at: String
  var person: PersonID?
  var station: StationName?
  var item: ItemCode?
  /// In the item's own unit.
  var quantity: Quantity?
  var supplierLot: String?
  /// ISO 8601; the first instant at which the lot may not be used.
  var unusableFrom: String?
  var delivery: DeliveryNumber?
  var container: String?
  var serial: String?
  var workOrder: WorkOrderNumber?
  var run: RunID?
  var substituteFor: ItemCode?
  var fromPicked: [Share]?
  var reason: String?
  var undoes: Undone?
  /// After this step, for this work order and this material lot; nil in rows of programs that did not write it.
  var pickedInAll: Quantity?
  var consumedInAll: Quantity?

  enum CodingKeys: String, CodingKey {
    case movement, at, person, station, item, quantity, delivery, container, serial, run, reason, undoes
    case materialLot = "material_lot"
    case supplierLot = "supplier_lot"
    case unusableFrom = "unusable_from"
    case workOrder = "work_order"
    case substituteFor = "substitute_for"
    case fromPicked = "from_picked"
    case pickedInAll = "picked_in_all"
    case consumedInAll = "consumed_in_all"
  }

  /// The work order that the step is of, also in rows that only say where the consumed amount had been picked.
  var order: WorkOrderNumber? { workOrder ?? (fromPicked?.count == 1 ? fromPicked?[0].workOrder : nil) }

  /// What of the lot is at the work order in all: picked and consumed.
  var atOrderInAll: Quantity? {
    guard pickedInAll != nil || consumedInAll != nil else { return nil }
    return (pickedInAll ?? .zero) + (consumedInAll ?? .zero)
  }
}
