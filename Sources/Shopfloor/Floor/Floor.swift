/// The state of the floor: a fold over its events. `decide` answers a command with events or a refusal and changes
/// nothing; `apply` is the only way in which the state moves.
public struct Floor: Hashable, Sendable, Codable {
  public internal(set) var plan = LinePlan(site: "", line: "", stations: [])
  public internal(set) var planDigest = ""
  public internal(set) var people: [PersonID: Person] = [:]
  public internal(set) var orders: [WorkOrderNumber: WorkOrder] = [:]
  public internal(set) var lots: [LotNumber: LotState] = [:]
  /// What contradicts of each order, as it was noted last.
  var orderConflicts: [String: Words]?
  public internal(set) var materials: [MaterialLotNumber: MaterialLot] = [:]
  public internal(set) var items: [ItemCode: Item] = [:]
  public internal(set) var deliveries: [DeliveryNumber: ExpectedDelivery] = [:]
  /// What was received of each delivery.
  public internal(set) var deliveryReceipts: [DeliveryNumber: [DeliveryCount]] = [:]
  /// What was consumed and set aside of the material lots that had any movement here.
  public internal(set) var stock: [MaterialLotNumber: MaterialStock] = [:]
  /// What was picked for a work order, without what went back, by the item of the bill of materials.
  public internal(set) var picked: [WorkOrderNumber: [ItemCode: Quantity]] = [:]
  /// Containers and pieces with a number of their own, and the lot they were received with.
  public internal(set) var receivedUnits: [String: MaterialLotNumber] = [:]
  /// Pieces with a serial number of their own, as received; who they are set aside for, and where they went.
  public internal(set) var pieces: Set<String> = []
  public internal(set) var pickedPieces: [String: PickedPiece] = [:]
  public internal(set) var consumedPieces: [String: RunID] = [:]
  /// The items that a code on a label may mean.
  var itemsByCode: [String: [ItemCode]] = [:]
  /// The material lots of a maker's lot, and of an item.
  var materialsBySupplierLot: [String: [MaterialLotNumber]] = [:]
  var materialsByItem: [ItemCode: [MaterialLotNumber]] = [:]
  public internal(set) var materialCount = 0
  public internal(set) var stations: [StationName: StationState] = [:]
  /// Alarms that are not closed.
  public internal(set) var alarms: [AlarmID: Alarm] = [:]
  /// The sources whose alarms call nobody at present.
  public internal(set) var outOfService: [AlarmSource: AlarmServiceChanged] = [:]
  /// Every version of every control plan, in the order of import.
  public internal(set) var controlPlans: [ControlPlanNumber: [ControlPlanState]] = [:]
  /// Customers' thresholds that are crossed at present.
  public internal(set) var crossedThresholds: [ThresholdKey: ThresholdCrossing] = [:]
  /// What was learned about devices by being refused.
  public internal(set) var deviceLimits: [DeviceName: DeviceLimitsLearned] = [:]
  /// The latest commissioning of every device.
  public internal(set) var commissionings: [DeviceName: DeviceCommissioning] = [:]
  /// How the connections to the brokers stand; nil: there was none yet.
  public internal(set) var brokers: [String: BrokerState]?
  /// Writes whose outcome is not final.
  public internal(set) var openWrites: [WriteID: OpenWrite] = [:]
  /// The interlocks that have been in demand, by station.
  public internal(set) var interlocks: [StationName: InterlockState] = [:]
  public internal(set) var writeCount = 0
  public internal(set) var runCount = 0
  public internal(set) var alarmCount = 0
  public internal(set) var gapCount = 0

  public init() {}

  /// One version of a control plan, from import to withdrawal.
  public struct ControlPlanState: Hashable, Sendable, Codable {
    public var imported: ControlPlanImported
    public var approval: ControlPlanApproved?
    public var withdrawal: ControlPlanWithdrawn?

    public var reference: ControlPlanReference {
      ControlPlanReference(number: imported.plan.number, version: imported.plan.version, digest: imported.digest)
    }
  }

  public struct ThresholdKey: Hashable, Sendable, Codable {
    public var subscription: String
    public var threshold: CustomerThreshold
  }

  /// What happens to a lot on its way through the operations.
  public struct LotState: Hashable, Sendable, Codable {
    public var order: WorkOrderNumber
    public var completedOperations: [OperationName] = []
    public var hold: LotHeld?
    /// Every alarm that put a hold on it which was not lifted; nil: none.
    public var holdAlarms: [AlarmID]?
    public var completedAt: Timestamp?
    public var sealedRevision: Int?
    /// What was counted of it last, by operation; nil: nothing yet.
    public var quantities: [OperationName: QuantityReported]?
    /// Whether a run of it ever started; nil: no, or an older program did not say.
    public var hasRun: Bool?
  }

  /// Where the connection to a broker stands.
  public struct BrokerState: Hashable, Sendable, Codable {
    /// The latest link, connected or not.
    public var link: BrokerLink
    /// The topic filters that the broker holds for us, connected or not.
    public var topics: [String]

