import Devices
import FoundationEssentials
import Shopfloor

extension TrytonLink {
  /// Logs in with the password of the file as it is now, at most once, and asks for the user's context.
  func logIn() async throws(ERPFailure) -> Session {
    let password = try ERPSecret.password(in: settings.passwordFile)
    let digest = lowerCaseSHA256(
      Array([settings.baseURL, settings.database, settings.user, password].joined(separator: "\n").utf8))
    switch logInGuard.advice(on: digest, now: clock.now().monotonicMicroseconds) {
    case .mayTry: break
    case .refusedBefore: throw refused(nil)
    case .waitUntil: throw paused()
    }
    let authorization = try await authorize(password, digest)
    return Session(authorization: authorization, context: try await userContext(authorization))
  }

  private func authorize(_ password: String, _ digest: String) async throws(ERPFailure) -> String {
    countLogIn()
    let outcome: TrytonAnswerRules.Outcome
    do throws(ERPFailure) {
      outcome = try await exchange(
        "common.db.login",
        [
          .text(settings.user), .object(["password": .text(password)]), .text(settings.language ?? "en"),
        ], nil)
    } catch {
      note(error.code == .outcomeUnknown ? .unanswered : .notTried, of: digest, text: "")
      throw error
    }
    switch outcome {
    case .answer(.value(.list(let parts))):
      guard parts.count >= 2, case .integer(let userID) = parts[0], case .text(let token) = parts[1], !token.isEmpty
      else { throw unreadable(digest) }
      note(.accepted, of: digest, text: "the ERP accepts the password of user \(settings.user) again")
      let text = "\(settings.user):\(userID):\(token)"
      return "Session " + Data(text.utf8).base64EncodedString()
    case .answer(.value): throw unreadable(digest)
    case .sessionRefused: throw try await noteRefusal(nil, digest)
    case .answer(.refused(let refusal)) where refusal.kind == .access:
      throw try await noteRefusal(refusal.text, digest)
    case .answer(.refused(let refusal)):
      note(.unanswered, of: digest, text: "")
      throw ERPFailure(
        .unexpectedAnswer, problem: "the log-in at \(settings.baseURL) failed: \(refusal.text)",
        remedy: "Look into the log of the ERP at this time")
    case .locked(let failure):
      note(.locked, of: digest, text: "")
      throw failure
    case .failure(let failure):
      note(failure.code == .outcomeUnknown ? .unanswered : .notTried, of: digest, text: "")
      throw failure
    }
  }

  private func noteRefusal(_ words: String?, _ digest: String) async throws(ERPFailure) -> ERPFailure {
    let failure = refused(words)
    note(.refused, of: digest, text: failure.problem)
    try await owedNotesAreWritten()
    return failure
  }

  private func refused(_ words: String?) -> ERPFailure {
    let detail = words.map { ": \($0)" } ?? ""
    return ERPFailure(
      .unauthorized,
      problem: "the ERP at \(settings.baseURL) does not accept the password of user \(settings.user)\(detail)",
      remedy: "Put the right password into \(settings.passwordFile); this one is tried again every "
        + "\(LogInGuard.againMicroseconds / 60_000_000) minutes only, so that the account is not locked")
  }

  private func paused() -> ERPFailure {
    ERPFailure(
      .unavailable,
      problem: "no log-in at \(settings.baseURL) for the time being: the ERP locked the account for a time, refused "
        + "several passwords, or one before this start, or left log-ins without an answer",
      remedy: "Check the ERP and the password; the next log-in is tried after a pause of up to "
        + "\(settings.logInPauseMicroseconds / 1_000_000) s, so that the account is not locked")
  }

  private func unreadable(_ digest: String) -> ERPFailure {
    note(.unanswered, of: digest, text: "")
    return ERPFailure(
      .unexpectedAnswer, problem: "the answer of \(settings.baseURL) to the log-in has no user and session",
      remedy: "Check that the ERP is a Tryton 8.0 and whether it asks for more than a password")
  }

  /// What Tryton's own client sends with every call: company, employee, groups and language of the user.
  private func userContext(_ authorization: String) async throws(ERPFailure) -> [String: TrytonValue] {
    switch try await exchange("model.res.user.get_preferences", [.flag(true), .object([:])], authorization) {
    case .answer(.value(.object(let preferences))):
      var context = preferences.filter { !$0.key.contains(".") && $0.key != "locale" && $0.value != .null }
      if let language = settings.language { context["language"] = .text(language) }
      return context
    case .locked(let failure), .failure(let failure): throw failure
    case .sessionRefused:
      throw ERPFailure(
        .unauthorized,
        problem: "the ERP at \(settings.baseURL) refused the session that it had just given (HTTP 401)",
        remedy: "Check what stands between here and the ERP, and the clock and [session] settings of the ERP")
    case .answer:
      throw ERPFailure(
        .unexpectedAnswer, problem: "the ERP at \(settings.baseURL) does not say who user \(settings.user) is",
        remedy: "Check that the ERP is a Tryton 8.0 and that the user is active")
    }
  }
}
