import Devices
import NIOCore
import NIOPosix
import Synchronization

/// One Modbus/TCP connection on an event loop; performs what its machine decides.
final class TCPEndpoint: Sendable {
  private struct Shared {
    var machine: TCPLinkMachine
    var channel: (any Channel)?
    var wake: Scheduled<Void>?
  }

  static let connectTimeoutMicroseconds: Int64 = 3_000_000

  private let host: String
  private let port: Int
  private let eventLoop: any EventLoop
  private let inbox: any RecorderInbox
  private let clock: any WallClock
  /// Changed on the event loop only; the lock is for those who ask for the status.
  private let shared: Mutex<Shared>

  init(
    host: String, port: Int, board: PollBoard, seed: UInt64, eventLoop: any EventLoop, inbox: any RecorderInbox,
    clock: any WallClock
  ) {
    self.host = host
    self.port = port
    self.eventLoop = eventLoop
    self.inbox = inbox
    self.clock = clock
    shared = Mutex(Shared(machine: TCPLinkMachine(board: board, seed: seed)))
  }

  func start() {
    eventLoop.execute { self.step { machine, now in machine.start(now: now) } }
  }

  /// The future succeeds when nothing of this endpoint runs any more.
  func stop() -> EventLoopFuture<Void> {
    eventLoop.submit { self.step { machine, _ in machine.stop() } }
  }

  func statuses() -> [LinkStatus] { shared.withLock { $0.machine.board.statuses() } }

  fileprivate func handle(_ event: TCPLinkMachine.Event) {
    step { machine, now in machine.handle(event, now: now) }
  }

  private func step(_ decide: (inout TCPLinkMachine, ClockReading) -> [TCPLinkMachine.Action]) {
    eventLoop.preconditionInEventLoop()
    let now = clock.now()
    let (actions, batches, wakeAt) = shared.withLock { shared in
      let actions = decide(&shared.machine, now)
      return (
        actions, shared.machine.board.takeBatches(), shared.machine.nextWake(now: now.monotonicMicroseconds)
      )
    }
    for action in actions { perform(action) }
    if !batches.isEmpty { handOver(batches) }
    scheduleWake(at: wakeAt, now: now.monotonicMicroseconds)
  }

  private func perform(_ action: TCPLinkMachine.Action) {
    switch action {
    case .connect(let connection): connect(connection)
    case .send(let bytes):
      guard let channel = shared.withLock({ $0.channel }) else { return }
      channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
    case .close:
      let channel = shared.withLock { shared in
        defer { shared.channel = nil }
        return shared.channel
      }
      channel?.close(promise: nil)
    }
  }

  private func connect(_ connection: UInt64) {
    ClientBootstrap(group: eventLoop)
      .connectTimeout(.microseconds(Self.connectTimeoutMicroseconds))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ReplyHandler(endpoint: self, connection: connection))
        }
      }
      .connect(host: host, port: port)
      .hop(to: eventLoop)
      .whenComplete { result in
        switch result {
        case .success(let channel):
          guard self.shared.withLock({ $0.machine.connection }) == connection else {
            channel.close(promise: nil)
            return
          }
          self.shared.withLock { $0.channel = channel }
          self.handle(.connected(connection: connection))
        case .failure(let error):
          self.handle(.connectFailed(connection: connection, reason: Self.describe(error)))
        }
      }
  }

  private func handOver(_ batches: [ReadingBatch]) {
    guard !inbox.offer(batches, acknowledge: nil) else { return }
    shared.withLock { $0.machine.board.countTurnedAway(batches) }
  }

  private func scheduleWake(at time: Int64?, now: Int64) {
    let previous = shared.withLock { shared in
      defer { shared.wake = nil }
      return shared.wake
    }
    previous?.cancel()
    guard let time, time != .max else { return }
    let scheduled = eventLoop.scheduleTask(in: .microseconds(max(0, time - now))) { self.handle(.tick) }
    shared.withLock { $0.wake = scheduled }
  }

  fileprivate static func describe(_ error: any Error) -> String {
    if let error = error as? NIOConnectionError {
      return error.connectionErrors.first.map { describe($0.error) } ?? "no address for \(error.host)"
    }
    if let error = error as? ChannelError, case .connectTimeout = error {
      return "no answer to the connection within \(connectTimeoutMicroseconds / 1_000_000) s"
    }
    return "\(error)"
  }
}

/// Passes what a connection brings to its endpoint.
private final class ReplyHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let endpoint: TCPEndpoint
  private let connection: UInt64
  private var reason = "the device closed the connection"

  init(endpoint: TCPEndpoint, connection: UInt64) {
    self.endpoint = endpoint
    self.connection = connection
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    endpoint.handle(.received(connection: connection, bytes: Array(unwrapInboundIn(data).readableBytesView)))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    reason = TCPEndpoint.describe(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    endpoint.handle(.closed(connection: connection, reason: reason))
  }
}
