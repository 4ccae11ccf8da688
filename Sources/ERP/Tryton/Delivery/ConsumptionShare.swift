import BatchRecord
import Shopfloor

/// What one order took of a consumption, from the records of its lots.
struct ConsumptionShare: Hashable, Sendable {
  var use: LotExtract.Use
  /// Of this order; nil: nobody said how much, or not how much of it this order took.
  var quantity: Quantity?
  /// The run had lots of several orders.
  var isShared: Bool
  private var run: LotExtract.RunTimes?
  private var order: WorkOrderNumber

  /// All of it had been picked for other orders.
  var isOfOthers: Bool { isShared && quantity == .zero }

  /// Every consumption once: a run of several lots has it in the record of each.
  static func once(_ extracts: [LotExtract]) -> [ConsumptionShare] {
    var seen: Set<Int64> = []
    return extracts.flatMap { extract in
      extract.uses.filter { seen.insert($0.event).inserted }.map { use in
        let run = extract.runs.first { $0.run == use.run }
        return switch extract.share(of: use) {
        case .whole: Self(use: use, quantity: use.quantity, isShared: false, run: run, order: extract.workOrder)
        case .part(let part): Self(use: use, quantity: part, isShared: true, run: run, order: extract.workOrder)
        case .unknown: Self(use: use, quantity: nil, isShared: true, run: run, order: extract.workOrder)
        }
      }
    }
  }

  /// A wrong amount cannot be taken back from a production that has run: what no record divides is a person's. An order
  /// for which nothing of an item had been picked, in a run that consumed the item, is one that nobody picked for.
  static func require(_ extracts: [LotExtract]) throws(DeliveryStop) {
    let shares = once(extracts)
    if let open = shares.first(where: { $0.isShared && $0.quantity == nil }) { throw open.undivided }
    for (_, ofItem) in Dictionary(grouping: shares, by: { $0.use.substituteFor ?? $0.use.item })
      .sorted(by: { $0.key < $1.key })
    where ofItem.allSatisfy(\.isOfOthers) {
      if let first = ofItem.first { throw first.pickedForOthers }
    }
  }

  private var undivided: DeliveryStop {
    let counted = use.quantity.map { "\($0) of \(use.materialLot)" } ?? "\(use.materialLot), which nobody counted,"
    return .blocked("\(subject) consumed \(counted) for \(orders) and the record does not say the shares: \(whatToDo)")
  }

  private var pickedForOthers: DeliveryStop {
    .blocked(
      "\(subject) consumed \(use.materialLot) for \(orders), and no \(use.item) was picked for \(order): \(whatToDo)")
  }

  private var subject: String { "run \(use.run) (lots \(Self.few(run?.lots.map(\.text) ?? [])))" }

  private var orders: String {
    let others = run?.workOrders.filter { $0 != order }.map(\.text) ?? []
    return "\(order) and " + (others.isEmpty ? "lots of other orders" : Self.few(others))
  }

  private var whatToDo: String {
    "enter in the ERP what \(order) took and run its production there, then have this delivery tried again"
  }

  private static func few(_ names: [String]) -> String {
    names.prefix(2).joined(separator: ", ") + (names.count > 2 ? " and \(names.count - 2) more" : "")
  }
}
