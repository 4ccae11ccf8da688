import Devices
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Shopfloor
import Synchronization

/// One connection on an event loop; performs what its machine decides.
final class TCPEndpoint: @unchecked Sendable {
  // Proof of Sendable: `channel`, `handshake` and `sending` are touched on the event loop only; the machine is in a lock,
  // which is for those who ask for the status.

  static let connectTimeoutMicroseconds: Int64 = 3_000_000

  private let host: String
  private let port: Int
  private let security: TLSClient?
  private let loop: LinkLoop
  private let number: Int
  private let results: DeviceResults
  private let machine: Mutex<LinkMachine>
  private var channel: (any Channel)?
  private var handshake: Scheduled<Void>?
  private var sending = ByteBuffer()

  /// - Parameters:
  ///   - security: nil for a connection in the clear.
  ///   - number: of the endpoint on its loop.
  init(
    host: String, port: Int, security: TLSClient? = nil, machine: consuming LinkMachine, loop: LinkLoop, number: Int,
    results: DeviceResults
  ) {
    self.host = host
    self.port = port
    self.security = security
    self.loop = loop
    self.number = number
    self.results = results
    self.machine = Mutex(machine)
  }

  func statuses() -> [LinkStatus] { machine.withLock { $0.board.statuses() } }

  /// From any thread.
  func submit(_ errand: Errand, unit: Int) {
    loop.eventLoop.execute {
      self.step { machine, now in
        machine.board.submit(errand, index: unit, now: now)
        machine.handle(.tick, now: now)
      }
    }
  }

  /// From any thread.
  func forgetLimits(unit: Int) {
    loop.eventLoop.execute {
      self.step { machine, now in
        machine.board.forgetLimits(unit)
        machine.handle(.tick, now: now)
      }
    }
  }

  // MARK: On the event loop

  func start() { step { machine, now in machine.start(now: now) } }

  func stop() { step { machine, now in machine.stop(now: now) } }

  func tick() { handle(.tick) }

  func countTurnedAway(_ device: DeviceName) { machine.withLock { $0.board.countTurnedAway(device) } }

  fileprivate func handle(_ event: LinkMachine.Event) {
    step { machine, now in machine.handle(event, now: now) }
  }

  fileprivate func receive(_ bytes: UnsafeRawBufferPointer, connection: UInt64) {
    step { machine, now in machine.receive(bytes, connection: connection, now: now) }
  }

  private func step(_ decide: (inout LinkMachine, ClockReading) -> Void) {
    let now = loop.clock.now()
    var actions = LinkMachine.Actions()
    var batches: [ReadingBatch] = []
    var wakeAt = Int64.max
    var slack: Int64 = 0
    var hasBytes = false
    machine.withLock { machine in
      decide(&machine, now)
      if !machine.actions.bytes.isEmpty {
        // The memory of the last write serves the next: by then it has gone to the socket.
        sending.clear()
        sending.writeBytes(machine.actions.bytes)
        hasBytes = true
      }
      actions.closes = machine.actions.closes
      actions.connect = machine.actions.connect
      machine.actions.clear()
      batches = machine.board.takeBatches()
      results.take(from: &machine.board)
      wakeAt = machine.nextWake(now: now.monotonicMicroseconds)
      slack = machine.wakeSlack
    }
    if actions.closes { close() }
    if let connection = actions.connect { connect(connection) }
    if hasBytes, let channel { channel.writeAndFlush(sending, promise: nil) }
    if !batches.isEmpty { loop.collect(batches, from: number) }
    loop.wake(number, at: wakeAt, slack: slack)
  }

  private func close() {
    handshake?.cancel()
    handshake = nil
    channel?.close(promise: nil)
    channel = nil
  }

  private func connect(_ connection: UInt64) {
    close()
    ClientBootstrap(group: loop.eventLoop)
      .connectTimeout(.microseconds(Self.connectTimeoutMicroseconds))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { [security] channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let security { try pipeline.addHandler(security.handler()) }
          try pipeline.addHandler(
            ReplyHandler(endpoint: self, connection: connection))
        }
      }
      .connect(host: host, port: port)
      .hop(to: loop.eventLoop)
      .whenComplete { result in self.connected(connection, result) }
  }

  private func connected(_ connection: UInt64, _ result: Result<any Channel, any Error>) {
    switch result {
    case .success(let channel):
      guard machine.withLock({ $0.connection }) == connection else {
        channel.close(promise: nil)
        return
      }
      self.channel = channel
      if security == nil {
        handle(.connected(connection: connection))
      } else {
        handshake = loop.eventLoop.scheduleTask(in: .microseconds(Self.connectTimeoutMicroseconds)) {
          channel.close(promise: nil)
          self.handle(
            .connectFailed(
              connection: connection,
              reason:
                "the device did not answer as a TLS server within \(Self.connectTimeoutMicroseconds / 1_000_000) s"))
        }
      }
    case .failure(let error):
      handle(.connectFailed(connection: connection, reason: Self.describe(error)))
    }
  }

  fileprivate func secured(_ connection: UInt64) {
    handshake?.cancel()
    handshake = nil
    handle(.connected(connection: connection))
  }

  fileprivate static func describe(_ error: any Error) -> String {
    if let words = TLSClient.words(for: error) { return words }
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
    unwrapInboundIn(data).withUnsafeReadableBytes { endpoint.receive($0, connection: connection) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? TLSUserEvent, case .handshakeCompleted = event { endpoint.secured(connection) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    reason = TCPEndpoint.describe(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    endpoint.handle(.closed(connection: connection, reason: reason))
  }
}
