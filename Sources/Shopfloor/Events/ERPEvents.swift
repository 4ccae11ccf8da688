/// What is owed to the ERP besides movements of material, and what people decide about it.

/// A quantity that was not good, with its reason from the plant's own list of codes.
public struct RejectedQuantity: Hashable, Sendable, Codable {
  public var quantity: Quantity
  public var reason: String

  public init(quantity: Quantity, reason: String) {
    self.quantity = quantity
    self.reason = reason
  }
}

/// What an operation made of a lot so far, as counted before.
public struct CountedQuantities: Hashable, Sendable, Codable {
  public var good: Quantity?
  public var scrap: [RejectedQuantity]
  public var rework: [RejectedQuantity]

  public init(good: Quantity?, scrap: [RejectedQuantity], rework: [RejectedQuantity]) {
    self.good = good
    self.scrap = scrap
    self.rework = rework
  }
}

/// A person counted what an operation made of a lot, in the unit of the work order. The amounts are those of the whole
/// operation: the latest report of a lot and operation counts, and names what it replaces.
public struct QuantityReported: Hashable, Sendable, Codable {
  public var lot: LotNumber
  public var operation: OperationName
  public var station: StationName?
  public var run: RunID?
  public var good: Quantity?
  public var scrap: [RejectedQuantity]
  public var rework: [RejectedQuantity]
  public var person: PersonID
  public var at: Timestamp
  /// Why a former count is corrected; nil: the first count, or more was counted at the station.
  public var correction: String?
  /// What was counted before; nil: nothing.
  public var replaces: CountedQuantities?

  public init(
    lot: LotNumber, operation: OperationName, station: StationName? = nil, run: RunID? = nil, good: Quantity? = nil,
    scrap: [RejectedQuantity] = [], rework: [RejectedQuantity] = [],
    person: PersonID, at: Timestamp,
    correction: String? = nil, replaces: CountedQuantities? = nil
  ) {
    self.lot = lot
    self.operation = operation
    self.station = station
    self.run = run
    self.good = good
    self.scrap = scrap
    self.rework = rework
    self.person = person
    self.at = at
    self.correction = correction
    self.replaces = replaces
  }
}

/// What the ERP is owed about one lot as soon as it happened. Everything that the ERP is told stands in it.
public struct ProductionReport: Hashable, Sendable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A run ended: who made what of the lot, where, from when to when.
    case operation
    case quantities
    case hold
    case holdLifted
  }

  public var kind: Kind
  public var lot: LotNumber
  public var workOrder: WorkOrderNumber
  /// Nil where an alarm did it.
  public var person: PersonID?
  public var at: Timestamp
  public var station: StationName?
  public var operation: OperationName?
  public var run: RunID?
  public var startedAt: Timestamp?
  public var endedAt: Timestamp?
  /// Whether the run completed the operation for its lots; false: it was paused.
  public var completedOperation: Bool?
  public var good: Quantity?
  public var scrap: [RejectedQuantity]?
  public var rework: [RejectedQuantity]?
  /// The unit of the quantities, as the work order says it.
  public var unit: String?
  public var reason: String?
  public var alarm: AlarmID?

  public init(_ kind: Kind, lot: LotNumber, workOrder: WorkOrderNumber, person: PersonID?, at: Timestamp) {
    self.kind = kind
    self.lot = lot
    self.workOrder = workOrder
    self.person = person
    self.at = at
  }
}

/// What a person decided about an outbox row that did not go through.
public struct DeliveryDecision: Hashable, Sendable, Codable {
  public enum Action: String, Sendable, Codable, CaseIterable {
    /// Try it again now: what stood in its way was put right.
    case retry
    /// It never goes to the ERP: somebody brought the ERP to the same state by hand, or the row holds no longer.
    case setAside
  }

  public var outboxRow: Int64
  public var idempotencyKey: String
  public var lot: LotNumber?
  public var material: MaterialLotNumber?
  public var action: Action
  public var person: PersonID
  public var reason: String
  /// What the ERP had said, as the person saw it.
  public var formerAnswer: String?
  public var at: Timestamp

  public init(
    outboxRow: Int64, idempotencyKey: String, lot: LotNumber? = nil, material: MaterialLotNumber? = nil,
    action: Action, person: PersonID, reason: String, formerAnswer: String? = nil, at: Timestamp
  ) {
    self.outboxRow = outboxRow
    self.idempotencyKey = idempotencyKey
    self.lot = lot
    self.material = material
    self.action = action
    self.person = person
    self.reason = reason
    self.formerAnswer = formerAnswer
    self.at = at
  }
}

/// One thing of a delivered row that the ERP shows otherwise than it was delivered.
public struct DeliveryDrift: Hashable, Sendable, Codable {
  public var outboxRow: Int64
  public var idempotencyKey: String
  public var lot: LotNumber?
  public var material: MaterialLotNumber?
  /// Which field of the ERP: "quantity", "lot number", "expiry", "state", "attachment sha256".
  public var field: String
  /// As we delivered and read it back.
  public var delivered: String
  /// As the ERP shows it now; "missing" where it shows nothing.
  public var found: String

