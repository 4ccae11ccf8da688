import Devices
import GRDB
import Shopfloor

/// What belongs into an export: from where readings are taken, and what they are explained by.
struct ExportContent {
  /// Readings of a station in [from, to), microseconds UTC, of one run or of none in particular.
  struct Stretch {
    var station: StationName
    var from: Int64
    var to: Int64
    /// The place of its run in `runs`; nil: by the time of each reading.
    var run: Int32?
  }

  var scope: ExportScope
  var stretches: [Stretch] = []
  /// By start.
  var runs: [Run] = []
  /// Those of the stations of the stretches.
  var parameters: [RegisteredParameter] = []
  var throughSequence: Int64 = 0
  var throughHash: [UInt8] = EventChain.genesis

  /// - Returns: nil where the ledger knows nothing of the scope.
  init?(_ scope: ExportScope, _ db: Database) throws {
    try LedgerReader.requireSegments(db)
    self.scope = scope
    let registered = try LedgerReader.parameters(db)
    switch scope {
    case .lot(let lot):
      let events = try LedgerReader.events(db, about: [EventSubject.lot(lot).key])
      guard !events.isEmpty else { return nil }
      runs = try Self.runs(events, db)
      stretches = runs.enumerated().map { number, run in
        Stretch(
          station: run.station, from: run.startedAt.microseconds, to: run.endedAt?.microseconds ?? Int64.max / 2,
          run: Int32(number))
      }
    case .station(let station, let from, let to):
      let ids = try String.fetchAll(
        db, sql: "SELECT id FROM run WHERE station = ? AND started_at < ? AND coalesce(ended_at, ?) > ?",
        arguments: [station.text, to.microseconds, Int64.max, from.microseconds])
      let events = try ids.flatMap { try LedgerReader.events(db, about: ["run:\($0)"], kind: .runStarted) }
      runs = try Self.runs(events, db)
      guard !runs.isEmpty || registered.contains(where: { $0.station == station }) else { return nil }
      stretches = [Stretch(station: station, from: from.microseconds, to: to.microseconds)]
    }
    let stations = Set(stretches.map(\.station))
    parameters = registered.filter { stations.contains($0.station) }
    if let last = try LedgerReader.lastEvent(db) { (throughSequence, throughHash) = last }
  }

  private static func runs(_ events: [EventRecord], _ db: Database) throws -> [Run] {
    var runs: [Run] = []
    for case .runStarted(var run) in events.map(\.event) {
      for case .runEnded(let end) in try LedgerReader.events(db, about: ["run:\(run.id)"], kind: .runEnded).map(\.event)
      {
        run.endedAt = end.at
        run.endedBy = end.person
        run.completedOperation = end.completedOperation
      }
      runs.append(run)
    }
    return runs.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
  }

  /// Gives all readings, stretch by stretch in the order of time, with the place of the run that each belongs to.
  ///
  /// - Returns: what is missing.
  func readings(_ db: Database, _ body: ([Reading], [Int32?]) throws -> Void) throws -> [MissingReadings] {
    var missing: [MissingReadings] = []
    for stretch in stretches {
      var scan = SeriesScan(db, parameters: parameters.filter { $0.station == stretch.station }.map(\.index))
      var finder = RunFinder(runs)
      try SeriesWindows.walk(from: stretch.from, to: stretch.to) { window in
        let readings = try scan.readings(from: window.lowerBound, to: window.upperBound)
        if !readings.isEmpty { try body(readings, readings.map { stretch.run ?? finder.run(at: $0.time) }) }
        return (readings.count, true)
      }
      missing += scan.missing
    }
    return MissingReadings.joined(missing)
  }

  /// Finds the run of readings that come in the order of time.
  private struct RunFinder {
    private let runs: [Run]
    /// Runs that began, and have not ended before the latest time.
    private var open: [Int32] = []
    private var next = 0

    init(_ runs: [Run]) { self.runs = runs }

    mutating func run(at time: Timestamp) -> Int32? {
      while next < runs.count, runs[next].startedAt <= time {
        open.append(Int32(next))
        next += 1
      }
      open.removeAll { number in runs[Int(number)].endedAt.map { $0 <= time } ?? false }
      return open.last
    }
  }
}

extension LedgerReader {
  static func events(_ db: Database, about subjects: [String], kind: EventKind) throws -> [EventRecord] {
    try subjects.flatMap { subject in
      try events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ? ORDER BY e.sequence
        """, [subject, kind.rawValue])
    }
  }

  static func lastEvent(_ db: Database) throws -> (sequence: Int64, hash: [UInt8])? {
    try Row.fetchOne(db, sql: "SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1").map { row in
      (try row.integer("sequence"), try row.bytes("hash"))
    }
  }
}
