import Devices
import GRDB
import Shopfloor

/// Goes through a ledger and says what is not as it was written, beside a daemon or without one.
///
/// It reads in pieces of a read transaction each, so that the log of a ledger that is being written does not grow meanwhile;
/// only SQLite's own check of the whole file is one piece. It writes nothing.
public struct LedgerVerification {
  public struct Options: Sendable {
    /// Nil: everything; otherwise what came after this event alone, which a signed checkpoint must speak for.
    public var since: Int64?
    /// The public half of the line's key: signatures of checkpoints are checked with it.
    public var publicKey: [UInt8]?

    public init(since: Int64? = nil, publicKey: [UInt8]? = nil) {
      self.since = since
      self.publicKey = publicKey
    }
  }

  private let reader: LedgerReader
  private let options: Options
  private let report: (LedgerVerificationProgress) -> Bool
  private var findings = FindingList()
  private var result = LedgerVerificationReport()
  private var walked = Walked()

  private struct Walked {
    var events: Int64 = 0
    var commits: Int64 = 0
    var readingsPart = 0.0
  }

  /// - Parameter progress: called after each piece; false ends the verification.
  public init(
    _ reader: LedgerReader, options: Options = Options(),
    progress: @escaping (LedgerVerificationProgress) -> Bool = { _ in true }
  ) {
    self.reader = reader
    self.options = options
    report = progress
  }

  /// The size of the tree of the latest checkpoint; nil where there is none.
  public static func latestCheckpoint(_ reader: LedgerReader) throws(LedgerError) -> Int64? {
    try reader.read { db in try VerifiedMark.latest(db)?.treeSize }
  }

  public mutating func run() -> LedgerVerificationReport {
    var quarantined: [QuarantinedStretch] = []
    do throws(Cancelled) {
      if isFormer() { return verifyFormer() }
      if options.since == nil {
        attempt(.index) { db, findings in try StructureCheck.schema(db, &findings) }
        attempt(.index) { db, findings in try StructureCheck.integrity(db, &findings) }
      }
      try tell(.structure, 0.1)
      try walkContents()
    } catch {
      result.isCancelled = true
    }
    attempt(.state) { db, _ in quarantined = try VerifiedMark.quarantined(db) }
    result.findings = findings.ordered(quarantined)
    result.omittedFindings = findings.omitted
    return result
  }

  private struct Cancelled: Error {}

  private func tell(_ stage: LedgerVerificationProgress.Stage, _ fraction: Double) throws(Cancelled) {
    let progress = LedgerVerificationProgress(
      stage: stage, fraction: min(fraction, 1), findings: findings.found.count + findings.omitted)
    if !report(progress) { throw Cancelled() }
  }

  /// One read of its own; what cannot be read is a finding.
  private mutating func attempt(
    _ place: LedgerDamageFound.Place, _ body: (Database, inout FindingList) throws -> Void
  ) {
    var found = findings
    do throws(LedgerError) {
      try reader.read { db in try body(db, &found) }
    } catch {
      found.add(place, "it cannot be read: \(error)", "无法读取：\(error)")
    }
    findings = found
  }

  // MARK: Former versions

  /// Whether the tables are those of a former version.
  private func isFormer() -> Bool {
    // What cannot be read at all is told by the checks that follow.
    guard let version = try? reader.read(LedgerReader.schemaVersion) else { return false }
    return version < Schema.currentVersion
  }

  private mutating func verifyFormer() -> LedgerVerificationReport {
    do throws(LedgerError) {
      let standing = try FormerVersionCheck.run(reader, &findings)
      (result.events, result.commits) = (standing.throughSequence, standing.throughBatch)
    } catch {
      findings.add(.index, "it cannot be read: \(error)", "无法读取：\(error)")
    }
    result.findings = findings.ordered([])
    result.omittedFindings = findings.omitted
    return result
  }

  // MARK: Contents

