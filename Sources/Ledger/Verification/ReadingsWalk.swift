import Devices
import Foundation
import GRDB
import Shopfloor

/// Goes through the commits in their order, packed ones and the others: chain, columns, anchors.
struct ReadingsWalk {
  /// Commits of one piece, and bytes of readings after which a piece ends.
  static let commitsPerPiece: Int64 = 500
  static let bytesPerPiece = 8 << 20

  private(set) var commit: Int64
  private(set) var commits: Int64 = 0
  private(set) var readings: Int64 = 0
  private(set) var segments: Int64 = 0
  /// Segments without their readings.
  private(set) var retired: [SegmentCheck.Retired] = []
  private var link: ChainLink
  private var lastEvent: Int64?
  private var hasDigests = false
  private var anchors: [EventWalk.Anchor] = []
  /// Hashes of the commits of the segment that was looked at last, for anchors within it.
  private var hashes: [Int64: [UInt8]] = [:]
  /// As the rows have them when a piece is taken: a reload may add some at any time.
  private var devices: [UInt32: DeviceName]
  private var parameters: Set<UInt32>

  /// - Parameters:
  ///   - commit: the last commit that is not looked at, with the head of the chain there.
  init(after commit: Int64, head: [UInt8], _ db: Database) throws {
    self.commit = commit
    link = ChainLink(head)
    devices = try LedgerReader.devices(db)
    parameters = Set(try LedgerReader.parameters(db).map(\.index.rawValue))
  }

  mutating func expect(_ anchors: [EventWalk.Anchor]) { self.anchors += anchors }

  /// Commits up to which something is anchored that was not reached yet.
  var anchoredThrough: Int64? { anchors.last?.throughBatch }

  /// Takes the next piece, through `limit` at most.
  ///
  /// - Returns: false at the end.
  mutating func piece(through limit: Int64, _ db: Database, _ findings: inout FindingList) throws -> Bool {
    let start = commit
    guard start < limit else { return false }
    do {
      devices = try LedgerReader.devices(db)
      parameters = Set(try LedgerReader.parameters(db).map(\.index.rawValue))
      if try SegmentCheck.contains(commit + 1, db) {
        try takeSegment(db, &findings)
      } else {
        try takeRows(through: limit, db, &findings)
      }
    } catch {
      let from = commit + 1
      findings.add(
        LedgerFinding(
          .readings, from, start + Self.commitsPerPiece,
          Words("these commits cannot be read: \(error)", "这些提交无法读取：\(error)")))
      commit = max(commit, start + Self.commitsPerPiece)
      link.loseTrack()
      lastEvent = nil
      return try Self.lastCommit(db) > commit
    }
    return commit > start
  }

  static func lastCommit(_ db: Database) throws -> Int64 { try ReadingsHead(db).throughBatch }

  /// What is anchored and was never reached.
  mutating func finish(_ findings: inout FindingList) {
    for anchor in anchors where anchor.throughBatch > commit {
      findings.add(
        LedgerFinding(
          .readings, commit + 1, anchor.throughBatch,
          Words("missing: event \(anchor.sequence) anchors them", "缺失：事件 \(anchor.sequence) 锚定了这些读数")))
    }
    anchors = []
  }

