import NIOCore
import NIOSSL
import NIOTLS

/// Performs what a conversation decides, on the event loop of its connection.
final class SMTPSession: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let settings: EmailSettings
  private let content: [UInt8]
  private let tls: NIOSSLContext?
  private let promise: EventLoopPromise<String>
  private var conversation: SMTPConversation
  private var parser = SMTPReplyParser()
  private var deadline: Scheduled<Void>?
  private var hasConnected = false
  private var isOver = false

  /// - Parameter content: what follows DATA, with its end.
  init(
    _ settings: EmailSettings, password: String, content: [UInt8], tls: NIOSSLContext?,
    promise: EventLoopPromise<String>
  ) {
    self.settings = settings
    self.content = content
    self.tls = tls
    self.promise = promise
    conversation = SMTPConversation(settings, password: password)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let boundContext = NIOLoopBound(context, eventLoop: context.eventLoop)
    deadline = context.eventLoop.scheduleTask(in: .microseconds(settings.conversationTimeoutMicroseconds)) {
      bound.value.end(.failure(bound.value.failure(.outcomeUnknown, "did not finish in time")), boundContext.value)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.cancel()
    // Before that, the one who connects says why there is no connection.
    if hasConnected { end(.failure(failure(.outcomeUnknown, "closed the connection")), context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    hasConnected = true
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    do {
      let replies = try parser.take(unwrapInboundIn(data).readableBytesView)
      for (index, reply) in replies.enumerated() where !isOver {
        let action = conversation.take(reply)
        // What was said in the clear must not count after the encryption began.
        if action == .startTLS, index + 1 < replies.count || !parser.isEmpty {
          return end(.failure(failure(.unauthorized, "said more than it was asked before TLS")), context)
        }
        perform(action, context)
      }
    } catch {
      end(.failure(failure(.unauthorized, "is none: \(error.reason)")), context)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent, !conversation.awaitsReply, !isOver {
      perform(conversation.secured(), context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(.failure(failure(.outcomeUnknown, "closed the connection")), context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard hasConnected else { return }
    let code: NotificationFailure.Code = error is NIOSSLError ? .unauthorized : .outcomeUnknown
    end(.failure(failure(code, "broke the connection: \(oneLine("\(error)"))")), context)
  }

  // MARK: Doing

  private func perform(_ action: SMTPConversation.Action, _ context: ChannelHandlerContext) {
    switch action {
    case .send(let line): write(Array((line + "\r\n").utf8), context)
    case .sendMessage: write(content, context)
    case .startTLS: startTLS(context)
    case .finish(let receipt):
      write(Array("QUIT\r\n".utf8), context)
      end(.success(receipt), context)
    case .fail(let failure): end(.failure(failure), context)
    }
  }

  private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
  }

  private func startTLS(_ context: ChannelHandlerContext) {
    guard let tls else { return end(.failure(failure(.local, "asks for TLS that was not prepared")), context) }
    do {
      let handler = try NIOSSLClientHandler(context: tls, serverHostname: settings.serverName)
      try context.pipeline.syncOperations.addHandler(handler, position: .first)
    } catch {
      end(.failure(failure(.local, "cannot be spoken to in TLS: \(oneLine("\(error)"))")), context)
    }
  }

  private func end(_ result: Result<String, NotificationFailure>, _ context: ChannelHandlerContext) {
    guard !isOver else { return }
    isOver = true
    deadline?.cancel()
    switch result {
    case .success(let receipt): promise.succeed(receipt)
    case .failure(let failure): promise.fail(failure)
    }
    context.close(promise: nil)
  }

  private func failure(_ code: NotificationFailure.Code, _ problem: String) -> NotificationFailure {
    SMTPConversation.failure(code, settings, problem)
  }
}

extension EmailSettings {
  /// The name that the certificate must have; nil for a numeric address, which is compared itself.
  var serverName: String? {
    // Only a numeric address can be turned into one without asking anybody.
    (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil
  }
}
