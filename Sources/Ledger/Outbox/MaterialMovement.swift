import Foundation
public import Shopfloor

/// A movement of material that the ERP must learn of, as the interface of the ERP room spells it (its README.md,
/// "Movements"): the content of an outbox row, as it is written and as it is read. Derived from its event alone, so that
/// the same ledger always owes the same bytes. What rows of former programs lack is optional.
public struct MaterialMovement: Hashable, Sendable, Codable {
  /// The kind of its outbox rows.
  public static let kind = "material-movement"

  public enum Name: String, Sendable, Codable, CaseIterable {
    case receipt, release, quarantine, block, pick, unpick, consumption, undo
  }

  /// The step that an undo takes back: what it was and when it was done.
  public struct Undone: Hashable, Sendable, Codable {
    public var movement: Name
    /// ISO 8601.
    public var at: String
  }

  /// How much of what was consumed had been picked for a work order.
  public struct Share: Hashable, Sendable, Codable {
    public var workOrder: WorkOrderNumber
    /// In the item's own unit.
    public var quantity: Quantity

    enum CodingKeys: String, CodingKey {
      case workOrder = "work_order"
      case quantity
    }
  }

  public var movement: Name
  public var materialLot: MaterialLotNumber
  /// The place of the event in the ledger.
  public var event: Int64
  /// The end of the ledger's hash chain there, lower-case hex.
  public var eventHash: String
  /// ISO 8601.
  public var at: String
  public var person: PersonID
  public var station: StationName?
  public var item: ItemCode?
  /// In the item's own unit.
  public var quantity: Quantity?
  public var supplierLot: String?
  /// ISO 8601; the first instant at which the lot may not be used.
  public var unusableFrom: String?
  public var delivery: DeliveryNumber?
  public var container: String?
  public var serial: String?
  public var workOrder: WorkOrderNumber?
  public var run: RunID?
  public var substituteFor: ItemCode?
  /// The lot that would have expired first.
  public var insteadOf: MaterialLotNumber?
  public var fromPicked: [Share]?
  /// Picked for the work order and not yet consumed, after the step; nil also in rows of programs that did not write it.
  public var pickedInAll: Quantity?
  /// Consumed for the work order, after the step; nil also in rows of programs that did not write it.
  public var consumedInAll: Quantity?
  /// Of a disposition.
  public var status: MaterialLot.Status?
  public var reason: String?
  /// Of an undo.
  public var undoes: Undone?

  enum CodingKeys: String, CodingKey {
    case movement, event, at, person, station, item, quantity, delivery, container, serial, run, status, reason, undoes
    case materialLot = "material_lot"
    case eventHash = "event_hash"
    case supplierLot = "supplier_lot"
    case unusableFrom = "unusable_from"
    case workOrder = "work_order"
    case substituteFor = "substitute_for"
    case insteadOf = "instead_of"
    case fromPicked = "from_picked"
    case pickedInAll = "picked_in_all"
    case consumedInAll = "consumed_in_all"
  }

  /// Nil where the event moves no material.
  init?(_ record: EventRecord) {
    guard record.event.movesMaterial else { return nil }
    switch record.event {
    case .materialReceived(let step): self.init(.receipt, step.material, step.person, step.at, record)
    case .materialPicked(let step): self.init(.pick, step.material, step.person, step.at, record)
    case .materialUnpicked(let step): self.init(.unpick, step.material, step.person, step.at, record)
    case .materialConsumed(let step): self.init(.consumption, step.materialLot, step.person, step.at, record)
    case .materialDisposed(let step):
      let name: Name =
        switch step.status {
        case .released: .release
        case .quarantined: .quarantine
        case .blocked: .block
        }
      self.init(name, step.material, step.person, step.at, record)
      status = step.status
      reason = step.reason
    case .stepUndone(let undone):
      self.init(.undo, undone.step.material, undone.person, undone.at, record)
      station = undone.station
    default: return nil
    }
    describe(record.event)
  }

