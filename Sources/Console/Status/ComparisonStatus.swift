public import Shopfloor

/// How the comparison of what was delivered with what the ERP holds stands, in numbers.
public struct ComparisonStatus: Hashable, Sendable, Codable {
  /// One comparison of everything.
  public struct Whole: Hashable, Sendable, Codable {
    public var begunAt: Timestamp
    /// Nil while it goes on.
    public var endedAt: Timestamp?
    /// Deliveries that were compared, those of them that differ, and those of which nothing could be learned.
    public var compared: Int
    public var differing: Int
    public var incomparable: Int

    public init(begunAt: Timestamp, endedAt: Timestamp?, compared: Int, differing: Int, incomparable: Int) {
      self.begunAt = begunAt
      self.endedAt = endedAt
      self.compared = compared
      self.differing = differing
      self.incomparable = incomparable
    }
  }

  /// The one that goes on; nil: none does.
  public var current: Whole?
  /// The last one that ended; nil: none is known.
  public var last: Whole?
  /// When the next regular one begins; nil: one goes on, or none is planned.
  public var nextAt: Timestamp?
  /// Deliveries that were compared since the start of the daemon, also one by one soon after their delivery, and how
  /// often one could not be.
  public var comparedSinceStart: Int
  public var incomparableSinceStart: Int
  /// Deliveries that differed when they were compared last, since the start of the daemon.
  public var differingNow: Int
  /// Why it does not go on; nil where it does.
  public var problem: String?
  /// The number of the last request of a person since the start of the daemon, and of the last one whose comparison ended.
  public var askedFor: Int
  public var answered: Int

  public init(
    current: Whole? = nil, last: Whole? = nil, nextAt: Timestamp? = nil, comparedSinceStart: Int = 0,
    incomparableSinceStart: Int = 0, differingNow: Int = 0, problem: String? = nil, askedFor: Int = 0,
    answered: Int = 0
  ) {
    self.current = current
    self.last = last
    self.nextAt = nextAt
    self.comparedSinceStart = comparedSinceStart
    self.incomparableSinceStart = incomparableSinceStart
    self.differingNow = differingNow
    self.problem = problem
    self.askedFor = askedFor
    self.answered = answered
  }
}

/// The answer to `GET /outbox/comparison`: the numbers, and what the last comparison of everything found, or the one that
/// goes on has found so far.
public struct ComparisonFindings: Hashable, Sendable, Codable {
  /// A delivery of which nothing could be learned, and why.
  public struct PassedOver: Hashable, Sendable, Codable {
    public var row: Int64
    public var key: String
    public var reason: String

    public init(row: Int64, key: String, reason: String) {
      self.row = row
      self.key = key
      self.reason = reason
    }
  }

  public var status: ComparisonStatus
  public var isConnected: Bool
  /// With both values each; a bounded number.
  public var drifts: [DeliveryDrift]
  public var passedOver: [PassedOver]
  /// Whether more was found than is listed: beyond the bounds, or before the daemon was started last.
  public var isIncomplete: Bool

  public init(
    status: ComparisonStatus, isConnected: Bool, drifts: [DeliveryDrift], passedOver: [PassedOver],
    isIncomplete: Bool
  ) {
    self.status = status
    self.isConnected = isConnected
    self.drifts = drifts
    self.passedOver = passedOver
    self.isIncomplete = isIncomplete
  }
}

/// What a person asks for with `POST /outbox/compare`.
public struct ComparisonWish: Hashable, Sendable, Codable {
  public var person: PersonID
  public var reason: String

  public init(person: PersonID, reason: String) {
    self.person = person
    self.reason = reason
  }
}

/// The answer to it.
public struct ComparisonAnswer: Hashable, Sendable, Codable {
  public var answer: ConsoleAnswer
  /// ``ComparisonStatus/answered`` reaches it with the end of the comparison; 0 where it was refused.
  public var number: Int
  /// Whether one that was asked for before waits or goes on, and answers this request too.
  public var isJoined: Bool

  public init(_ answer: ConsoleAnswer, number: Int = 0, isJoined: Bool = false) {
    self.answer = answer
    self.number = number
    self.isJoined = isJoined
  }
}
