import Devices
public import Ledger
public import Shopfloor

/// Builds the ledger of a made-up plant: the years that a recorder would need, in minutes. Same seed, same ledger.
public struct LedgerBuilder {
  /// Polls of one commit.
  static let pollsPerCommit = 10
  /// The recorder anchors its readings so often.
  static let anchorMicroseconds: Int64 = 60_000_000
  static let calibrationsInSpan = 4

  public struct Outcome: Hashable, Sendable, Codable {
    public var lots: Int
    public var readings: Int
    public var commits: Int64
    public var events: Int64
    public var until: Timestamp
  }

  private let size: PlantSize
  private let writer: HistoryWriter
  private var story: PlantStory
  private var stations: [PlantStation]
  private var floor = Floor()
  private var readings = 0
  private var nextAnchor: Int64
  private var calibrations = 0

  /// - Parameter unpacked: so many of the newest commits are not packed, as in a plant; nil: none of all is.
  public static func build(
    _ size: PlantSize, at path: String, unpacked: Int64? = HistoryWriter.newestCommits,
    progress: (_ share: Double) -> Void = { _ in }
  ) throws(LedgerError) -> Outcome {
    var builder = LedgerBuilder(size, try HistoryWriter(path: path, unpacked: unpacked))
    return try builder.run(progress)
  }

  private init(_ size: PlantSize, _ writer: HistoryWriter) {
    self.size = size
    self.writer = writer
    story = PlantStory(size)
    stations = (0..<size.stations).map { PlantStation($0, size) }
    nextAnchor = size.start.microseconds + Self.anchorMicroseconds
  }

  private mutating func run(_ progress: (Double) -> Void) throws(LedgerError) -> Outcome {
    let plan = PlantLine.plan(size)
    try writer.register(
      plan.stations.flatMap { station in station.parameters.map { (station: station.name, plan: $0) } },
      devices: (0..<size.stations).map(PlantLine.device))
    story.prologue(at: size.start)
    try commit(at: size.start, [])
    var batches: [ReadingBatch] = []
    var polled: [Reading] = []
    // A last stretch without a lot, so that every run has ended.
    let polls = size.polls + 2 * Self.pollsPerCommit
    for poll in 0..<polls {
      let time = size.start.advanced(byMicroseconds: Int64(poll) * size.pollMicroseconds)
      for index in stations.indices {
        polled.removeAll(keepingCapacity: true)
        let own = time.advanced(byMicroseconds: Int64(index))
        stations[index].poll(at: own, &story, &polled)
        readings += polled.count
        batches.append(
          ReadingBatch(
            device: PlantLine.device(index), receivedAt: own, monotonicMicroseconds: monotonic(own), readings: polled))
      }
      guard (poll + 1) % Self.pollsPerCommit == 0 || poll == polls - 1 else { continue }
      try commit(at: time.advanced(byMicroseconds: 1_000), batches)
      batches.removeAll(keepingCapacity: true)
      if poll % 4_096 < Self.pollsPerCommit { progress(Double(poll) / Double(polls)) }
    }
    return try finish(at: size.start.advanced(byMicroseconds: Int64(polls) * size.pollMicroseconds))
  }

  private func monotonic(_ time: Timestamp) -> Int64 { time.microseconds - size.start.microseconds + 1_000_000 }

  private mutating func commit(at time: Timestamp, _ batches: [ReadingBatch]) throws(LedgerError) {
    let span = size.spanMicroseconds / Int64(Self.calibrationsInSpan + 1)
    if calibrations < Self.calibrationsInSpan,
      time.microseconds - size.start.microseconds >= span * Int64(calibrations + 1)
    {
      story.calibrate(calibrations, at: time)
      calibrations += 1
    }
    var group = CommitGroup(clock: ClockReading(utc: time, monotonicMicroseconds: monotonic(time)))
    group.batches = batches
    (group.events, group.records) = story.take()
    if time.microseconds >= nextAnchor {
      // As the recorder does: the head of the commits before.
      try writer.flush()
      let head = writer.readingsHead
      group.events.append(
        .init(.readingsAnchored(ReadingsAnchored(throughBatch: head.group, headSHA256: head.hash)), actor: "recorder"))
      nextAnchor = max(nextAnchor + Self.anchorMicroseconds, time.microseconds)
    }
    for pending in group.events { floor.apply(pending.event) }
    try writer.commit(group)
  }

  /// The last commit stops the recording, anchors everything, and keeps the state that a recorder restarts from.
  private mutating func finish(at time: Timestamp) throws(LedgerError) -> Outcome {
    try writer.flush()
    let head = writer.readingsHead
    story.add(.recordingStopped(RecordingStopped(reason: "the made-up history ends here")), actor: "recorder")
    story.add(
      .readingsAnchored(ReadingsAnchored(throughBatch: head.group, headSHA256: head.hash)), actor: "recorder")
    var group = CommitGroup(clock: ClockReading(utc: time, monotonicMicroseconds: monotonic(time)))
    (group.events, group.records) = story.take()
    for pending in group.events { floor.apply(pending.event) }
    group.checkpoint = PlantCheckpoint.bytes(floor, clock: group.clock)
    try writer.commit(group)
    try writer.close()
    return Outcome(
      lots: size.lots, readings: readings, commits: writer.readingsHead.group, events: writer.lastSequence, until: time)
  }
}
