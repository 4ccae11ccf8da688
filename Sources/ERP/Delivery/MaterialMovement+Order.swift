import Ledger
import Shopfloor

extension MaterialMovement {
  /// The work order that the step is of, also in rows that only say where the consumed amount had been picked.
  var order: WorkOrderNumber? { workOrder ?? (fromPicked?.count == 1 ? fromPicked?[0].workOrder : nil) }

  /// What of the lot is at the work order in all: picked and consumed.
  var atOrderInAll: Quantity? {
    guard pickedInAll != nil || consumedInAll != nil else { return nil }
    return (pickedInAll ?? .zero) + (consumedInAll ?? .zero)
  }
}
