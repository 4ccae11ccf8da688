import FoundationEssentials

/// Feedback in the form of server-sent events (WHATWG HTML, section 9.2.6).
enum ServerSentEvent {
  /// How long a browser waits before it connects again, in milliseconds.
  static let retryMilliseconds = 1_000
  static let opening = "retry: \(retryMilliseconds)\n\n"
  /// A comment: it keeps what lies between from ending a quiet connection, and finds a dead one.
  static let heartbeat = ": heartbeat\n\n"

  static func text(of item: FeedbackSubscription.Item) throws -> String {
    switch item {
    case .feedback(let feedback): try self.feedback(feedback)
    case .heartbeat: heartbeat
    }
  }

  static func feedback(_ feedback: StationFeedback) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // JSON of one line: a line feed in a text is written as \n.
    let json = String(decoding: try encoder.encode(feedback), as: UTF8.self)
    return "id: \(feedback.sequence)\nevent: feedback\ndata: \(json)\n\n"
  }
}
