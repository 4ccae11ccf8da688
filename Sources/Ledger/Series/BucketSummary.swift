public import Devices
public import Shopfloor

/// What is said of many readings of a parameter together. Values are of the good readings alone.
///
/// Blocks of packed readings that lie wholly in a stretch are taken by their headers, which do not say at which instant a
/// value stood: what cannot be told then is nil, never guessed.
public struct BucketSummary: Hashable, Sendable {
  public private(set) var readingCount = 0
  public private(set) var goodCount = 0
  /// Least and greatest time of all readings, good or not.
  public private(set) var firstAt: Timestamp?
  public private(set) var lastAt: Timestamp?
  /// The worst quality, uncertain before bad; nil where there is no reading, or where headers say only that some are not
  /// good.
  public var worst: Quality? { readingCount == 0 || hidesQuality ? nil : quality }
  public var minimum: Double? { low?.value }
  public var maximum: Double? { high?.value }
  /// The first instant at which it stood.
  public var minimumAt: Timestamp? { low?.at.map(Timestamp.init(microseconds:)) }
  public var maximumAt: Timestamp? { high?.at.map(Timestamp.init(microseconds:)) }
  /// The good values of the least and of the greatest time; of equal times the first and the last that came.
  public var first: Double? { begin?.value }
  public var last: Double? { end?.value }
  /// Nil also where the sum left the range of doubles.
  public var mean: Double? { goodCount > 0 && sum.isFinite ? sum / Double(goodCount) : nil }

  private struct Extreme: Hashable, Sendable {
    var value: Double
    /// Nil: somewhere in a block.
    var at: Int64?
  }

  private struct Edge: Hashable, Sendable {
    /// For an unknown value: not beyond this.
    var at: Int64
    var value: Double?
  }

  private var sum = 0.0
  private var low: Extreme?
  private var high: Extreme?
  private var begin: Edge?
  private var end: Edge?
  private var quality = Quality.good
  private var hidesQuality = false

  public init() {}

  /// Takes readings in the order of their arrival.
  public mutating func add(_ reading: Reading) {
    let at = reading.time.microseconds
    readingCount += 1
    firstAt = min(firstAt ?? reading.time, reading.time)
    lastAt = max(lastAt ?? reading.time, reading.time)
    if reading.quality.rawValue > quality.rawValue { quality = reading.quality }
    guard reading.quality.isGood else { return }
    goodCount += 1
    sum += reading.value
    takeLow(Extreme(value: reading.value, at: at))
    takeHigh(Extreme(value: reading.value, at: at))
    takeBegin(Edge(at: at, value: reading.value))
    takeEnd(Edge(at: at, value: reading.value))
  }

  /// Takes a block by what its header says.
  mutating func add(_ header: BlockHeader) {
    guard header.readingCount > 0 else { return }
    readingCount += header.readingCount
    let first = Timestamp(microseconds: header.firstReading)
    let last = Timestamp(microseconds: header.lastReading)
    firstAt = min(firstAt ?? first, first)
    lastAt = max(lastAt ?? last, last)
    if header.goodCount < header.readingCount { hidesQuality = true }
    guard header.goodCount > 0 else { return }
    goodCount += header.goodCount
    sum += header.sum ?? .nan
    if let minimum = header.minimum { takeLow(Extreme(value: minimum, at: nil)) }
    if let maximum = header.maximum { takeHigh(Extreme(value: maximum, at: nil)) }
    takeBegin(Edge(at: header.firstReading, value: nil))
    takeEnd(Edge(at: header.lastReading, value: nil))
  }

  private mutating func takeLow(_ new: Extreme) {
    guard let old = low, old.value <= new.value else {
      low = new
      return
    }
    if old.value == new.value { low?.at = Self.earlier(old.at, new.at) }
  }

  private mutating func takeHigh(_ new: Extreme) {
    guard let old = high, old.value >= new.value else {
      high = new
      return
    }
    if old.value == new.value { high?.at = Self.earlier(old.at, new.at) }
  }

  private static func earlier(_ left: Int64?, _ right: Int64?) -> Int64? {
    guard let left, let right else { return nil }
    return min(left, right)
  }

  private mutating func takeBegin(_ new: Edge) {
    guard let old = begin, old.at <= new.at else {
      begin = new
      return
    }
    if old.at == new.at, new.value == nil { begin = new }
  }

  private mutating func takeEnd(_ new: Edge) {
    guard let old = end, old.at >= new.at else {
      end = new
      return
    }
    if old.at == new.at, old.value != nil { end = new }
  }
}

/// The readings of a parameter in one bucket of a ``SeriesGrid``.
public struct SeriesBucket: Hashable, Sendable {
  public var from: Timestamp
  public var to: Timestamp
  public var summary: BucketSummary
}
