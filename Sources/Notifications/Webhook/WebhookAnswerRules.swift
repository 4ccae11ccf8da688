import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// What the answers of a webhook mean.
enum WebhookAnswerRules {
  /// Nil for 2xx. 408, 425 and 429 mean a wrong moment (RFC 9110 section 15.5, RFC 8470, RFC 6585); every other 4xx says
  /// that the receiver does not take the message (RFC 9110 section 15.5: the request should not be repeated). Redirects
  /// are not followed: they could carry the message elsewhere.
  static func failure(status: Int, body: [UInt8], address: String) -> NotificationFailure? {
    let text = oneLine(String(decoding: body.prefix(2_000), as: UTF8.self))
    let answer = "HTTP \(status)" + (text.isEmpty ? "" : ": \(text)")
    switch status {
    case 200..<300: return nil
    case 408, 425, 429, 500..<600:
      return NotificationFailure(
        .unavailable, problem: "\(address) cannot take the message now (\(answer))",
        remedy: "Wait; the next attempt comes by itself")
    case 400..<500:
      return NotificationFailure(
        .refused, problem: "\(address) refuses the message (\(answer))",
        remedy: "Ask the receiver why; the message is not sent again")
    default:
      return NotificationFailure(
        .local, problem: "\(address) answered \(answer), which is no answer of a webhook",
        remedy: "Check the url in the configuration; redirects are not followed")
    }
  }

  static func failure(of error: any Error, address: String) -> NotificationFailure {
    if let failure = error as? NotificationFailure { return failure }
    if let error = error as? HTTPClientError {
      switch error {
      case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
        return unreachable(address, "no answer to the connection attempt")
      case .deadlineExceeded, .readTimeout:
        return NotificationFailure(
          .outcomeUnknown, problem: "\(address) did not answer in time; it may have the message",
          remedy: "Nothing to do: it comes again with the same id")
      case .invalidURL, .emptyHost, .emptyScheme:
        return NotificationFailure(
          .local, problem: "\"\(oneLine(address))\" is no HTTP address",
          remedy: "Write one like https://hooks.example/lotwire")
      default: return broken(address, error.description)
      }
    }
    if let error = error as? NIOConnectionError {
      return unreachable(address, error.connectionErrors.first.map { "\($0.error)" } ?? "the name is not known")
    }
    if let error = error as? IOError,
      [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL].contains(error.errnoCode)
    {
      return unreachable(address, String(cString: strerror(error.errnoCode)))
    }
    return broken(address, "\(error)")
  }

  private static func broken(_ address: String, _ reason: String) -> NotificationFailure {
    NotificationFailure(
      .outcomeUnknown, problem: "the connection to \(address) broke: \(oneLine(reason)); it may have the message",
      remedy: "Nothing to do: it comes again with the same id")
  }

  private static func unreachable(_ address: String, _ reason: String) -> NotificationFailure {
    NotificationFailure(
      .unreachable, problem: "no connection to \(address): \(oneLine(reason))",
      remedy: "Check the url and the network; nothing is lost, attempts go on")
  }
}
