/// A label was scanned at a station and understood; the bytes as they came stand here before any interpretation. A
/// person's badge is never such an event.
public struct LabelScanned: Hashable, Sendable, Codable {
  public enum Outcome: String, Sendable, Codable { case accepted, refused, repeated }

  public var station: StationName
  public var person: PersonID?
  /// The bytes as they came, each as two hexadecimal digits.
  public var raw: String
  public var scheme: String
  /// The AIM identifier (ISO/IEC 15424), where the scanner gave one.
  public var aimIdentifier: String?
  public var outcome: Outcome
  public var at: Timestamp

  public init(
    station: StationName, person: PersonID?, raw: String, scheme: String, aimIdentifier: String?, outcome: Outcome,
    at: Timestamp
  ) {
    self.station = station
    self.person = person
    self.raw = raw
    self.scheme = scheme
    self.aimIdentifier = aimIdentifier
    self.outcome = outcome
    self.at = at
  }
}

/// What a person prepared for the next label at a station: the whole of it after the event.
public struct StationPrepared: Hashable, Sendable, Codable {
  public var station: StationName
  public var person: PersonID
  public var preparation: StationPreparation

  public init(station: StationName, person: PersonID, preparation: StationPreparation) {
    self.station = station
    self.person = person
    self.preparation = preparation
  }
}

/// Counts for the next material label and is gone with it.
public struct StationPreparation: Hashable, Sendable, Codable {
  /// Cards that give the next material label another meaning.
  public var cards: [CommandCard]
  public var quantity: Quantity?

  public init(cards: [CommandCard] = [], quantity: Quantity? = nil) {
    self.cards = cards
    self.quantity = quantity
  }

  public var isEmpty: Bool { cards.isEmpty && quantity == nil }
}

public struct ReceiptOpened: Hashable, Sendable, Codable {
  public var station: StationName
  /// Nil: a blind receipt, without an expected delivery.
  public var delivery: DeliveryNumber?
  public var person: PersonID
  public var at: Timestamp

  public init(station: StationName, delivery: DeliveryNumber?, person: PersonID, at: Timestamp) {
    self.station = station
    self.delivery = delivery
    self.person = person
    self.at = at
  }
}

/// What the labels of one container have said so far; nil where it was put aside.
public struct ReceiptPending: Hashable, Sendable, Codable {
  public var station: StationName
  public var pending: PendingReceipt?

  public init(station: StationName, pending: PendingReceipt?) {
    self.station = station
    self.pending = pending
  }
}

/// One container, or one quantity, became part of a material lot.
public struct MaterialReceived: Hashable, Sendable, Codable {
  public var material: MaterialLotNumber
  public var item: ItemCode
  public var supplierLot: String
  public var quantity: Quantity
  public var unusableFrom: Timestamp?
  /// The logistic unit (SSCC, licence plate) or nil.
  public var container: String?
  public var serial: String?
  public var delivery: DeliveryNumber?
  public var station: StationName
  public var person: PersonID
  public var at: Timestamp

  public init(
    material: MaterialLotNumber, item: ItemCode, supplierLot: String, quantity: Quantity,
    unusableFrom: Timestamp? = nil, container: String? = nil, serial: String? = nil, delivery: DeliveryNumber? = nil,
    station: StationName, person: PersonID, at: Timestamp
  ) {
    self.material = material
    self.item = item
    self.supplierLot = supplierLot
    self.quantity = quantity
    self.unusableFrom = unusableFrom
    self.container = container
    self.serial = serial
    self.delivery = delivery
    self.station = station
    self.person = person
    self.at = at
  }
}

/// What makes a container or a piece distinct from every other one: its own number, or the item with the serial number;
/// nil where the label has neither.
func unitKey(item: ItemCode, container: String?, serial: String?) -> String? {
  container ?? serial.map { "\(item)|\($0)" }
}

extension MaterialReceived {
  var unit: String? { unitKey(item: item, container: container, serial: serial) }
}

