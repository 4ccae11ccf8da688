/// Commits of readings in packed form, as the tables `segment`, `segment_clock` and `block` hold them.
public struct PackedSegment: Sendable, Hashable {
  /// A part with its digest, SHA-256 over its bytes.
  public struct Part: Sendable, Hashable {
    public var digest: [UInt8]
    public var body: [UInt8]

    public init(digest: [UInt8], body: [UInt8]) {
      self.digest = digest
      self.body = body
    }
  }

  public struct Block: Sendable, Hashable {
    public var header: BlockHeader
    public var part: Part

    public init(header: BlockHeader, part: Part) {
      self.header = header
      self.part = part
    }
  }

  public var id: Int64
  public var firstBatch: Int64
  public var lastBatch: Int64
  /// Times of the commits, microseconds UTC.
  public var firstTime: Int64
  public var lastTime: Int64
  public var firstReading: Int64?
  public var lastReading: Int64?
  public var readingCount: Int64
  public var headBefore: [UInt8]
  public var headAfter: [UInt8]
  public var root: [UInt8]
  public var skeleton: Part
  public var clocks: [Part]
  public var blocks: [Block]

  public init(
    id: Int64, firstBatch: Int64, lastBatch: Int64, firstTime: Int64, lastTime: Int64, firstReading: Int64?,
    lastReading: Int64?, readingCount: Int64, headBefore: [UInt8], headAfter: [UInt8], root: [UInt8], skeleton: Part,
    clocks: [Part], blocks: [Block]
  ) {
    self.id = id
    self.firstBatch = firstBatch
    self.lastBatch = lastBatch
    self.firstTime = firstTime
    self.lastTime = lastTime
    self.firstReading = firstReading
    self.lastReading = lastReading
    self.readingCount = readingCount
    self.headBefore = headBefore
    self.headAfter = headAfter
    self.root = root
    self.skeleton = skeleton
    self.clocks = clocks
    self.blocks = blocks
  }
}

/// What can be told of a block without reading it. Statistics are of the good readings.
public struct BlockHeader: Sendable, Hashable {
  /// The number of the parameter.
  public var parameter: UInt32
  /// Which column of times of the segment it uses.
  public var clock: Int
  /// Least and greatest time of its readings, microseconds UTC.
  public var firstReading: Int64
  public var lastReading: Int64
  public var readingCount: Int
  public var goodCount: Int
  public var minimum: Double?
  public var maximum: Double?
  /// In the order of arrival, one double after the other; nil where it left the range of doubles.
  public var sum: Double?

  public init(
    parameter: UInt32, clock: Int, firstReading: Int64, lastReading: Int64, readingCount: Int, goodCount: Int,
    minimum: Double?, maximum: Double?, sum: Double?
  ) {
    self.parameter = parameter
    self.clock = clock
    self.firstReading = firstReading
    self.lastReading = lastReading
    self.readingCount = readingCount
    self.goodCount = goodCount
    self.minimum = minimum
    self.maximum = maximum
    self.sum = sum
  }
}
