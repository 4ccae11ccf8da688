import NIOCore
import NIOPosix
import NIOSSL
import Shopfloor

/// Hands messages to a mail server, one connection a mail.
public final class EmailConnector: NotificationConnector {
  public let name = "email"
  private let settings: EmailSettings

  public init(_ settings: EmailSettings) {
    precondition(!settings.to.isEmpty)
    self.settings = settings
  }

  public func send(_ message: OutgoingNotification) async throws(NotificationFailure) -> String {
    guard let text = NotificationText(message.payload) else {
      throw NotificationFailure(
        .refused, problem: "the message in our own outbox cannot be read", remedy: "Report this with its id")
    }
    let mail = EmailMessage(
      id: message.id, from: settings.from, to: settings.to, subject: text.subjectLine, body: text.body,
      at: message.owedAt)
    var password: [UInt8] = []
    if settings.user != nil, let file = settings.passwordFile { password = try SubscriberSecret.read(file) }
    return try await hand(over: EmailMessage.transparentBytes(of: mail.lines), password, try context())
  }

  private func context() throws(NotificationFailure) -> NIOSSLContext? {
    guard settings.encryption != .none else { return nil }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if let file = settings.authoritiesFile { configuration.trustRoots = .file(file) }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw NotificationFailure(
        .local, problem: "TLS could not be prepared: \(oneLine("\(error)"))",
        remedy: "Check ca_file: it holds the certificates that sign the mail server's, as PEM")
    }
  }

  private func hand(
    over content: [UInt8], _ password: [UInt8], _ tls: NIOSSLContext?
  ) async throws(NotificationFailure) -> String {
    let settings = self.settings
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = loop.makePromise(of: String.self)
    let connecting = ClientBootstrap(group: loop)
      .connectTimeout(.microseconds(settings.connectTimeoutMicroseconds))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls, settings.encryption == .implicit {
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: settings.serverName)
            try channel.pipeline.syncOperations.addHandler(handler)
          }
          try channel.pipeline.syncOperations.addHandler(
            SMTPSession(
              settings, password: String(decoding: password, as: UTF8.self), content: content, tls: tls,
              promise: promise))
        }
      }
      .connect(host: settings.host, port: settings.port)
    connecting.whenFailure { error in
      promise.fail(
        SMTPConversation.failure(.unreachable, settings, "does not answer: \(Self.words(for: error))"))
    }
    do {
      return try await withTaskCancellationHandler {
        try await promise.futureResult.get()
      } onCancel: {
        connecting.whenSuccess { $0.close(promise: nil) }
      }
    } catch let failure as NotificationFailure {
      throw failure
    } catch {
      throw SMTPConversation.failure(.outcomeUnknown, settings, "broke the connection: \(oneLine("\(error)"))")
    }
  }

  private static func words(for error: any Error) -> String {
    if let error = error as? NIOConnectionError {
      return oneLine(error.connectionErrors.first.map { "\($0.error)" } ?? "the name is not known")
    }
    return oneLine("\(error)")
  }
}