  private mutating func walkContents() throws(Cancelled) {
    var events: EventWalk?
    var readings: ReadingsWalk?
    let (since, key) = (options.since, options.publicKey)
    attempt(.state) { db, findings in
      guard let since, since > 0 else {
        events = try EventWalk(after: 0, hash: EventChain.genesis, frontier: MerkleFrontier(), publicKey: key)
        readings = try ReadingsWalk(after: 0, head: EventChain.genesis, db)
        return
      }
      guard let mark = try VerifiedMark(since, db) else {
        return findings.add(
          .event, since, "no checkpoint speaks for the events up to \(since), or they do not give its root",
          "没有检查点覆盖前 \(since) 个事件，或与其根不符")
      }
      events = try EventWalk(after: mark.treeSize, hash: mark.eventHash, frontier: mark.frontier, publicKey: key)
      readings = try ReadingsWalk(after: mark.throughBatch, head: mark.readingsHead, db)
    }
    guard var events, var readings else { return }
    result.sinceSequence = events.sequence + 1
    let firstEvent = events.sequence
    let firstCommit = readings.commit
    var isAtEnd = false
    while !isAtEnd {
      var (lastEvent, lastCommit) = (Int64(1), Int64(1))
      attempt(.event) { db, findings in
        if let anchors = try events.piece(db, &findings) { readings.expect(anchors) } else { isAtEnd = true }
        (lastEvent, lastCommit) = (try EventTree.lastSequence(db), try ReadingsWalk.lastCommit(db))
      }
      let through = isAtEnd ? Int64.max : readings.anchoredThrough ?? 0
      var hasMore = true
      while hasMore {
        hasMore = false
        attempt(.readings) { db, findings in
          hasMore = try readings.piece(
            through: min(through, try ReadingsWalk.lastCommit(db)), db, &findings)
        }
        note(events, readings, firstEvent)
        let done = Double(events.sequence - firstEvent + readings.commit - firstCommit)
        let all = Double(max(1, lastEvent - firstEvent + lastCommit - firstCommit))
        try tell(.contents, 0.1 + 0.8 * done / all)
      }
    }
    readings.finish(&findings)
    attempt(.segment) { db, findings in
      try SegmentCheck.compare(
        readings.retired, toldOf: events.retired, through: events.sequence, db, &findings)
    }
    try compareState(events)
  }

  private mutating func note(_ events: EventWalk, _ readings: ReadingsWalk, _ first: Int64) {
    result.events = events.sequence - first
    (result.records, result.checkpoints) = (events.records, events.checkpoints)
    result.signatures = events.signatures
    (result.commits, result.readings, result.segments) = (readings.commits, readings.readings, readings.segments)
    result.rootSHA256 = events.hasTree ? EventChain.hex(events.frontier.root) : nil
  }

  // MARK: State

  private mutating func compareState(_ events: EventWalk) throws(Cancelled) {
    let isWhole = options.since == nil
    attempt(.state) { db, findings in try StateCheck.small(db, events, isWhole: isWhole, &findings) }
    guard isWhole else { return try tell(.state, 1) }
    if !findings.hasDamagedEvent() {
      attempt(.state) { db, findings in
        // What was written since the walk ended has moved the tables on.
        var events = events
        while try events.piece(db, &findings) != nil {}
        try events.projections.read { rebuilt in
          try StateCheck.compareProjections(db, with: rebuilt, &findings)
        }
      }
    }
    try tell(.state, 0.93)
    var scan = StateCheck.SubjectScan()
    let (last, without) = (events.sequence, events.subjects.leftOut)
    var hasMore = true
    while hasMore {
      hasMore = false
      attempt(.index) { db, _ in hasMore = try scan.piece(through: last, without: without, db) }
      try tell(.state, 0.95)
    }
    if !scan.sum.agrees(with: events.subjects) {
      attempt(.index) { db, findings in
        try StateCheck.nameSubjects(db, through: last, without: without, &findings)
      }
    }
    try tell(.state, 1)
  }
}
