/// Brings something of the ERP to a total that we know: read, write only where it differs, read again. What is written is
/// the total, never an increment, so that repeating changes nothing. Where somebody else changed it between reading and
/// writing, the ERP refuses the write and it is decided anew.
struct TargetConversation: Sendable {
  enum Step: Hashable, Sendable {
    case read
    /// Write what the reading lacks, on the condition that it still is as it was read.
    case write
    case finish(Outcome)
  }

  enum Answer: Hashable, Sendable {
    /// Whether what was read is the total already.
    case read(isReached: Bool)
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

  /// Rounds of reading and writing before it is left for later.
  static let maximumRounds = 5

  private var writes = 0
  private var refusal: String?
  private var isLastWriteTaken = false

  var firstStep: Step { .read }

  mutating func next(after answer: Answer) -> Step {
    switch answer {
    case .read(isReached: true): return .finish(.reached(isNew: isLastWriteTaken))
    case .read(isReached: false):
      if let refusal { return .finish(.blocked(refusal)) }
      guard writes < Self.maximumRounds else { return .finish(.contended) }
      writes += 1
      return .write
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
