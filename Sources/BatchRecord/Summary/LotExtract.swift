public import Shopfloor

/// What another system needs of a sealed record to finish the production of its lot: read from the bytes of the record and
/// from nothing else. Whether the record is to be believed, the verifier says.
public struct LotExtract: Hashable, Sendable {
  public struct RunTimes: Hashable, Sendable {
    public var run: RunID
    public var station: StationName
    public var operation: OperationName
    /// Of all its lots, when it started.
    public var workOrders: [WorkOrderNumber]
    public var lots: [LotNumber]
    public var startedAt: Timestamp
    public var endedAt: Timestamp?
    public var startedBy: PersonID?
    public var endedBy: PersonID?
    public var completedOperation: Bool
  }

  /// One consumption that was not taken back.
  public struct Use: Hashable, Sendable {
    /// The place of the consumption in the ledger: a run of several lots has the same one in the record of each.
    public var event: Int64
    public var run: RunID
    public var materialLot: MaterialLotNumber
    public var item: ItemCode
    public var substituteFor: ItemCode?
    /// In the item's own unit; nil: nobody said how much.
    public var quantity: Quantity?
    /// How much of it had been picked for which order of the run; empty where nothing had, and in records before version 7.
    public var fromPicked: [MaterialConsumed.Share]
  }

  /// All values of one characteristic of the lot.
  public struct Measured: Hashable, Sendable {
    public var name: CharacteristicName
    public var unit: String
    /// The specification; nil on a side without a limit.
    public var low: Double?
    public var high: Double?
    public var lowest: Double
    public var highest: Double
    /// The value nearest to a limit of the specification or farthest beyond it; the last value where there is no limit.
    public var worst: Double
    public var valueCount: Int

    /// Whether every value lies within the specification; true where there is none.
    public var isWithin: Bool { (low.map { lowest >= $0 } ?? true) && (high.map { highest <= $0 } ?? true) }
  }

  public struct Rejected: Hashable, Sendable {
    public var quantity: Quantity
    public var reason: String
  }

  /// What a person counted of the lot and nobody corrected.
  public struct Count: Hashable, Sendable {
    public var at: Timestamp
    public var operation: OperationName
    public var good: Quantity?
    public var scrap: [Rejected]
    public var rework: [Rejected]
    public var person: PersonID?
  }

  public let lot: LotNumber
  /// 0 for the record itself, 1 and more for addenda.
  public let revision: Int
  public let site: String
  public let line: String
  public let workOrder: WorkOrderNumber
  /// Of the whole order, in its unit.
  public let orderedQuantity: Quantity
  public let unit: String
  public let operations: [OperationName]
  /// All lots of the order, this one among them.
  public let lots: [LotNumber]
  public let product: ItemCode
  public let productName: String
  /// The device identifier of the product's UDI: a GTIN in 14 digits; nil: the record does not say.
  public let deviceIdentifier: String?
  public let runs: [RunTimes]
  public let uses: [Use]
  public let measured: [Measured]
  public let counts: [Count]
  public let exceptionCount: Int
  /// SHA-256 of the canonical bytes of the record, lower-case hexadecimal, as its seal says.
  public let digestSHA256: String
  public let keyID: String

  /// - Throws: Where the bytes are no sealed record, or lack what every record has.
  public init(sealedBytes: [UInt8]) throws(LotExtractFault) {
    let file: CanonicalJSON
    do throws(CanonicalJSONFault) {
      file = try CanonicalJSONParser.parse(sealedBytes)
    } catch {
      throw .noJSON(error)
    }
    let record = ExtractReader(file, "")["record"]
    let seal = ExtractReader(file, "")["seal"]
    let order = record["workOrder"]
    lot = try record["lot"].name()
    revision = Int(try record["revision"].integer())
    site = record["site"].optionalText ?? ""
    line = record["line"].optionalText ?? ""
    workOrder = try order["number"].name()
    orderedQuantity = try order["quantity"].quantity()
    unit = try order["unit"].text()
    operations = try order["operations"].names()
    lots = try order["lots"].names()
    product = try record["product"]["item"].name()
    productName = try record["product"]["name"].text()
    deviceIdentifier = order["deviceIdentifier"].optionalText ?? record["product"]["deviceIdentifier"].optionalText
    runs = try record["runs"].each { run throws(LotExtractFault) in try RunTimes(run) }
    uses = try record["materials"].each { use throws(LotExtractFault) in try Use(use) }.compactMap { $0 }
    measured = try Self.measured(record["runs"])
    // Records before version 7 have none.
    counts = try record["quantities"].each { count throws(LotExtractFault) in try Count(count) }.compactMap { $0 }
    exceptionCount = record["exceptions"].elements.count
    digestSHA256 = try seal["digestSHA256"].text()
    keyID = try seal["keyID"].text()
  }

