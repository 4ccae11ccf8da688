import CMosquitto
public import Devices
import Glibc
import Shopfloor

/// Asks a broker what a client can find out: whether it accepts us, what it lets us read, what it says of itself, and,
/// where that is allowed, how much it keeps for a session that is away. Every question has a connection of its own under
/// an id that nobody else has. Blocks; run it on a thread of its own.
public struct BrokerProbe: Sendable {
  let connection: MQTTConnection
  let clock: any WallClock

  /// The time a broker has for one answer, in microseconds.
  static let answerMicroseconds: Int64 = 10_000_000
  /// Longest sleep in poll, in milliseconds.
  static let pollMilliseconds: Int32 = 200

  public init(_ connection: MQTTConnection, clock: any WallClock = SystemClock()) {
    self.connection = connection
    self.clock = clock
  }

  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public var reason: String

    init(_ reason: String) { self.reason = reason }

    public var description: String { reason }
  }

  // MARK: Acceptance

  public struct Acceptance: Hashable, Sendable {
    /// Topic filters that the broker refuses, each with its reason.
    public var refused: [String]
    public var granted: [String]
  }

  /// Connects, asks for the topics, and leaves again.
  public func acceptance(of filters: [TopicFilter]) throws(Fault) -> Acceptance {
    let client = try connect(connection.underOwnClientID("doctor"), cleanSession: true)
    defer { client.disconnect() }
    guard !filters.isEmpty else { return Acceptance(refused: [], granted: []) }
    // Kept messages would come at once; nobody reads them, and the connection ends.
    client.subscribe(filters.map { (filter: $0, qualityOfService: 1) })
    let answers = try answer(to: client, "the subscription") { happening in
      if case .subscriptionsAnswered(let answers) = happening { return answers }
      return nil
    }
    return Acceptance(
      refused: answers.filter(\.isRefused).map {
        "\(displayable($0.filter.text)): \(BrokerWords.refusedTopic(code: $0.code))"
      },
      granted: answers.filter { !$0.isRefused }.map(\.filter.text))
  }

  // MARK: Talking

  /// - Throws: why the broker is not reached or does not accept us, in the words of the session.
  func connect(_ connection: MQTTConnection, cleanSession: Bool) throws(Fault) -> MosquittoClient {
    try open(connection, cleanSession: cleanSession).client
  }

  /// The client and whether the broker knew its session. Nothing is sent after the broker has accepted us, so no
  /// acknowledgement leaves before the caller writes.
  func open(
    _ connection: MQTTConnection, cleanSession: Bool
  ) throws(Fault) -> (client: MosquittoClient, isSessionPresent: Bool) {
    do throws(MQTTPlanFault) {
      try MosquittoLibrary.start()
    } catch {
      throw Fault("\(error)")
    }
    var last: Fault?
    for attempt in 0..<max(1, BrokerAddresses.resolve(connection.host).count) {
      guard let client = MosquittoClient(connection, cleanSession: cleanSession, clock: clock) else {
        throw Fault("libmosquitto gave no client")
      }
      client.connect(attempt: attempt)
      do throws(Fault) {
        let present = try answer(to: client, "the connection", isWriting: { !client.mailbox.isAccepted }) { happening in
          if case .accepted(let present, _) = happening { return present }
          return nil
        }
        return (client, present)
      } catch {
        last = error
      }
    }
    throw last ?? Fault("there is no address for \(connection.host)")
  }

  /// Serves the connection until a happening is the answer; the closure sees every one that came with it.
  func answer<Answer>(
    to client: MosquittoClient, _ what: String, isWriting: () -> Bool = { true },
    _ answer: (MosquittoClient.Happening) -> Answer?
  ) throws(Fault) -> Answer {
    let deadline = clock.now().monotonicMicroseconds + Self.answerMicroseconds
    while true {
      var found: Answer?
      for happening in client.takeHappenings() {
        if let one = answer(happening) {
          found = found ?? one
          continue
        }
        switch happening {
        case .refused(let code): throw Fault(BrokerWords.refusal(code: code))
        case .lost(let reason): throw Fault(reason)
        case .accepted, .subscriptionsAnswered, .unsubscribed, .published: break
        }
      }
      if let found { return found }
      guard clock.now().monotonicMicroseconds < deadline else {
        throw Fault("the broker did not answer \(what) within \(Self.answerMicroseconds / 1_000_000) s")
      }
      client.wait(milliseconds: Self.pollMilliseconds, wake: nil)
      // Written before reading: what the broker sends right behind its acceptance is not acknowledged here.
      if isWriting(), client.wantsToWrite { client.write() }
      client.readUntilDry()
      client.keepAlive()
    }
  }
}