  private mutating func takeRows(through limit: Int64, _ db: Database, _ findings: inout FindingList) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, time, monotonic, last_event, reading_count, first_reading, last_reading, out_of_window, body, hash,
          digest FROM commit_group WHERE id > ? AND id <= ? ORDER BY id LIMIT ?
        """, arguments: [commit, limit, Self.commitsPerPiece])
    var bytes = 0
    while bytes < Self.bytesPerPiece, let row = try rows.next() {
      bytes += try take(row, db, &findings)
    }
  }

  /// - Returns: the bytes of its readings.
  private mutating func take(_ row: Row, _ db: Database, _ findings: inout FindingList) throws -> Int {
    let id = try row.integer("id")
    let stretch = (try row.optionalInteger("first_reading"), try row.optionalInteger("last_reading"))
    func report(_ english: String, _ chinese: String, from first: Int64, through last: Int64) throws {
      let concerned = try stretch.0.flatMap { from in
        try stretch.1.map { until in try Concerned.between(from, until, db) }
      }
      findings.add(
        LedgerFinding(
          .readings, first, last, Words(english, chinese), from: stretch.0, until: stretch.1,
          lots: concerned?.lots ?? [], runs: concerned?.runs ?? []))
    }
    if id != commit + 1 {
      try report("missing: after \(commit) comes \(id)", "缺失：\(commit) 之后是 \(id)", from: commit + 1, through: id - 1)
      link.loseTrack()
      lastEvent = nil
    }
    commit = id
    commits += 1
    let (body, hash) = (try row.optionalBytes("body"), try row.optionalBytes("hash"))
    let columns = try Columns(row)
    if let digest = try row.optionalBytes("digest") {
      hasDigests = true
      if digest != columns.digest {
        try report("its columns do not give their digest", "各列与摘要不符", from: id, through: id)
      }
    } else if hasDigests {
      try report("it has no digest of its columns", "缺少各列的摘要", from: id, through: id)
    }
    if (body == nil) != (hash == nil) {
      try report("it has readings or a hash alone", "读数与哈希缺一", from: id, through: id)
    }
    if let body, let hash {
      if link.take(body, hash) {
        if let wrong = columns.difference(
          from: Result { () throws(ByteReader.Damage) in
            try ReadingBatchCodec.decode(body) { devices[$0] }
          }, parameters)
        {
          try report("\(wrong) is not what its readings give", "\(wrong) 与读数不符", from: id, through: id)
        }
      } else {
        try report("its bytes do not give its stored hash", "内容与保存的哈希不符", from: id, through: id)
      }
    } else if columns.readingCount != 0 || columns.firstReading != nil {
      try report("it has no readings, and its columns tell of some", "无读数，但各列有记录", from: id, through: id)
    }
    readings += columns.readingCount
    let ownEvent = try Int64.fetchOne(
      db, sql: "SELECT max(sequence) FROM event WHERE commit_group = ?", arguments: [id])
    if let expected = ownEvent ?? lastEvent, columns.lastEvent != expected {
      try report(
        "it says \(columns.lastEvent) was its last event, the events say \(expected)",
        "其最后事件记为 \(columns.lastEvent)，事件表为 \(expected)", from: id, through: id)
    }
    lastEvent = columns.lastEvent
    try compareAnchors(at: id, link.head, db, &findings)
    return body?.count ?? 0
  }

  private mutating func takeSegment(_ db: Database, _ findings: inout FindingList) throws {
    guard let found = try SegmentCheck.verify(commit + 1, after: link.head, devices: devices, db, &findings) else {
      return
    }
    segments += 1
    if let gone = found.retired { retired.append(gone) }
    commits += found.lastBatch - commit
    readings += found.readings
    hashes = found.hashes
    link = ChainLink(found.headAfter)
    let first = commit
    commit = found.lastBatch
    lastEvent = found.lastEvent
    hashes[commit] = found.headAfter
    for anchor in anchors where anchor.throughBatch > first && anchor.throughBatch <= commit {
      if let hash = hashes[anchor.throughBatch], EventChain.hex(hash) != anchor.head {
        disagree(anchor, &findings)
      }
    }
    anchors.removeAll { $0.throughBatch <= commit }
  }

  private mutating func compareAnchors(
    at id: Int64, _ head: [UInt8]?, _ db: Database, _ findings: inout FindingList
  ) throws {
    while let anchor = anchors.first, anchor.throughBatch <= id {
      anchors.removeFirst()
      let known = anchor.throughBatch == id ? head : hashes[anchor.throughBatch]
      if let known, EventChain.hex(known) != anchor.head { disagree(anchor, &findings) }
    }
  }

  private func disagree(_ anchor: EventWalk.Anchor, _ findings: inout FindingList) {
    findings.add(
      LedgerFinding(
        .readings, anchor.throughBatch, nil,
        Words(
          "event \(anchor.sequence) anchors another state of the readings up to here",
          "事件 \(anchor.sequence) 锚定的读数状态与此不同")))
  }

  /// The columns beside the readings.
  struct Columns {
    var id, time, monotonic, lastEvent, readingCount: Int64
    var firstReading, lastReading: Int64?
    var outOfWindow: Bool

    init(_ row: Row) throws {
      (id, time, monotonic) = (try row.integer("id"), try row.integer("time"), try row.integer("monotonic"))
      (lastEvent, readingCount) = (try row.integer("last_event"), try row.integer("reading_count"))
      (firstReading, lastReading) = (try row.optionalInteger("first_reading"), try row.optionalInteger("last_reading"))
      outOfWindow = try row.integer("out_of_window") != 0
    }

    var digest: [UInt8] {
      RowDigest.commit(
        id: id, time: time, monotonic: monotonic, lastEvent: lastEvent, readingCount: readingCount,
        firstReading: firstReading, lastReading: lastReading, outOfWindow: outOfWindow)
    }

    /// What the readings give otherwise; nil where all agrees.
    func difference(from body: Result<[ReadingBatch], ByteReader.Damage>, _ parameters: Set<UInt32>) -> String? {
      guard case .success(let batches) = body else { return "the form of its bytes" }
      var (count, first, last) = (Int64(0), Int64.max, Int64.min)
      for batch in batches {
        for reading in batch.readings {
          count += 1
          first = min(first, reading.time.microseconds)
          last = max(last, reading.time.microseconds)
          if !parameters.contains(reading.parameter.rawValue) { return "parameter \(reading.parameter.rawValue)" }
        }
      }
      if count != readingCount { return "reading_count" }
      if (count > 0 ? first : nil) != firstReading { return "first_reading" }
      if (count > 0 ? last : nil) != lastReading { return "last_reading" }
      let expected =
        count > 0
        && (time.subtractingWithinRange(first) >= bindingWindowMicroseconds
          || last.subtractingWithinRange(time) >= bindingWindowMicroseconds)
      return expected == outOfWindow ? nil : "out_of_window"
    }
  }
}
