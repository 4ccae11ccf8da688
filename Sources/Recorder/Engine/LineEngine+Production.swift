import Devices
import Shopfloor

extension LineEngine {
  /// What the ERP is owed about lots is decided in the group of the event that it is told of.
  mutating func reportProduction(after event: Event) {
    guard let time = clock?.utc else { return }
    for report in floor.productionReports(after: event, at: time) { emit(.productionReported(report)) }
  }
}
