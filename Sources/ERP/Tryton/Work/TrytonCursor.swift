import Shopfloor

/// Up to where the work of Tryton is known here: for each subject the last modification that was seen. Travels as text.
struct TrytonCursor: Hashable {
  enum Subject: String, CaseIterable {
    case orders = "o"
    case items = "i"
    case deliveries = "d"
    case lots = "l"
    /// Movements of lots: they change the stock of a lot and not the lot.
    case moves = "m"
    case people = "p"
  }

  /// Tryton's own clock.
  var seen: [Subject: Timestamp] = [:]
  /// Our clock, when everything was read for the last time.
  var fullAt: Timestamp?

  /// A record that was written before others may be committed after them: so long before the last modification that was
  /// seen is asked again, in microseconds. Longer than any transaction of Tryton lasts.
  static let overlapMicroseconds: Int64 = 600_000_000
  /// Deleted records leave no trace: so often everything that is open is read anew, in microseconds.
  static let fullEveryMicroseconds: Int64 = 86_400_000_000
  private static let head = "tryton1"

  init() {}

  /// Nil for a text of another form: everything is read anew then.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.first == Self.head[...] else { return nil }
    for word in words.dropFirst() {
      let parts = word.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let number = Int64(parts[1], radix: 36) else { return nil }
      let time = Timestamp(microseconds: number)
      if parts[0] == "f" {
        fullAt = time
      } else if let subject = Subject(rawValue: String(parts[0])) {
        seen[subject] = time
      } else {
        return nil
      }
    }
  }

  var text: String {
    var words = [Self.head]
    for subject in Subject.allCases {
      if let time = seen[subject] { words.append("\(subject.rawValue)=\(String(time.microseconds, radix: 36))") }
    }
    if let fullAt { words.append("f=\(String(fullAt.microseconds, radix: 36))") }
    return words.joined(separator: " ")
  }

  func isFullDue(at now: Timestamp) -> Bool {
    guard let fullAt else { return true }
    // A clock that was set back must not keep it away for years.
    return now < fullAt || now.microseconds(since: fullAt) >= Self.fullEveryMicroseconds
  }

  /// From when on changes of the subject are asked for; nil: everything.
  func since(_ subject: Subject) -> Timestamp? { seen[subject]?.advanced(byMicroseconds: -Self.overlapMicroseconds) }

  /// Notes what was seen; what a long reading may have passed by stays within the next question.
  mutating func note(_ subject: Subject, _ time: Timestamp?, readingMicroseconds: Int64) {
    guard let time else { return }
    let safe = time.advanced(byMicroseconds: -max(0, readingMicroseconds))
    if seen[subject].map({ $0 < safe }) ?? true { seen[subject] = safe }
  }
}
