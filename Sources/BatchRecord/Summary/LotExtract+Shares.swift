public import Shopfloor

extension LotExtract {
  /// How much of a consumption the work order of the record took.
  public enum Share: Hashable, Sendable {
    /// The run was of this order alone: all that was consumed.
    case whole
    /// What had been picked for this order, of a run of several orders whose shares make up the whole; zero where all of
    /// it had been picked for others.
    case part(Quantity)
    /// The run was of several orders, and nobody said what each of them took: the material was not counted, or not all of
    /// it had been picked for them.
    case unknown
  }

  /// - Parameter use: a consumption of this record.
  public func share(of use: Use) -> Share {
    guard let run = runs.first(where: { $0.run == use.run }) else { return .unknown }
    if isOwn(run) { return .whole }
    guard let quantity = use.quantity, use.fromPicked.map(\.quantity).reduce(.zero, +) == quantity,
      run.workOrders.contains(workOrder), use.fromPicked.allSatisfy({ run.workOrders.contains($0.order) })
    else { return .unknown }
    return .part(use.fromPicked.filter { $0.order == workOrder }.map(\.quantity).reduce(.zero, +))
  }

  /// A run that does not say its orders is judged by its lots.
  private func isOwn(_ run: RunTimes) -> Bool {
    run.workOrders.isEmpty ? run.lots.allSatisfy(lots.contains) : run.workOrders == [workOrder]
  }
}
