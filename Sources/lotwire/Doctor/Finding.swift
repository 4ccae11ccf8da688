import Shopfloor

/// What one check found about one thing: what it is, what it means, what to do.
struct Finding: Hashable {
  enum Severity: String, Hashable, Comparable {
    case ok
    case attention
    case fault

    static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .ok: 0
      case .attention: 1
      case .fault: 2
      }
    }

    /// A shape for each, so that no colour is needed.
    var sign: String {
      switch self {
      case .ok: "●"
      case .attention: "▲"
      case .fault: "✗"
      }
    }

    var words: Words {
      switch self {
      case .ok: Words("ok", "正常")
      case .attention: Words("attention", "注意")
      case .fault: Words("fault", "故障")
      }
    }
  }

  /// Stable, for programs: "broker.queue".
  var check: String
  /// What was looked at: a broker, a folder.
  var subject: String
  var severity: Severity
  var found: Words
  /// Nil where nothing follows from it.
  var meaning: Words?
  var remedy: Words?
  /// What to write where, as it stands in the file.
  var lines: [String] = []

  init(
    _ check: String, _ subject: String, _ severity: Severity, _ found: Words, meaning: Words? = nil,
    remedy: Words? = nil, lines: [String] = []
  ) {
    self.check = check
    self.subject = subject
    self.severity = severity
    self.found = found
    self.meaning = meaning
    self.remedy = remedy
    self.lines = lines
  }
}
