import Devices
import GRDB
import Shopfloor

/// A segment as its rows have it.
struct StoredSegment {
  struct Part {
    var name: String
    var digest: [UInt8]
    /// Nil where retention removed it.
    var body: [UInt8]?
  }

  var id, firstBatch, lastBatch, firstTime, lastTime, readingCount: Int64
  var firstReading, lastReading: Int64?
  var headBefore, headAfter, root: [UInt8]
  /// Skeleton, clocks, blocks.
  var parts: [Part]
  /// In the order of the parts.
  var headers: [BlockHeader]

  var isRetired: Bool { parts.first?.body == nil }
  var clocks: ArraySlice<Part> { parts[1..<(parts.count - headers.count)] }
  var blocks: ArraySlice<Part> { parts[(parts.count - headers.count)...] }

  /// Columns that are not what the commits give.
  func differences(from commits: [SegmentCodec.UnpackedCommit]) -> [String] {
    var different: [String] = []
    var readings: [UInt32: [Reading]] = [:]
    for commit in commits {
      for batch in commit.batches {
        for reading in batch.readings { readings[reading.parameter.rawValue, default: []].append(reading) }
      }
    }
    for header in headers {
      let expected = ReadingBlock.header(
        of: readings[header.parameter] ?? [], parameter: header.parameter, clock: header.clock)
      if expected != header { different.append("the header of the block of parameter \(header.parameter)") }
    }
    if readings.count != headers.count { different.append("the number of blocks") }
    if commits.first?.stored.id != firstBatch || commits.last?.stored.id != lastBatch {
      different.append("the number of commits")
    }
    if commits.map(\.stored.time).min() != firstTime || commits.map(\.stored.time).max() != lastTime {
      different.append("the time of its commits")
    }
    if headers.map(\.firstReading).min() != firstReading || headers.map(\.lastReading).max() != lastReading {
      different.append("the time of its readings")
    }
    if headers.reduce(0, { $0 + Int64($1.readingCount) }) != readingCount { different.append("the number of readings") }
    if let last = commits.last(where: { $0.stored.hash != nil }), last.stored.hash != headAfter {
      different.append("the head of the chain behind it")
    }
    return different
  }

  init(_ row: Row, _ db: Database) throws {
    (id, firstBatch, lastBatch) = (
      try row.integer("id"), try row.integer("first_batch"), try row.integer("last_batch")
    )
    (firstTime, lastTime) = (try row.integer("first_time"), try row.integer("last_time"))
    readingCount = try row.integer("reading_count")
    (firstReading, lastReading) = (try row.optionalInteger("first_reading"), try row.optionalInteger("last_reading"))
    (headBefore, headAfter) = (try row.bytes("head_before"), try row.bytes("head_after"))
    root = try row.bytes("root")
    parts = [
      Part(name: "skeleton", digest: try row.bytes("skeleton_digest"), body: try row.optionalBytes("skeleton"))
    ]
    headers = []
    let clocks = try Row.fetchAll(
      db, sql: "SELECT number, digest, body FROM segment_clock WHERE segment = ? ORDER BY number", arguments: [id])
    for clock in clocks {
      parts.append(
        Part(
          name: "clock \(try clock.integer("number"))", digest: try clock.bytes("digest"),
          body: try clock.optionalBytes("body")))
    }
    let blocks = try Row.fetchAll(
      db,
      sql: """
        SELECT parameter, clock, first_reading, last_reading, reading_count, good_count, minimum, maximum, sum, digest,
          body FROM block WHERE segment = ? ORDER BY id
        """, arguments: [id])
    for block in blocks {
      let header = BlockHeader(
        parameter: try block.unsigned32("parameter"), clock: Int(try block.integer("clock")),
        firstReading: try block.integer("first_reading"), lastReading: try block.integer("last_reading"),
        readingCount: Int(try block.integer("reading_count")), goodCount: Int(try block.integer("good_count")),
        minimum: try block.optionalNumber("minimum"), maximum: try block.optionalNumber("maximum"),
        sum: try block.optionalNumber("sum"))
      headers.append(header)
      parts.append(
        Part(
          name: "block of parameter \(header.parameter)", digest: try block.bytes("digest"),
          body: try block.optionalBytes("body")))
    }
  }
}
