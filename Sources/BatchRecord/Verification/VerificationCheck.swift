public import Shopfloor

/// What a verifier looks at, in this order.
public enum VerificationCheck: String, CaseIterable, Sendable {
  case canonicalJSON, format, digest, signature, key
  case lot, times, runs
  case readingTimes, readingStatistics, characteristics
  case shares
  case exceptions, events

  public var title: Words {
    switch self {
    case .canonicalJSON: Words("The file is canonical JSON", "文件为规范 JSON")
    case .format: Words("The format and its version are known", "格式及版本可识别")
    case .digest: Words("The digest fits the record", "摘要与记录一致")
    case .signature: Words("The signature fits the lot, the revision and the digest", "签名与批次、版本和摘要一致")
    case .key: Words("The key is the trusted one", "密钥为受信任的密钥")
    case .lot: Words("Every run holds the lot of the record", "每次运行都包含本记录的批次")
    case .times: Words("Times and their texts agree", "时间与其文本一致")
    case .runs: Words("Runs have ended and are in order", "运行均已结束且顺序正确")
    case .readingTimes: Words("Readings lie within their run and are in order", "读数位于其运行时间内且顺序正确")
    case .readingStatistics: Words("Counts, statistics and digests follow from the readings", "计数、统计值和摘要可由读数复算")
    case .characteristics: Words("Characteristics and limits can be recomputed", "特性值和限值可复算")
    case .shares: Words("Shares of work orders fit what was consumed", "各工单的份额与投料一致")
    case .exceptions: Words("Everything to be reviewed is listed", "所有需审核事项均已列出")
    case .events: Words("Events are in order and fit their hash chain", "事件顺序正确且与哈希链一致")
    }
  }
}

/// The first thing that does not fit in a check: where in the document, and both values.
public struct Misfit: Error, Hashable, Sendable {
  /// "record.runs[0].series[1].readings[17]".
  public var path: String
  public var expected: String
  public var found: String

  public init(path: String, expected: String, found: String) {
    self.path = path
    self.expected = displayable(expected)
    self.found = displayable(found)
  }
}
