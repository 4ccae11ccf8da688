import Foundation
import GRDB
import Shopfloor

/// Turns the events that a walk found into the answer.
struct TraceComposer {
  private var walk: TraceWalk
  private var people: Set<PersonID> = []

  init(_ walk: TraceWalk) { self.walk = walk }

  /// Nil where the walk found nothing.
  mutating func trace() throws -> Trace? {
    var trace = Trace()
    var used: [RunID: Set<MaterialLotNumber>] = [:]
    for number in walk.materials.keys.sorted() {
      guard let material = try material(number, &used) else { continue }
      trace.materials.append(material)
    }
    trace.runs = walk.runs.values.map { run in
      people.insert(run.startedBy)
      return Trace.TracedRun(
        id: run.id, station: run.station, operation: run.operation, orders: run.workOrders, lots: run.lots,
        startedAt: run.startedAt, startedBy: run.startedBy, endedAt: run.endedAt,
        materials: (used[run.id] ?? []).sorted())
    }.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
    for number in walk.lots.sorted() {
      if let lot = try lot(number, used) { trace.lots.append(lot) }
    }
    for number in Set(trace.materials.compactMap(\.delivery)).sorted() {
      trace.deliveries.append(Trace.Delivery(number: number, supplier: try supplier(of: number)))
    }
    trace.people = try names()
    trace.isCutOff = walk.isCutOff
    return trace.materials.isEmpty && trace.lots.isEmpty && trace.runs.isEmpty ? nil : trace
  }

  // MARK: Materials

  private mutating func material(
    _ number: MaterialLotNumber, _ used: inout [RunID: Set<MaterialLotNumber>]
  ) throws -> Trace.Material? {
    let events = (walk.materials[number] ?? []).compactMap { walk.records[$0] }.sorted { $0.sequence < $1.sequence }
    guard !events.isEmpty else { return nil }
    for case .materialConsumed(let use) in TraceWalk.standing(events).map(\.event) {
      used[use.run, default: []].insert(number)
    }
    var material = Trace.Material(number: number, movements: [], conflicts: [])
    let undone = TraceWalk.undone(events)
    let undoneBy = Dictionary(undone.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for record in events {
      switch record.event {
      case .materialLotUpdated(let lot):
        material.item = lot.item
        material.supplierLot = lot.supplierLot ?? material.supplierLot
        material.status = lot.status
        material.unusableFrom = lot.unusableFrom
        material.delivery = lot.delivery ?? material.delivery
      case .materialConflict(let conflict):
        material.conflicts.append(
          .init(sequence: record.sequence, kind: conflict.kind, words: conflict.words, at: conflict.at))
      default:
        guard var movement = try movement(record) else { continue }
        movement.undoes = undone[record.sequence]
        movement.undoneBy = undoneBy[record.sequence]
        movement.isStart = walk.starts.contains(record.sequence)
        people.insert(movement.person)
        material.movements.append(movement)
        if case .materialReceived(let received) = record.event {
          material.item = material.item ?? received.item
          material.supplierLot = material.supplierLot ?? received.supplierLot
          material.delivery = material.delivery ?? received.delivery
        }
      }
    }
    if let item = material.item, case .itemUpdated(let known)? = try walk.latest(.itemUpdated, about: .item(item)) {
      material.itemName = known.name
    }
    return material
  }

  private func movement(_ record: EventRecord) throws -> Trace.Movement? {
    guard let owed = MaterialMovement(record) else { return nil }
    var movement = Trace.Movement(
      sequence: record.sequence, movement: owed.movement.rawValue, at: record.event.movedAt ?? record.time,
      person: owed.person)
    movement.station = owed.station
    movement.quantity = owed.quantity
    movement.order = owed.workOrder
    movement.run = owed.run
    movement.container = owed.container
    movement.serial = owed.serial
    movement.substituteFor = owed.substituteFor
    movement.insteadOf = owed.insteadOf
    movement.reason = owed.reason
    movement.erp = try self.owed(MaterialMovement.idempotencyKey(of: record))
    return movement
  }

  // MARK: Product lots

  private mutating func lot(_ number: LotNumber, _ used: [RunID: Set<MaterialLotNumber>]) throws -> Trace.Lot? {
    let events = try walk.events(
      about: .lot(number), [.workOrderUpdated, .lotCompleted, .lotHeld, .lotHoldLifted, .recordSealed])
    let inRuns = walk.runs.values.filter { $0.lots.contains(number) }
    guard !events.isEmpty || !inRuns.isEmpty else { return nil }
    let materials = inRuns.reduce(into: Set<MaterialLotNumber>()) { $0.formUnion(used[$1.id] ?? []) }
    var lot = Trace.Lot(number: number, materials: materials.sorted())
    for record in events {
      switch record.event {
      case .workOrderUpdated(let order):
        lot.order = order.number
        lot.product = order.product
        lot.productName = order.productName
      case .lotCompleted(let done): lot.completedAt = done.at
      case .lotHeld(let hold): lot.hold = hold.reason
      case .lotHoldLifted: lot.hold = nil
      case .recordSealed(let notice):
        lot.sealedRevision = notice.revision
        lot.recordSHA256 = notice.digestSHA256
        lot.erp = try owed(CommitGroup.SealedRecord.idempotencyKey(of: notice))
      default: break
      }
    }
    return lot
  }

  // MARK: Lookups

  private func owed(_ idempotencyKey: String) throws -> Trace.Owed? {
    let row = try Row.fetchOne(
      walk.db.cachedStatement(sql: "SELECT state, last_answer FROM outbox WHERE idempotency_key = ?"),
      arguments: [idempotencyKey])
    guard let row, let state = OutboxRow.State(rawValue: row["state"]) else { return nil }
    return Trace.Owed(state: state, answer: row["last_answer"])
  }

  private mutating func supplier(of delivery: DeliveryNumber) throws -> String? {
    guard case .deliveryExpected(let known)? = try walk.latest(.deliveryExpected, about: .delivery(delivery)) else {
      return nil
    }
    return known.supplier
  }

  private func names() throws -> [String: String] {
    var names: [String: String] = [:]
    for id in people { names[id.text] = try LedgerReader.person(id, walk.db)?.name }
    return names
  }
}

extension Event {
  /// When a movement was done, by the time of the station.
  fileprivate var movedAt: Timestamp? {
    switch self {
    case .materialReceived(let step): step.at
    case .materialDisposed(let step): step.at
    case .materialPicked(let step): step.at
    case .materialUnpicked(let step): step.at
    case .materialConsumed(let step): step.at
    case .stepUndone(let undone): undone.at
    default: nil
    }
  }
}
