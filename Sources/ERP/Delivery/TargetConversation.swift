/// Brings something of the ERP to a total that we know: read, write only where it differs, read again. What is written is
/// the total, never an increment, so that repeating changes nothing. Where somebody else changed it between reading and
/// writing, the ERP refuses the write and it is decided anew. `Change` is what is to be written, with its conditions.
struct TargetConversation<Change: Hashable & Sendable>: Sendable {
  enum Step: Hashable, Sendable {
    case read
    /// Write what the reading lacks, on the condition that it still is as it was read.
    case write(Change)
    case finish(Outcome)
  }

  enum Answer: Hashable, Sendable {
    /// What is lacking; nil: what was read is the total already.
    case read(Change?)
    case written
    /// Somebody changed it since it was read.
    case changedMeanwhile
    case refused(String)
  }

  enum Outcome: Hashable, Sendable {
    case reached(isNew: Bool)
    case blocked(String)
    /// Others change it faster than we can: later.
    case contended
  }

  /// Rounds of reading and writing before it is left for later: twice the steps of the longest change.
  static var maximumRounds: Int { 8 }

  private var writes = 0
  private var last: Change?
  private var refusal: String?
  private var isLastWriteTaken = false

  var firstStep: Step { .read }

  mutating func next(after answer: Answer) -> Step {
    switch answer {
    case .read(nil): return .finish(.reached(isNew: isLastWriteTaken))
    case .read(let change?):
      // Something between us and the ERP may have sent a request twice: the second is refused because the first was carried
      // out. Only what is lacking still is refused.
      if let refusal, change == last { return .finish(.blocked(refusal)) }
      guard writes < Self.maximumRounds else { return .finish(refusal.map { .blocked($0) } ?? .contended) }
      (refusal, last) = (nil, change)
      writes += 1
      return .write(change)
    case .written:
      isLastWriteTaken = true
      return .read
    case .changedMeanwhile:
      isLastWriteTaken = false
      return .read
    case .refused(let text):
      refusal = text
      isLastWriteTaken = false
      return .read
    }
  }
}
