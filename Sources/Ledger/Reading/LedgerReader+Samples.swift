public import Devices
import GRDB
public import Shopfloor

/// The last reading of a parameter in one interval.
public struct SampledReading: Hashable, Sendable {
  public var parameter: RegisteredParameter
  public var reading: Reading

  public init(parameter: RegisteredParameter, reading: Reading) {
    self.parameter = parameter
    self.reading = reading
  }
}

extension LedgerReader {
  /// What parameters said between two instants of commit, one reading an interval and parameter, oldest first.
  ///
  /// - Parameters:
  ///   - interval: in microseconds, above 0.
  ///   - limit: of more, the newest are given.
  public func sampledReadings(
    from: Timestamp, until: Timestamp, everyMicroseconds interval: Int64, limit: Int
  ) throws(LedgerError) -> [SampledReading] {
    precondition(interval > 0, "an interval has a length")
    guard from <= until else { return [] }
    return try read { db in
      let devices = try Self.devices(db)
      let registered = Dictionary(try Self.parameters(db).map { ($0.index, $0) }) { first, _ in first }
      let covered = try ReadingScan.coveredThrough(db)
      var seen: Set<Place> = []
      var samples: [SampledReading] = []
      func take(_ batches: [ReadingBatch]) {
        for reading in batches.flatMap(\.readings).reversed() {
          let place = Place(parameter: reading.parameter, interval: reading.time.microseconds / interval)
          guard let parameter = registered[reading.parameter], seen.insert(place).inserted else { continue }
          samples.append(SampledReading(parameter: parameter, reading: reading))
        }
      }
      // From the newest on, so that nothing is read that the limit leaves out.
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT id, body FROM commit_group WHERE body IS NOT NULL AND id > ? AND time BETWEEN ? AND ?
          ORDER BY time DESC, id DESC
          """, arguments: [covered, from.microseconds, until.microseconds])
      while samples.count < limit, let row = try rows.next() { take(try Self.batches(row, devices)) }
      guard samples.count < limit else {
        return samples.prefix(limit).sorted { $0.reading.time < $1.reading.time }
      }
      let codec = SegmentCodec(devices: devices)
      for head in try SegmentRows.newestFirst(from: from.microseconds, until: until.microseconds, db)
      where !head.isRetired && samples.count < limit {
        for commit in try SegmentRows.commits(of: head, codec, db).reversed() {
          guard samples.count < limit else { break }
          guard (from.microseconds...until.microseconds).contains(commit.stored.time) else { continue }
          take(commit.batches)
        }
      }
      return samples.prefix(limit).sorted { $0.reading.time < $1.reading.time }
    }
  }

  private struct Place: Hashable {
    var parameter: ParameterIndex
    var interval: Int64
  }
}
