/// Goods are received at a station from now on.
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

extension MaterialReceived {
  /// The numbers of its own that the container or piece has: each of them finds it again.
  var units: [String] { [container, serialKey(item, serial)].compactMap { $0 } }
}

/// Serial numbers are distinct within their item only.
func serialKey(_ item: ItemCode, _ serial: String?) -> String? { serial.map { "\(item)|\($0)" } }

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

/// The receipt at a station is finished; what is short is named.
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

/// Material is picked for a work order at a station from now on.
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

/// What one work order has of one material lot, after a step: the state that an ERP is brought to, however often the step
/// is told.
public struct MaterialTotals: Hashable, Sendable, Codable {
  public var order: WorkOrderNumber
  /// Picked for the order and not yet consumed.
  public var pickedInAll: Quantity
  /// Consumed by runs of this order alone; nil: not known, because an older program had consumed of the lot.
  public var consumedInAll: Quantity?

  public init(order: WorkOrderNumber, pickedInAll: Quantity, consumedInAll: Quantity?) {
    self.order = order
    self.pickedInAll = pickedInAll
    self.consumedInAll = consumedInAll
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
  /// What the order and the lot add up to after this step; nil in events of older programs.
  public var totals: MaterialTotals?

  public init(
    order: WorkOrderNumber, material: MaterialLotNumber, item: ItemCode, substituteFor: ItemCode? = nil,
    quantity: Quantity, insteadOf: MaterialLotNumber? = nil, container: String? = nil, serial: String? = nil,
    station: StationName, person: PersonID, at: Timestamp, totals: MaterialTotals? = nil
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
    self.totals = totals
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
  /// What the order and the lot add up to after this step; nil in events of older programs.
  public var totals: MaterialTotals?

  public init(
    order: WorkOrderNumber, material: MaterialLotNumber, item: ItemCode, substituteFor: ItemCode? = nil,
    quantity: Quantity, container: String? = nil, serial: String? = nil, station: StationName, person: PersonID,
    at: Timestamp, totals: MaterialTotals? = nil
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
    self.totals = totals
  }
}

/// The picking at a station is finished; what is missing is named.
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
    /// The ERP would have a lot used that was blocked at the line.
    case blockedHere
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
