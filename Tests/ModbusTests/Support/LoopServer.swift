import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Modbus/TCP servers on loopback ports, many on one event loop: every register holds its own address.
final class LoopServer: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let channels = Mutex<[any Channel]>([])

  /// - Parameter security: TLS as the device would ask for it.
  /// - Returns: the port.
  func listen(security: NIOSSLContext? = nil) throws -> Int {
    let channel = try ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let security { try pipeline.addHandler(NIOSSLServerHandler(context: security)) }
          try pipeline.addHandler(Answering())
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    channels.withLock { $0.append(channel) }
    guard let port = channel.localAddress?.port else { preconditionFailure("a bound channel without a port") }
    return port
  }

  func stop() {
    // Closing fails only where it is closed already.
    for channel in channels.withLock({ $0 }) { try? channel.close().wait() }
    try? group.syncShutdownGracefully()  // The loops may be gone already.
  }

  private final class Answering: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var waiting = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var bytes = unwrapInboundIn(data)
      waiting.writeBuffer(&bytes)
      var replies = context.channel.allocator.buffer(capacity: 256)
      while let request = waiting.readBytes(length: 12) {
        let address = UInt16(request[8]) << 8 | UInt16(request[9])
        let count = UInt16(request[10]) << 8 | UInt16(request[11])
        replies.writeBytes(request[0..<4])
        replies.writeInteger(count * 2 + 3)
        replies.writeBytes(request[6..<8])
        replies.writeInteger(UInt8(truncatingIfNeeded: count * 2))
        for register in 0..<count { replies.writeInteger(address + register) }
      }
      if replies.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(replies), promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
