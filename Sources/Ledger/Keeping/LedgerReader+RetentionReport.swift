public import Shopfloor

/// How retention judges a packed segment now, for a person who asks.
public struct RetentionVerdict: Hashable, Sendable {
  public var segment: RetentionPlan.Segment
  public var from: Timestamp
  public var readings: Int64
  public var verdict: RetentionPlan.Verdict
}

extension LedgerReader {
  /// Judges the segments that still have their readings, the oldest first, at most so many.
  public func retentionReport(
    rules: RetentionRules, at now: Timestamp, limit: Int
  ) throws(LedgerError) -> [RetentionVerdict] {
    var report: [RetentionVerdict] = []
    var last: Int64 = 0
    while report.count < limit, let candidate = try retentionCandidate(after: last) {
      last = candidate.segment.id
      report.append(
        RetentionVerdict(
          segment: candidate.segment, from: candidate.from, readings: candidate.readings,
          verdict: RetentionPlan.judge(candidate.segment, lots: candidate.lots, rules: rules, at: now)))
    }
    return report
  }
}

extension RetentionPlan.Reason {
  /// Why the readings stay, for people.
  public var words: Words {
    switch self {
    case .periodNotOver(let until): Words("kept until \(until)", "保存至 \(until)")
    case .runOpen: Words("a run that touches them is not ended", "相关作业尚未结束")
    case .alarmOpen: Words("an alarm that touches them is not closed", "相关报警尚未关闭")
    case .quarantined: Words("a part of them is damaged and set aside", "其中一部分已损坏并被隔离")
    case .unknownLot(let lot): Words("lot \(lot) is not known well enough", "批次 \(lot) 信息不足")
    case .notCompleted(let lot): Words("lot \(lot) is not completed", "批次 \(lot) 尚未完成")
    case .notSealed(let lot): Words("the record of lot \(lot) is not sealed", "批次 \(lot) 的记录尚未封存")
    case .notDelivered(let lot): Words("the record of lot \(lot) is not delivered", "批次 \(lot) 的记录尚未交付")
    case .notArchived(let lot): Words("lot \(lot) is not archived", "批次 \(lot) 尚未归档")
    case .archiveTooOld(let lot):
      Words("the archive of lot \(lot) is older than these readings; archive it again", "批次 \(lot) 的归档早于这些读数；请重新归档")
    case .onHold(let lot): Words("lot \(lot) is on hold", "批次 \(lot) 被扣留")
    case .relatedOnHold(let lot, let other):
      Words("lot \(lot), which shares material with lot \(other), is on hold", "与批次 \(other) 共用物料的批次 \(lot) 被扣留")
    }
  }
}
