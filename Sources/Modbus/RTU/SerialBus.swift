import Devices
import Foundation
import Synchronization

/// One serial line and the thread that owns it; all units of the line take turns on it.
final class SerialBus: Sendable {
  private struct Shared {
    var board: PollBoard
    var stopped = false
  }

  /// The longest sleep, so that a stop is never far away.
  static let maximumSleepMicroseconds: Int64 = 60_000_000

  private let endpoint: ModbusDevicePlan.Endpoint
  private let inbox: any RecorderInbox
  private let clock: any WallClock
  private let results: DeviceResults
  private let shared: Mutex<Shared>
  private let seed: UInt64
  private let wake = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  init(
    endpoint: ModbusDevicePlan.Endpoint, board: PollBoard, seed: UInt64, inbox: any RecorderInbox,
    clock: any WallClock, results: DeviceResults
  ) {
    self.endpoint = endpoint
    self.inbox = inbox
    self.clock = clock
    self.seed = seed
    self.results = results
    shared = Mutex(Shared(board: board))
  }

  func start() {
    let thread = Thread { [self] in
      run()
      ended.signal()
    }
    thread.name = "modbus-rtu"
    thread.start()
  }

  /// Returns when the thread has ended; waits out a reply that is under way.
  func stop() {
    shared.withLock { $0.stopped = true }
    wake.signal()
    ended.wait()
  }

  func statuses() -> [LinkStatus] { shared.withLock { $0.board.statuses() } }

  /// From any thread.
  func submit(_ errand: Errand, unit: Int) {
    shared.withLock { shared in
      shared.board.submit(errand, index: unit, now: clock.now())
      results.take(from: &shared.board)
    }
    wake.signal()
  }

  /// From any thread.
  func forgetLimits(unit: Int) { shared.withLock { $0.board.forgetLimits(unit) } }

  private var isStopped: Bool { shared.withLock { $0.stopped } }

  // MARK: On the owner thread

  private func run() {
    var backoff = Backoff(firstMicroseconds: 250_000, capMicroseconds: 10_000_000)
    var generator = SeededGenerator(seed: seed)
    while !isStopped {
      do throws(SerialFault) {
        var line = try open()
        backoff.reset()
        shared.withLock { $0.board.connected(now: clock.now()) }
        poll(&line)
      } catch {
        stayAway(error.reason, microseconds: backoff.next(using: &generator))
      }
      if !isStopped { shared.withLock { $0.board.countReconnect() } }
    }
    shared.withLock { shared in
      shared.board.stop(now: clock.now())
      results.take(from: &shared.board)
    }
  }

  private func open() throws(SerialFault) -> SerialLine {
    guard case .rtu(let path, let baud, let parity, let stopBits) = endpoint else {
      preconditionFailure("a serial bus was made for \(endpoint)")
    }
    return try SerialLine(path: path, baud: baud, parity: parity, stopBits: stopBits)
  }

  /// Polls until the line is lost or the bus is stopped.
  private func poll(_ line: inout SerialLine) {
    while !isStopped {
      let now = clock.now()
      let (turn, batches, wakeAt) = shared.withLock { shared in
        shared.board.begin(now: now)
        let turn = shared.board.nextTurn(now: now)
        results.take(from: &shared.board)
        return (turn, shared.board.takeBatches(), shared.board.nextWake(now: now.monotonicMicroseconds))
      }
      handOver(batches)
      guard let turn else {
        sleep(until: wakeAt, now: now.monotonicMicroseconds)
        continue
      }
      var isLost = false
      line.ask(turn) { outcome, staleBytes in
        if case .lost = outcome { isLost = true }
        let answeredAt = clock.now().monotonicMicroseconds
        // What lay unread for so long, because this thread stood still, has values of a time that is not known.
        let isTooOld = !isLost && answeredAt - now.monotonicMicroseconds > turn.responseTimeoutCapMicroseconds
        complete(turn, isTooOld ? .timeout : outcome, askedAt: now.monotonicMicroseconds, staleBytes)
      }
      if isLost { return }
    }
  }

  private func complete(
    _ turn: PollBoard.Turn, _ outcome: PollBoard.Outcome, askedAt: Int64, _ staleBytes: Int
  ) {
    let now = clock.now()
    let batches = shared.withLock { shared in
      if staleBytes > 0 { shared.board.countDiscarded(turn.index) }
      shared.board.complete(turn, outcome, elapsed: now.monotonicMicroseconds - askedAt, now: now)
      switch outcome {
      case .timeout, .malformed:
        // Without transaction ids only silence keeps a late reply from passing as the next one.
        shared.board.holdSilence(until: now.monotonicMicroseconds + turn.responseTimeoutCapMicroseconds)
      case .lost(let reason): shared.board.notConnected(reason, now: now)
      case .data, .written, .exception, .interrupted: break
      }
      results.take(from: &shared.board)
      return shared.board.takeBatches()
    }
    handOver(batches)
  }

  /// The line cannot be opened: what is due meanwhile is recorded as not connected.
  private func stayAway(_ reason: String, microseconds: Int64) {
    let until = clock.now().monotonicMicroseconds + microseconds
    while !isStopped {
      let now = clock.now()
      guard now.monotonicMicroseconds < until else { return }
      let (batches, wakeAt) = shared.withLock { shared in
        shared.board.notConnected(reason, now: now)
        results.take(from: &shared.board)
        return (shared.board.takeBatches(), shared.board.nextDeadline)
      }
      handOver(batches)
      sleep(until: min(until, wakeAt), now: now.monotonicMicroseconds)
    }
  }

  private func handOver(_ batches: [ReadingBatch]) {
    guard !batches.isEmpty, !inbox.offer(batches, acknowledge: nil) else { return }
    shared.withLock { shared in
      for batch in batches { shared.board.countTurnedAway(batch.device) }
    }
  }

  private func sleep(until time: Int64, now: Int64) {
    let microseconds = min(max(0, time - now), Self.maximumSleepMicroseconds)
    _ = wake.wait(timeout: .now() + .microseconds(Int(microseconds)))
  }
}
