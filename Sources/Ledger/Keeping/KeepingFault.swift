public import Shopfloor

/// Why a backup, restore, copy or archive was not made. Nothing stands under its final name then.
public enum KeepingFault: Error, Hashable, Sendable {
  /// The folder cannot be written.
  case folder(path: String, reason: String)
  case noSpace(path: String, neededBytes: Int64, freeBytes: Int64)
  /// Another program makes a backup into this folder now.
  case busy(path: String)
  /// Nothing is ever written over a ledger.
  case exists(path: String)
  /// What was written does not read back as what it was made from, or the file is not what its manifest says.
  case notVerified(path: String, reason: String)
  case noManifest(path: String, reason: String)
  /// The copy in the folder belongs to another ledger.
  case otherLedger(path: String)
  /// Copy and ledger hold different events or readings under the same number.
  case differs(path: String, what: String)
  /// A lot whose record is not sealed has no archive yet.
  case notSealed(lot: LotNumber)

  /// Stable code for messages and logs.
  public var code: String {
    switch self {
    case .folder: "keeping.folder"
    case .noSpace: "keeping.no_space"
    case .busy: "keeping.busy"
    case .exists: "keeping.exists"
    case .notVerified: "keeping.not_verified"
    case .noManifest: "keeping.no_manifest"
    case .otherLedger: "keeping.other_ledger"
    case .differs: "keeping.differs"
    case .notSealed: "keeping.not_sealed"
    }
  }

  public var words: Words {
    switch self {
    case .folder(let path, let reason):
      Words(
        "\(path) cannot be used: \(reason). Check that the disk or share is there and that this user may write to it",
        "无法使用 \(path)：\(reason)。请检查磁盘或共享是否在线以及写权限")
    case .noSpace(let path, let needed, let free):
      Words(
        "\(path) has \(free) bytes free and \(needed) are needed. Nothing was written; make room or give another folder",
        "\(path) 剩余 \(free) 字节，需要 \(needed) 字节。未写入任何内容；请腾出空间或指定其他文件夹")
    case .busy(let path):
      Words(
        "another program makes a backup into \(path) now. Wait until it is done", "另一个程序正在向 \(path) 备份。请等待其完成")
    case .exists(let path):
      Words(
        "\(path) is there already and is not overwritten. Give an empty folder, or move that ledger away yourself",
        "\(path) 已存在，不会被覆盖。请指定空文件夹，或自行移走该账本")
    case .notVerified(let path, let reason):
      Words("\(path) is not verified: \(reason). Do not rely on it", "\(path) 未通过核验：\(reason)。请勿使用")
    case .noManifest(let path, let reason):
      Words(
        "the manifest \(path) cannot be read: \(reason). A backup is the ledger's file with its manifest beside it",
        "无法读取清单 \(path)：\(reason)。备份由账本文件及其旁边的清单组成")
    case .otherLedger(let path):
      Words(
        "\(path) is the copy of another ledger and is left as it is. Give this line a folder of its own",
        "\(path) 是另一账本的副本，未作改动。请为本产线指定单独的文件夹")
    case .differs(let path, let what):
      Words(
        "the copy \(path) and the ledger differ: \(what). Nothing was overwritten; keep both and tell quality",
        "副本 \(path) 与账本不一致：\(what)。未覆盖任何内容；请保留两者并通知质量部门")
    case .notSealed(let lot):
      Words(
        "the record of lot \(lot) is not sealed yet. Archive it after its last operation",
        "批次 \(lot) 的记录尚未封存。请在末道工序完成后归档")
    }
  }
}

extension KeepingFault: CustomStringConvertible {
  public var description: String { "[\(code)] \(words.english)." }
}
