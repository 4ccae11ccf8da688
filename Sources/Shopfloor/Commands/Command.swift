/// Something a person, the ERP or the composition asks of the floor. `Floor.decide` answers with events or a refusal.
public enum Command: Sendable, Hashable, Codable {
  /// A label was scanned at a station.
  case scan(ScannedLabel, station: StationName)
  /// A person acknowledges an alarm and names its cause.
  case acknowledge(alarm: AlarmID, person: PersonID, cause: String)
  /// What else a person does with an alarm.
  case alarm(AlarmCommand)
  /// What people do with control plans and charts.
  case controlPlan(ControlPlanCommand)
  /// A person puts a lot on hold, or lifts the hold.
  case hold(lot: LotNumber, person: PersonID, reason: String)
  case liftHold(lot: LotNumber, person: PersonID, reason: String)
  /// The ERP released or changed work, materials, items or expected deliveries.
  case updateWork(WorkChange)
  /// A person releases, blocks or quarantines a material lot.
  case disposeMaterial(material: MaterialLotNumber, status: MaterialLot.Status, person: PersonID, reason: String)
  /// The configuration named these people.
  case updatePeople([Person])
  /// The checked configuration is in force.
  case applyPlan(LinePlan, digest: String, changes: [String])
  /// The batch record of a completed lot was assembled and sealed.
  case sealRecord(SealedRecordNotice)
  /// What became of an outbox row.
  case reportDelivery(DeliveryReport)
  /// A person counted what an operation made of a lot.
  case reportQuantity(QuantityReported)
  /// A person decides about an outbox row that did not go through.
  case decideDelivery(DeliveryDecision)
  /// What a comparison of delivered rows with the ERP found.
  case reportComparison(DeliveryComparison)
  /// A person asks for a comparison of everything.
  case requestComparison(ComparisonRequest)
  /// What the exchange with the ERP notes for auditors.
  case noteERP(ERPNote)
  /// A driver learned, by being refused, what a device cannot do.
  case noteDeviceLimits(DeviceLimitsLearned)
  /// A scanner was plugged in or is gone.
  case noteScanner(ScannerLink)
  /// What the message room noticed of brokers and their messages.
  case noteMessages([MessageNote])
  /// A person had a device repaired or changed: what was learned about it no longer holds.
  case forgetDeviceLimits(device: DeviceName, person: PersonID, reason: String)
  /// A person compared the values of a device with its display.
  case commissionDevice(DeviceCommissioning)
  /// A person has a value written to a device.
  case orderWrite(device: DeviceName, point: String, value: Double, person: PersonID, reason: String)
  /// What became of a write.
  case reportWrite(DeviceWriteReport)
  /// A person tells what a calibration found.
  case recordCalibration(Calibration)
}

/// A label as the floor sees it: what was read, exactly, and what the label room made of it.
public struct ScannedLabel: Hashable, Sendable, Codable {
  /// The kind that a site rule fixed, or `unknown` where only the content can tell.
  public enum Kind: String, Sendable, Codable { case unknown, badge, lot, material, card }

  /// Exactly what was read, as text; bytes that are not UTF-8 appear as U+FFFD.
  public var text: String
  public var kind: Kind
  /// The scheme that the label room recognised: "plain", "gs1", …
  public var scheme: String
  /// What the label calls the item, the most telling first: GTIN in 14 digits, HIBC code, numbers of supplier or customer.
  public var itemCodes: [String]
  public var lot: String?
  public var serial: String?
  /// The logistic unit: SSCC or licence plate.
  public var container: String?
  /// First instant at which the material may no longer be used, from the expiry date on the label.
  public var unusableFrom: Timestamp?
  public var quantity: Quantity?
  /// The unit of the quantity where the label says one ("kg"), "pcs" where it counts pieces; nil: in the item's own unit.
  public var quantityUnit: String?
  /// The net measure, also where the quantity is a count: 12 pieces, 4.5 kg.
  public var measure: Quantity?
  /// The unit of the measure ("kg").
  public var measureUnit: String?
  /// The bytes as they came.
  public var raw: [UInt8]
  /// The AIM identifier (ISO/IEC 15424), where the scanner gave one.
  public var aimIdentifier: String?
  /// The link character of HIBC: a primary and a secondary label belong together where it is the same.
  public var link: String?
  /// A field may hold the fields behind it, because a separator was lost, or may be cut off: a person must look at it.
  public var isLotDoubtful: Bool
  /// A fault the label room found; such a label is refused with these words.
  public var fault: LabelFault?

