public import Devices
public import Ledger
import Synchronization

/// Keeps the subscribers told: one queue each, side by side. Nothing waits for it; while a receiver is away its part of
/// the outbox grows.
public final class NotificationService: Sendable {
  private struct State {
    var generation = 0
    var queues: [NotificationQueue] = []
  }

  private let ports: NotificationPorts
  private let clock: any WallClock
  private let policy: RetryPolicy
  private let maximumAgeMicroseconds: Int64
  private let state = Mutex(State())
  private let change = Wakeup()

  /// A message that could not be brought out for so long is given up, counted and an event, in microseconds: 7 days.
  public static let defaultMaximumAgeMicroseconds: Int64 = 7 * 86_400_000_000
  /// Waits after failures: from a second, so that a short restart of a receiver is hardly noticed, to five minutes.
  public static let defaultPolicy = RetryPolicy(firstMicroseconds: 1_000_000, capMicroseconds: 300_000_000)
  /// Most subscriptions: each has a task and a connection of its own.
  public static let maximumSubscriptions = 64

  public init(
    ports: NotificationPorts, clock: any WallClock = SystemClock(),
    policy: RetryPolicy = NotificationService.defaultPolicy,
    maximumAgeMicroseconds: Int64 = NotificationService.defaultMaximumAgeMicroseconds
  ) {
    self.ports = ports
    self.clock = clock
    self.policy = policy
    self.maximumAgeMicroseconds = maximumAgeMicroseconds
  }

  /// Puts other subscriptions in the place of those before; returns at once. Those before end first, so that no
  /// subscription has two queues.
  public func configure(_ subscriptions: [NotificationSubscription]) {
    state.withLock { state in
      state.generation += 1
      let delivered = Dictionary(
        state.queues.map { ($0.subscription.name, $0.status.deliveredRows) }, uniquingKeysWith: max)
      state.queues = subscriptions.map { subscription in
        NotificationQueue(
          subscription, ports: ports, clock: clock, policy: policy,
          maximumAgeMicroseconds: maximumAgeMicroseconds, deliveredBefore: delivered[subscription.name] ?? 0)
      }
    }
    change.wake()
  }

  /// Tells that there may be new messages; callable from anywhere, returns at once.
  public func poke() {
    for queue in state.withLock({ $0.queues }) { queue.poke() }
  }

  /// In the order of the configuration.
  public func status() -> [NotificationStatus] { state.withLock { $0.queues }.map(\.status) }

  /// Works until the task is cancelled. Called once.
  public func run() async {
    while !Task.isCancelled {
      let (generation, queues) = state.withLock { ($0.generation, $0.queues) }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.awaitChange(since: generation) }
        for queue in queues { group.addTask { await queue.run() } }
        // Queues end only when they are cancelled.
        await group.next()
        group.cancelAll()
      }
    }
  }

  private func awaitChange(since generation: Int) async {
    while !Task.isCancelled, state.withLock({ $0.generation }) == generation {
      await change.sleep(microseconds: 3_600_000_000)
    }
  }
}
