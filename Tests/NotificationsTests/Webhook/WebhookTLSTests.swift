import Foundation
import Harness
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Notifications
import Shopfloor
import Testing

@Suite("Webhooks over TLS")
struct WebhookTLSTests {
  /// Answers every request with 204 over TLS, with a certificate that is its own authority.
  private final class Server {
    let port: Int
    let certificate: String
    private let channel: any Channel

    init(_ folder: TemporaryFolder) throws {
      certificate = try folder.selfSignedCertificate()
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: folder.file("key.pem").path, format: .pem)))
      configuration.minimumTLSVersion = .tlsv12
      let context = try NIOSSLContext(configuration: configuration)
      channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try channel.pipeline.syncOperations.addHandler(Answer())
          }
        }
        .bind(host: "127.0.0.1", port: 0).wait()
      port = channel.localAddress?.port ?? 0
    }

    deinit { channel.close(promise: nil) }
  }

  private final class Answer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard case .end = unwrapInboundIn(data) else { return }
      context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .noContent))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }

  private func send(_ connector: WebhookConnector) async -> String {
    let message = OutgoingNotification(id: "n", payload: Array("{}".utf8), owedAt: Timestamp(microseconds: 0))
    do throws(NotificationFailure) {
      return try await connector.send(message)
    } catch {
      return error.code.rawValue
    }
  }

  @Test("the server's certificate must be of an authority that is trusted here")
  func authorities() async throws {
    let folder = try TemporaryFolder("hook-tls")
    let server = try Server(folder)
    let secret = try folder.secret("key", "k")
    let url = "https://127.0.0.1:\(server.port)/hook"
    let trusting = WebhookConnector(
      WebhookSettings(url: url, secretFile: secret, authoritiesFile: server.certificate))
    #expect(await send(trusting) == "HTTP 204")
    await trusting.close()
    let other = WebhookConnector(WebhookSettings(url: url, secretFile: secret, requestTimeoutMicroseconds: 5_000_000))
    #expect(await send(other).hasPrefix("notification."))
    await other.close()
  }
}