  public struct LabelFault: Hashable, Sendable, Codable {
    /// Stable name, "gs1.check_digit".
    public var code: String
    public var words: Words

    public init(code: String, words: Words) {
      self.code = code
      self.words = words
    }
  }

  public init(
    text: String, kind: Kind = .unknown, scheme: String = "plain", itemCodes: [String] = [], lot: String? = nil,
    serial: String? = nil, container: String? = nil, unusableFrom: Timestamp? = nil, quantity: Quantity? = nil,
    quantityUnit: String? = nil, measure: Quantity? = nil, measureUnit: String? = nil, raw: [UInt8]? = nil,
    aimIdentifier: String? = nil, link: String? = nil,
    isLotDoubtful: Bool = false,
    fault: LabelFault? = nil
  ) {
    self.text = text
    self.kind = kind
    self.scheme = scheme
    self.itemCodes = itemCodes
    self.lot = lot
    self.serial = serial
    self.container = container
    self.unusableFrom = unusableFrom
    self.quantity = quantity
    self.quantityUnit = quantityUnit
    self.measure = measure
    self.measureUnit = measureUnit
    self.raw = raw ?? Array(text.utf8)
    self.aimIdentifier = aimIdentifier
    self.link = link
    self.isLotDoubtful = isLotDoubtful
    self.fault = fault
  }
}

/// The text on the printed command cards that lie at every station.
public enum CommandCard: String, Sendable, CaseIterable, Codable {
  /// Starts the run of the loaded lots at a station that holds several.
  case start = "LOTWIRE:START"
  /// Ends the run: the operation is finished for its lots.
  case end = "LOTWIRE:END"
  /// Ends the run, the operation goes on later.
  case pause = "LOTWIRE:PAUSE"
  /// Empties a load that was not started.
  case unload = "LOTWIRE:UNLOAD"
  /// The person leaves the station.
  case leave = "LOTWIRE:LEAVE"
  /// Puts the running lots on hold and pauses the run; at other stations the next material label's lot is blocked.
  case hold = "LOTWIRE:HOLD"
  /// Takes back what was done last at the station.
  case undo = "LOTWIRE:UNDO"
  /// Puts aside what was prepared or is waiting for further labels or a second person.
  case cancel = "LOTWIRE:CANCEL"
  /// Nothing of the former work is left at the station.
  case clearance = "LOTWIRE:CLEARANCE"
  /// Goods without an expected delivery follow.
  case blind = "LOTWIRE:BLIND"
  /// The next label is another container, though it looks like one that was read.
  case another = "LOTWIRE:ANOTHER"
  /// The next material label is taken although the suggestion is another lot.
  case override = "LOTWIRE:OVERRIDE"
  /// The next material label goes back to the stock.
  case unpick = "LOTWIRE:UNPICK"
  /// The lot on the next label was compared with the printed text by a person and holds nothing but the lot.
  case confirm = "LOTWIRE:CONFIRM"
  /// So many as the quantity card said are good.
  case good = "LOTWIRE:GOOD"

  /// What a quantity card begins with; the amount follows: "LOTWIRE:QUANTITY:12.5".
  public static let quantityPrefix = "LOTWIRE:QUANTITY:"

  /// The amount on a quantity card; nil for any other text.
  public static func quantity(on text: String) -> Quantity? {
    guard text.hasPrefix(quantityPrefix) else { return nil }
    return Quantity(decimal: text.dropFirst(quantityPrefix.count)).flatMap { $0.isPositive ? $0 : nil }
  }

