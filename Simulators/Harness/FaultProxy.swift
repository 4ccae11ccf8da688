import Foundation
import Glibc
import Synchronization

/// A TCP relay between a driver and a device that can be told to misbehave as networks do.
///
/// One thread carries all connections. Each direction holds at most ``maximumPendingBytes``; above that it is not read.
public final class FaultProxy: Sendable {
  public enum Fault: Hashable, Sendable {
    case none
    /// Connections stand and new ones are made, but nothing passes.
    case blackhole
    /// Connections are reset, new ones at once.
    case reset
    /// Every byte comes alone, so long after the one before.
    case slowBytes(gapMicroseconds: Int64)
    /// Everything comes so much later.
    case delay(microseconds: Int64)
    /// A piece gets lost with this probability and comes with a repetition of TCP: after 200 ms, 400 ms, 800 ms ...
    /// (RFC 6298 as Linux does it); what was sent after it waits behind it.
    case loss(rate: Double)
  }

  public let port: Int
  private let listener: Int32
  private let target: Int
  private let fault = Mutex(Fault.none)
  private let isStopped = Atomic(false)
  private let ended = DispatchSemaphore(value: 0)
  private let seed: UInt64

  static let maximumPendingBytes = 65_536
  /// The proxy looks at its orders so often.
  static let roundMilliseconds: Int64 = 20
  static let firstRepetitionMicroseconds: Int64 = 200_000
  static let maximumRepetitions = 6

  public init(target: Int, seed: UInt64 = 1) {
    self.target = target
    self.seed = seed
    (listener, port) = loopbackListener(backlog: 16)
    Thread.detachNewThread { [self] in
      var carrier = ProxyCarrier(listener: listener, target: target, seed: seed)
      while !isStopped.load(ordering: .relaxed) { carrier.round { fault.withLock { $0 } } }
      carrier.closeAll()
      close(listener)
      ended.signal()
    }
  }

  public func set(_ fault: Fault) { self.fault.withLock { $0 = fault } }

  /// Ends the thread and all connections.
  public func stop() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    ended.wait()
  }
}

/// The sockets of a proxy; lives on its thread.
private struct ProxyCarrier {
  private struct Direction {
    var from: Int32
    var to: Int32
    var pending: [(dueMicroseconds: Int64, bytes: [UInt8])] = []
    var pendingBytes: Int { pending.reduce(0) { $0 + $1.bytes.count } }
  }

  private let listener: Int32
  private let target: Int
  private var generator: UInt64
  /// Two for each connection, one after the other.
  private var directions: [Direction] = []

  init(listener: Int32, target: Int, seed: UInt64) {
    self.listener = listener
    self.target = target
    generator = seed
  }

  /// - Parameter order: asked before and after waiting, so that an order holds from the moment it was given.
  mutating func round(_ order: () -> FaultProxy.Fault) {
    if order() == .reset { closeAll() }
    var passes = order() != .blackhole
    var wanted = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
    for direction in directions {
      let reads = passes && direction.pendingBytes < FaultProxy.maximumPendingBytes
      wanted.append(pollfd(fd: reads ? direction.from : -1, events: Int16(POLLIN), revents: 0))
    }
    poll(&wanted, nfds_t(wanted.count), waitMilliseconds(passes))
    let fault = order()
    passes = passes && fault != .blackhole
    let now = Self.microseconds()
    var ends = Set<Int>()
    for index in directions.indices where passes && wanted[index + 1].revents != 0 {
      if !receive(index, fault, now) { ends.insert(index / 2) }
    }
    if passes {
      for index in directions.indices where !send(index, now) { ends.insert(index / 2) }
    }
    for pair in ends.sorted(by: >) {
      for end in directions[(2 * pair)...(2 * pair + 1)] { close(end.from) }
      directions.removeSubrange((2 * pair)...(2 * pair + 1))
    }
    if wanted[0].revents != 0 { connect(fault) }
  }

  /// Until the next piece is due, and never long.
  private func waitMilliseconds(_ passes: Bool) -> Int32 {
    let due = passes ? directions.compactMap { $0.pending.first?.dueMicroseconds }.min() : nil
    let wait = due.map { max(0, ($0 - Self.microseconds() + 999) / 1_000) } ?? FaultProxy.roundMilliseconds
    return Int32(min(wait, FaultProxy.roundMilliseconds))
  }

  private mutating func connect(_ fault: FaultProxy.Fault) {
    let client = accept(listener, nil, nil)
    guard client >= 0 else { return }
    let server = fault == .reset ? -1 : connectedToLoopback(port: target)
    guard server >= 0 else {
      resetAndClose(client)
      return
    }
    for descriptor in [client, server] { setNoDelay(descriptor) }
    directions.append(Direction(from: client, to: server))
    directions.append(Direction(from: server, to: client))
  }

  private mutating func receive(_ index: Int, _ fault: FaultProxy.Fault, _ now: Int64) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = recv(directions[index].from, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    guard count > 0 else { return count < 0 && errno == EAGAIN }
    let piece = Array(bytes[0..<count])
    var due = max(now, directions[index].pending.last?.dueMicroseconds ?? 0)
    switch fault {
    case .none, .blackhole, .reset: directions[index].pending.append((due, piece))
    case .delay(let microseconds):
      directions[index].pending.append((max(due, now + microseconds), piece))
    case .slowBytes(let gap):
      for byte in piece {
        due += gap
        directions[index].pending.append((due, [byte]))
      }
    case .loss(let rate): directions[index].pending.append((max(due, now + repetitionWait(rate)), piece))
    }
    return true
  }

  private mutating func repetitionWait(_ rate: Double) -> Int64 {
    var wait: Int64 = 0
    for repetition in 0..<FaultProxy.maximumRepetitions {
      generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      guard Double(generator >> 11) * 0x1p-53 < rate else { break }
      wait += FaultProxy.firstRepetitionMicroseconds << Int64(repetition)
    }
    return wait
  }

  private mutating func send(_ index: Int, _ now: Int64) -> Bool {
    while let first = directions[index].pending.first, first.dueMicroseconds <= now {
      guard Glibc.send(directions[index].to, first.bytes, first.bytes.count, Int32(MSG_NOSIGNAL)) >= 0 else {
        return false
      }
      directions[index].pending.removeFirst()
    }
    return true
  }

  mutating func closeAll() {
    for direction in directions { resetAndClose(direction.from) }
    directions.removeAll()
  }

  static func microseconds() -> Int64 {
    Int64(DispatchTime.now().uptimeNanoseconds / 1_000)
  }
}

/// A loopback port at which nobody answers: connections to it never come about and are never refused, as with a machine
/// that is switched off.
public final class DeadPort: Sendable {
  public let port: Int
  private let listener: Int32
  private let fillers: [Int32]

  public init() {
    (listener, port) = loopbackListener(backlog: 0)
    // Linux keeps backlog + 1 connections for a listener that accepts none; the first packet of a further one is
    // dropped.
    fillers = [connectedToLoopback(port: port)]
  }

  deinit {
    for filler in fillers where filler >= 0 { close(filler) }
    close(listener)
  }
}
