/// A point of a picture, before it is said which.
struct SeriesSample: Hashable, Sendable {
  /// Microseconds UTC.
  var at: Int64
  var value: Double
}

/// Largest-Triangle-Three-Buckets: keeps the points that a line through all of them is seen by.
///
/// S. Steinarsson, "Downsampling Time Series for Visual Representation", University of Iceland, 2013, section 4.2: the
/// first and the last point stay; the others are cut into buckets of equal number, and of each the point is kept that
/// spans the largest triangle with the point kept before it and the mean of the bucket after it.
enum TriangleSampling {
  /// - Parameters:
  ///   - samples: in the order of time.
  ///   - count: how many to keep; where there are not more, all are kept.
  static func sample(_ samples: ArraySlice<SeriesSample>, count: Int) -> [SeriesSample] {
    guard samples.count > count, let first = samples.first, let last = samples.last else { return Array(samples) }
    guard count > 2 else { return count == 2 ? [first, last] : Array(samples.prefix(count)) }
    var kept = [first]
    kept.reserveCapacity(count)
    // Times are taken from the first one: a double holds microseconds since 1970 only to about 0.2.
    let origin = first.at
    for bucket in 0..<(count - 2) {
      let own = bounds(bucket, samples, count)
      let next = bucket + 1 < count - 2 ? bounds(bucket + 1, samples, count) : (samples.endIndex - 1)..<samples.endIndex
      kept.append(largest(in: samples[own], after: kept[kept.count - 1], before: mean(samples[next], origin), origin))
    }
    kept.append(last)
    return kept
  }

  /// The samples that each kept point stands for, in the same order.
  static func buckets(_ samples: ArraySlice<SeriesSample>, count: Int) -> [Range<Int>] {
    guard samples.count > count else { return samples.indices.map { $0..<($0 + 1) } }
    guard count > 2 else {
      let middle = samples.startIndex + samples.count / 2
      return count == 2 ? [samples.startIndex..<middle, middle..<samples.endIndex] : [samples.indices]
    }
    let inner = (0..<(count - 2)).map { bounds($0, samples, count) }
    return [samples.startIndex..<(samples.startIndex + 1)] + inner + [(samples.endIndex - 1)..<samples.endIndex]
  }

  /// The samples of a bucket between the first and the last one.
  private static func bounds(_ bucket: Int, _ samples: ArraySlice<SeriesSample>, _ count: Int) -> Range<Int> {
    let inner = samples.count - 2
    let begin = samples.startIndex + 1
    return (begin + bucket * inner / (count - 2))..<(begin + (bucket + 1) * inner / (count - 2))
  }

  private static func mean(_ samples: ArraySlice<SeriesSample>, _ origin: Int64) -> (time: Double, value: Double) {
    var time = 0.0
    var value = 0.0
    let share = 1 / Double(samples.count)
    for sample in samples {
      time += Double(sample.at - origin) * share
      // Each by its share: a sum could leave the range of doubles.
      value += sample.value * share
    }
    return (time, value)
  }

  private static func largest(
    in samples: ArraySlice<SeriesSample>, after before: SeriesSample, before next: (time: Double, value: Double),
    _ origin: Int64
  ) -> SeriesSample {
    let left = (time: Double(before.at - origin), value: before.value)
    var best = samples[samples.startIndex]
    var bestArea = -1.0
    for sample in samples {
      let time = Double(sample.at - origin)
      // Twice the area, which orders them the same.
      let area = abs(
        (left.time - next.time) * (sample.value - left.value) - (left.time - time) * (next.value - left.value))
      if area > bestArea { (best, bestArea) = (sample, area) }
    }
    return best
  }
}
