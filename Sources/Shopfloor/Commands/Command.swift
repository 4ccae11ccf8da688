/// Something a person, the ERP or the composition asks of the floor. `Floor.decide` answers with events or a refusal.
public enum Command: Sendable, Hashable, Codable {
  /// A label was scanned at a station.
  case scan(ScannedLabel, station: StationName)
  /// A person acknowledges an alarm and names its cause.
  case acknowledge(alarm: AlarmID, person: PersonID, cause: String)
  /// A person puts a lot on hold, or lifts the hold.
  case hold(lot: LotNumber, person: PersonID, reason: String)
  case liftHold(lot: LotNumber, person: PersonID, reason: String)
  /// The ERP released or changed work and materials.
  case updateWork(orders: [WorkOrder], materials: [MaterialLot])
  /// The configuration named these people.
  case updatePeople([Person])
  /// The checked configuration is in force.
  case applyPlan(LinePlan, digest: String, changes: [String])
  /// The batch record of a completed lot was assembled and sealed.
  case sealRecord(SealedRecordNotice)
  /// What became of an outbox row.
  case reportDelivery(DeliveryReport)
  /// A driver learned, by being refused, what a device cannot do.
  case noteDeviceLimits(DeviceLimitsLearned)
  /// A person had a device repaired or changed: what was learned about it no longer holds.
  case forgetDeviceLimits(device: DeviceName, person: PersonID, reason: String)
  /// A person compared the values of a device with its display.
  case commissionDevice(DeviceCommissioning)
  /// A person has a value written to a device.
  case orderWrite(device: DeviceName, point: String, value: Double, person: PersonID, reason: String)
  /// What became of a write.
  case reportWrite(DeviceWriteReport)
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
  public var item: String?
  public var lot: String?
  public var serial: String?
  /// First instant at which the material may no longer be used, from the expiry date on the label.
  public var unusableFrom: Timestamp?
  public var quantity: Double?
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
    text: String, kind: Kind = .unknown, scheme: String = "plain", item: String? = nil, lot: String? = nil,
    serial: String? = nil, unusableFrom: Timestamp? = nil, quantity: Double? = nil, fault: LabelFault? = nil
  ) {
    self.text = text
    self.kind = kind
    self.scheme = scheme
    self.item = item
    self.lot = lot
    self.serial = serial
    self.unusableFrom = unusableFrom
    self.quantity = quantity
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
  public var connector: String
  public var outcome: Outcome

  public init(outboxRow: Int64, idempotencyKey: String, lot: LotNumber?, connector: String, outcome: Outcome) {
    self.outboxRow = outboxRow
    self.idempotencyKey = idempotencyKey
    self.lot = lot
    self.connector = connector
    self.outcome = outcome
  }
}
