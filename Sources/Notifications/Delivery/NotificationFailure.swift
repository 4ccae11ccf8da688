import Shopfloor

/// Why a message did not reach its receiver.
public struct NotificationFailure: Error, Hashable, Sendable {
  /// Stable codes; never re-used.
  public enum Code: String, Sendable, Codable, CaseIterable {
    /// No connection: nothing was sent.
    case unreachable = "notification.unreachable"
    /// The connection broke or the answer did not come in time: the receiver may have the message.
    case outcomeUnknown = "notification.outcome_unknown"
    /// The receiver cannot serve now.
    case unavailable = "notification.unavailable"
    /// The receiver does not accept our credential or encryption, or is not what the configuration says.
    case unauthorized = "notification.unauthorized"
    /// Something on our own machine or in the configuration.
    case local = "notification.local"
    /// The receiver will never take this message.
    case refused = "notification.refused"
  }

  public var code: Code
  /// What was attempted and what came back, in plain words, on one line.
  public var problem: String
  /// What a technician does next.
  public var remedy: String

  public init(_ code: Code, problem: String, remedy: String) {
    self.code = code
    self.problem = problem
    self.remedy = remedy
  }

  /// Whether another attempt can bring no other answer.
  public var isForEver: Bool { code == .refused }

  /// Whether fast repetition would do harm (a locked account) or cannot help.
  public var needsPerson: Bool {
    switch code {
    case .unauthorized, .local: true
    case .unreachable, .outcomeUnknown, .unavailable, .refused: false
    }
  }
}

extension NotificationFailure: CustomStringConvertible {
  public var description: String { "\(problem). \(remedy)." }
}

/// A text of a receiver, fit for a message: bounded and on one line.
func oneLine(_ text: String) -> String { displayable(text, maximumCharacters: maximumReceiverTextCharacters) }

/// Longest text of a receiver that is repeated in a message or an outbox row, in characters.
let maximumReceiverTextCharacters = 300
