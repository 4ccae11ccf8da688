import Foundation
import GRDB
import Shopfloor

/// Goes through the chains at start: every event, every blob of readings, and the anchors that tie them together.
enum ChainCheck {
  struct Result {
    var finding: String
    var lastSequence: Int64
    var lastEventHash: [UInt8]
    var lastReadingsHash: [UInt8]
  }

  static func run(_ reader: LedgerReader) throws(LedgerError) -> Result {
    try reader.read { db in
      let events = try checkEvents(db)
      let readings = try checkReadings(db, anchors: events.anchors)
      return Result(
        finding: events.count == 0
          ? "the ledger is new and empty"
          : "the chain of \(events.count) events and \(readings.count) reading batches holds",
        lastSequence: events.count, lastEventHash: events.hash, lastReadingsHash: readings.hash)
    }
  }

  private struct Events {
    var count: Int64 = 0
    var hash = EventChain.genesis
    var anchors: [Int64: (sequence: Int64, hash: String)] = [:]
  }

  private static func checkEvents(_ db: Database) throws -> Events {
    var result = Events()
    let rows = try Row.fetchCursor(db, sql: "SELECT sequence, kind, body, hash FROM event ORDER BY sequence")
    while let row = try rows.next() {
      result.count += 1
      let found: Int64 = row["sequence"]
      guard found == result.count else {
        throw LedgerError.chainBroken(sequence: result.count, reason: "it is missing; the next one is \(found)")
      }
      let body = [UInt8](row["body"] as Data)
      result.hash = EventChain.hash(after: result.hash, of: body)
      guard [UInt8](row["hash"] as Data) == result.hash else {
        throw LedgerError.chainBroken(sequence: result.count, reason: "its bytes do not give its stored hash")
      }
      if (row["kind"] as String) == EventKind.readingsAnchored.rawValue,
        case .readingsAnchored(let anchor) = try EventChain.record(sequence: found, bytes: body, hash: result.hash)
          .event
      {
        result.anchors[anchor.throughBatch] = (found, anchor.headSHA256)
      }
    }
    return result
  }

  private static func checkReadings(
    _ db: Database, anchors: [Int64: (sequence: Int64, hash: String)]
  ) throws -> (count: Int, hash: [UInt8]) {
    var count = 0
    var hash = EventChain.genesis
    var expected: Int64 = 1
    let rows = try Row.fetchCursor(db, sql: "SELECT id, body, hash FROM commit_group ORDER BY id")
    while let row = try rows.next() {
      let id: Int64 = row["id"]
      guard id == expected else {
        throw LedgerError.readingsDamaged(batch: expected, reason: "the commit with this number is missing")
      }
      expected += 1
      if let body: Data = row["body"] {
        hash = EventChain.hash(after: hash, of: [UInt8](body))
        guard let stored: Data = row["hash"], [UInt8](stored) == hash else {
          throw LedgerError.readingsDamaged(batch: id, reason: "its bytes do not give its stored hash")
        }
        count += 1
      }
      if let anchor = anchors[id], anchor.hash != EventChain.hex(hash) {
        throw LedgerError.readingsDamaged(
          batch: id, reason: "event \(anchor.sequence) anchors another state of the readings")
      }
    }
    if let beyond = anchors.keys.filter({ $0 >= expected }).min() {
      throw LedgerError.readingsDamaged(batch: beyond, reason: "it is anchored but missing")
    }
    return (count, hash)
  }
}
