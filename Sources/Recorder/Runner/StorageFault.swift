import Ledger
public import Shopfloor

/// Why nothing can be kept at the moment, as far as it can be told.
public enum StorageFault: String, Hashable, Sendable, Codable, CaseIterable {
  case full, readOnly = "read_only", inputOutput = "input_output", other

  /// From what SQLite said and from what the disk looks like: on a full disk SQLite often says only that it cannot open or
  /// map a file.
  init(_ error: LedgerError, on disk: any LedgerDisk, path: String) {
    let text = "\(error)"
    let obstacle = disk.obstacle(at: path) ?? ""
    if obstacle.contains("read-only") || text.contains("readonly database") {
      self = .readOnly
    } else if text.contains("disk is full") || obstacle.contains("is full")
      || disk.space(at: path).map({ $0.freeBytes < Self.nothingLeftBytes }) == true
    {
      self = .full
    } else if text.contains("disk I/O error") {
      self = .inputOutput
    } else {
      self = .other
    }
  }

  /// With less free space than this SQLite cannot even map its shared memory and begin a WAL.
  static let nothingLeftBytes: Int64 = 256 << 10

  /// For people at the line.
  public var words: Words {
    switch self {
    case .full:
      Words(
        "The disk is full: nothing is recorded. Stop the line and make room; recording then goes on by itself.",
        "磁盘已满：当前未在记录。请停线并清理磁盘空间；之后将自动恢复记录。")
    case .readOnly:
      Words(
        "The disk is read-only: nothing is recorded. Stop the line and call the technician; the disk may be failing.",
        "磁盘为只读：当前未在记录。请停线并呼叫技术人员；磁盘可能即将损坏。")
    case .inputOutput:
      Words(
        "The disk reports errors: nothing is recorded. Stop the line and call the technician; the disk may be failing.",
        "磁盘报告错误：当前未在记录。请停线并呼叫技术人员；磁盘可能即将损坏。")
    case .other:
      Words(
        "The ledger cannot be written: nothing is recorded. Stop the line and call the technician.",
        "台账无法写入：当前未在记录。请停线并呼叫技术人员。")
    }
  }
}
