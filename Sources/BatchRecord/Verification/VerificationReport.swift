public import Shopfloor

/// What became of every check, and what was verified.
public struct VerificationReport: Hashable, Sendable {
  public enum Result: Hashable, Sendable {
    case passed
    case failed(Misfit)
    /// There was nothing to compare with, which is no failure; the words say what.
    case notCompared(Words)
    /// An earlier failure left nothing to look at.
    case notReached
  }

  public struct Outcome: Hashable, Sendable {
    public var check: VerificationCheck
    public var result: Result
  }

  /// One for every check, in the fixed order.
  public internal(set) var outcomes: [Outcome] = []
  /// What the file says of itself; nil where it could not be read.
  public internal(set) var lot: String?
  public internal(set) var revision: Int64?
  public internal(set) var keyID: String?
  /// SHA-256 of the record in the file, computed here.
  public internal(set) var digestSHA256: String?

  /// True where every check passed or had nothing to compare with.
  public var isVerified: Bool {
    outcomes.count == VerificationCheck.allCases.count
      && outcomes.allSatisfy { outcome in
        switch outcome.result {
        case .passed, .notCompared: true
        case .failed, .notReached: false
        }
      }
  }

  /// The first check that failed, with what does not fit.
  public var firstMisfit: (check: VerificationCheck, misfit: Misfit)? {
    for outcome in outcomes {
      if case .failed(let misfit) = outcome.result { return (outcome.check, misfit) }
    }
    return nil
  }

  /// The report as lines for a terminal.
  public func text(in language: Language) -> String {
    var lines = outcomes.map { outcome in
      let title = outcome.check.title.text(in: language)
      switch outcome.result {
      case .passed: return "[ok]   \(title)"
      case .notCompared(let words): return "[--]   \(title): \(words.text(in: language))"
      case .notReached: return "[  ]   \(title): " + Words("not reached", "未检查").text(in: language)
      case .failed(let misfit):
        let details = Words(
          "at \(misfit.path): expected \(misfit.expected), found \(misfit.found)",
          "位置 \(misfit.path)：应为 \(misfit.expected)，实为 \(misfit.found)")
        return "[FAIL] \(title): \(details.text(in: language))"
      }
    }
    let lot = displayable(self.lot ?? "?")
    lines.append(
      (isVerified
        ? Words("The record of lot \(lot) is verified.", "批次 \(lot) 的记录已通过验证。")
        : Words("The record of lot \(lot) is NOT verified.", "批次 \(lot) 的记录未通过验证。")).text(in: language))
    return lines.joined(separator: "\n") + "\n"
  }
}
