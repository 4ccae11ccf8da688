import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import Shopfloor

/// What the status codes and errors of HTTP mean for us.
enum HTTPAnswerRules {
  /// The ERP's words where the status says that it refuses the content for a business reason; nil for every other
  /// status. 403 too where the
  /// same credential has just been accepted for a question. 404 and 405 mean a wrong address, 401 and 407 a wrong credential, 408, 425 and 429 a wrong moment (RFC 9110
  /// section 15.5, RFC 8470, RFC 6585).
  static func refusalOfContent(status: Int, body: [UInt8]) -> String? {
    guard (400..<500).contains(status), ![401, 404, 405, 407, 408, 425, 429].contains(status) else { return nil }
    let text = String(decoding: body.prefix(4_000), as: UTF8.self)
    return "HTTP \(status)" + (text.isEmpty ? "" : ": " + oneLine(text))
  }

  /// Nil for a complete 2xx answer.
  static func failure(of answer: HTTPAnswer, attempted: String, address: String) -> ERPFailure? {
    let attempt = "could not \(attempted) at \(address)"
    let text = oneLine(String(decoding: answer.body.prefix(4_000), as: UTF8.self))
    let words = text.isEmpty ? "" : ": \(text)"
    switch answer.status {
    case 200..<300 where answer.isTooLong:
      return ERPFailure(
        .unexpectedAnswer, problem: "\(attempt): the answer is larger than the bound",
        remedy: "Let the ERP answer in smaller parts, by cursor")
    case 200..<300: return nil
    case 401, 403, 407:
      return ERPFailure(
        .unauthorized, problem: "\(attempt): the ERP does not accept our credential (HTTP \(answer.status))\(words)",
        remedy:
          "Put a valid token or key into its file, and check the clock of this machine where requests are signed; "
          + "the next attempt comes late, so that no account is locked")
    case 408, 425, 429, 500..<600:
      return ERPFailure(
        .unavailable, problem: "\(attempt): the ERP cannot serve now (HTTP \(answer.status))\(words)",
        remedy: "Wait; the next attempt comes by itself")
    default:
      return ERPFailure(
        .unexpectedAnswer, problem: "\(attempt): unexpected answer HTTP \(answer.status)\(words)",
        remedy: "Check the ERP's address in the configuration")
    }
  }

  static func failure(of error: any Error, address: String) -> ERPFailure {
    if let failure = error as? ERPFailure { return failure }
    if let failure = TLSFailureWords.failure(of: error, address: address) { return failure }
    if let error = error as? HTTPClientError { return failure(of: error, address: address) }
    if let error = error as? NIOConnectionError {
      for attempt in error.connectionErrors {
        if let failure = TLSFailureWords.failure(of: attempt.error, address: address) { return failure }
      }
      let reason = error.connectionErrors.first.map { "\($0.error)" } ?? "the name \(error.host) is not known"
      return unreachable(address, reason)
    }
    if let error = error as? IOError,
      [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL].contains(error.errnoCode)
    {
      return unreachable(address, String(cString: strerror(error.errnoCode)))
    }
    return broken(address, "\(error)")
  }

  private static func failure(of error: HTTPClientError, address: String) -> ERPFailure {
    switch error {
    case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
      return unreachable(address, "no answer to the connection attempt")
    case .deadlineExceeded, .readTimeout:
      return ERPFailure(
        .outcomeUnknown, problem: "the ERP at \(address) did not answer in time; it may have acted",
        remedy: "Nothing to do: the next attempt begins by looking")
    case .invalidURL, .emptyHost, .emptyScheme:
      return ERPFailure(
        .local, problem: "\"\(oneLine(address))\" is no HTTP address", remedy: "Write one like https://erp.example/api")
    default: return broken(address, error.description)
    }
  }

  private static func broken(_ address: String, _ reason: String) -> ERPFailure {
    ERPFailure(
      .outcomeUnknown, problem: "the connection to \(address) broke: \(oneLine(reason)); the ERP may have acted",
      remedy: "Nothing to do: the next attempt begins by looking")
  }

  private static func unreachable(_ address: String, _ reason: String) -> ERPFailure {
    ERPFailure(
      .unreachable, problem: "no connection to the ERP at \(address): \(oneLine(reason))",
      remedy: "Check that the ERP runs, its address and the network; nothing is lost, attempts go on")
  }
}

/// A text of the ERP, fit for a message: bounded and on one line.
func oneLine(_ text: String) -> String {
  displayable(text, maximumCharacters: maximumERPTextCharacters)
}
