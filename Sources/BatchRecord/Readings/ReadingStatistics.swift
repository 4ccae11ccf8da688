import Devices
import Ledger

/// Counts by quality, and minimum, mean and maximum of the good values.
///
/// The mean is the sum of the good values in the order of the record, one double after the other, divided by their
/// count: every IEEE 754 implementation gets the same bits.
struct ReadingStatistics: Equatable {
  private(set) var count = 0
  private(set) var countsByQuality: [String: Int] = [:]
  private(set) var goodCount = 0
  private(set) var minimum: Double?
  private(set) var maximum: Double?
  private(set) var last: Double?
  private var sum = 0.0

  init(of readings: some Sequence<RecordedReading>) {
    for reading in readings {
      count += 1
      countsByQuality[reading.quality.name, default: 0] += 1
      guard reading.quality.isGood, let value = reading.value else { continue }
      goodCount += 1
      sum += value
      minimum = minimum.map { min($0, value) } ?? value
      maximum = maximum.map { max($0, value) } ?? value
      last = value
    }
  }

  init(_ summary: SeriesAbstract) {
    count = summary.count
    countsByQuality = Dictionary(uniqueKeysWithValues: summary.countsByQuality.map { ($0.key.name, $0.value) })
    goodCount = summary.goodCount
    minimum = summary.minimum
    maximum = summary.maximum
    last = summary.last
    sum = summary.sum
  }

  /// Nil without good values, and where the sum of extreme values left the range of doubles.
  var mean: Double? {
    let mean = sum / Double(goodCount)
    return mean.isFinite ? mean : nil
  }

  var countsJSON: CanonicalJSON { .object(countsByQuality.mapValues { CanonicalJSON.whole($0) }) }

  /// The largest magnitude of the good values: what rounding in a mean is measured against.
  var scale: Double { max(abs(minimum ?? 0), abs(maximum ?? 0)) }
}
