import GRDB
public import Shopfloor

/// Which lots ran while a sensor was out of calibration.
public struct CalibrationAnswer: Hashable, Sendable, Codable {
  public struct Place: Hashable, Sendable, Codable {
    public var station: StationName
    public var parameter: ParameterName
  }

  public struct Recorded: Hashable, Sendable, Codable {
    /// The event in the ledger.
    public var sequence: Int64
    public var calibration: Calibration
  }

  public struct Doubt: Hashable, Sendable, Codable {
    /// Whose calibrations tell of it.
    public var place: Place
    public var stretch: DoubtfulStretch
  }

  public struct Affected: Hashable, Sendable, Codable {
    public var run: RunSummary
    /// Places in `doubts`.
    public var doubts: [Int]
  }

  /// What was asked for, then the other places that were ever wired to the same point of the same device.
  public var places: [Place] = []
  /// In the order in which they were recorded.
  public var calibrations: [Recorded] = []
  public var doubts: [Doubt] = []
  /// The runs at all these stations that touch a doubtful stretch, oldest first.
  public var runs: [Affected] = []
  /// The lots of these runs, by number.
  public var lots: [LotSummary] = []
  /// A bound was reached: there are more runs than are told here.
  public var isCutOff = false

  /// Most runs of one answer.
  public static let maximumRuns = 50_000
}

extension LedgerReader {
  /// The calibrations of the sensor behind a parameter, or of all, in the order in which they were recorded.
  public func calibrations(
    of station: StationName? = nil, _ parameter: ParameterName? = nil, limit: Int = 10_000
  ) throws(LedgerError) -> Bounded<CalibrationAnswer.Recorded> {
    try ask { db in
      let found = try Self.calibrations(at: station, parameter, limit: limit + 1, db)
      return Bounded(Array(found.prefix(limit)), isCutOff: found.count > limit)
    }
  }

  private static func calibrations(
    at station: StationName?, _ parameter: ParameterName?, limit: Int, _ db: Database
  ) throws -> [CalibrationAnswer.Recorded] {
    var condition = "kind = 'calibrationRecorded'"
    var arguments: StatementArguments = []
    if let station {
      condition += " AND \(Schema.field("station")) = ?"
      arguments += [station.text]
    }
    if let parameter {
      condition += " AND \(Schema.field("parameter")) = ?"
      arguments += [parameter.text]
    }
    return try events(
      db,
      "SELECT sequence, body, hash FROM event INDEXED BY event_calibration WHERE \(condition) ORDER BY sequence LIMIT ?",
      arguments + [limit]
    ).compactMap { record in
      guard case .calibrationRecorded(let done) = record.event else { return nil }
      return CalibrationAnswer.Recorded(sequence: record.sequence, calibration: done)
    }
  }

  /// Which lots ran while the sensor behind a parameter was out of calibration, at its station and at every other that was
  /// ever wired to the same point of the same device.
  ///
  /// - Parameters:
  ///   - since: doubt that reaches farther back is followed from here on only; nil: since ever.
  ///   - now: what is due later is not overdue.
  /// - Returns: nil where the ledger knows neither the parameter nor a calibration of it.
  public func lotsInDoubt(
    at station: StationName, _ parameter: ParameterName, since: Timestamp? = nil, now: Timestamp
  ) throws(LedgerError) -> CalibrationAnswer? {
    try lotsInDoubt(at: station, parameter, since: since, now: now, maximumRuns: CalibrationAnswer.maximumRuns)
  }

  func lotsInDoubt(
    at station: StationName, _ parameter: ParameterName, since: Timestamp?, now: Timestamp, maximumRuns: Int
  ) throws(LedgerError) -> CalibrationAnswer? {
    try ask { db in
      var answer = CalibrationAnswer()
      let asked = CalibrationAnswer.Place(station: station, parameter: parameter)
      answer.places = try Self.places(sharing: asked, db)
      for place in answer.places {
        let recorded = try Self.calibrations(at: place.station, place.parameter, limit: 100_000, db)
        answer.calibrations += recorded
        // Each place keeps its own history: a calibration elsewhere takes no doubt away.
        answer.doubts += DoubtfulStretch.stretches(of: recorded.map(\.calibration), now: now).map {
          CalibrationAnswer.Doubt(place: place, stretch: $0)
        }
      }
      answer.calibrations.sort { $0.sequence < $1.sequence }
      if answer.places == [asked], answer.calibrations.isEmpty, try !Self.isRegistered(asked, db) { return nil }
      try answer.addRuns(since: since, now: now, maximumRuns: maximumRuns, db)
      let numbers = Set(answer.runs.flatMap(\.run.lots))
      answer.lots = try numbers.sorted().map { try Self.summary(of: $0, db) ?? LotSummary(number: $0) }
      return answer
    }
  }

  private static func isRegistered(_ place: CalibrationAnswer.Place, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM parameter WHERE station = ? AND name = ?)",
      arguments: [place.station.text, place.parameter.text]) ?? false
  }

  private struct Wire: Hashable {
    var device: DeviceName
    var point: String
  }

  private static func places(
    sharing asked: CalibrationAnswer.Place, _ db: Database
  ) throws -> [CalibrationAnswer.Place] {
    let all = try parameters(db)
    let wires = Set(
      all.filter { $0.station == asked.station && $0.name == asked.parameter }.map {
        Wire(device: $0.device, point: $0.point)
      })
    var others: [CalibrationAnswer.Place] = []
    for parameter in all where wires.contains(Wire(device: parameter.device, point: parameter.point)) {
      let place = CalibrationAnswer.Place(station: parameter.station, parameter: parameter.name)
      if !others.contains(place) { others.append(place) }
    }
    return [asked] + others.filter { $0 != asked }
  }
}

extension CalibrationAnswer {
  fileprivate mutating func addRuns(since: Timestamp?, now: Timestamp, maximumRuns: Int, _ db: Database) throws {
    var found: [RunID: Set<Int>] = [:]
    for station in Set(places.map(\.station)).sorted() {
      for (index, doubt) in doubts.enumerated() {
        let from = max(doubt.stretch.from ?? Timestamp(microseconds: .min), since ?? Timestamp(microseconds: .min))
        let until = doubt.stretch.until ?? Timestamp(microseconds: .max)
        guard from < until else { continue }
        let ids = try LedgerReader.runs(at: station, from: from, to: until, limit: maximumRuns + 1, db)
        if ids.count > maximumRuns { isCutOff = true }
        for id in ids.prefix(maximumRuns) { found[id, default: []].insert(index) }
      }
    }
    runs = try found.compactMap { id, indices in
      try LedgerReader.summary(of: id, db).map { Affected(run: $0, doubts: indices.sorted()) }
    }.sorted { ($0.run.startedAt, $0.run.id) < ($1.run.startedAt, $1.run.id) }
    if runs.count > maximumRuns {
      runs = Array(runs.prefix(maximumRuns))
      isCutOff = true
    }
  }
}
