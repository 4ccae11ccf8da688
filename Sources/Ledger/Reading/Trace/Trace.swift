public import Shopfloor

/// From where a trace begins.
public enum TraceStart: Hashable, Sendable {
  /// A product lot: what went into it.
  case lot(LotNumber)
  /// A material lot: where it came from and into what it went.
  case material(MaterialLotNumber)
  /// A serialised unit or a container: its material lot, with the movements that name it marked.
  case serial(String)
  case container(String)
  /// Every material lot that a supplier's label called so.
  case supplierLot(String)
  /// A work order: what went into its lots.
  case order(WorkOrderNumber)
  /// Everything that was made, received or picked at a station, from the first time on and before the second.
  case station(StationName, from: Timestamp, to: Timestamp)
}

/// The way of material, both ways in one answer: deliveries → material lots → runs → product lots. Forward of a material
/// lot everything is here that it went into; backward of a product lot everything that went into it. A product lot that
/// was used as material under its own number is followed further.
public struct Trace: Hashable, Sendable, Codable {
  /// By number; those that the material lots below came with.
  public var deliveries: [Delivery] = []
  /// By number.
  public var materials: [Material] = []
  /// By start, then id.
  public var runs: [TracedRun] = []
  /// By number.
  public var lots: [Lot] = []
  /// The people that the movements and runs name, by id.
  public var people: [String: String] = [:]
  /// The bound was reached: there is more than is told here.
  public var isCutOff = false

  public init() {}

  public struct Delivery: Hashable, Sendable, Codable {
    public var number: DeliveryNumber
    /// Nil where the ERP never announced it.
    public var supplier: String?
  }

  public struct Material: Hashable, Sendable, Codable {
    public var number: MaterialLotNumber
    public var item: ItemCode?
    public var itemName: String?
    public var supplierLot: String?
    public var status: MaterialLot.Status?
    public var unusableFrom: Timestamp?
    public var delivery: DeliveryNumber?
    /// Oldest first.
    public var movements: [Movement]
    public var conflicts: [Conflict]
  }

  public struct Movement: Hashable, Sendable, Codable {
    /// The event in the ledger.
    public var sequence: Int64
    /// "receipt", "release", "quarantine", "block", "pick", "unpick", "consumption" or "undo".
    public var movement: String
    public var at: Timestamp
    public var person: PersonID
    public var station: StationName?
    public var quantity: Quantity?
    public var order: WorkOrderNumber?
    public var run: RunID?
    public var container: String?
    public var serial: String?
    public var substituteFor: ItemCode?
    public var insteadOf: MaterialLotNumber?
    public var reason: String?
    /// The event that took it back; such a movement leads nowhere.
    public var undoneBy: Int64?
    /// For an undo: the event that it took back.
    public var undoes: Int64?
    /// Whether the trace began with this movement.
    public var isStart = false
    /// What became of it at the ERP: nil where it owes nothing.
    public var erp: Owed?
  }

  /// What became of something that is owed to the ERP.
  public struct Owed: Hashable, Sendable, Codable {
    public var state: OutboxRow.State
    /// The ERP's own name of it, or why not.
    public var answer: String?
  }

  public struct Conflict: Hashable, Sendable, Codable {
    public var sequence: Int64
    public var kind: MaterialConflict.Kind
    public var words: Words
    public var at: Timestamp
  }

  public struct TracedRun: Hashable, Sendable, Codable {
    public var id: RunID
    public var station: StationName
    public var operation: OperationName
    public var orders: [WorkOrderNumber]
    public var lots: [LotNumber]
    public var startedAt: Timestamp
    public var startedBy: PersonID
    public var endedAt: Timestamp?
    /// What it consumed of the material lots above.
    public var materials: [MaterialLotNumber]
  }

  public struct Lot: Hashable, Sendable, Codable {
    public var number: LotNumber
    public var order: WorkOrderNumber?
    public var product: ItemCode?
    public var productName: String?
    public var completedAt: Timestamp?
    /// Why it is on hold; nil: it is not.
    public var hold: String?
    public var sealedRevision: Int?
    public var recordSHA256: String?
    /// What became of its record at the ERP, the latest revision.
    public var erp: Owed?
    /// What went into it, directly.
    public var materials: [MaterialLotNumber]
  }
}
