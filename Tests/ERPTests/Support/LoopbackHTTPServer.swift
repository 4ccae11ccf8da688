import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A small HTTP server in this process that answers what it is told, also what no decent server answers.
final class LoopbackHTTPServer: Sendable {
  struct Request: Sendable {
    var method: String
    /// Path and query as in the request line.
    var target: String
    var headers: [String: String]
    var body: [UInt8]

    var path: String { String(target.prefix { $0 != "?" }) }

    /// The values of a query field in their order.
    func query(_ name: String) -> [String] {
      guard let start = target.firstIndex(of: "?") else { return [] }
      return target[target.index(after: start)...].split(separator: "&").compactMap { field in
        let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, pair[0] == name else { return nil }
        return String(pair[1]).removingPercentEncoding
      }
    }
  }

  enum Reply: Sendable {
    case answer(Int, [UInt8] = [], headers: [String: String] = [:])
    /// The connection is closed without an answer.
    case cut
    /// The answer promises this body and breaks off in its middle.
    case cutInTheMiddle([UInt8])
    /// Nothing comes, ever.
    case silent
  }

  let port: Int
  private let channel: any Channel

  init(security: NIOSSLContext? = nil, _ answer: @escaping @Sendable (Request) -> Reply) throws {
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let security {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: security))
          }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Conversation(answer))
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    port = channel.localAddress?.port ?? 0
  }

  deinit { channel.close(promise: nil) }

  private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (Request) -> Reply
    private var request = Request(method: "", target: "", headers: [:], body: [])

    init(_ answer: @escaping @Sendable (Request) -> Reply) { self.answer = answer }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        request = Request(method: head.method.rawValue, target: head.uri, headers: [:], body: [])
        for (name, value) in head.headers { request.headers[name.lowercased()] = value }
      case .body(let part): request.body.append(contentsOf: part.readableBytesView)
      case .end: reply(answer(request), context)
      }
    }

    private func reply(_ reply: Reply, _ context: ChannelHandlerContext) {
      switch reply {
      case .silent: return
      case .cut: context.close(promise: nil)
      case .answer(let status, let body, let headers): write(status, body, body.count, headers, context)
      case .cutInTheMiddle(let body):
        write(200, Array(body.prefix(body.count / 2)), body.count, [:], context)
        context.close(promise: nil)
      }
    }

    private func write(
      _ status: Int, _ body: [UInt8], _ length: Int, _ headers: [String: String], _ context: ChannelHandlerContext
    ) {
      var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status))
      head.headers.add(name: "Content-Length", value: "\(length)")
      for (name, value) in headers { head.headers.add(name: name, value: value) }
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
      if body.count == length { context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
    }
  }
}
