public import Devices
import Shopfloor
import Synchronization

/// Reads the brokers of a plant: one session, one thread a broker. A message is acknowledged to its broker only after
/// the recorder has said that its readings are on disk; until then, and after every failure, the broker keeps it.
public final class MQTTSource: DeviceSource {
  private struct Session: Sendable {
    let plan: MQTTBrokerPlan
    let board: SessionBoard
    let wake: WakeSignal
    let stopRequest: StopRequest
    var thread: OwnerThread?
  }

  private let brokers: [MQTTBrokerPlan]
  private let inbox: any RecorderInbox
  private let clock: any WallClock
  private let backoff: Backoff
  private let sessions = Mutex<[Session]>([])

  /// - Parameter backoff: the waits between attempts to reach a broker.
  public init(
    brokers: [MQTTBrokerPlan], inbox: any RecorderInbox, clock: any WallClock = SystemClock(),
    backoff: Backoff = Backoff(firstMicroseconds: 500_000, capMicroseconds: 30_000_000)
  ) {
    self.brokers = brokers
    self.inbox = inbox
    self.clock = clock
    self.backoff = backoff
  }

  deinit { stop() }

  /// Starts one thread for each broker; a broker that is not there yet is tried again until it is.
  ///
  /// - Throws: `MQTTPlanFault` where the plan cannot be run; then nothing runs.
  public func start() throws {
    try MQTTPlanFault.check(brokers)
    try MosquittoLibrary.start()
    do {
      for broker in brokers where !broker.subscriptions.isEmpty { try start(broker) }
    } catch {
      stop()
      throw error
    }
  }

  private func start(_ plan: MQTTBrokerPlan) throws(MQTTPlanFault) {
    let wake = try WakeSignal()
    let stopRequest = StopRequest()
    let board = SessionBoard(since: clock.now().utc)
    let (inbox, clock, backoff) = (inbox, clock, backoff)
    let thread = try OwnerThread {
      SessionRunner(
        plan: plan, inbox: inbox, clock: clock, backoff: backoff, board: board, wake: wake, stopRequest: stopRequest
      ).run()
    }
    let session = Session(plan: plan, board: board, wake: wake, stopRequest: stopRequest, thread: thread)
    sessions.withLock { $0.append(session) }
  }

  /// Gives the recorder two seconds to finish what it has; a message that is not on disk then stays with the broker.
  public func stop() {
    let ending = sessions.withLock { sessions in
      defer { for index in sessions.indices { sessions[index].thread = nil } }
      return sessions
    }
    for session in ending {
      session.stopRequest.raise()
      session.wake.raise()
    }
    for session in ending { session.thread?.join() }
  }

  /// One status for each device.
  public func status() -> [LinkStatus] {
    sessions.withLock { $0 }.flatMap { session in
      session.plan.devices.map { session.board.status(of: $0.device) }
    }
  }
}
