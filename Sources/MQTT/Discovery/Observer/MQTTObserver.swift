public import Devices
import Synchronization

/// Looks on at a broker: under a client id of its own, with a session that ends with the connection, at QoS 0, so that
/// neither the recording session nor the broker's queues notice. One thread owns the connection and hands over what came
/// in batches.
public final class MQTTObserver: Sendable {
  public enum Condition: Hashable, Sendable {
    case connecting
    /// - Parameter refused: topic filters that the broker does not let us read, with its reason.
    case online(refused: [String])
    /// There was a connection; it is tried again.
    case interrupted(reason: String)
    /// There was none, and it is not tried again.
    case failed(reason: String)
  }

  /// What came since the last time it was asked.
  public struct Observed: Sendable {
    public var messages: [ObservedMessage]
    /// Since the start: messages that found no place because nobody fetched them in time.
    public var overflow: Int
    public var condition: Condition
  }

  /// Most messages that wait to be fetched, and most payload bytes of them.
  static let maximumMessages = 50_000
  static let maximumPayloadBytes = 32 * 1024 * 1024
  /// Most messages that wait to be published.
  static let maximumOutgoing = 1_000
  /// Between two attempts after an interruption, in microseconds.
  static let pauseMicroseconds: Int64 = 2_000_000
  /// The time a broker has to accept us and to answer the subscription, in microseconds.
  static let answerMicroseconds: Int64 = 15_000_000

  struct Outgoing: Sendable {
    var topic: String
    var payload: [UInt8]
  }

  struct Content: Sendable {
    var messages: [ObservedMessage] = []
    var payloadBytes = 0
    var overflow = 0
    var condition = Condition.connecting
    var outgoing: [Outgoing] = []
  }

  private let connection: MQTTConnection
  private let filters: [TopicFilter]
  private let clock: any WallClock
  private let content = Mutex(Content())
  private let wake: WakeSignal
  private let stopRequest = StopRequest()
  private let thread = Mutex<OwnerThread?>(nil)

  /// - Parameter connection: where to; its client id is replaced by one that nobody else has.
  public init(
    _ connection: MQTTConnection, filters: [TopicFilter], clock: any WallClock = SystemClock()
  ) throws(MQTTPlanFault) {
    self.connection = connection.underOwnClientID("watch")
    self.filters = TopicFilter.withoutCovered(filters)
    self.clock = clock
    wake = try WakeSignal()
  }

  deinit { stop() }

  /// Begins to connect and to look on, once.
  public func start() throws(MQTTPlanFault) {
    try MosquittoLibrary.start()
    let runner = ObserverRunner(
      connection: connection, filters: filters, clock: clock, wake: wake, stopRequest: stopRequest
    ) { [weak self] change in self?.content.withLock { change(&$0) } }
    let started = try OwnerThread { runner.run() }
    thread.withLock { $0 = started }
  }

  /// Says good-bye to the broker; returns when the connection is closed.
  public func stop() {
    stopRequest.raise()
    wake.raise()
    let running = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    running?.join()
  }

  public func take() -> Observed {
    content.withLock { content in
      defer {
        content.messages = []
        content.payloadBytes = 0
      }
      return Observed(messages: content.messages, overflow: content.overflow, condition: content.condition)
    }
  }

  /// Publishes once with QoS 0, not retained, while there is a connection.
  ///
  /// - Returns: false where too many wait.
  public func publish(topic: String, payload: [UInt8]) -> Bool {
    let isTaken = content.withLock { content in
      guard content.outgoing.count < Self.maximumOutgoing else { return false }
      content.outgoing.append(Outgoing(topic: topic, payload: payload))
      return true
    }
    wake.raise()
    return isTaken
  }
}

extension MQTTObserver.Content {
  mutating func add(_ round: [IncomingMessage]) {
    for message in round {
      let observed = ObservedMessage(message)
      let bytes = observed.payload?.count ?? 0
      guard messages.count < MQTTObserver.maximumMessages,
        payloadBytes + bytes <= MQTTObserver.maximumPayloadBytes
      else {
        overflow += 1
        continue
      }
      messages.append(observed)
      payloadBytes += bytes
    }
  }
}

extension MQTTConnection {
  /// The same broker under an id that no other client has: two clients of one id throw each other out.
  func underOwnClientID(_ purpose: String) -> MQTTConnection {
    var own = self
    own.clientID = "lotwire-\(purpose)-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    return own
  }
}