  public init(
    outboxRow: Int64, idempotencyKey: String, lot: LotNumber? = nil, material: MaterialLotNumber? = nil,
    field: String, delivered: String, found: String
  ) {
    self.outboxRow = outboxRow
    self.idempotencyKey = idempotencyKey
    self.lot = lot
    self.material = material
    self.field = field
    self.delivered = delivered
    self.found = found
  }
}

/// What a comparison of delivered rows with the ERP found. Compared rows without a drift hold again.
public struct DeliveryComparison: Hashable, Sendable, Codable {
  public var connector: String
  /// The rows that were looked at, by their numbers.
  public var comparedRows: [Int64]
  public var drifts: [DeliveryDrift]
  public var at: Timestamp
  /// When the comparison of everything began during which this was found; nil: there was none, or an older program did
  /// not say.
  public var begunAt: Timestamp?
  /// At the end of a comparison of everything, what it found.
  public var whole: WholeComparison?

  public init(
    connector: String, comparedRows: [Int64], drifts: [DeliveryDrift], at: Timestamp, begunAt: Timestamp? = nil,
    whole: WholeComparison? = nil
  ) {
    self.connector = connector
    self.comparedRows = comparedRows
    self.drifts = drifts
    self.at = at
    self.begunAt = begunAt
    self.whole = whole
  }
}

/// A person has everything that was delivered compared with what the ERP holds now.
public struct ComparisonRequest: Hashable, Sendable, Codable {
  /// Who is asked.
  public var connector: String
  public var person: PersonID
  public var reason: String

  public init(connector: String, person: PersonID, reason: String) {
    self.connector = connector
    self.person = person
    self.reason = reason
  }
}

/// What a comparison of everything that was delivered found in all.
public struct WholeComparison: Hashable, Sendable, Codable {
  public var begunAt: Timestamp
  public var comparedRows: Int
  /// Rows that the ERP shows otherwise.
  public var differingRows: Int
  /// Rows whose comparison failed while others went through: nothing is known of them.
  public var incomparableRows: Int
  /// Whether the drifts that are told with it are all that there are. False: there are more than one event holds, or the
  /// daemon was started again meanwhile and the first part is not at hand; they stand in the events before.
  public var listsAllDrifts: Bool

  public init(
    begunAt: Timestamp, comparedRows: Int, differingRows: Int, incomparableRows: Int, listsAllDrifts: Bool
  ) {
    self.begunAt = begunAt
    self.comparedRows = comparedRows
    self.differingRows = differingRows
    self.incomparableRows = incomparableRows
    self.listsAllDrifts = listsAllDrifts
  }
}

/// Drifts that one alarm stands for, because there are too many for one alarm each.
public struct CollectedDrifts: Hashable, Sendable, Codable {
  /// The rows, by their numbers, ascending; at most ``maximumRows``.
  public var rows: [Int64]
  /// The one that was found first.
  public var first: DeliveryDrift

  /// More rows are not told apart: each comparison finds them anew.
  public static let maximumRows = 10_000

  public init(rows: some Sequence<Int64>, first: DeliveryDrift) {
    self.rows = Array(Set(rows).sorted().prefix(Self.maximumRows))
    self.first = first
  }
}

/// Something in the exchange with the ERP that an auditor must find again.
public struct ERPNote: Hashable, Sendable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The ERP asked before it did something, and the configuration says that we answer yes. Recorded before the answer.
    case warningConfirmed
    /// The ERP did not accept our credential. It is tried again now and then, without another note, until it is accepted or
    /// another one takes its place.
    case credentialRefused
    /// The ERP lets us in: an alarm about a credential or a certificate that was refused ends.
    case credentialAccepted
    /// The certificate of the ERP, or ours, is not valid.
    case certificateRefused
    case certificateAccepted
    /// A checkpoint of the ledger stands in the ERP.
    case checkpointAnchored
    /// A person asked for a comparison of everything that was delivered.
    case comparisonRequested
  }

  public var kind: Kind
  public var connector: String
  /// The ERP's own name of the warning, or what the note is about.
  public var name: String?
  /// In the ERP's words; of a request the person's reason.
  public var text: String
  /// Who asked for it; nil: nobody.
  public var person: PersonID?
  /// The row that was being delivered.
  public var idempotencyKey: String?
  public var lot: LotNumber?
  public var material: MaterialLotNumber?
  public var at: Timestamp

  public init(
    _ kind: Kind, connector: String, name: String? = nil, text: String, idempotencyKey: String? = nil,
    lot: LotNumber? = nil, material: MaterialLotNumber? = nil, at: Timestamp
  ) {
    self.kind = kind
    self.connector = connector
    self.name = name
    self.text = text
    self.idempotencyKey = idempotencyKey
    self.lot = lot
    self.material = material
    self.at = at
  }
}