  /// When the last run of the lot ended; nil where none did.
  public var endedAt: Timestamp? { runs.compactMap(\.endedAt).max() }

  /// What was good of the lot after the last operation that was counted; nil where nobody counted. The last report of an
  /// operation holds.
  public var good: Quantity? {
    for operation in operations.reversed() {
      if let last = counts.last(where: { $0.operation == operation && $0.good != nil }) { return last.good }
    }
    return nil
  }

  private static func measured(_ runs: ExtractReader) throws(LotExtractFault) -> [Measured] {
    var found: [Measured] = []
    for run in runs.elements {
      for one in run["characteristics"].elements {
        let single = one["points"].elements.compactMap { $0["value"].decimal }
        let entered = one["measurements"].elements.flatMap { $0["values"].elements.compactMap(\.decimal) }
        let limits = one["specification"]
        let name: CharacteristicName = try one["name"].name()
        guard
          let next = Measured(
            name: name, unit: one["unit"].optionalText ?? "", low: limits["low"].decimal, high: limits["high"].decimal,
            values: single + entered)
        else { continue }
        if let place = found.firstIndex(where: { $0.name == name }) {
          found[place].merge(next)
        } else {
          found.append(next)
        }
      }
    }
    return found
  }
}

extension LotExtract.Measured {
  init?(name: CharacteristicName, unit: String, low: Double?, high: Double?, values: [Double]) {
    guard let first = values.first, let last = values.last else { return nil }
    self.name = name
    self.unit = unit
    self.low = low
    self.high = high
    lowest = values.reduce(first, Swift.min)
    highest = values.reduce(first, Swift.max)
    valueCount = values.count
    worst = last
    if low != nil || high != nil { worst = margin(lowest) <= margin(highest) ? lowest : highest }
  }

  /// How far inside the specification a value lies; negative beyond it.
  private func margin(_ value: Double) -> Double {
    min(low.map { value - $0 } ?? .infinity, high.map { $0 - value } ?? .infinity)
  }

  /// Takes in the values of another run of the lot.
  fileprivate mutating func merge(_ other: Self) {
    let isOtherWorse = other.low == nil && other.high == nil ? true : other.margin(other.worst) < margin(worst)
    if isOtherWorse { (worst, low, high) = (other.worst, other.low, other.high) }
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
    valueCount += other.valueCount
  }
}

extension LotExtract.RunTimes {
  fileprivate init(_ json: ExtractReader) throws(LotExtractFault) {
    run = try json["id"].name()
    station = try json["station"].name()
    operation = try json["operation"].name()
    workOrders = try json["workOrders"].names()
    lots = try json["lots"].names()
    startedAt = try json["start"].time()
    endedAt = json["end"].isNull ? nil : try json["end"].time()
    startedBy = json["startedBy"].isNull ? nil : try json["startedBy"].name()
    endedBy = json["endedBy"].isNull ? nil : try json["endedBy"].name()
    completedOperation = json["completedOperation"].flag ?? false
  }
}

extension LotExtract.Use {
  /// Nil where the consumption was taken back.
  fileprivate init?(_ json: ExtractReader) throws(LotExtractFault) {
    // Records before version 3 do not say it: nothing could be taken back.
    guard json["undone"].flag != true else { return nil }
    event = try json["event"].integer()
    run = try json["run"].name()
    materialLot = try json["materialLot"].name()
    item = try json["item"].name()
    substituteFor = json["substituteFor"].isNull ? nil : try json["substituteFor"].name()
    quantity = json["quantity"].isNull ? nil : try json["quantity"].quantity()
    fromPicked = try json["fromPicked"].each { share throws(LotExtractFault) in
      MaterialConsumed.Share(order: try share["workOrder"].name(), quantity: try share["quantity"].quantity())
    }
  }
}

extension LotExtract.Count {
  /// Nil where a later count took its place.
  fileprivate init?(_ json: ExtractReader) throws(LotExtractFault) {
    guard json["replaced"].flag != true else { return nil }
    at = try json["at"].time()
    operation = try json["operation"].name()
    good = json["good"].isNull ? nil : try json["good"].quantity()
    scrap = try json["scrap"].each { one throws(LotExtractFault) in try LotExtract.Rejected(one) }
    rework = try json["rework"].each { one throws(LotExtractFault) in try LotExtract.Rejected(one) }
    person = json["person"].isNull ? nil : try json["person"].name()
  }
}

extension LotExtract.Rejected {
  fileprivate init(_ json: ExtractReader) throws(LotExtractFault) {
    quantity = try json["quantity"].quantity()
    reason = json["reason"].optionalText ?? ""
  }
}
