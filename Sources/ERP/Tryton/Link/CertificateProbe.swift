import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Shopfloor
import Synchronization

/// Looks at the certificate that a server shows, because the TLS library does not say why it does not accept one. Asked
/// only after a refusal; sends nothing, and the connection never comes about.
struct CertificateProbe {
  private let settings: TrytonSettings

  init(_ settings: TrytonSettings) { self.settings = settings }

  /// The problem in the words that fit the dates of the server's certificate; as it was where they are in order.
  func explain(_ problem: ERPFailure) async -> ERPFailure {
    guard let shown = await shown() else { return problem }
    let now = Int64(Date().timeIntervalSince1970)
    if shown.until < now {
      return ERPFailure(
        .unauthorized, problem: "the certificate of the ERP expired at \(Self.time(shown.until))",
        remedy: "Let the ERP's administrator renew it; nothing is lost, attempts go on")
    }
    if shown.from > now {
      return ERPFailure(
        .unauthorized, problem: "the certificate of the ERP is valid only from \(Self.time(shown.from))",
        remedy: "Check the clocks of this machine and of the ERP")
    }
    return problem
  }

  private static func time(_ seconds: Int64) -> String {
    String(Timestamp(microseconds: seconds * 1_000_000).description.prefix(19)) + "Z"
  }

  /// First and last second of the certificate's validity, since 1970.
  private func shown() async -> (from: Int64, until: Int64)? {
    guard let url = URL(string: settings.baseURL), let host = url.host, url.scheme == "https" else { return nil }
    let seen = SeenDates()
    // What goes wrong here is only that nothing more can be said.
    guard let context = try? NIOSSLContext(configuration: .makeClientConfiguration()) else { return nil }
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil  // An error means that it is a name.
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.microseconds(settings.connectTimeoutMicroseconds))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = try NIOSSLClientHandler(
            context: context, serverHostname: isAddress ? nil : host,
            customVerificationCallback: { certificates, promise in
              if let first = certificates.first {
                seen.note(from: Int64(first.notValidBefore), until: Int64(first.notValidAfter))
              }
              promise.succeed(.failed)
            })
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
    // As above: without a connection there is nothing to say.
    guard let channel = try? await bootstrap.connect(host: host, port: url.port ?? 443).get() else { return nil }
    let timeout = channel.eventLoop.scheduleTask(in: .microseconds(settings.connectTimeoutMicroseconds)) {
      channel.close(promise: nil)
    }
    // The end of the refused connection is what is waited for; how it ended does not matter.
    try? await channel.closeFuture.get()
    timeout.cancel()
    return seen.dates
  }
}

/// Written on the connection's event loop, read after its end.
private final class SeenDates: Sendable {
  private let kept = Mutex<(from: Int64, until: Int64)?>(nil)

  var dates: (from: Int64, until: Int64)? { kept.withLock { $0 } }

  func note(from: Int64, until: Int64) { kept.withLock { $0 = (from, until) } }
}