/// The key of a single piece with a serial number, which goes to one place as a whole. A container is no piece: a drum
/// serves several orders and runs.
func pieceKey(item: ItemCode, serial: String?, quantity: Quantity?) -> String? {
  guard quantity == nil || quantity == Quantity(1) else { return nil }
  return unitKey(item: item, container: nil, serial: serial)
}

extension MaterialPicked {
  var piece: String? { pieceKey(item: item, serial: serial, quantity: quantity) }
}

extension MaterialUnpicked {
  var piece: String? { pieceKey(item: item, serial: serial, quantity: quantity) }
}

extension MaterialConsumed {
  var piece: String? { pieceKey(item: item, serial: serial, quantity: exactQuantity) }
}

/// One item of which less came, or was picked, than expected.
public struct Shortage: Hashable, Sendable, Codable {
  public var item: ItemCode
  public var expected: Quantity
  public var actual: Quantity

  public init(item: ItemCode, expected: Quantity, actual: Quantity) {
    self.item = item
    self.expected = expected
    self.actual = actual
  }
}

public struct ReceiptClosed: Hashable, Sendable, Codable {
  public var station: StationName
  public var delivery: DeliveryNumber?
  public var person: PersonID
  public var shortages: [Shortage]
  public var at: Timestamp

  public init(
    station: StationName, delivery: DeliveryNumber?, person: PersonID, shortages: [Shortage], at: Timestamp
  ) {
    self.station = station
    self.delivery = delivery
    self.person = person
    self.shortages = shortages
    self.at = at
  }
}

/// A material lot got another status at the line.
public struct MaterialDisposed: Hashable, Sendable, Codable {
  public var material: MaterialLotNumber
  public var status: MaterialLot.Status
  public var person: PersonID
  public var reason: String
  public var at: Timestamp

  public init(
    material: MaterialLotNumber, status: MaterialLot.Status, person: PersonID, reason: String, at: Timestamp
  ) {
    self.material = material
    self.status = status
    self.person = person
    self.reason = reason
    self.at = at
  }
}

public struct PickingOpened: Hashable, Sendable, Codable {
  public var station: StationName
  public var order: WorkOrderNumber
  public var person: PersonID
  public var at: Timestamp

  public init(station: StationName, order: WorkOrderNumber, person: PersonID, at: Timestamp) {
    self.station = station
    self.order = order
    self.person = person
    self.at = at
  }
}

/// So much of a material lot was set aside for a work order.
public struct MaterialPicked: Hashable, Sendable, Codable {
  public var order: WorkOrderNumber
  public var material: MaterialLotNumber
  /// The item of the lot.
  public var item: ItemCode
  /// The item of the bill of materials that it stands in for; nil: the item itself.
  public var substituteFor: ItemCode?
  public var quantity: Quantity
  /// The lot that expires first and was not taken; nil: the suggestion was followed.
  public var insteadOf: MaterialLotNumber?
  public var container: String?
  public var serial: String?
  public var station: StationName
  public var person: PersonID
  public var at: Timestamp

  public init(
    order: WorkOrderNumber, material: MaterialLotNumber, item: ItemCode, substituteFor: ItemCode? = nil,
    quantity: Quantity, insteadOf: MaterialLotNumber? = nil, container: String? = nil, serial: String? = nil,
    station: StationName, person: PersonID, at: Timestamp
  ) {
    self.order = order
    self.material = material
    self.item = item
    self.substituteFor = substituteFor
    self.quantity = quantity
    self.insteadOf = insteadOf
    self.container = container
    self.serial = serial
    self.station = station
    self.person = person
    self.at = at
  }
}

/// What was set aside for a work order went back to the stock.
public struct MaterialUnpicked: Hashable, Sendable, Codable {
  public var order: WorkOrderNumber
  public var material: MaterialLotNumber
  public var item: ItemCode
  public var substituteFor: ItemCode?
  public var quantity: Quantity
  public var container: String?
  public var serial: String?
  public var station: StationName
  public var person: PersonID
  public var at: Timestamp

  public init(
    order: WorkOrderNumber, material: MaterialLotNumber, item: ItemCode, substituteFor: ItemCode? = nil,
    quantity: Quantity, container: String? = nil, serial: String? = nil, station: StationName, person: PersonID,
    at: Timestamp
  ) {
    self.order = order
    self.material = material
    self.item = item
    self.substituteFor = substituteFor
    self.quantity = quantity
    self.container = container
    self.serial = serial
    self.station = station
    self.person = person
    self.at = at
  }
}

