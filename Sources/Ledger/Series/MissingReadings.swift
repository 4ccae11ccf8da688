public import Shopfloor

/// Readings that are not in an answer although they were recorded. The rest of the answer is whole.
public struct MissingReadings: Hashable, Sendable, Codable {
  public enum Cause: String, Hashable, Sendable, Codable, CaseIterable {
    /// They did not give their digest and were set aside.
    case quarantined
    /// They do not give their digest, or cannot be read, and nobody set them aside yet.
    case damaged
    /// A rule of retention removed them.
    case retired
  }

  public var cause: Cause
  /// Commits, from and to.
  public var firstBatch: Int64
  public var lastBatch: Int64
  /// Least and greatest time that they can have, where that is known.
  public var from: Timestamp?
  public var to: Timestamp?
  /// Why they were set aside, or what is wrong with them.
  public var reason: String?

  public var words: Words {
    let batches = firstBatch == lastBatch ? "\(firstBatch)" : "\(firstBatch)–\(lastBatch)"
    let english = from.flatMap { from in to.map { " from \(from) to \($0)" } } ?? ""
    let chinese = from.flatMap { from in to.map { "（\(from) 至 \($0)）" } } ?? ""
    let why = reason.map { ": \($0)" } ?? ""
    let grund = reason.map { "：\($0)" } ?? ""
    return switch cause {
    case .quarantined:
      Words(
        "The readings of commit \(batches)\(english) are damaged and were set aside\(why).",
        "提交 \(batches)\(chinese) 的读数已损坏并被隔离\(grund)。")
    case .damaged:
      Words(
        "The readings of commit \(batches)\(english) are damaged\(why). Run \"lotwire ledger verify\".",
        "提交 \(batches)\(chinese) 的读数已损坏\(grund)。请运行 \"lotwire ledger verify\"。")
    case .retired:
      Words(
        "The readings of commit \(batches)\(english) were removed by a rule when their time of keeping was over.",
        "提交 \(batches)\(chinese) 的读数因保存期满已按规则移除。")
    }
  }
}

extension MissingReadings {
  init(_ stretch: ReadingScan.MissingStretch) {
    (cause, reason) =
      switch stretch.cause {
      case .quarantined(let reason): (.quarantined, reason)
      case .damaged(let reason): (.damaged, reason)
      case .retired: (.retired, nil)
      }
    firstBatch = stretch.firstBatch
    lastBatch = stretch.lastBatch
    from = stretch.firstReading.map(Timestamp.init(microseconds:))
    to = stretch.lastReading.map(Timestamp.init(microseconds:))
  }

  /// Stretches that follow each other for the same cause are one; what several parameters say twice is said once.
  static func joined(_ stretches: [MissingReadings]) -> [MissingReadings] {
    var joined: [MissingReadings] = []
    for stretch in stretches.sorted(by: { ($0.firstBatch, $0.lastBatch) < ($1.firstBatch, $1.lastBatch) }) {
      if let last = joined.last, last.cause == stretch.cause, last.reason == stretch.reason,
        stretch.firstBatch <= last.lastBatch + 1
      {
        joined[joined.count - 1].lastBatch = max(last.lastBatch, stretch.lastBatch)
        joined[joined.count - 1].from = [last.from, stretch.from].compactMap { $0 }.min()
        joined[joined.count - 1].to = [last.to, stretch.to].compactMap { $0 }.max()
      } else {
        joined.append(stretch)
      }
    }
    return joined
  }
}