    public init(link: BrokerLink, topics: [String]) {
      self.link = link
      self.topics = topics
    }
  }

  /// A write under way, with the last report of it.
  public struct OpenWrite: Hashable, Sendable, Codable {
    public var write: DeviceWrite
    public var lastReport: DeviceWriteReport?
  }

  /// Where the interlock of a station stands.
  public struct InterlockState: Hashable, Sendable, Codable {
    public var plan: InterlockPlan
    /// What is in demand.
    public var holds: Bool
    public var order: WriteID
    /// Whether the device has confirmed it.
    public var isConfirmed = false
  }

  public struct PickedPiece: Hashable, Sendable, Codable {
    public var order: WorkOrderNumber
    public var material: MaterialLotNumber
  }

  /// A label that was picked in the picking at hand.
  public struct PickedLabel: Hashable, Sendable, Codable {
    public var material: MaterialLotNumber
    public var container: String?
    public var serial: String?
  }

  /// What came of one item and supplier's lot with a delivery.
  public struct DeliveryCount: Hashable, Sendable, Codable {
    public var item: ItemCode
    public var supplierLot: String
    public var quantity: Quantity
  }

  /// Who and what is at a station.
  public struct StationState: Hashable, Sendable, Codable {
    public var person: PersonID?
    /// Lots scanned into a load that has not started.
    public var load: [LotNumber] = []
    public var activeRun: Run?
    /// What was consumed in the active run.
    public var consumed: [MaterialConsumed] = []
    /// The receipt that is open here.
    public var receipt: ReceiptOpened?
    /// The material lots of this receipt.
    public var receivedHere: [MaterialLotNumber] = []
    /// What the labels of the container at hand have said so far.
    public var pending: PendingReceipt?
    /// The picking that is open here.
    public var picking: PickingOpened?
    public var pickedHere: [PickedLabel] = []
    /// What counts for the next material label.
    public var preparation = StationPreparation()
    /// The label that was accepted last, while no other was scanned.
    public var lastAccepted: LabelScanned?
    /// What can be taken back.
    public var lastStep: UndoableStep?
    /// A step that waits for a second person.
    public var awaitedWitness: WitnessAsked?
    /// Who stood by the step that was done last, while no other label was scanned.
    public var lastWitness: PersonID?
    /// The work orders of the last run, as long as the line was not cleared after it.
    public var unclearedOrders: [WorkOrderNumber]?
    /// The latest ended runs, oldest first; late readings find their run here.
    public var endedRuns: [Run] = []

    /// The run that a reading of this time belongs to.
    public func run(at time: Timestamp) -> Run? {
      if let activeRun, activeRun.contains(time) { return activeRun }
      return endedRuns.last { $0.contains(time) }
    }
  }

  /// How many ended runs a station remembers for the live binding of late readings; the record itself binds from the
  /// ledger, without this bound.
  public static let rememberedEndedRuns = 32

  public func station(_ name: StationName) -> StationState { stations[name] ?? StationState() }

  /// The active run with this id, with its station.
  public func activeRun(_ id: RunID) -> Run? {
    stations.values.lazy.compactMap(\.activeRun).first { $0.id == id }
  }

  /// The run with this id at a station, active or ended lately.
  public func run(_ id: RunID?, at name: StationName) -> Run? {
    let state = station(name)
    if let active = state.activeRun, active.id == id { return active }
    return state.endedRuns.last { $0.id == id }
  }

  public func nextMaterialLotNumber() -> MaterialLotNumber {
    var number = materialCount + 1
    // The ERP may have used such a number for a lot of its own.
    while materials[Self.numbered("ML", number)] != nil { number += 1 }
    return Self.numbered("ML", number)
  }

  public func nextRunID() -> RunID { Self.numbered("R", runCount + 1) }
  public func nextAlarmID() -> AlarmID { Self.numbered("A", alarmCount + 1) }
  public func nextWriteID() -> WriteID { Self.numbered("W", writeCount + 1) }
  public func nextGapID() -> GapID { Self.numbered("G", gapCount + 1) }

  static func numbered<Kind>(_ letter: String, _ number: Int) -> Identifier<Kind> {
    let digits = String(number)
    return Identifier(stringLiteral: letter + "-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits)
  }
}

/// What a command leads to.
public struct Decision: Hashable, Sendable {
  public var events: [Event]
  public var answer: CommandAnswer

  public init(events: [Event], answer: CommandAnswer) {
    self.events = events
    self.answer = answer
  }

  /// Nothing happens: for states that cannot be reached.
  static let nothing = Decision(events: [], answer: .accepted(Words("nothing to do", "无需操作")))

  static func accepted(_ events: [Event], _ english: String, _ chinese: String) -> Decision {
    Decision(events: events, answer: .accepted(Words(english, chinese)))
  }
}
