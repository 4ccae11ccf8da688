import Foundation
import GRDB
import Shopfloor

/// Follows material through the ledger, lookup by lookup. Every query finds its events by an index.
struct TraceWalk {
  /// Most events that one trace reads.
  static let maximumEvents = 200_000
  /// Most runs of a station that one trace begins with.
  static let maximumRuns = 10_000

  let db: Database
  private(set) var records: [Int64: EventRecord] = [:]
  /// The events about each material lot that belong to the trace.
  private(set) var materials: [MaterialLotNumber: Set<Int64>] = [:]
  private(set) var runs: [RunID: Run] = [:]
  private(set) var lots: Set<LotNumber> = []
  private(set) var starts: Set<Int64> = []
  private(set) var isCutOff = false
  private var wentForward: Set<MaterialLotNumber> = []
  private var wentBackward: Set<LotNumber> = []
  private let maximumEvents: Int

  init(_ db: Database, maximumEvents: Int = maximumEvents) {
    self.db = db
    self.maximumEvents = maximumEvents
  }

  // MARK: Ways

  /// Everything that a material lot went into.
  mutating func forward(_ first: MaterialLotNumber) throws {
    var waiting = [first]
    while let material = waiting.popLast() {
      guard wentForward.insert(material).inserted else { continue }
      let all = try events(about: .material(material), Self.movementKinds + Self.masterKinds)
      materials[material, default: []].formUnion(all.map(\.sequence))
      for case .materialConsumed(let use) in Self.standing(all).map(\.event) {
        guard let run = try run(use.run) else { continue }
        for lot in run.lots {
          lots.insert(lot)
          if let onward = try asMaterial(lot) { waiting.append(onward) }
        }
      }
    }
  }

  /// Everything that went into a product lot.
  mutating func backward(_ first: LotNumber) throws {
    var waiting = [first]
    while let lot = waiting.popLast() {
      guard wentBackward.insert(lot).inserted else { continue }
      lots.insert(lot)
      for case .runStarted(let started) in try events(about: .lot(lot), [.runStarted]).map(\.event) {
        for material in try materials(of: started.id) {
          if let onward = try asLot(material) { waiting.append(onward) }
        }
      }
    }
  }

  /// A run with all its lots, and what went into it.
  mutating func around(_ id: RunID) throws {
    guard let run = try run(id) else { return }
    for lot in run.lots { try backward(lot) }
  }

  /// The material lots that the events about a unit name.
  mutating func units(_ subject: EventSubject) throws {
    for record in try events(about: subject, Self.movementKinds) { try begin(with: record) }
  }

  /// The material lots that a supplier's label called so, at receipt or by the ERP.
  mutating func materials(ofSupplierLot number: String) throws -> [MaterialLotNumber] {
    let supplierLot = Schema.field("supplierLot")
    var found: Set<MaterialLotNumber> = []
    for kind in [EventKind.materialLotUpdated, .materialReceived] {
      let records = try load(
        sequences(
          "SELECT sequence FROM event WHERE kind = '\(kind.rawValue)' AND \(supplierLot) = ? ORDER BY sequence LIMIT ?",
          [number]))
      for record in records {
        switch record.event {
        case .materialLotUpdated(let material): found.insert(material.number)
        case .materialReceived(let received): found.insert(received.material)
        default: break
        }
      }
    }
    return found.sorted()
  }

  /// What went into the lots of a work order, and what was picked for it.
  mutating func order(_ order: WorkOrderNumber) throws {
    guard case .workOrderUpdated(let known)? = try latest(.workOrderUpdated, about: .order(order)) else { return }
    for lot in known.lots { try backward(lot) }
    for record in try events(about: .order(order), [.materialPicked, .materialUnpicked]) {
      guard let material = record.event.movedMaterial else { continue }
      starts.insert(record.sequence)
      materials[material, default: []].insert(record.sequence)
      let known = try events(about: .material(material), Self.masterKinds)
      materials[material, default: []].formUnion(known.map(\.sequence))
    }
  }

