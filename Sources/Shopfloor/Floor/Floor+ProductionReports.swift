/// What the ERP is told of a lot while it is made.
extension Floor {
  /// What is owed because of an event that was just applied, one report per lot.
  ///
  /// - Parameter time: of events that do not say it themselves.
  public func productionReports(after event: Event, at time: Timestamp) -> [ProductionReport] {
    switch event {
    case .runEnded(let end): operationReports(after: end)
    case .quantityReported(let report): [quantityReport(report)].compactMap { $0 }
    case .lotHeld(let hold): [holdReport(.hold, hold, time)].compactMap { $0 }
    case .lotHoldLifted(let hold): [holdReport(.holdLifted, hold, time)].compactMap { $0 }
    default: []
    }
  }

  private func operationReports(after end: RunEnded) -> [ProductionReport] {
    let ended = stations.values.lazy.compactMap { state in state.endedRuns.last { $0.id == end.run } }.first
    guard let run = ended else { return [] }
    return run.lots.compactMap { lot in
      guard let order = lots[lot]?.order else { return nil }
      var report = ProductionReport(.operation, lot: lot, workOrder: order, person: end.person, at: end.at)
      report.station = run.station
      report.operation = run.operation
      report.run = run.id
      report.startedAt = run.startedAt
      report.endedAt = end.at
      report.completedOperation = end.completedOperation
      report.alarm = end.alarm
      if let counted = lots[lot]?.quantities?[run.operation] { add(counted, to: &report) }
      return report
    }
  }

  private func quantityReport(_ counted: QuantityReported) -> ProductionReport? {
    guard let order = lots[counted.lot]?.order else { return nil }
    var report = ProductionReport(
      .quantities, lot: counted.lot, workOrder: order, person: counted.person, at: counted.at)
    report.station = counted.station
    report.operation = counted.operation
    report.run = counted.run
    report.reason = counted.correction
    add(counted, to: &report)
    return report
  }

  private func add(_ counted: QuantityReported, to report: inout ProductionReport) {
    report.good = counted.good
    report.scrap = counted.scrap.isEmpty ? nil : counted.scrap
    report.rework = counted.rework.isEmpty ? nil : counted.rework
    report.unit = orders[report.workOrder]?.unit
  }

  private func holdReport(_ kind: ProductionReport.Kind, _ hold: LotHeld, _ time: Timestamp) -> ProductionReport? {
    guard let order = lots[hold.lot]?.order else { return nil }
    var report = ProductionReport(kind, lot: hold.lot, workOrder: order, person: hold.person, at: time)
    report.reason = hold.reason
    report.alarm = hold.alarm
    return report
  }

  mutating func count(_ report: QuantityReported) {
    var counted = lots[report.lot]?.quantities ?? [:]
    counted[report.operation] = report
    lots[report.lot]?.quantities = counted
  }
}
