import Ledger
import Shopfloor

/// One consumption of material in a run of the lot, with what the ERP said of the material lot.
struct MaterialSection {
  let consumed: MaterialConsumed
  let materialLot: MaterialLot?
  let sequence: Int64
  /// The work orders of the run that consumed it.
  let orders: [WorkOrderNumber]
  /// A person took the consumption back.
  let isUndone: Bool

  static func sections(in evidence: OrderedEvidence) -> [MaterialSection] {
    let orders = Dictionary(evidence.runs.map { ($0.id, $0.workOrders) }, uniquingKeysWith: { first, _ in first })
    var undone = evidence.events.compactMap { record -> MaterialConsumed? in
      if case .stepUndone(let undone) = record.event, case .consumed(let use) = undone.step { use } else { nil }
    }
    return evidence.events.compactMap { record in
      guard case .materialConsumed(let consumed) = record.event, let orders = orders[consumed.run] else { return nil }
      let correction = undone.firstIndex(of: consumed)
      if let correction { undone.remove(at: correction) }
      return MaterialSection(
        consumed: consumed, materialLot: evidence.materialLots[consumed.materialLot], sequence: record.sequence,
        orders: orders, isUndone: correction != nil)
    }
  }

  /// Released, and used before the first instant at which it may no longer be used.
  var isUsable: Bool {
    guard let materialLot, materialLot.status == .released else { return false }
    return materialLot.unusableFrom.map { consumed.at < $0 } ?? true
  }

  /// Consumed for several work orders, and the shares of them do not make up the whole: whose the rest is, nobody said.
  var isUndivided: Bool { orders.count > 1 && !isUndone && consumed.sharesOfOrders == nil }

  var json: CanonicalJSON {
    var members: [String: CanonicalJSON] = [
      "run": .name(consumed.run), "materialLot": .name(consumed.materialLot), "item": .name(consumed.item),
      "person": .name(consumed.person), "quantity": .decimal(consumed.quantity),
      "serial": consumed.serial.map { .string($0) } ?? .null, "at": .time(consumed.at),
      "status": materialLot.map { .string($0.status.rawValue) } ?? .null,
      "unusableFrom": .time(materialLot?.unusableFrom), "event": .whole(sequence),
      "container": consumed.container.map { .string($0) } ?? .null,
      "substituteFor": consumed.substituteFor.map { .name($0) } ?? .null, "undone": .bool(isUndone),
      "supplierLot": materialLot?.supplierLot.map { .string($0) } ?? .null,
    ]
    // Absent where nothing had been picked, as in former versions.
    if let shares = consumed.fromPicked {
      members["fromPicked"] = .array(
        shares.map { .object(["workOrder": .name($0.order), "quantity": .string($0.quantity.description)]) })
    }
    return .object(members)
  }
}