  /// What the card says to people.
  public var words: Words {
    switch self {
    case .start: Words("START", "开始")
    case .end: Words("COMPLETE", "完成")
    case .pause: Words("PAUSE", "暂停")
    case .unload: Words("UNLOAD", "清空装载")
    case .leave: Words("LEAVE", "离开")
    case .hold: Words("HOLD", "扣留")
    case .undo: Words("UNDO", "撤销")
    case .cancel: Words("CANCEL", "取消")
    case .clearance: Words("LINE CLEARED", "清场完成")
    case .blind: Words("BLIND RECEIPT", "无单收货")
    case .another: Words("ANOTHER ONE", "再来一件")
    case .override: Words("TAKE THIS LOT", "指定此批")
    case .unpick: Words("PUT BACK", "退回库存")
    case .confirm: Words("LOT CHECKED", "批号已核对")
    case .good: Words("GOOD", "合格")
    }
  }
}

extension CommandCard {
  /// What a card for pieces that are not good begins with; the reason follows: "LOTWIRE:SCRAP:burnt".
  public static func prefix(of kind: RejectKind) -> String { "LOTWIRE:\(kind.rawValue.uppercased()):" }

  /// The kind and the reason on such a card; nil for any other text.
  public static func rejection(on text: String) -> (kind: RejectKind, reason: String)? {
    RejectKind.allCases.lazy.compactMap { kind in
      text.hasPrefix(prefix(of: kind)) ? (kind, String(text.dropFirst(prefix(of: kind).count))) : nil
    }.first
  }
}

/// What changed in the ERP.
public struct WorkChange: Hashable, Sendable, Codable {
  public var orders: [WorkOrder]
  public var materials: [MaterialLot]
  public var items: [Item]
  public var deliveries: [ExpectedDelivery]
  /// People as the ERP names them; nil: it says nothing of people.
  public var people: [PersonName]?

  public init(
    orders: [WorkOrder] = [], materials: [MaterialLot] = [], items: [Item] = [], deliveries: [ExpectedDelivery] = [],
    people: [PersonName]? = nil
  ) {
    self.orders = orders
    self.materials = materials
    self.items = items
    self.deliveries = deliveries
    self.people = people
  }

  public var isEmpty: Bool {
    orders.isEmpty && materials.isEmpty && items.isEmpty && deliveries.isEmpty && (people?.isEmpty ?? true)
  }
}

/// What the record room reports of a sealed batch record.
public struct SealedRecordNotice: Hashable, Sendable, Codable {
  public var lot: LotNumber
  /// 0 for the record itself, 1 and more for addenda.
  public var revision: Int
  public var digestSHA256: String
  public var keyID: String
  public var byteCount: Int
  public var exceptionCount: Int
  /// The last event the record covers.
  public var throughSequence: Int64

  public init(
    lot: LotNumber, revision: Int, digestSHA256: String, keyID: String, byteCount: Int, exceptionCount: Int,
    throughSequence: Int64
  ) {
    self.lot = lot
    self.revision = revision
    self.digestSHA256 = digestSHA256
    self.keyID = keyID
    self.byteCount = byteCount
    self.exceptionCount = exceptionCount
    self.throughSequence = throughSequence
  }
}

/// What became of one attempt to deliver an outbox row.
public struct DeliveryReport: Hashable, Sendable, Codable {
  public enum Outcome: Hashable, Sendable, Codable {
    /// The receiver holds exactly this content; `receipt` is the receiver's own name for it.
    case delivered(receipt: String)
    /// Try again at the given time.
    case failed(reason: String, retryAt: Timestamp)
    /// The receiver refused the content; a person must decide.
    case blocked(reason: String)
  }

  public var outboxRow: Int64
  public var idempotencyKey: String
  public var lot: LotNumber?
  /// The material lot, where the row is a movement of material.
  public var material: MaterialLotNumber?
  public var connector: String
  public var outcome: Outcome

  public init(
    outboxRow: Int64, idempotencyKey: String, lot: LotNumber?, material: MaterialLotNumber? = nil, connector: String,
    outcome: Outcome
  ) {
    self.outboxRow = outboxRow
    self.idempotencyKey = idempotencyKey
    self.lot = lot
    self.material = material
    self.connector = connector
    self.outcome = outcome
  }
}
