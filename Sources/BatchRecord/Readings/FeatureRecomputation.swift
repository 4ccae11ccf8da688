import Devices
import Shopfloor

/// Takes the feature of a cycle once more from the readings in a record, to compare it with what was judged.
///
/// A cycle holds the good readings of the parameter from its start, and before its end: the same rule by which
/// readings belong to a run.
struct FeatureRecomputation {
  /// What a characteristic rests on, as the record states it.
  enum Basis: String, CaseIterable {
    /// The value follows from the readings, or the duration from the cycle, in this record.
    case readings
    /// The readings are in the ledger only.
    case ledger
    /// It does not follow from the readings of the record: late readings, or a unit that we cannot convert.
    case recorder
  }

  /// How far a mean may lie beside ours, relative to the largest magnitude, where another order of summing rounded
  /// differently. Minimum, maximum and end value must be equal.
  static let meanTolerance = 1e-9

  /// Whether the value with its count of good readings is what these readings give.
  static func fits(
    _ feature: CharacteristicPlan.Feature, value: Double, readingCount: Int, from readings: ArraySlice<RecordedReading>
  ) -> Bool {
    let statistics = ReadingStatistics(of: readings)
    guard statistics.goodCount == readingCount else { return false }
    switch feature {
    case .minimum: return statistics.minimum == value
    case .maximum: return statistics.maximum == value
    case .end: return statistics.last == value
    case .mean:
      guard let mean = statistics.mean else { return false }
      return abs(mean - value) <= meanTolerance * statistics.scale
    case .duration: return false
    }
  }

  /// Whether the value in its unit is the duration of the cycle.
  static func fits(duration value: Double, unit: String, microseconds: Int64) -> Bool {
    guard let perUnit = microsecondsPerUnit[unit] else { return false }
    let exact = Double(microseconds) / perUnit
    return abs(exact - value) <= meanTolerance * abs(exact)
  }

  private static let microsecondsPerUnit: [String: Double] = [
    "us": 1, "µs": 1, "ms": 1e3, "s": 1e6, "min": 60e6, "h": 3600e6,
  ]

  /// The readings from `start` and before `end`; the readings are in time order.
  static func slice(_ readings: [RecordedReading], from start: Timestamp, to end: Timestamp)
    -> ArraySlice<RecordedReading>
  {
    let first = readings.firstIndexSorted { $0.time >= start }
    let last = readings.firstIndexSorted { $0.time >= end }
    return first < last ? readings[first..<last] : []
  }
}

extension Array {
  /// The first index from which on the predicate holds, by halving; the predicate is false, then true.
  fileprivate func firstIndexSorted(where predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
