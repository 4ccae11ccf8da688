/// What a work order has of a material lot after a step, said with the step: whoever is told of it twice, or late, comes
/// to the same state.
extension Floor {
  func totals(
    of material: MaterialLotNumber, for order: WorkOrderNumber, picked: Quantity = .zero, consumed: Quantity? = .zero
  ) -> MaterialTotals {
    let stock = self.stock[material] ?? MaterialStock()
    let before = stock.uses == 0 ? [:] : stock.consumedFor
    return MaterialTotals(
      order: order, pickedInAll: max(stock.allocated[order, default: .zero] + picked, .zero),
      consumedInAll: before.flatMap { known in consumed.map { known[order, default: .zero] + $0 } })
  }

  /// Nil where the run has several work orders: whose the consumed material is, nobody said. What is consumed without a
  /// quantity leaves the total unknown.
  func totals(
    of material: MaterialLotNumber, in run: Run, _ quantity: Quantity?, _ shares: [MaterialConsumed.Share]
  ) -> MaterialTotals? {
    guard run.workOrders.count == 1, let order = run.workOrders.first else { return nil }
    let taken = shares.filter { $0.order == order }.map(\.quantity).reduce(.zero, +)
    return totals(of: material, for: order, picked: .zero - taken, consumed: quantity)
  }

  /// Once the step is taken back.
  func totals(after undone: UndoableStep) -> MaterialTotals? {
    switch undone {
    case .received: return nil
    case .picked(let step): return totals(of: step.material, for: step.order, picked: .zero - step.quantity)
    case .unpicked(let step): return totals(of: step.material, for: step.order, picked: step.quantity)
    case .consumed(let use):
      guard let order = use.totals?.order else { return nil }
      let back = (use.fromPicked ?? []).filter { $0.order == order }.map(\.quantity).reduce(.zero, +)
      return totals(of: use.materialLot, for: order, picked: back, consumed: use.exactQuantity.map { .zero - $0 })
    }
  }
}