  /// What was received or picked at a station in a stretch of time, and what ran there.
  mutating func station(_ station: StationName, from: Timestamp, to: Timestamp) throws {
    for id in try LedgerReader.runs(at: station, from: from, to: to, limit: Self.maximumRuns + 1, db) {
      guard runs.count < Self.maximumRuns else { isCutOff = true; break }
      try around(id)
    }
    let moved = try sequences(
      """
      SELECT sequence FROM event WHERE kind IN
        ('materialReceived', 'materialDisposed', 'materialPicked', 'materialUnpicked', 'materialConsumed', 'stepUndone')
        AND time >= ? AND time < ? ORDER BY time LIMIT ?
      """, [from.microseconds, to.microseconds])
    for record in try load(moved) where record.event.station == station { try begin(with: record) }
  }

  private mutating func begin(with record: EventRecord) throws {
    guard let material = record.event.movedMaterial else { return }
    starts.insert(record.sequence)
    try forward(material)
  }

  // MARK: Steps

  mutating func run(_ id: RunID) throws -> Run? {
    if let known = runs[id] { return known }
    // Among the first events about a run is its start: the search ends at once.
    let first = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT e.sequence FROM event_subject s JOIN event e ON e.sequence = s.sequence
          WHERE s.subject = ? AND e.kind = 'runStarted' ORDER BY s.sequence LIMIT 1
          """), arguments: [EventSubject.run(id).key])
    guard let first, case .runStarted(var run)? = try load([first]).first?.event else { return nil }
    let ended = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT ended_at FROM run WHERE id = ?"), arguments: [id.text])
    run.endedAt = ended.map { Timestamp(microseconds: $0) }
    runs[id] = run
    return run
  }

  /// The material lots that a run consumed, with what is known of them up to there.
  private mutating func materials(of id: RunID) throws -> [MaterialLotNumber] {
    guard let run = try run(id) else { return [] }
    let used = try load(
      sequences("SELECT sequence FROM run_material WHERE run = ? ORDER BY sequence LIMIT ?", [id.text]))
    var found: [MaterialLotNumber] = []
    for record in used {
      guard let material = record.event.movedMaterial else { continue }
      materials[material, default: []].insert(record.sequence)
    }
    for case .materialConsumed(let use) in Self.standing(used).map(\.event) where !found.contains(use.materialLot) {
      found.append(use.materialLot)
      try describe(use.materialLot, for: run)
    }
    return found
  }

  /// The material lots that a run consumed and nobody took back, in the order of their first use.
  mutating func consumption(in id: RunID) throws -> [MaterialLotNumber] {
    let used = try load(
      sequences("SELECT sequence FROM run_material WHERE run = ? ORDER BY sequence LIMIT ?", [id.text]))
    var found: [MaterialLotNumber] = []
    for case .materialConsumed(let use) in Self.standing(used).map(\.event) where !found.contains(use.materialLot) {
      found.append(use.materialLot)
    }
    return found
  }

  /// Receipt, dispositions, contradictions, and the picks for the work orders of the run.
  private mutating func describe(_ material: MaterialLotNumber, for run: Run) throws {
    let kinds: [EventKind] = [
      .materialReceived, .materialDisposed, .materialPicked, .materialUnpicked, .stepUndone,
    ]
    let all = try events(about: .material(material), kinds + Self.masterKinds)
    let wanted = all.filter { record in
      switch record.event.movedStep {
      case .materialPicked(let pick): run.workOrders.contains(pick.order)
      case .materialUnpicked(let back): run.workOrders.contains(back.order)
      case .materialConsumed: false
      default: true
      }
    }
    materials[material, default: []].formUnion(wanted.map(\.sequence))
  }

  /// A product lot under whose number material was moved.
  func asMaterial(_ lot: LotNumber) throws -> MaterialLotNumber? {
    // The rule for both names is the same.
    try exists(.material(MaterialLotNumber(lot.text))) ? MaterialLotNumber(lot.text) : nil
  }

  func asLot(_ material: MaterialLotNumber) throws -> LotNumber? {
    try exists(.lot(LotNumber(material.text))) ? LotNumber(material.text) : nil
  }

  private func exists(_ subject: EventSubject) throws -> Bool {
    try Int.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM event_subject WHERE subject = ? LIMIT 1"), arguments: [subject.key]) != nil
  }

  // MARK: Events

  static let movementKinds: [EventKind] = [
    .materialReceived, .materialDisposed, .materialPicked, .materialUnpicked, .materialConsumed, .stepUndone,
  ]
  static let masterKinds: [EventKind] = [.materialLotUpdated, .materialConflict]

  mutating func events(about subject: EventSubject, _ kinds: [EventKind]) throws -> [EventRecord] {
    // The names of kinds are letters.
    let names = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try load(
      sequences(
        """
        SELECT e.sequence FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind IN (\(names)) ORDER BY s.sequence LIMIT ?
        """, [subject.key]))
  }

  /// The latest event of a kind about a subject.
  mutating func latest(_ kind: EventKind, about subject: EventSubject) throws -> Event? {
    try load(
      sequences(
        """
        SELECT e.sequence FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = '\(kind.rawValue)' ORDER BY s.sequence DESC LIMIT min(1, ?)
        """, [subject.key])
    ).first?.event
  }

  /// The last argument of the statement is the number of events that may still be read.
  private mutating func sequences(_ sql: String, _ arguments: StatementArguments) throws -> [Int64] {
    let left = max(0, maximumEvents - records.count)
    let found = try Int64.fetchAll(
      db.cachedStatement(sql: sql), arguments: arguments + [left + 1])
    if found.count > left { isCutOff = true }
    return Array(found.prefix(left))
  }

  private mutating func load(_ sequences: [Int64]) throws -> [EventRecord] {
    var found: [EventRecord] = []
    for sequence in sequences {
      if records[sequence] == nil {
        let row = try Row.fetchOne(
          db.cachedStatement(sql: "SELECT body, hash FROM event WHERE sequence = ?"), arguments: [sequence])
        guard let row else { continue }
        records[sequence] = try EventChain.record(
          sequence: sequence, bytes: [UInt8](row["body"] as Data), hash: [UInt8](row["hash"] as Data))
      }
      if let record = records[sequence] { found.append(record) }
    }
    return found
  }

  /// What was not taken back, oldest first. An undo takes back the latest step before it that is the same.
  static func standing(_ records: [EventRecord]) -> [EventRecord] {
    let undone = Set(undone(records).values)
    return records.filter { record in
      if case .stepUndone = record.event { return false }
      return !undone.contains(record.sequence)
    }
  }

  /// The sequences of undone steps by those of their undoing.
  static func undone(_ records: [EventRecord]) -> [Int64: Int64] {
    var found: [Int64: Int64] = [:]
    var standing: [Event: [Int64]] = [:]
    for record in records {
      if case .stepUndone(let undone) = record.event {
        found[record.sequence] = standing[undone.step.event]?.popLast()
      } else if record.event.movesMaterial {
        standing[record.event, default: []].append(record.sequence)
      }
    }
    return found
  }
}

extension UndoableStep {
  /// The event that recorded the step.
  var event: Event {
    switch self {
    case .received(let step): .materialReceived(step)
    case .picked(let step): .materialPicked(step)
    case .unpicked(let step): .materialUnpicked(step)
    case .consumed(let step): .materialConsumed(step)
    }
  }
}

extension Event {
  /// The movement itself, or the one that an undo takes back; nil for other events.
  var movedStep: Event? {
    if case .stepUndone(let undone) = self { return undone.step.event }
    return movesMaterial ? self : nil
  }

  var movedMaterial: MaterialLotNumber? {
    switch movedStep {
    case .materialReceived(let step): step.material
    case .materialDisposed(let step): step.material
    case .materialPicked(let step): step.material
    case .materialUnpicked(let step): step.material
    case .materialConsumed(let step): step.materialLot
    default: nil
    }
  }

  /// The station that a movement names.
  fileprivate var station: StationName? {
    switch self {
    case .materialReceived(let step): step.station
    case .materialPicked(let step): step.station
    case .materialUnpicked(let step): step.station
    case .stepUndone(let undone): undone.station
    default: nil
    }
  }
}
