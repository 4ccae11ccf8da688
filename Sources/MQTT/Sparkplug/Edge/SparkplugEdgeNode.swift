public import Devices
import Shopfloor
import Synchronization

/// Publishes values as a Sparkplug B edge node over a connection of its own, and keeps them while nobody is there.
public final class SparkplugEdgeNode: Sendable {
  private let plan: SparkplugEdgePlan
  private let clock: any WallClock
  private let backoff: Backoff
  private let firstBirthDeathSequence: UInt8
  private let recorder: (any RecorderInbox)?
  private let onCommand: @Sendable (SparkplugEdgeCommand) -> Void
  private let inbox: SparkplugEdgeInbox
  private let board: Board
  private let link = Mutex<SparkplugLink<SparkplugEdgeState>?>(nil)

  /// What the node's thread has shown last.
  private final class Board: Sendable {
    private let status: Mutex<SparkplugEdgeStatus>

    init(_ first: SparkplugEdgeStatus) { status = Mutex(first) }

    func show(_ new: SparkplugEdgeStatus) {
      status.withLock { shown in
        let since = shown.state == new.state ? shown.since : new.since
        shown = new
        shown.since = since
      }
    }
    var shown: SparkplugEdgeStatus { status.withLock { $0 } }
  }

  /// - Parameters:
  ///   - backoff: the waits between attempts to reach the broker.
  ///   - firstBirthDeathSequence: the bdSeq of the first CONNECT; one more than the last one before a restart, where the
  ///     caller has kept it.
  ///   - recorder: is told when the connection begins and ends.
  ///   - onCommand: called on the node's thread for every command that the plan allows; must return at once.
  public init(
    plan: SparkplugEdgePlan, clock: any WallClock = SystemClock(),
    backoff: Backoff = Backoff(firstMicroseconds: 500_000, capMicroseconds: 30_000_000),
    firstBirthDeathSequence: UInt8 = 0, recorder: (any RecorderInbox)? = nil,
    onCommand: @escaping @Sendable (SparkplugEdgeCommand) -> Void
  ) {
    self.plan = plan
    self.clock = clock
    self.backoff = backoff
    self.firstBirthDeathSequence = firstBirthDeathSequence
    self.recorder = recorder
    self.onCommand = onCommand
    inbox = SparkplugEdgeInbox(maximumCount: max(1, plan.maximumKeptValues))
    let state = SparkplugEdgeState(plan: plan, firstBirthDeathSequence: firstBirthDeathSequence)
    board = Board(SparkplugEdgeStatus(state, SparkplugLinkReport(), at: clock.now().utc))
  }

  deinit { stop() }

  /// Returns at once; a broker that is not there yet is tried again until it is. A node that runs goes on.
  ///
  /// - Throws: ``SparkplugEdgeFault`` where the plan cannot be run; then nothing runs.
  public func start() throws(SparkplugEdgeFault) {
    try SparkplugEdgeFault.check(plan)
    guard link.withLock({ $0 == nil }) else { return }
    let state = SparkplugEdgeState(plan: plan, firstBirthDeathSequence: firstBirthDeathSequence)
    let wiring = SparkplugLink<SparkplugEdgeState>.Wiring(
      name: plan.name, connection: plan.connection, clock: clock, backoff: backoff, speaksWillAtGoodBye: true,
      inbox: recorder,
      values: { [inbox] in inbox.take() }, command: onCommand,
      show: { [board, inbox, clock] state, report in
        board.show(SparkplugEdgeStatus(state, report, at: clock.now().utc))
        inbox.accountedFor()
      })
    do throws(MQTTPlanFault) {
      let started = try SparkplugLink(state, wiring: wiring)
      link.withLock { $0 = started }
    } catch {
      throw .connection(error)
    }
  }

  /// Publishes NDEATH, says good-bye and returns when nothing of the node runs any more. The node keeps nothing then:
  /// ``SparkplugEdgeStatus/publishedThrough`` says from where to hand values in again after a restart.
  ///
  /// - Returns: what was not published or may not have arrived, for an edge node that takes over.
  @discardableResult
  public func stop() -> [SparkplugEdgeValue] {
    let ending = link.withLock { link in
      defer { link = nil }
      return link
    }
    guard let ending else { return inbox.take() }
    return ending.stop().leftOver + inbox.take()
  }

  /// Hands values in, in the order of their times; from any thread, never blocks. A value that is the same as the one
  /// before is not published again.
  public func update(_ values: [SparkplugEdgeValue]) {
    guard !values.isEmpty else { return }
    inbox.put(values)
    link.withLock { $0 }?.raise()
  }

  public func status() -> SparkplugEdgeStatus {
    let unknown = inbox.earliestTime?.advanced(byMicroseconds: -1)
    var status = board.shown
    status.keptValues += inbox.waitingCount
    status.givenUp += inbox.givenUp
    let now = clock.now().utc
    status.publishedThrough = status.publishedThrough.map { min($0, unknown ?? now, now) }
    return status
  }
}
