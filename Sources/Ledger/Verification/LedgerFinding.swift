public import Shopfloor

/// A place of the ledger that is not as it was written.
public struct LedgerFinding: Hashable, Sendable, Codable {
  public var place: LedgerDamageFound.Place
  /// Events, commits or segments, from and to, as the place counts them; 0 where it counts nothing.
  public var first: Int64
  public var last: Int64
  /// What was read, and what should have been.
  public var what: Words
  /// The time that it covers, where that is known.
  public var from: Timestamp?
  public var until: Timestamp?
  public var lots: [LotNumber]
  public var runs: [RunID]
  /// It was set aside before.
  public var isQuarantined = false

  public init(
    _ place: LedgerDamageFound.Place, _ first: Int64 = 0, _ last: Int64? = nil, _ what: Words, from: Int64? = nil,
    until: Int64? = nil, lots: [LotNumber] = [], runs: [RunID] = []
  ) {
    self.place = place
    self.first = first
    self.last = last ?? first
    self.what = what
    self.from = from.map { Timestamp(microseconds: $0) }
    self.until = (until ?? from).map { Timestamp(microseconds: $0) }
    self.lots = lots
    self.runs = runs
  }

  /// The fact that the ledger keeps of it.
  public var fact: LedgerDamageFound {
    LedgerDamageFound(
      place: place, first: first, last: last, reason: what.english, from: from, until: until, lots: lots, runs: runs)
  }

  /// Where it is, in words.
  public var placeWords: Words {
    let range = first == last ? "\(first)" : "\(first)–\(last)"
    return switch place {
    case .event: Words("event \(range)", "事件 \(range)")
    case .readings: Words("readings of commit \(range)", "提交 \(range) 的读数")
    case .segment: Words("packed readings, segment \(range)", "打包读数，段 \(range)")
    case .record: Words("sealed record", "已封存的批记录")
    case .index: Words("index", "索引")
    case .outbox: Words("what is owed to others", "待送出的数据")
    case .state: Words("kept state", "保存的状态")
    }
  }

  /// Place, time, what is wrong and whom it concerns, in one sentence.
  public var words: Words {
    var words = Words("\(placeWords.english): \(what.english)", "\(placeWords.chinese)：\(what.chinese)")
    if let from, let until {
      words.english += "; from \(from) to \(until)"
      words.chinese += "；时间 \(from) 至 \(until)"
    }
    if !lots.isEmpty || !runs.isEmpty {
      let concerned = (lots.map(\.text) + runs.map(\.text)).joined(separator: ", ")
      words.english += "; concerns \(concerned)"
      words.chinese += "；涉及 \(concerned)"
    }
    if isQuarantined {
      words.english += "; it was set aside before"
      words.chinese += "；此前已隔离"
    }
    return words
  }
}

/// What a verification found.
public struct LedgerVerificationReport: Hashable, Sendable, Codable {
  /// Event 1 where everything was checked.
  public var sinceSequence: Int64 = 1
  public var events: Int64 = 0
  public var commits: Int64 = 0
  public var readings: Int64 = 0
  public var segments: Int64 = 0
  public var records: Int64 = 0
  public var checkpoints: Int64 = 0
  /// Checkpoints whose signature was checked with a key.
  public var signatures: Int64 = 0
  /// Root of the tree over all events, in hexadecimal; nil where the events do not give one.
  public var rootSHA256: String?
  /// The first in the order of the ledger comes first.
  public var findings: [LedgerFinding] = []
  /// There were more than the bound.
  public var omittedFindings = 0
  /// Somebody ended it before it was through.
  public var isCancelled = false

  init() {}

  public var isSound: Bool { findings.isEmpty && !isCancelled }

  public var summary: Words {
    let scope = Words(
      "\(events) events, \(commits) commits with \(readings) readings, \(segments) segments, \(records) records, "
        + "\(checkpoints) checkpoints (\(signatures) signatures)",
      "\(events) 个事件、\(commits) 次提交共 \(readings) 个读数、\(segments) 个段、\(records) 份批记录、"
        + "\(checkpoints) 个检查点（\(signatures) 个签名）")
    guard let first = findings.first else {
      return isCancelled
        ? Words("ended early; sound so far: \(scope.english)", "提前结束；至此完好：\(scope.chinese)")
        : Words("the ledger is sound: \(scope.english)", "账本完好：\(scope.chinese)")
    }
    let count = findings.count + omittedFindings
    return Words(
      "the ledger is damaged in \(count) place\(count == 1 ? "" : "s"). First: \(first.words.english)",
      "账本有 \(count) 处损坏。首处：\(first.words.chinese)")
  }
}

/// How far a verification is.
public struct LedgerVerificationProgress: Hashable, Sendable {
  public enum Stage: String, Sendable, CaseIterable {
    case structure, contents, state
  }

  public var stage: Stage
  /// Of all work, from 0 to 1.
  public var fraction: Double
  public var findings: Int
}
