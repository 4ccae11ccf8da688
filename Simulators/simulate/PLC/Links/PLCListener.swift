import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A listening port on an event loop, with all its connections; performs what the quirks say of connections.
///
/// Everything but the making happens on the event loop.
final class PLCListener: @unchecked Sendable {  // Its state is touched on its event loop only.
  struct Settings: Sendable {
    var host = "127.0.0.1"
    var framing = PLCFraming.tcp
    var tls: NIOSSLContext?
  }

  private let plc: SimulatedPLC
  private let settings: Settings
  /// The device that answers whatever the unit id; nil where the unit id chooses.
  private let onlyDevice: Int?
  private let eventLoop: any EventLoop
  private var listener: (any Channel)?
  private var connections: [any Channel] = []

  static let sessionNumber = Atomic<Int>(0)
  /// Connections that a device keeps at once.
  static let maximumConnections = 64
  static let rebindSeconds: Int64 = 1
  /// Stands for "for ever".
  static let longestSeconds = 1e6

  init(plc: SimulatedPLC, settings: Settings, onlyDevice: Int?, eventLoop: any EventLoop) {
    self.plc = plc
    self.settings = settings
    self.onlyDevice = onlyDevice
    self.eventLoop = eventLoop
  }

  /// Begins to listen; gives the port.
  func start(port: Int) -> EventLoopFuture<Int> {
    bind(port: port).map { port in
      for quirk in self.plc.quirks where quirk.kind == .reboot && self.concerns(quirk) {
        self.schedule(quirk, port, at: quirk.atSeconds)
      }
      return port
    }
  }

  private func concerns(_ quirk: Quirk) -> Bool { onlyDevice.map { quirk.concerns(unit: $0) } ?? true }

  private func bind(port: Int) -> EventLoopFuture<Int> {
    ServerBootstrap(group: eventLoop, childGroup: eventLoop)
      .serverChannelOption(.backlog, value: 128)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // A request comes in one piece and nothing after it before its reply: a second look would be in vain.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1_024))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
      }
      .bind(host: settings.host, port: port)
      .hop(to: eventLoop)
      .map { channel in
        self.listener = channel
        return channel.localAddress?.port ?? port
      }
  }

  private func accept(_ channel: any Channel) throws {
    let seconds = plc.now.seconds
    let active = plc.quirks.filter { $0.isActive(at: seconds) && concerns($0) }
    if let single = active.first(where: { $0.kind == .oneConnection }), !connections.isEmpty {
      guard single.dropsFirst else { return reset(channel) }
      for other in connections { reset(other) }
      connections.removeAll()
    }
    guard connections.count < Self.maximumConnections else { return reset(channel) }
    connections.append(channel)
    channel.closeFuture.whenComplete { _ in self.connections.removeAll { $0 === channel } }
    if active.contains(where: { $0.kind == .halfOpen }) {
      channel.setOption(.autoRead, value: false).whenFailure { _ in channel.close(promise: nil) }
      return
    }
    if let tls = settings.tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
    let session = LinkSession(
      plc: plc, framing: settings.framing, onlyDevice: onlyDevice,
      number: Self.sessionNumber.add(1, ordering: .relaxed).newValue)
    try channel.pipeline.syncOperations.addHandler(PLCConnectionHandler(session))
  }

  private func reset(_ channel: any Channel) { PLCConnectionHandler.reset(channel) }

  /// - Parameter begin: when it begins, in scenario seconds.
  private func schedule(_ reboot: Quirk, _ port: Int, at begin: Double) {
    let wait = max(0, begin - plc.now.seconds) / plc.speed
    _ = eventLoop.scheduleTask(in: .microseconds(Int64(wait * 1_000_000))) {
      for connection in self.connections { self.reset(connection) }
      self.connections.removeAll()
      self.listener?.close(promise: nil)
      let away = min(reboot.forSeconds / self.plc.speed, Self.longestSeconds)
      _ = self.eventLoop.scheduleTask(in: .microseconds(Int64(away * 1_000_000))) { self.comeBack(port) }
      if reboot.everySeconds.isFinite { self.schedule(reboot, port, at: begin + reboot.everySeconds) }
    }
  }

  /// Listens on the same port again, as soon as nobody else does.
  private func comeBack(_ port: Int) {
    bind(port: port).whenFailure { _ in
      _ = self.eventLoop.scheduleTask(in: .seconds(Self.rebindSeconds)) { self.comeBack(port) }
    }
  }
}

/// Passes the bytes of a connection through its session.
private final class PLCConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var session: LinkSession
  /// Replies with waiting times follow each other.
  private var busyUntil = NIODeadline.uptimeNanoseconds(0)

  init(_ session: LinkSession) { self.session = session }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    var immediate = context.channel.allocator.buffer(capacity: 0)
    for action in session.receive(buffer.readableBytesView) {
      switch action {
      case .send(let bytes, 0, 0) where busyUntil <= .now(): immediate.writeBytes(bytes)
      case .send(let bytes, let wait, let gap): send(bytes, wait, gap, context.channel)
      case .reset:
        Self.reset(context.channel)
        return
      case .close:
        context.close(promise: nil)
        return
      }
    }
    if immediate.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(immediate), promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func send(_ bytes: [UInt8], _ waitSeconds: Double, _ gapSeconds: Double, _ channel: any Channel) {
    var at = max(busyUntil, .now()) + .microseconds(Int64(waitSeconds * 1_000_000))
    for piece in gapSeconds > 0 ? bytes.map({ [$0] }) : [bytes] {
      _ = channel.eventLoop.scheduleTask(deadline: at) {
        channel.writeAndFlush(channel.allocator.buffer(bytes: piece), promise: nil)
      }
      at = at + .microseconds(Int64(gapSeconds * 1_000_000))
    }
    busyUntil = at
  }

  /// Closes with RST.
  static func reset(_ channel: any Channel) {
    let option = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    guard let option else {
      channel.close(mode: .all, promise: nil)
      return
    }
    option.whenComplete { _ in channel.close(mode: .all, promise: nil) }
  }
}
