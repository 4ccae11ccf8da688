public import Shopfloor

/// A product lot in one line: whose it is, where it was and what became of it.
public struct LotSummary: Hashable, Sendable, Codable {
  public var number: LotNumber
  public var order: WorkOrderNumber?
  public var product: ItemCode?
  public var productName: String?
  public var customer: String?
  /// Oldest first.
  public var runs: [RunSummary]
  public var completedAt: Timestamp?
  /// Why it is on hold; nil: it is not.
  public var hold: String?
  /// Whether it was ever on hold.
  public var wasHeld: Bool
  public var sealedRevision: Int?
  public var recordSHA256: String?

  public init(number: LotNumber) {
    self.number = number
    runs = []
    wasHeld = false
  }

  /// Begin of its first run.
  public var startedAt: Timestamp? { runs.first?.startedAt }
}

/// A run in one line.
public struct RunSummary: Hashable, Sendable, Codable {
  public var id: RunID
  public var station: StationName
  public var operation: OperationName
  public var orders: [WorkOrderNumber]
  public var lots: [LotNumber]
  public var startedAt: Timestamp
  public var startedBy: PersonID
  /// Nil: it goes on.
  public var endedAt: Timestamp?

  public init(_ run: Run) {
    id = run.id
    station = run.station
    operation = run.operation
    orders = run.workOrders
    lots = run.lots
    startedAt = run.startedAt
    startedBy = run.startedBy
    endedAt = run.endedAt
  }

  /// Whether it lasted at some instant of a stretch.
  public func touches(from: Timestamp?, to: Timestamp?) -> Bool {
    (to.map { startedAt < $0 } ?? true) && (from.map { begin in endedAt.map { $0 > begin } ?? true } ?? true)
  }
}

/// Which lots are asked for; what is nil is not asked.
public struct LotQuestion: Hashable, Sendable {
  public var product: ItemCode?
  public var order: WorkOrderNumber?
  public var station: StationName?
  /// A run of the lot, at the station where one is named, touched this stretch.
  public var from: Timestamp?
  public var to: Timestamp?
  public var isHeld: Bool?
  /// Most lots of the answer.
  public var limit = 1_000

  public init(
    product: ItemCode? = nil, order: WorkOrderNumber? = nil, station: StationName? = nil, from: Timestamp? = nil,
    to: Timestamp? = nil, isHeld: Bool? = nil, limit: Int = 1_000
  ) {
    self.product = product
    self.order = order
    self.station = station
    self.from = from
    self.to = to
    self.isHeld = isHeld
    self.limit = limit
  }

  /// Most lots and runs that are looked at for one answer.
  public static let maximumCandidates = 100_000

  func admits(_ lot: LotSummary) -> Bool {
    if let product, lot.product != product { return false }
    if let order, lot.order != order { return false }
    if let isHeld, (lot.hold != nil) != isHeld { return false }
    guard station != nil || from != nil || to != nil else { return true }
    return lot.runs.contains { run in
      (station.map { run.station == $0 } ?? true) && run.touches(from: from, to: to)
    }
  }
}

/// A list that may be cut at a bound.
public struct Bounded<Element: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
  public var found: [Element]
  /// There is more than is told here.
  public var isCutOff: Bool

  public init(_ found: [Element], isCutOff: Bool) {
    self.found = found
    self.isCutOff = isCutOff
  }
}
