import Devices
import Foundation
import GRDB
import Shopfloor

/// Reads readings by their own time, from packed segments and from commits alike, one block or commit in memory at a time.
///
/// Commits up to the last packed one are read from their segments alone, whether they were dropped already or not.
enum ReadingScan {
  /// Readings of commits that are gathered before they are handed on, over all parameters.
  static let maximumGatheredReadings = 8_192

  /// Readings that are not given, and why. The rest of the answer is whole.
  struct MissingStretch: Hashable, Sendable {
    enum Cause: Hashable, Sendable {
      /// It was set aside when it did not give its digest.
      case quarantined(String)
      /// It does not give its digest, or cannot be read, and nobody set it aside yet.
      case damaged(String)
      /// A rule of retention removed it.
      case retired
    }

    var cause: Cause
    /// Commits, from and to.
    var firstBatch: Int64
    var lastBatch: Int64
    /// The parameter that is concerned; nil: all.
    var parameter: ParameterIndex?
    /// Least and greatest time of its readings, microseconds UTC, where that is known.
    var firstReading: Int64?
    var lastReading: Int64?
  }

  /// Called with readings of one parameter; a parameter's chunks come in the order of their arrival.
  typealias Receiver = (_ parameter: ParameterIndex, _ readings: ArraySlice<Reading>) throws -> Void

  /// Gives all readings of the parameters whose own time lies in [from, to), microseconds UTC.
  ///
  /// - Parameter through: the last commit that is looked at; what came later is left out.
  /// - Returns: what is missing, in the order of the commits.
  static func readings(
    of parameters: Set<ParameterIndex>, from: Int64, to: Int64, through: Int64 = .max, _ db: Database, _ body: Receiver
  ) throws -> [MissingStretch] {
    guard from < to, !parameters.isEmpty else { return [] }
    let packed = try packedReadings(of: parameters, from: from, to: to, through: through, db, body)
    return packed + (try rawReadings(of: parameters, from: from, to: to, through: through, db, body))
  }

  /// The last commit that a segment holds; 0 where nothing is packed.
  static func coveredThrough(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(last_batch), 0) FROM segment")) ?? 0
  }
}

/// What was set aside.
struct Quarantine {
  private var commits: [(range: ClosedRange<Int64>, reason: String)] = []
  private var segments: [(range: ClosedRange<Int64>, reason: String)] = []

  /// Empty in a ledger of an earlier version, which sets nothing aside.
  init(_ db: Database) throws {
    guard try db.tableExists("quarantine") else { return }
    let rows = try Row.fetchAll(
      db, sql: "SELECT place, first, last, reason FROM quarantine WHERE place IN ('readings', 'segment')")
    for row in rows {
      let first = try row.integer("first")
      let last = try row.integer("last")
      guard first <= last else { continue }
      if try row.text("place") == QuarantinedStretch.Place.segment.rawValue {
        segments.append((first...last, try row.text("reason")))
      } else {
        commits.append((first...last, try row.text("reason")))
      }
    }
  }

  /// The commits that were set aside, up to one.
  func commits(through last: Int64) -> [(range: ClosedRange<Int64>, reason: String)] {
    commits.filter { $0.range.lowerBound <= last }
  }

  /// Why a commit is read by nobody; nil where it is read.
  func reason(ofCommit id: Int64) -> String? { commits.first { $0.range.contains(id) }?.reason }

  /// Why a segment is read by nobody; nil where it is read. A segment that holds a commit that was set aside is read: its
  /// parts have digests of their own.
  func reason(ofSegment id: Int64) -> String? { segments.first { $0.range.contains(id) }?.reason }
}
