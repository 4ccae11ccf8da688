import GRDB
public import Shopfloor

extension LedgerReader {
  /// More alarms than this are not put together at once.
  public static let maximumAlarms = 100_000

  /// The alarms that were open at some time of a stretch, the oldest first, each with everything that happened to it up
  /// to now.
  ///
  /// - Parameters:
  ///   - from: the begin of the stretch; nil: those that are open now.
  ///   - until: the end, which does not belong to the stretch; nil: now.
  /// - Throws: `LedgerError.readFailed` where there are more than ``maximumAlarms``.
  public func alarms(from: Timestamp?, until: Timestamp?) throws(LedgerError) -> [AlarmEpisode] {
    try read { db in
      // One pass over the projection, a short row an alarm; then the events of each by its subject.
      let found = try String.fetchAll(
        db,
        sql: """
          SELECT id FROM alarm WHERE raised_at < ? AND (closed_at IS NULL OR closed_at >= ?)
          ORDER BY raised_at, id LIMIT ?
          """,
        arguments: [until?.microseconds ?? .max, from?.microseconds ?? .max, Self.maximumAlarms + 1])
      guard found.count <= Self.maximumAlarms else {
        throw LedgerError.readFailed(
          reason: "more than \(Self.maximumAlarms) alarms in this stretch; ask for a shorter one")
      }
      return try found.flatMap { id in
        AlarmEpisode.episodes(in: try Self.events(db, about: ["alarm:\(id)"]).map(\.event))
      }
    }
  }

  /// The sources of these stations that were out of service at an instant, in the order in which they were taken out.
  public func sourcesOutOfService(
    at stations: [StationName], before end: Timestamp
  ) throws(LedgerError) -> [AlarmServiceChanged] {
    let changes = try read { db in
      try stations.flatMap { station in
        try Self.events(
          db,
          """
          SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
          WHERE s.subject = ? AND e.kind = ? AND e.time < ? ORDER BY e.sequence
          """,
          [EventSubject.station(station).key, EventKind.alarmServiceChanged.rawValue, end.microseconds])
      }
    }
    var out: [AlarmSource: AlarmServiceChanged] = [:]
    for record in changes {
      guard case .alarmServiceChanged(let change) = record.event else { continue }
      out[change.source] = change.isOutOfService ? change : nil
    }
    return out.values.sorted { ($0.at, $0.source.source) < ($1.at, $1.source.source) }
  }
}
