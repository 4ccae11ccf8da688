/// Decides which commits the next segment holds. Pure: it is told of commits, oldest first, and says when there are enough.
public struct PackingPlan: Hashable, Sendable {
  /// When a segment is full. One commit more is taken than reaches a bound, so that a large commit cannot stop the packing.
  public struct Bounds: Hashable, Sendable {
    /// Readings of the parameter with the most of them, about.
    public var readingsOfBusiest = 4_096
    /// Readings of all parameters.
    public var readings = 1_000_000
    /// From the first commit to the last one, microseconds.
    public var spanMicroseconds: Int64 = 3_600_000_000
    /// Bytes of the commits.
    public var bytes = 8 << 20
    public var commits = 100_000

    public init() {}
  }

  /// What is not packed yet, whatever happens.
  public struct Rest: Hashable, Sendable {
    /// The newest commits: a restart reads the keys of their messages.
    public var newestCommits: Int64 = 5_000
    /// Commits younger than this, microseconds.
    public var ageMicroseconds: Int64 = bindingWindowMicroseconds

    public init() {}
  }

  /// What is asked of a commit; its readings are counted from its body.
  struct Commit: Hashable {
    var id: Int64
    var time: Int64
    var readingCount: Int
    var byteCount: Int
  }

  private let bounds: Bounds
  private(set) var commits: Int64 = 0
  private var readings = 0
  private var bytes = 0
  private var firstTime: Int64?
  private var readingsByParameter: [UInt32: Int] = [:]
  private var readingsOfBusiest = 0

  init(bounds: Bounds) { self.bounds = bounds }

  /// The last commit that may be packed at all; nil where none may.
  ///
  /// - Parameters:
  ///   - newest: the newest commit.
  ///   - checkpoint: the commit after which the recorder's state is kept, 0 for none: a restart judges those after it again.
  ///   - anchored: the last commit whose hash stands in the chain of events.
  static func last(newest: Int64, checkpoint: Int64, anchored: Int64, rest: Rest) -> Int64? {
    let last = min(newest - rest.newestCommits, checkpoint, anchored)
    return last > 0 ? last : nil
  }

  /// Takes a commit.
  ///
  /// - Returns: whether the segment is full with it.
  mutating func take(_ commit: Commit, parameters: some Sequence<UInt32>) -> Bool {
    commits += 1
    readings += commit.readingCount
    bytes += commit.byteCount
    for parameter in parameters {
      let count = (readingsByParameter[parameter] ?? 0) + 1
      readingsByParameter[parameter] = count
      readingsOfBusiest = max(readingsOfBusiest, count)
    }
    let first = firstTime ?? commit.time
    firstTime = first
    return readingsOfBusiest >= bounds.readingsOfBusiest || readings >= bounds.readings || bytes >= bounds.bytes
      || commits >= Int64(bounds.commits) || commit.time &- first >= bounds.spanMicroseconds
  }
}
