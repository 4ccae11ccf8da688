import Devices
import Shopfloor
import Synchronization

/// The account of a comparison of everything, from its beginning to its end.
extension ERPService {
  /// In place of the time between two regular comparisons where there are none, in microseconds.
  static let neverMicroseconds: Int64 = .max / 4

  /// Whether somebody asked for one that has not begun.
  var isComparisonAskedFor: Bool { shared.withLock { $0.comparisonsAskedFor > $0.comparisonsBegun } }

  func begin(_ sweep: ComparisonSweep, isAskedFor: Bool) {
    shared.withLock { $0.beginComparison(ComparisonAccount(sweep), isAskedFor: isAskedFor) }
  }

  /// Told to the floor before it is kept that it is done: what broke off in between is told again.
  func end(_ sweep: inout ComparisonSweep, _ comparison: ComparisonPorts) async throws {
    let now = clock.now().utc
    sweep.endedAt = now
    var account = shared.withLock { $0.comparison?.begunAt == sweep.startedAt ? $0.comparison : nil }
    account?.take(sweep)
    try await comparison.report((account ?? ComparisonAccount(sweep)).report(connector: connector.name, at: now))
    ports.note(
      "everything was compared with the ERP: \(sweep.comparedRows) deliveries, \(sweep.differingRows) differ, "
        + "\(sweep.incomparableRows) could not be compared")
  }

  func note(_ sweep: ComparisonSweep, wasAskedFor: Bool) {
    let next = settings.compareEveryMicroseconds.map { sweep.startedAt.advanced(byMicroseconds: $0) }
    shared.withLock { $0.note(sweep, nextAt: next, answers: wasAskedFor) }
  }
}
