import FoundationEssentials

/// Hands one mail to a server: replies in, what to do next out (RFC 5321, RFC 3207, RFC 4954). Pure.
///
/// A 5xx about the mail itself (sender, all recipients, content) is for ever. A 5xx before that is about us, the
/// credential or the encryption, and would be the same for every mail: a person mends it and nothing is lost.
struct SMTPConversation {
  enum Action: Hashable {
    /// A line without its end.
    case send(String)
    case sendMessage
    case startTLS
    /// The server has the mail.
    case finish(receipt: String)
    case fail(NotificationFailure)
  }

  private enum State {
    case greeting, hello, startTLS, handshake, plain, loginUser, loginPassword, mail, recipient(Int), data, content,
      over
  }

  private let settings: EmailSettings
  private let password: String
  private var state = State.greeting
  private var isSecure: Bool
  private var accepted = 0
  private var refused: [String] = []

  /// - Parameter password: without it, nobody logs in.
  init(_ settings: EmailSettings, password: String) {
    self.settings = settings
    self.password = password
    isSecure = settings.encryption == .implicit
  }

  /// Whether replies are awaited; bytes that come while the encryption is agreed on are an attack (CVE-2011-0411).
  var awaitsReply: Bool {
    switch state {
    case .handshake, .over: false
    default: true
    }
  }

  mutating func take(_ reply: SMTPReply) -> Action {
    // The server ends the conversation (RFC 5321 section 3.8).
    if reply.code == 421 { return fail(.unavailable, "closes the connection", reply) }
    switch state {
    case .greeting: return reply.code == 220 ? hello() : before(reply, "does not greet")
    case .hello: return reply.code == 250 ? afterHello(reply) : before(reply, "does not take EHLO")
    case .startTLS:
      guard reply.code == 220 else { return before(reply, "does not start TLS") }
      state = .handshake
      return .startTLS
    case .plain: return reply.code == 235 ? mail() : before(reply, "does not accept our user or password")
    case .loginUser:
      guard reply.code == 334 else { return before(reply, "does not accept our user") }
      state = .loginPassword
      return .send(Self.base64(settings.user ?? ""))
    case .loginPassword:
      guard reply.code == 334 else { return before(reply, "does not accept our user") }
      state = .plain
      return .send(Self.base64(password))
    case .mail: return reply.code == 250 ? recipient(0) : about(reply, "does not take mail from \(settings.from)")
    case .recipient(let index): return afterRecipient(index, reply)
    case .data:
      guard reply.code == 354 else { return about(reply, "does not take the content") }
      state = .content
      return .sendMessage
    case .content:
      guard reply.code == 250 else { return about(reply, "does not take the content") }
      state = .over
      let partly = refused.isEmpty ? "" : "; not taken: \(refused.joined(separator: ", "))"
      return .finish(receipt: oneLine(reply.text + partly))
    case .handshake, .over: return fail(.outcomeUnknown, "speaks out of turn", reply)
    }
  }

  /// The connection is encrypted now, and the server's certificate was checked.
  mutating func secured() -> Action {
    guard case .handshake = state else {
      return .fail(Self.failure(.unauthorized, settings, "changed the encryption out of turn"))
    }
    isSecure = true
    return hello()
  }

  // MARK: Steps

  private mutating func hello() -> Action {
    state = .hello
    return .send("EHLO \(settings.helloName)")
  }

  private mutating func afterHello(_ reply: SMTPReply) -> Action {
    let offers = reply.lines.dropFirst().map { $0.uppercased() }
    if settings.encryption == .starttls, !isSecure {
      guard offers.contains("STARTTLS") else { return before(reply, "does not offer STARTTLS") }
      state = .startTLS
      return .send("STARTTLS")
    }
    guard let user = settings.user else { return mail() }
    let ways = offers.filter { $0.hasPrefix("AUTH ") }.flatMap { $0.split(separator: " ").dropFirst() }
    if ways.contains("PLAIN") {
      state = .plain
      return .send("AUTH PLAIN " + Self.base64("\0\(user)\0\(password)"))
    }
    if ways.contains("LOGIN") {
      state = .loginUser
      return .send("AUTH LOGIN")
    }
    return before(reply, "offers neither AUTH PLAIN nor AUTH LOGIN")
  }

  private mutating func mail() -> Action {
    state = .mail
    return .send("MAIL FROM:<\(settings.from)>")
  }

  private mutating func recipient(_ index: Int) -> Action {
    state = .recipient(index)
    return .send("RCPT TO:<\(settings.to[index])>")
  }

  /// One address that does not exist keeps the mail from nobody else; one that is not served now is a reason to come
  /// again with the whole mail, which nobody has got yet.
  private mutating func afterRecipient(_ index: Int, _ reply: SMTPReply) -> Action {
    if (250...252).contains(reply.code) {
      accepted += 1
    } else if reply.isForEver {
      refused.append("\(settings.to[index]) (\(reply.text))")
    } else {
      return about(reply, "does not take mail for \(settings.to[index])")
    }
    if index + 1 < settings.to.count { return recipient(index + 1) }
    guard accepted > 0 else { return about(reply, "takes mail for none of the recipients") }
    state = .data
    return .send("DATA")
  }

  // MARK: Ends

  /// Nothing was said about the mail yet.
  private mutating func before(_ reply: SMTPReply, _ problem: String) -> Action {
    fail((400..<500).contains(reply.code) ? .unavailable : .unauthorized, problem, reply)
  }

  private mutating func about(_ reply: SMTPReply, _ problem: String) -> Action {
    fail(reply.isForEver ? .refused : .unavailable, problem, reply)
  }

  private mutating func fail(_ code: NotificationFailure.Code, _ problem: String, _ reply: SMTPReply) -> Action {
    state = .over
    return .fail(Self.failure(code, settings, "\(problem) (\(reply.text))"))
  }

  static func failure(
    _ code: NotificationFailure.Code, _ settings: EmailSettings, _ problem: String
  ) -> NotificationFailure {
    let remedy =
      switch code {
      case .unreachable: "Check the address of the mail server and the network; nothing is lost, attempts go on"
      case .outcomeUnknown: "Nothing to do: the mail comes again with the same Message-ID"
      case .unavailable: "Wait; the next attempt comes by itself"
      case .unauthorized: "Check tls, user and password file in the configuration; the next attempt comes late"
      case .local: "Check the configuration"
      case .refused: "Check the addresses with the mail server's administrator; the mail is not sent again"
      }
    return NotificationFailure(
      code, problem: "the mail server \(settings.host):\(settings.port) \(problem)", remedy: remedy)
  }

  private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
