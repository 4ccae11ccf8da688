public import Shopfloor

/// Why the console could not be opened or reached.
public enum ConsoleFault: Error, Hashable, Sendable {
  case pathTooLong(path: String, bytes: Int)
  /// Another daemon answers at the socket.
  case alreadyServed(path: String)
  /// Something that is no socket stands at the path.
  case notASocket(path: String)
  case system(attempted: String, reason: String)
  /// No daemon answers at the socket.
  case notRunning(path: String, reason: String)
  case noAnswer(path: String, reason: String)
  case unexpectedAnswer(reason: String)
  /// The daemon does not give what was asked for, and says why.
  case refused(code: String, words: Words)

  /// Longest path of a UNIX domain socket in bytes: `sun_path` has 108 with the closing zero (unix(7)).
  public static let maximumSocketPathBytes = 107

  /// Stable codes; never re-used.
  public var code: String {
    switch self {
    case .pathTooLong: "console.path_too_long"
    case .alreadyServed: "console.already_served"
    case .notASocket: "console.not_a_socket"
    case .system: "console.system"
    case .notRunning: "console.not_running"
    case .noAnswer: "console.no_answer"
    case .unexpectedAnswer: "console.unexpected_answer"
    case .refused(let code, _): code
    }
  }
}

extension ConsoleFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .pathTooLong(let path, let bytes):
      "the socket path \(path) has \(bytes) bytes and the system allows \(Self.maximumSocketPathBytes). "
        + "Use a data folder with a shorter path."
    case .alreadyServed(let path):
      "another lotwire daemon answers at \(path). Stop it, or use another data folder."
    case .notASocket(let path):
      "there is something at \(path) that is no socket. Move it away and start again."
    case .system(let attempted, let reason): "could not \(attempted): \(reason)."
    case .notRunning(let path, let reason):
      "no lotwire daemon answers at \(path) (\(reason)). Start it with `lotwire run`, or name its data folder."
    case .noAnswer(let path, let reason):
      "the daemon at \(path) took the request but gave no complete answer: \(reason). Look at its log."
    case .unexpectedAnswer(let reason):
      "the daemon's answer cannot be read: \(reason). Check that program and daemon have the same version."
    case .refused(_, let words): words.english
    }
  }
}
