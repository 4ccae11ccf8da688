import Devices
import GRDB
import Shopfloor

/// Answers questions about the readings of a few parameters within one read transaction.
struct SeriesScan {
  /// Whether a block over the edge of two buckets is read, or put whole into the one that holds its middle.
  enum Edges { case exact, nearest }

  let db: Database
  let parameters: [ParameterIndex]
  private(set) var missing: [MissingReadings] = []
  /// How far the edge of a bucket may be off.
  private(set) var edgeMicroseconds: Int64 = 0

  init(_ db: Database, parameters: [ParameterIndex]) {
    self.db = db
    self.parameters = parameters
  }

  /// What the readings of each bucket say together. Of blocks that lie in one bucket only the header is read.
  mutating func summaries(_ grid: SeriesGrid, edges: Edges) throws -> [BucketSummary] {
    var summaries = [BucketSummary](repeating: BucketSummary(), count: grid.count)
    let from = grid.from.microseconds
    let to = grid.to.microseconds
    let quarantine = try Quarantine(db)
    for parameter in parameters {
      var cut: [Int64] = []
      try SeriesHeaders.each(of: parameter, from: from, to: to, db) { segment, header in
        if let reason = quarantine.reason(ofSegment: segment) {
          try note(.quarantined(reason), segment: segment, header)
        } else if let bucket = Self.bucket(of: header, grid, edges) {
          summaries[bucket].add(header)
          if edges == .nearest, !Self.lies(header, within: grid, bucket) {
            edgeMicroseconds = max(edgeMicroseconds, (header.lastReading - header.firstReading + 1) / 2)
          }
        } else {
          cut.append(segment)
        }
        return true
      }
      // In the order of arrival, so that of equal times the first that came is the first.
      for segment in cut.sorted() {
        try readings(of: parameter, segment: segment) { reading in
          guard grid.contains(reading.time.microseconds) else { return }
          summaries[grid.bucket(of: reading.time.microseconds)].add(reading)
        }
      }
    }
    // Of no parameter: what was set aside before it was packed, which no header tells.
    missing += try ReadingScan.packedReadings(of: [], from: from, to: to, db) { _, _ in }.map(MissingReadings.init)
    let raw = try ReadingScan.rawReadings(of: Set(parameters), from: from, to: to, db) { _, readings in
      for reading in readings { summaries[grid.bucket(of: reading.time.microseconds)].add(reading) }
    }
    missing += raw.map(MissingReadings.init)
    return summaries
  }

  private static func bucket(of header: BlockHeader, _ grid: SeriesGrid, _ edges: Edges) -> Int? {
    guard grid.contains(header.firstReading), grid.contains(header.lastReading) else { return nil }
    let bucket = grid.bucket(of: header.firstReading)
    if bucket == grid.bucket(of: header.lastReading) { return bucket }
    let length = header.lastReading - header.firstReading
    guard edges == .nearest, length <= grid.widthMicroseconds else { return nil }
    return grid.bucket(of: header.firstReading + length / 2)
  }

  private static func lies(_ header: BlockHeader, within grid: SeriesGrid, _ bucket: Int) -> Bool {
    grid.bucket(of: header.firstReading) == bucket && grid.bucket(of: header.lastReading) == bucket
  }

  /// The readings with a time in [from, to) in the order of time, equal times in the order of arrival.
  mutating func readings(from: Int64, to: Int64) throws -> [Reading] {
    var found: [Reading] = []
    let lost = try ReadingScan.readings(of: Set(parameters), from: from, to: to, db) { _, readings in
      found += readings
    }
    missing += lost.map(MissingReadings.init)
    Self.order(&found)
    return found
  }

  /// Stable, and short where the readings came in order.
  static func order(_ readings: inout [Reading]) {
    var isOrdered = true
    for place in readings.indices.dropFirst() where readings[place].time < readings[place - 1].time {
      isOrdered = false
      break
    }
    guard !isOrdered else { return }
    let order = readings.indices.sorted { (readings[$0].time, $0) < (readings[$1].time, $1) }
    readings = order.map { readings[$0] }
  }

  /// Whether the blocks in a stretch hold more readings than this.
  func holdsPacked(moreThan limit: Int, from: Int64, to: Int64) throws -> Bool {
    var count = 0
    for parameter in parameters {
      try SeriesHeaders.each(of: parameter, from: from, to: to, db) { _, header in
        count += header.readingCount
        return count <= limit
      }
    }
    return count > limit
  }

  private mutating func readings(of parameter: ParameterIndex, segment: Int64, _ body: (Reading) -> Void) throws {
    switch try ReadingScan.block(segment: segment, of: parameter, db) {
    case .readings(let readings): for reading in readings { body(reading) }
    case .missing(let stretch): missing.append(MissingReadings(stretch))
    case nil: break
    }
  }

  private mutating func note(
    _ cause: ReadingScan.MissingStretch.Cause, segment: Int64, _ header: BlockHeader
  ) throws {
    let batches = try Row.fetchOne(
      db, sql: "SELECT first_batch, last_batch FROM segment WHERE id = ?", arguments: [segment])
    missing.append(
      MissingReadings(
        ReadingScan.MissingStretch(
          cause: cause, firstBatch: try batches?.integer("first_batch") ?? 0,
          lastBatch: try batches?.integer("last_batch") ?? 0,
          parameter: nil, firstReading: header.firstReading, lastReading: header.lastReading)))
  }
}
