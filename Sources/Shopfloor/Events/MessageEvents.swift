/// What became of the connections over which messages come: brokers, sessions, and what of their messages is missing.

/// The connection to a broker began or ended, or the broker refused a part of what we asked for.
public struct BrokerLink: Hashable, Sendable, Codable {
  public enum Change: String, Hashable, Sendable, Codable {
    /// The broker has accepted us and answered the subscriptions.
    case connected
    /// What the broker had kept for us is on disk.
    case caughtUp
    case disconnected
  }

  /// The name of the broker in the configuration; a Sparkplug host has one of its own.
  public var broker: String
  public var change: Change
  /// Which session at which broker, "line-1@10.0.0.5:1883": under another one nothing is expected from before.
  public var session: String?
  /// Host, port, protocol version and client id, or why the connection ended.
  public var detail: String
  /// Whether the broker still had our session; nil where the change is another than `connected` or no session is kept.
  public var sessionPresent: Bool?
  /// What the broker holds for us from now on: the topic filters that it granted.
  public var topics: [String]
  /// Topic filters that the broker refused.
  public var refusedTopics: [String]
  /// Up to when everything that the broker had for us is on disk: at the end, and from before where the change is
  /// `connected`; nil: from the beginning.
  public var lastHeardAt: Timestamp?
  public var at: Timestamp

  public init(
    broker: String, change: Change, session: String? = nil, detail: String, sessionPresent: Bool? = nil,
    topics: [String] = [], refusedTopics: [String] = [], lastHeardAt: Timestamp? = nil, at: Timestamp
  ) {
    self.broker = broker
    self.change = change
    self.session = session
    self.detail = detail
    self.sessionPresent = sessionPresent
    self.topics = topics
    self.refusedTopics = refusedTopics
    self.lastHeardAt = lastHeardAt
    self.at = at
  }
}

/// Messages may be missing, or are known to be: nobody keeps them.
public struct MessagesLost: Hashable, Sendable, Codable {
  public enum Cause: String, Hashable, Sendable, Codable {
    /// The broker did not know our session although it should have: what came between is gone.
    case sessionLost
    /// A sender's own count has a hole (Sparkplug seq, a frame counter).
    case sequenceGap
  }

  public var broker: String
  public var devices: [DeviceName]
  public var cause: Cause
  /// From the last instant at which nothing was missing to the first at which nothing is missing again.
  public var from: Timestamp
  public var until: Timestamp
  /// How many messages, where that is known.
  public var count: Int?
  public var detail: String
  /// The runs during which they may be missing; the recorder fills it in.
  public var runs: [RunID]

  public init(
    broker: String, devices: [DeviceName], cause: Cause, from: Timestamp, until: Timestamp, count: Int? = nil,
    detail: String, runs: [RunID] = []
  ) {
    self.broker = broker
    self.devices = devices
    self.cause = cause
    self.from = from
    self.until = until
    self.count = count
    self.detail = detail
    self.runs = runs
  }
}

/// A topic sent more than its rule allows: of what was over it, each parameter's lowest and highest reading was kept.
public struct MessagesThinned: Hashable, Sendable, Codable {
  public var device: DeviceName
  public var topic: String
  public var from: Timestamp
  public var until: Timestamp
  public var received: Int
  public var kept: Int
  /// The rule in numbers, "20 messages a second".
  public var rule: String
  /// The runs during which it happened; the recorder fills it in.
  public var runs: [RunID]

  public init(
    device: DeviceName, topic: String, from: Timestamp, until: Timestamp, received: Int, kept: Int, rule: String,
    runs: [RunID] = []
  ) {
    self.device = device
    self.topic = topic
    self.from = from
    self.until = until
    self.received = received
    self.kept = kept
    self.rule = rule
    self.runs = runs
  }
}

/// What the message room tells the recorder beside readings.
public enum MessageNote: Hashable, Sendable, Codable {
  case broker(BrokerLink)
  case lost(MessagesLost)
  case thinned(MessagesThinned)
}

extension MessageNote {
  var event: Event {
    switch self {
    case .broker(let link): .brokerLinked(link)
    case .lost(let lost): .messagesLost(lost)
    case .thinned(let thinned): .messagesThinned(thinned)
    }
  }
}
