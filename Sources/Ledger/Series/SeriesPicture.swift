public import Shopfloor

/// A line to be drawn: strokes that are not joined, because between them nothing is known.
public struct SeriesPicture: Hashable, Sendable {
  public enum Form: String, Hashable, Sendable, Codable {
    /// Every good reading.
    case readings
    /// The readings that the line is seen by (Largest-Triangle-Three-Buckets).
    case triangles
    /// One point for each of many buckets: the mean, with the least and the greatest value.
    case bands
  }

  public struct Point: Hashable, Sendable {
    public var time: Timestamp
    /// A reading, or the mean of a bucket.
    public var value: Double
    /// Of everything that the point stands for; the same as the value where that is one reading.
    public var minimum: Double
    public var maximum: Double

    public init(time: Timestamp, value: Double, minimum: Double, maximum: Double) {
      self.time = time
      self.value = value
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  public struct Stroke: Hashable, Sendable {
    public var points: [Point]

    public init(points: [Point]) { self.points = points }
  }

  public var form: Form
  public var strokes: [Stroke]
  /// Packed blocks were put whole into the bucket that holds their middle: the edge of a bucket may be off by this.
  public var edgeMicroseconds: Int64
  public var missing: [MissingReadings]

  /// Bound of one picture, in points.
  public static let maximumPoints = 10_000
}

/// Draws the line of a picture. Only good readings that follow each other are joined: a reading that is not good, a
/// recorded gap or readings that are missing end a stroke.
struct SeriesDrawing {
  /// Stretches without readings, microseconds UTC: from the last reading before, to the first one after.
  let breaks: [Range<Int64>]
  let points: Int

  init(breaks: [Range<Int64>], points: Int) {
    self.breaks = Self.merged(breaks)
    self.points = points
  }

  private static func merged(_ breaks: [Range<Int64>]) -> [Range<Int64>] {
    var merged: [Range<Int64>] = []
    for stretch in breaks.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, stretch.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, stretch.upperBound)
      } else {
        merged.append(stretch)
      }
    }
    return merged
  }

  /// Gathers samples into strokes, in the order of time.
  struct Strokes {
    private let breaks: [Range<Int64>]
    private var next = 0
    private(set) var strokes: [[SeriesSample]] = []
    private var isOpen = false

    init(breaks: [Range<Int64>]) { self.breaks = breaks }

    mutating func add(_ sample: SeriesSample) {
      if isOpen, let last = strokes[strokes.count - 1].last, isBroken(between: last.at, and: sample.at) {
        isOpen = false
      }
      if isOpen {
        strokes[strokes.count - 1].append(sample)
      } else {
        strokes.append([sample])
        isOpen = true
      }
    }

    /// What comes next is not joined to what came.
    mutating func lift() { isOpen = false }

    private mutating func isBroken(between before: Int64, and after: Int64) -> Bool {
      while next < breaks.count, breaks[next].upperBound <= before { next += 1 }
      return next < breaks.count && breaks[next].lowerBound < after
    }
  }

  /// - Returns: nil where there are too many strokes for two points each.
  func lines(_ strokes: [[SeriesSample]]) -> (form: SeriesPicture.Form, strokes: [SeriesPicture.Stroke])? {
    let total = strokes.reduce(0) { $0 + $1.count }
    guard total > points else { return (.readings, strokes.map { Self.stroke($0, count: $0.count) }) }
    let least = strokes.reduce(0) { $0 + min(2, $1.count) }
    guard least <= points else { return nil }
    let drawn = strokes.map { samples in
      let share = (points - least) * max(0, samples.count - 2) / max(1, total - least)
      return Self.stroke(samples, count: min(2, samples.count) + share)
    }
    return (.triangles, drawn)
  }

  /// The points that are kept, each with the least and the greatest value of those it stands for: no excursion is hidden.
  private static func stroke(_ samples: [SeriesSample], count: Int) -> SeriesPicture.Stroke {
    let kept = TriangleSampling.sample(samples[...], count: count)
    let buckets = TriangleSampling.buckets(samples[...], count: count)
    return SeriesPicture.Stroke(
      points: zip(kept, buckets).map { sample, bucket in
        let (least, greatest) = samples[bucket].reduce((sample.value, sample.value)) {
          (min($0.0, $1.value), max($0.1, $1.value))
        }
        return .init(time: Timestamp(microseconds: sample.at), value: sample.value, minimum: least, maximum: greatest)
      })
  }

  /// A point for each bucket with a good reading; an empty bucket, or a break over its edge that is longer than a bucket,
  /// ends the stroke.
  func bands(_ summaries: [BucketSummary], of grid: SeriesGrid) -> [SeriesPicture.Stroke] {
    var strokes: [SeriesPicture.Stroke] = []
    var isOpen = false
    var next = 0
    let long = breaks.filter { $0.upperBound - $0.lowerBound > grid.widthMicroseconds }
    for (number, summary) in summaries.enumerated() {
      guard let minimum = summary.minimum, let maximum = summary.maximum else {
        isOpen = false
        continue
      }
      let bounds = grid.bounds(of: number)
      let edge = bounds.from.microseconds
      while next < long.count, long[next].upperBound < edge { next += 1 }
      if next < long.count, long[next].lowerBound <= edge { isOpen = false }
      let middle = bounds.from.microseconds + (bounds.to.microseconds - bounds.from.microseconds) / 2
      let point = SeriesPicture.Point(
        time: Timestamp(microseconds: middle), value: summary.mean ?? minimum / 2 + maximum / 2, minimum: minimum,
        maximum: maximum)
      if isOpen {
        strokes[strokes.count - 1].points.append(point)
      } else {
        strokes.append(.init(points: [point]))
        isOpen = true
      }
    }
    return strokes
  }
}
