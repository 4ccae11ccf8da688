/// The exactly-once conversation about one outbox row: search by key, create only where nothing is found, search again,
/// read the content back, compare. Pure: it says what to ask next, a connector asks.
///
/// Every attempt begins with the search, so that an answer lost by a time-out, a reset or a crash is found on the next
/// attempt. That the ERP said yes never counts; what it gives back does.
public struct DeliveryConversation: Sendable {
  public enum Step: Hashable, Sendable {
    /// List the records under the key of the row.
    case search
    case create
    /// Fetch the content of this record and hash it.
    case readBack(RecordReference)
    case finish(DeliveryVerdict)
    /// No verdict in this attempt.
    case giveUp(ERPFailure)
  }

  public enum Answer: Hashable, Sendable {
    case found([RecordReference])
    /// The ERP said that it took the record.
    case created
    /// The ERP refused the content for a business reason, in its own words.
    case refused(text: String)
    /// SHA-256 of the content that came back, lower-case hex; nil where it is longer than what we sent.
    case content(sha256: String?)
  }

  let key: String
  let sha256: String
  private var createAnswer: CreateAnswer = .notAsked
  /// The record whose content was asked for.
  private var searched: RecordReference?

  private enum CreateAnswer: Sendable {
    case notAsked, taken
    case refused(String)
  }

  public init(key: String, sha256: String) {
    self.key = key
    self.sha256 = sha256
  }

  public var firstStep: Step { .search }

  public mutating func next(after answer: Answer) -> Step {
    switch answer {
    case .found(let records): return stepAfterSearch(records)
    case .created:
      createAnswer = .taken
      return .search
    case .refused(let text):
      // A receiver that knows our key may refuse the second copy: the search tells.
      createAnswer = .refused(text)
      return .search
    case .content(let found): return .finish(verdict(onContent: found))
    }
  }

  private mutating func stepAfterSearch(_ records: [RecordReference]) -> Step {
    if records.count > 1 {
      let names = records.prefix(5).map(\.id).joined(separator: ", ")
      return .finish(
        .blocked(
          reason: "the ERP holds \(records.count) records under our key \(key) (\(names)); "
            + "remove all but the right one there, then release the delivery"))
    }
    if let record = records.first {
      guard record.sha256 == sha256 else { return .finish(.blocked(reason: otherContent(record.id, record.sha256))) }
      searched = record
      return .readBack(record)
    }
    switch createAnswer {
    case .notAsked: return .create
    case .refused(let text): return .finish(.blocked(reason: "the ERP refused the record: \(text)"))
    case .taken:
      return .giveUp(
        ERPFailure(
          .unexpectedAnswer, problem: "the ERP confirmed the record \(key) but does not show it",
          remedy: "Ask the ERP's administrator whether records are filtered or delayed; delivery goes on by itself"))
    }
  }

  private func verdict(onContent found: String?) -> DeliveryVerdict {
    let id = searched?.id ?? ""
    guard found == sha256 else { return .blocked(reason: otherContent(id, found ?? "longer than ours")) }
    return .delivered(receipt: id)
  }

  private func otherContent(_ id: String, _ found: String) -> String {
    "the ERP holds other content under our key \(key): its record \(id) has SHA-256 \(found), ours is \(sha256); "
      + "compare both, then release or withdraw the delivery"
  }
}
