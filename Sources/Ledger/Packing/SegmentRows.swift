import Devices
import Foundation
import GRDB
import Shopfloor

/// The rows of segments, each part checked against its digest when it is read.
enum SegmentRows {
  struct Head: Hashable {
    var id: Int64
    var firstBatch: Int64
    var lastBatch: Int64
    var firstTime: Int64
    var lastTime: Int64
    var headBefore: [UInt8]
    /// A rule of retention removed the readings.
    var isRetired: Bool
  }

  private static let headColumns =
    "id, first_batch, last_batch, first_time, last_time, head_before, skeleton IS NULL AS retired"

  private static func head(_ row: Row) throws -> Head {
    Head(
      id: try row.integer("id"), firstBatch: try row.integer("first_batch"), lastBatch: try row.integer("last_batch"),
      firstTime: try row.integer("first_time"), lastTime: try row.integer("last_time"),
      headBefore: try row.bytes("head_before"), isRetired: try row.integer("retired") != 0)
  }

  /// The segment that holds a commit.
  static func holding(commit: Int64, _ db: Database) throws -> Head? {
    try Row.fetchOne(
      db, sql: "SELECT \(headColumns) FROM segment WHERE last_batch >= ? ORDER BY last_batch LIMIT 1",
      arguments: [commit]
    ).map(head).flatMap { $0.firstBatch <= commit ? $0 : nil }
  }

  static func segment(_ id: Int64, _ db: Database) throws -> Head? {
    try Row.fetchOne(db, sql: "SELECT \(headColumns) FROM segment WHERE id = ?", arguments: [id]).map(head)
  }

  /// The segments with commits of these times, the newest first.
  static func newestFirst(from: Int64, until: Int64, _ db: Database) throws -> [Head] {
    try Row.fetchAll(
      db, sql: "SELECT \(headColumns) FROM segment WHERE last_time >= ? AND first_time <= ? ORDER BY id DESC",
      arguments: [from, until]
    ).map(head)
  }

  /// The commits of a segment.
  ///
  /// - Throws: `LedgerError.readingsDamaged` where a part does not give its digest, cannot be read, or was removed.
  static func commits(
    of head: Head, _ codec: SegmentCodec, _ db: Database
  ) throws -> [SegmentCodec.UnpackedCommit] {
    do {
      let skeleton = try part(
        Row.fetchOne(
          db, sql: "SELECT skeleton_digest AS digest, skeleton AS body FROM segment WHERE id = ?", arguments: [head.id]),
        "the skeleton")
      let clocks = try Row.fetchAll(
        db, sql: "SELECT number, digest, body FROM segment_clock WHERE segment = ? ORDER BY number",
        arguments: [head.id]
      ).map { try part($0, "the clock \(try $0.integer("number"))") }
      let blocks = try Row.fetchAll(
        db, sql: "SELECT parameter, clock, digest, body FROM block WHERE segment = ? ORDER BY parameter",
        arguments: [head.id]
      ).map { row in
        let parameter = try row.unsigned32("parameter")
        return (
          parameter: parameter, clock: Int(try row.integer("clock")),
          body: try part(row, "the block of parameter \(parameter)")
        )
      }
      return try codec.unpack(skeleton: skeleton, clocks: clocks, blocks: blocks, headBefore: head.headBefore)
    } catch let damage as PartDamage {
      throw LedgerError.readingsDamaged(batch: head.firstBatch, reason: "segment \(head.id): \(damage.reason)")
    } catch let fault as SegmentCodec.Fault {
      throw LedgerError.readingsDamaged(batch: head.firstBatch, reason: "segment \(head.id): \(fault.reason)")
    }
  }

  /// The message keys of a segment's commits from one on, from its skeleton alone. None where retention removed it.
  static func messageKeys(of head: Head, from commit: Int64, _ db: Database) throws -> [UInt64] {
    guard !head.isRetired else { return [] }
    do {
      let skeleton = try SegmentSkeleton(
        part(
          Row.fetchOne(
            db, sql: "SELECT skeleton_digest AS digest, skeleton AS body FROM segment WHERE id = ?",
            arguments: [head.id]), "the skeleton"))
      let skipped = skeleton.batchCounts.prefix(Int(max(commit - head.firstBatch, 0)))
      let batches = skipped.reduce(0) { $0 + max(Int($1) - 1, 0) }
      let keys = skeleton.hasKey.prefix(batches).reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
      return Array(skeleton.keys.dropFirst(keys))
    } catch let damage as PartDamage {
      throw LedgerError.readingsDamaged(batch: head.firstBatch, reason: "segment \(head.id): \(damage.reason)")
    } catch let damage as ByteReader.Damage {
      throw LedgerError.readingsDamaged(batch: head.firstBatch, reason: "segment \(head.id): \(damage.reason)")
    }
  }

  /// A part that is not what was written.
  struct PartDamage: Error {
    var reason: String
    var isRetired = false
  }

  private static func part(_ row: Row?, _ name: String) throws -> [UInt8] {
    guard let row else { throw PartDamage(reason: "\(name) is missing") }
    guard let bytes = try row.optionalBytes("body") else {
      throw PartDamage(reason: "its readings were removed by a rule of retention", isRetired: true)
    }
    guard try row.optionalBytes("digest") == SegmentCodec.digest(of: bytes) else {
      throw PartDamage(reason: "\(name) does not give its digest")
    }
    return bytes
  }

  // MARK: One block

  /// A block that is to be read, without its bytes.
  struct BlockPlace {
    var segment: Int64
    var parameter: UInt32
    var firstReading: Int64
    var lastReading: Int64
  }

  /// The column of times that was read last: blocks that share it follow each other.
  struct ClockCache {
    fileprivate var segment: Int64 = -1
    fileprivate var number: Int64 = -1
    fileprivate var times: [Int64] = []
  }

  /// The readings of one parameter in one segment, in the order of arrival.
  ///
  /// - Throws: `PartDamage`.
  static func readings(_ place: BlockPlace, _ cache: inout ClockCache, _ db: Database) throws -> [Reading] {
    let row = try db.cachedStatement(sql: "SELECT clock, digest, body FROM block WHERE segment = ? AND parameter = ?")
    let block = try Row.fetchOne(row, arguments: [place.segment, place.parameter])
    let body = try part(block, "the block of parameter \(place.parameter)")
    let clock = try block?.integer("clock") ?? -1
    let times = try times(of: clock, in: place.segment, &cache, db)
    do throws(ByteReader.Damage) {
      return try ReadingBlock.decode(body, times: times)
    } catch {
      throw PartDamage(reason: "the block of parameter \(place.parameter): \(error.reason) (byte \(error.offset))")
    }
  }

  private static func times(
    of number: Int64, in segment: Int64, _ cache: inout ClockCache, _ db: Database
  ) throws -> [Int64] {
    if cache.segment == segment, cache.number == number { return cache.times }
    let statement = try db.cachedStatement(
      sql: "SELECT digest, body FROM segment_clock WHERE segment = ? AND number = ?")
    let body = try part(Row.fetchOne(statement, arguments: [segment, number]), "the clock \(number)")
    do throws(ByteReader.Damage) {
      cache.times = try SegmentCodec.times(body)
    } catch {
      throw PartDamage(reason: "the clock \(number): \(error.reason) (byte \(error.offset))")
    }
    (cache.segment, cache.number) = (segment, number)
    return cache.times
  }
}
