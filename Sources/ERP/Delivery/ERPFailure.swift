/// Why a conversation with the ERP came to no result. Says nothing about the content that was to be delivered: a
/// refusal of content is a ``DeliveryVerdict``.
public struct ERPFailure: Error, Hashable, Sendable {
  /// Stable codes; never re-used.
  public enum Code: String, Sendable, Codable, CaseIterable {
    /// No connection: nothing was sent.
    case unreachable = "erp.unreachable"
    /// The connection broke or the answer did not come in time: the ERP may or may not have acted.
    case outcomeUnknown = "erp.outcome_unknown"
    /// 401 or 403: the credential is missing, wrong or may not do this.
    case unauthorized = "erp.unauthorized"
    /// The ERP answered that it cannot serve now: 5xx, 408, 425 or 429.
    case unavailable = "erp.unavailable"
    /// The receiver has the record and has not yet said what became of it.
    case awaitingReceiver = "erp.awaiting_receiver"
    /// What the row builds on is not in the ERP yet; it waits in our own outbox.
    case awaitingEarlier = "erp.awaiting_earlier"
    /// The answer is not what the interface promises: wrong address, wrong form, too large.
    case unexpectedAnswer = "erp.unexpected_answer"
    /// Something on our own machine: token file, folder, disk.
    case local = "erp.local"
  }

  public var code: Code
  /// What was attempted and what came back, in plain words, on one line.
  public var problem: String
  /// What a technician does next.
  public var remedy: String
  /// Whether a certificate, the ERP's or ours, is what is not accepted.
  public var isAboutCertificate = false

  public init(_ code: Code, problem: String, remedy: String) {
    self.code = code
    self.problem = problem
    self.remedy = remedy
  }

  /// Whether fast repetition would do harm (a locked account) or cannot help (a wrong address).
  public var needsPerson: Bool {
    switch code {
    case .unauthorized, .unexpectedAnswer, .local: true
    case .unreachable, .outcomeUnknown, .unavailable, .awaitingReceiver, .awaitingEarlier: false
    }
  }
}

extension ERPFailure {
  /// Whether the ERP as a whole should be left alone for a while, and not only the row or question at hand.
  public var concernsWholeERP: Bool {
    switch code {
    case .unreachable, .outcomeUnknown, .unauthorized, .unavailable: true
    case .awaitingReceiver, .awaitingEarlier, .unexpectedAnswer, .local: false
    }
  }
}

extension ERPFailure: CustomStringConvertible {
  public var description: String { "\(problem). \(remedy)." }
}

/// Longest text of an ERP that is repeated in a message or an outbox row, in characters.
public let maximumERPTextCharacters = 300