public struct PickingClosed: Hashable, Sendable, Codable {
  public var station: StationName
  public var order: WorkOrderNumber
  public var person: PersonID
  public var shortages: [Shortage]
  public var at: Timestamp

  public init(
    station: StationName, order: WorkOrderNumber, person: PersonID, shortages: [Shortage], at: Timestamp
  ) {
    self.station = station
    self.order = order
    self.person = person
    self.shortages = shortages
    self.at = at
  }
}

/// A step was taken back by a person. The former event stays; this one corrects it.
public struct StepUndone: Hashable, Sendable, Codable {
  public var station: StationName
  public var person: PersonID
  public var step: UndoableStep
  public var at: Timestamp

  public init(station: StationName, person: PersonID, step: UndoableStep, at: Timestamp) {
    self.station = station
    self.person = person
    self.step = step
    self.at = at
  }
}

/// A step at a station that can be taken back, as it was recorded.
public enum UndoableStep: Hashable, Sendable, Codable {
  case received(MaterialReceived)
  case picked(MaterialPicked)
  case unpicked(MaterialUnpicked)
  case consumed(MaterialConsumed)

  public var material: MaterialLotNumber {
    switch self {
    case .received(let step): step.material
    case .picked(let step): step.material
    case .unpicked(let step): step.material
    case .consumed(let step): step.materialLot
    }
  }
}

/// A step waits for a second person.
public struct WitnessAsked: Hashable, Sendable, Codable {
  public var station: StationName
  public var step: StationStep
  public var person: PersonID
  /// The label that is carried out once a second person is there.
  public var label: ScannedLabel
  public var at: Timestamp

  public init(station: StationName, step: StationStep, person: PersonID, label: ScannedLabel, at: Timestamp) {
    self.station = station
    self.step = step
    self.person = person
    self.label = label
    self.at = at
  }
}

/// A second person stood by a step, which the events beside this one carry out.
public struct StepWitnessed: Hashable, Sendable, Codable {
  public var station: StationName
  public var step: StationStep
  public var person: PersonID
  public var witness: PersonID
  public var run: RunID?
  public var material: MaterialLotNumber?
  public var at: Timestamp

  public init(
    station: StationName, step: StationStep, person: PersonID, witness: PersonID, run: RunID?,
    material: MaterialLotNumber?, at: Timestamp
  ) {
    self.station = station
    self.step = step
    self.person = person
    self.witness = witness
    self.run = run
    self.material = material
    self.at = at
  }
}

/// Somebody made sure that nothing of the former work is left at the station.
public struct LineCleared: Hashable, Sendable, Codable {
  public var station: StationName
  public var person: PersonID
  public var at: Timestamp

  public init(station: StationName, person: PersonID, at: Timestamp) {
    self.station = station
    self.person = person
    self.at = at
  }
}

/// What the ERP says contradicts what was done with material in the meantime.
public struct MaterialConflict: Hashable, Sendable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The ERP refused to book a movement that has happened.
    case movementRefused
    /// The ERP blocked or quarantined a lot of which some was picked or consumed.
    case notReleasedAfterUse
    /// The ERP says that a lot expired before it was used.
    case expiredBeforeUse
    /// The ERP calls a lot another item than the one that was received.
    case otherItem
    /// The ERP closed or cancelled a delivery that goods were received on.
    case deliveryEnded
    /// Goods were received blind of an item that the ERP does not know or expect.
    case unexpected
    /// The ERP has less of a lot than was consumed or set aside here.
    case lessThanUsed
  }

  public var kind: Kind
  public var material: MaterialLotNumber
  public var item: ItemCode
  public var words: Words
  public var at: Timestamp

  public init(kind: Kind, material: MaterialLotNumber, item: ItemCode, words: Words, at: Timestamp) {
    self.kind = kind
    self.material = material
    self.item = item
    self.words = words
    self.at = at
  }
}
