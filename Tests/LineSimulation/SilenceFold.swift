import Devices
import Ledger
import Shopfloor

/// Says of every commit whether a parameter has been silent for too long without a gap: computed anew from the batches and
/// the plan, the slow and obvious way.
struct SilenceFold {
  private struct Expected {
    var place: StationName
    var name: ParameterName
    /// Silence for longer is a gap, in microseconds: three intervals, and a second at least.
    var silence: Int64
    var lastArrival: Int64
    var gap: GapID?
  }

  /// By number of the parameter; the plan of the simulation keeps their order.
  private var expected: [Expected] = []
  private var monotonic: Int64 = 0

  mutating func begin(_ group: LedgerReader.StoredGroup, isStart: Bool) {
    monotonic = group.clock.monotonicMicroseconds
    guard isStart else { return }
    for number in expected.indices { expected[number].lastArrival = monotonic }
  }

  mutating func arrive(_ batch: ReadingBatch) {
    for reading in batch.readings where reading.quality != .uncertainRetained {
      let number = Int(reading.parameter.rawValue)
      if expected.indices.contains(number) { expected[number].lastArrival = batch.monotonicMicroseconds }
    }
  }

  mutating func take(_ event: Event) {
    switch event {
    case .planApplied(let applied):
      let parameters = applied.plan.stations.flatMap { station in station.parameters.map { (station.name, $0) } }
      for (number, (station, plan)) in parameters.enumerated() where number >= expected.count {
        expected.append(
          Expected(
            place: station, name: plan.name, silence: max(3 * plan.expectedIntervalMicroseconds, 1_000_000),
            lastArrival: monotonic))
      }
    case .gapOpened(let gap):
      for number in expected.indices
      where expected[number].place == gap.station && gap.parameters.contains(expected[number].name) {
        expected[number].gap = gap.gap
      }
    case .gapClosed(let closed):
      for number in expected.indices
      where expected[number].gap == closed.gap && closed.parameters.contains(expected[number].name) {
        expected[number].gap = nil
      }
    default: break
    }
  }

  func end(_ group: LedgerReader.StoredGroup) throws(BrokenPromise) {
    for parameter in expected
    where parameter.gap == nil && monotonic > parameter.lastArrival + parameter.silence {
      throw BrokenPromise(
        .nothingInvented,
        "\(parameter.name) was silent for \(monotonic - parameter.lastArrival) µs at commit \(group.id), and that is no gap"
      )
    }
  }
}
