/// What status and body of an answer of Tryton mean. Pure.
enum TrytonAnswerRules {
  enum Outcome: Hashable {
    case answer(TrytonAnswer)
    /// 401: the session is not known (any more); nothing was done.
    case sessionRefused
    /// 429: the account or our address is locked for a time.
    case locked(ERPFailure)
    case failure(ERPFailure)
  }

  /// What was asked, for the judgement and for messages.
  struct Question: Hashable {
    var method: String
    var id: Int64
    /// Of the request's body.
    var bytes: Int
    var address: String
  }

  static func outcome(of answer: TrytonTransport.Answer, to question: Question) -> Outcome {
    switch answer.status {
    case 200..<300: return content(of: answer, question)
    case 401: return .sessionRefused
    case 403:
      return .answer(
        .refused(
          TrytonRefusal(
            .access, "the ERP does not let our user call \(question.method) (HTTP 403); give the user the rights for it"
          ))
      )
    case 413: return .answer(.refused(TrytonRefusal(.other, tooLarge(question))))
    case 404:
      return failure(
        .unexpectedAnswer, question, "HTTP 404: there is no such database or address",
        "Check url and database under erp: tryton: in the configuration")
    case 429:
      return .locked(
        problem(
          .unavailable, question, "HTTP 429: too many log-ins; the account is locked for a time",
          "Check the password; the next log-in is tried after a long pause, so that the lock ends"))
    case 408, 504:
      return failure(
        .outcomeUnknown, question, "HTTP \(answer.status): the ERP took too long; it may have acted",
        "Nothing to do: the next attempt begins by looking")
    case 425, 500..<600:
      return failure(
        .unavailable, question, "the ERP cannot serve now (HTTP \(answer.status))\(words(answer.body))",
        "Wait; the next attempt comes by itself")
    default:
      return failure(
        .unexpectedAnswer, question, "unexpected answer HTTP \(answer.status)\(words(answer.body))",
        "Check url and database, and that the ERP is a Tryton 8.0")
    }
  }

  private static func tooLarge(_ question: Question) -> String {
    "the record is too large for the ERP: a request of \(question.bytes) bytes was refused (HTTP 413); let the ERP's "
      + "administrator raise [request] max_size_authenticated, and the bound of a server in front of it, above that"
  }

  /// The beginning of an error page.
  private static func words(_ body: [UInt8]) -> String {
    let text = oneLine(String(decoding: body.prefix(4_000), as: UTF8.self))
    return text.isEmpty ? "" : ": \(text)"
  }

  // MARK: HTTP 200 is not success

  private static func content(of answer: TrytonTransport.Answer, _ question: Question) -> Outcome {
    guard !answer.isTooLong else {
      return failure(
        .unexpectedAnswer, question, "the answer is larger than the bound of \(answer.body.count) bytes",
        "Report this with what was asked")
    }
    let value: TrytonValue
    do throws(TrytonCodecFault) {
      value = try TrytonCodec.decode(answer.body)
    } catch {
      if error.isCut {
        return failure(
          .outcomeUnknown, question, "the answer was cut after \(answer.body.count) bytes; the ERP may have acted",
          "Nothing to do: the next attempt begins by looking")
      }
      return failure(
        .unexpectedAnswer, question, "the answer is not JSON: \(error)\(words(answer.body))",
        "Check that the address is that of a Tryton 8.0 and not of a page in front of it")
    }
    guard case .object(let members) = value, members["id"] == .integer(question.id) else {
      return failure(
        .unexpectedAnswer, question, "the answer is not that to our question\(words(answer.body))",
        "Check that the address is that of a Tryton 8.0 and that nothing in between answers for it")
    }
    if let error = members["error"] { return self.error(error, question) }
    guard let result = members["result"] else {
      return failure(
        .unexpectedAnswer, question, "the answer has neither result nor error", "Check that the ERP is a Tryton 8.0")
    }
    return .answer(.value(result))
  }

  private static func error(_ error: TrytonValue, _ question: Question) -> Outcome {
    guard case .list(let parts) = error, case .text(let kind)? = parts.first else {
      return failure(
        .unexpectedAnswer, question, "the ERP reports an error without saying which",
        "Look into the log of the ERP at this time")
    }
    var texts: [String] = []
    switch parts.dropFirst().first {
    case .list(let elements)?:
      texts = elements.map { if case .text(let text) = $0 { text } else { "" } }
    case .text(let text)?: texts = [text]
    default: break
    }
    func joined(_ texts: some Sequence<String>) -> String {
      oneLine(texts.prefix(2).filter { !$0.isEmpty }.joined(separator: " — "))
    }
    switch kind {
    case "UserError": return .answer(.refused(TrytonRefusal(.userError, joined(texts))))
    case "UserWarning":
      let name = oneLine(texts.first ?? "")
      return .answer(.refused(TrytonRefusal(.warning(name: name), joined(texts.dropFirst()))))
    case "ConcurrencyException": return .answer(.refused(TrytonRefusal(.concurrency, joined(texts))))
    case "LoginException": return .answer(.refused(TrytonRefusal(.access, joined(texts.dropFirst()))))
    default: return serverError(kind, question)
    }
  }

  /// What databases say when the same call will go through a moment later (SQLite, PostgreSQL).
  private static let passingSigns = [
    "database is locked", "database table is locked", "could not serialize access", "deadlock detected",
    "could not obtain lock", "canceling statement due to", "server closed the connection", "connection already closed",
    "terminating connection", "the database system is", "too many connections", "too many clients",
    "disk i/o error", "transactionerror",
  ]

  /// An exception of the server, with its text and, in development, its trace.
  private static func serverError(_ text: String, _ question: Question) -> Outcome {
    let shown = oneLine(text.isEmpty ? "an error without words" : text)
    guard passingSigns.contains(where: text.lowercased().contains) else {
      return .answer(.refused(TrytonRefusal(.serverError, "error of the ERP in \(question.method): \(shown)")))
    }
    return failure(
      .unavailable, question, "the ERP's database cannot serve now: \(shown)", "Wait; the next attempt comes by itself")
  }

  // MARK: Messages

  static func problem(
    _ code: ERPFailure.Code, _ question: Question, _ problem: String, _ remedy: String
  ) -> ERPFailure {
    ERPFailure(code, problem: "could not call \(question.method) at \(question.address): \(problem)", remedy: remedy)
  }

  private static func failure(
    _ code: ERPFailure.Code, _ question: Question, _ problem: String, _ remedy: String
  ) -> Outcome { .failure(self.problem(code, question, problem, remedy)) }

  static func failure(of fault: TrytonTransport.Fault, _ question: Question) -> ERPFailure {
    switch fault {
    case .unreachable(let reason):
      problem(
        .unreachable, question, "no connection: \(reason)",
        "Check that the ERP runs, its address and the network; nothing is lost, attempts go on")
    case .tooSlow:
      problem(
        .outcomeUnknown, question, "the ERP did not answer in time; it may have acted",
        "Nothing to do: the next attempt begins by looking")
    case .broken(let reason):
      problem(
        .outcomeUnknown, question, "the connection broke: \(reason); the ERP may have acted",
        "Nothing to do: the next attempt begins by looking")
    case .certificate(let failure), .local(let failure): failure
    }
  }
}