  private init(
    _ movement: Name, _ material: MaterialLotNumber, _ person: PersonID, _ at: Timestamp, _ record: EventRecord
  ) {
    self.movement = movement
    self.materialLot = material
    self.person = person
    self.at = at.description
    event = record.sequence
    eventHash = EventChain.hex(record.hash)
  }

  private mutating func describe(_ event: Event) {
    switch event {
    case .materialReceived(let step):
      station = station ?? step.station
      item = step.item
      quantity = step.quantity
      supplierLot = step.supplierLot
      unusableFrom = step.unusableFrom?.description
      delivery = step.delivery
      container = step.container
      serial = step.serial
    case .materialPicked(let step):
      station = station ?? step.station
      item = step.item
      quantity = step.quantity
      workOrder = step.order
      container = step.container
      serial = step.serial
      substituteFor = step.substituteFor
      insteadOf = step.insteadOf
      take(step.totals)
    case .materialUnpicked(let step):
      station = station ?? step.station
      item = step.item
      quantity = step.quantity
      workOrder = step.order
      container = step.container
      serial = step.serial
      substituteFor = step.substituteFor
      take(step.totals)
    case .materialConsumed(let step):
      item = step.item
      quantity = step.exactQuantity
      run = step.run
      container = step.container
      serial = step.serial
      substituteFor = step.substituteFor
      fromPicked = step.fromPicked?.map { Share(workOrder: $0.order, quantity: $0.quantity) }
      take(step.totals)
    case .stepUndone(let undone):
      switch undone.step {
      case .received(let step): undoing(.receipt, step.at, .materialReceived(step))
      case .picked(let step): undoing(.pick, step.at, .materialPicked(step))
      case .unpicked(let step): undoing(.unpick, step.at, .materialUnpicked(step))
      case .consumed(let step): undoing(.consumption, step.at, .materialConsumed(step))
      }
      // Those of the step itself are of before.
      take(undone.totals)
    default: break
    }
  }

  private mutating func take(_ totals: MaterialTotals?) {
    workOrder = workOrder ?? totals?.order
    // With an unknown part there is no state to bring the ERP to.
    pickedInAll = totals?.consumedInAll == nil ? nil : totals?.pickedInAll
    consumedInAll = totals?.consumedInAll
  }

  private mutating func undoing(_ name: Name, _ at: Timestamp, _ event: Event) {
    undoes = Undone(movement: name, at: at.description)
    describe(event)
  }

  /// Our key at the ERP; keys in the order of their text are in the order of the events. The hash keeps the keys of two ledgers apart, also of one that was restored from a backup and
  /// went another way since.
  static func idempotencyKey(of record: EventRecord) -> String {
    "lotwire:movement:\(record.keyPlace)"
  }

  /// The key as programs of the versions 2 and 3 of the tables made it.
  static func formerIdempotencyKey(of record: EventRecord) -> String {
    "lotwire:movement:\(record.sequence):\(EventChain.hex(record.hash).prefix(16))"
  }

  /// JSON with sorted keys, no white space and no escaped slashes; absent values are left out.
  func canonicalBytes() throws -> [UInt8] { [UInt8](try EventChain.makeEncoder().encode(self)) }
}

extension EventRecord {
  /// The place of the event in twelve digits, and the first 16 of its end of the chain: what keys of rows end with.
  var keyPlace: String {
    let digits = String(sequence)
    return String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ":"
      + String(EventChain.hex(hash).prefix(16))
  }
}

extension Event {
  /// Whether the ERP is owed a movement of material because of the event.
  public var movesMaterial: Bool {
    switch self {
    case .materialReceived, .materialDisposed, .materialPicked, .materialUnpicked, .materialConsumed, .stepUndone: true
    default: false
    }
  }
}

extension Event {
  /// Whether the ERP is owed anything because of the event, or may be sent again what waits.
  public var owesERP: Bool {
    switch self {
    case .productionReported, .recordSealed, .deliveryDecided: true
    default: movesMaterial
    }
  }
}
