import Devices
import NIOCore

/// One event loop and the endpoints that live on it: they share one timer, and what they bring in one turn of the loop
/// is handed to the recorder together.
final class LinkLoop: @unchecked Sendable {
  // Proof of Sendable: all variables are touched on `eventLoop` only, `endpoints` also before the loop knows of them.

  /// The timer fires no more often than this while many endpoints share it.
  static let timerIntervalMicroseconds: Int64 = 500
  /// Batches of one offer: a full inbox turns them away together.
  static let maximumBatchesPerOffer = 256

  let eventLoop: any EventLoop
  let clock: any WallClock
  private let inbox: any RecorderInbox
  private var endpoints: [TCPEndpoint] = []
  private var deadlines = DeadlineQueue(count: 0)
  private var timer: Scheduled<Void>?
  private var armedFor = Int64.max
  private var lastFired = Int64.min
  private var isFiring = false
  private var outgoing: [ReadingBatch] = []
  private var owners: [Int] = []

  init(eventLoop: any EventLoop, inbox: any RecorderInbox, clock: any WallClock) {
    self.eventLoop = eventLoop
    self.inbox = inbox
    self.clock = clock
  }

  /// Before ``start()``; gives the endpoint its number.
  func adopt(_ make: (Int) -> TCPEndpoint) -> TCPEndpoint {
    let endpoint = make(endpoints.count)
    endpoints.append(endpoint)
    return endpoint
  }

  func start() {
    eventLoop.execute { [self] in
      deadlines = DeadlineQueue(count: endpoints.count)
      isFiring = true
      for endpoint in endpoints { endpoint.start() }
      isFiring = false
      arm()
    }
  }

  /// The future succeeds when nothing of these endpoints runs any more and what they brought is handed over.
  func stop() -> EventLoopFuture<Void> {
    eventLoop.submit { [self] in
      for endpoint in endpoints { endpoint.stop() }
      timer?.cancel()
      timer = nil
      handOver()
    }
  }

  // MARK: For the endpoints

  /// - Parameter slack: by how much it may be later; then it falls on a tick that many endpoints share.
  func wake(_ endpoint: Int, at time: Int64, slack: Int64) {
    guard endpoint < endpoints.count else { return }
    let time = slack > 0 && time < .max - slack ? (time + slack - 1) / slack * slack : time
    deadlines.set(endpoint, time)
    if time < armedFor, !isFiring { arm() }
  }

  func collect(_ batches: [ReadingBatch], from endpoint: Int) {
    if outgoing.isEmpty { eventLoop.execute { [self] in handOver() } }
    outgoing += batches
    for _ in batches { owners.append(endpoint) }
  }

  // MARK: Inside

  private func arm() {
    let earliest = deadlines.earliest
    guard earliest < armedFor else { return }
    timer?.cancel()
    let now = clock.now().monotonicMicroseconds
    armedFor = max(earliest, now, lastFired &+ Self.timerIntervalMicroseconds)
    timer = eventLoop.scheduleTask(in: .microseconds(armedFor - now)) { [self] in fire() }
  }

  private func fire() {
    timer = nil
    armedFor = .max
    let now = clock.now().monotonicMicroseconds
    lastFired = now
    isFiring = true
    while let endpoint = deadlines.takeDue(now: now) { endpoints[endpoint].tick() }
    isFiring = false
    arm()
  }

  private func handOver() {
    guard !outgoing.isEmpty else { return }
    var start = 0
    while start < outgoing.count {
      let end = min(start + Self.maximumBatchesPerOffer, outgoing.count)
      let part = start == 0 && end == outgoing.count ? outgoing : Array(outgoing[start..<end])
      if !inbox.offer(part, acknowledge: nil) {
        for place in start..<end { endpoints[owners[place]].countTurnedAway(outgoing[place].device) }
      }
      start = end
    }
    outgoing.removeAll(keepingCapacity: true)
    owners.removeAll(keepingCapacity: true)
  }
}
