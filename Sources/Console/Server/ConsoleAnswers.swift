public import Shopfloor

/// What a person asks for with `POST /acknowledge`.
public struct AcknowledgeRequest: Hashable, Sendable, Codable {
  public var alarm: AlarmID
  public var person: PersonID
  /// Free text; where the line has a list, a code of it, or "CODE: note".
  public var cause: String
  /// A code of the list of actions, where the line has one.
  public var action: String?
  /// What more there is to say.
  public var note: String?

  public init(alarm: AlarmID, person: PersonID, cause: String, action: String? = nil, note: String? = nil) {
    self.alarm = alarm
    self.person = person
    self.cause = cause
    self.action = action
    self.note = note
  }

  /// The command it stands for.
  public var command: Command {
    if action == nil, note == nil { return .acknowledge(alarm: alarm, person: person, cause: cause) }
    return .alarm(.acknowledge(alarm: alarm, person: person, cause: cause, action: action, note: note ?? ""))
  }
}

/// A material lot that is to be released, blocked or quarantined.
public struct DispositionRequest: Hashable, Sendable, Codable {
  public var material: MaterialLotNumber
  public var status: MaterialLot.Status
  public var person: PersonID
  public var reason: String

  public init(material: MaterialLotNumber, status: MaterialLot.Status, person: PersonID, reason: String) {
    self.material = material
    self.status = status
    self.person = person
    self.reason = reason
  }
}

/// A lot to be put on hold, or whose hold is to be lifted.
public struct HoldRequest: Hashable, Sendable, Codable {
  public var lot: LotNumber
  public var person: PersonID
  public var reason: String
  public var lift: Bool

  public init(lot: LotNumber, person: PersonID, reason: String, lift: Bool) {
    self.lot = lot
    self.person = person
    self.reason = reason
    self.lift = lift
  }
}

/// The answer to a request that changes something.
public struct ConsoleAnswer: Hashable, Sendable, Codable {
  public var accepted: Bool
  /// The stable code of a refusal; nil where accepted.
  public var code: String?
  public var english: String
  public var chinese: String

  public init(accepted: Bool, code: String?, words: Words) {
    self.accepted = accepted
    self.code = code
    english = words.english
    chinese = words.chinese
  }

  public init(_ answer: CommandAnswer) {
    switch answer {
    case .accepted(let words): self.init(accepted: true, code: nil, words: words)
    case .refused(let refusal): self.init(accepted: false, code: refusal.code.rawValue, words: refusal.words)
    }
  }

  public var words: Words { Words(english, chinese) }
}

/// The answer to `POST /reload`: what changed, or why the old configuration stays in force.
public struct ReloadAnswer: Hashable, Sendable, Codable {
  public var accepted: Bool
  public var text: String

  public init(accepted: Bool, text: String) {
    self.accepted = accepted
    self.text = text
  }
}

/// Longest cause of an alarm, in bytes.
public let maximumCauseBytes = 1_000

/// Outbox rows about which a person decides, with `POST /outbox`.
public struct DeliveryDecisionRequest: Hashable, Sendable, Codable {
  public var rows: [Int64]
  public var action: DeliveryDecision.Action
  public var person: PersonID
  public var reason: String

  /// Most rows of one request.
  public static let maximumRows = 1_000

  public init(rows: [Int64], action: DeliveryDecision.Action, person: PersonID, reason: String) {
    self.rows = rows
    self.action = action
    self.person = person
    self.reason = reason
  }
}
