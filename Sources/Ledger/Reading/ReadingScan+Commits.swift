import Devices
import Foundation
import GRDB
import Shopfloor

extension ReadingScan {
  /// The readings of commits that no segment holds, as ``readings(of:from:to:_:_:)`` gives them.
  static func rawReadings(
    of parameters: Set<ParameterIndex>, from: Int64, to: Int64, through: Int64 = .max, _ db: Database, _ body: Receiver
  ) throws -> [MissingStretch] {
    let covered = try coveredThrough(db)
    let quarantine = try Quarantine(db)
    let devices = try LedgerReader.devices(db)
    // Readings near their commit are found by its time; the others have an index of their own.
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, first_reading, last_reading, body, hash FROM commit_group WHERE id > ? AND id <= ? AND id IN (
          SELECT id FROM commit_group WHERE body IS NOT NULL AND time BETWEEN ? AND ?
          UNION
          SELECT id FROM commit_group WHERE out_of_window = 1 AND first_reading < ? AND last_reading >= ?
        ) ORDER BY id
        """,
      arguments: [
        covered, through, from.subtractingWithinRange(bindingWindowMicroseconds),
        to.addingWithinRange(bindingWindowMicroseconds), to, from,
      ])
    var missing: [MissingStretch] = []
    var gathered = GatheredReadings(parameters: parameters, from: from, to: to)
    while let row = try rows.next() {
      let id = try row.integer("id")
      func note(_ cause: MissingStretch.Cause) throws {
        missing.append(
          MissingStretch(
            cause: cause, firstBatch: id, lastBatch: id, parameter: nil,
            firstReading: try row.optionalInteger("first_reading"),
            lastReading: try row.optionalInteger("last_reading")))
      }
      if let reason = quarantine.reason(ofCommit: id) {
        try note(.quarantined(reason))
        continue
      }
      do {
        for batch in try LedgerReader.provenBatches(row, devices, db) { gathered.add(batch) }
      } catch LedgerError.readingsDamaged(_, let reason) {
        try note(.damaged(reason))
      }
      if gathered.count >= maximumGatheredReadings { try gathered.handOn(body) }
    }
    try gathered.handOn(body)
    return missing
  }
}

/// Readings of several commits, by parameter, in the order of their arrival.
struct GatheredReadings {
  private(set) var count = 0
  private let from: Int64
  private let to: Int64
  private var readings: [ParameterIndex: [Reading]] = [:]

  init(parameters: Set<ParameterIndex>, from: Int64, to: Int64) {
    self.from = from
    self.to = to
    for parameter in parameters { readings[parameter] = [] }
  }

  mutating func add(_ batch: ReadingBatch) {
    for reading in batch.readings {
      let time = reading.time.microseconds
      guard time >= from, time < to else { continue }
      let added: Void? = readings[reading.parameter]?.append(reading)
      if added != nil { count += 1 }
    }
  }

  mutating func handOn(_ body: ReadingScan.Receiver) throws {
    for (parameter, found) in readings where !found.isEmpty {
      try body(parameter, found[...])
      readings[parameter]?.removeAll(keepingCapacity: true)
    }
    count = 0
  }
}

extension Int64 {
  /// The sum, or the greatest number there is.
  func addingWithinRange(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }

  /// The difference, or the least number there is.
  func subtractingWithinRange(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other > 0 ? .min : .max) : difference
  }
}
