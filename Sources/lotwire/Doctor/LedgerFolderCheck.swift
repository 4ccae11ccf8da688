import Foundation
import Glibc
import Shopfloor

/// Whether the ledger can be written to, and for how long there is room.
struct LedgerFolderCheck: DoctorCheck {
  /// Below these free bytes there is attention, and a fault.
  static let attentionBytes: UInt64 = 5_000_000_000
  static let faultBytes: UInt64 = 500_000_000

  func findings(_ context: DoctorContext) async -> [Finding] {
    guard let plant = context.plant else { return [] }
    let folder = plant.dataFolder.path
    return [writable(folder, plant), space(folder)].compactMap { $0 }
  }

  private func writable(_ folder: String, _ plant: PlantConfiguration) -> Finding {
    guard FileManager.default.fileExists(atPath: folder) else {
      // The daemon makes it: then the folder above must let it.
      let above = Self.existing(above: folder)
      guard access(above, W_OK | X_OK) == 0 else {
        return Finding(
          "ledger.folder", folder, .fault,
          Words("is not there, and cannot be made in \(above)", "不存在，也无法在 \(above) 中创建"),
          meaning: Words("nothing can be recorded", "无法记录任何数据"),
          remedy: Words("make the folder and give it to the user of the daemon", "请创建该文件夹并授权给守护进程用户"))
      }
      return Finding(
        "ledger.folder", folder, .ok, Words("is not there yet; the daemon makes it", "尚不存在，守护进程会创建它"))
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      return Finding(
        "ledger.folder", folder, .fault,
        Words("cannot be written to by this user", "当前用户无权写入"),
        meaning: Words(
          "a daemon of this user records nothing; another user may have the right", "以此用户运行的守护进程无法记录；其他用户可能有权限"),
        remedy: Words("run the doctor as the user of the daemon, or give it the folder", "请以守护进程用户运行检查，或授权该文件夹"))
    }
    let isThere = FileManager.default.fileExists(atPath: plant.ledgerPath)
    return Finding(
      "ledger.folder", folder, .ok,
      isThere ? Words("is writable and holds a ledger", "可写，已有账本") : Words("is writable, no ledger yet", "可写，尚无账本"))
  }

  private func space(_ folder: String) -> Finding? {
    var statistics = statvfs()
    guard statvfs(Self.existing(above: folder + "/"), &statistics) == 0 else { return nil }
    let free = UInt64(statistics.f_bavail) * UInt64(statistics.f_frsize)
    let severity: Finding.Severity =
      free < Self.faultBytes ? .fault : free < Self.attentionBytes ? .attention : .ok
    let shown = "\(free / 1_000_000_000).\(free / 100_000_000 % 10) GB"
    guard severity != .ok else {
      return Finding("ledger.space", folder, .ok, Words("\(shown) free", "剩余空间 \(shown)"))
    }
    return Finding(
      "ledger.space", folder, severity, Words("only \(shown) free", "仅剩 \(shown)"),
      meaning: Words(
        "when the disk is full, recording stops: sensors get no acknowledgement and brokers keep their messages",
        "磁盘写满后记录会停止：传感器收不到确认，消息留在代理中"),
      remedy: Words("make room, or move data: to a larger disk", "请清理空间，或将 data: 移到更大的磁盘"))
  }

  /// The folder itself or the nearest one above it that is there.
  private static func existing(above folder: String) -> String {
    var url = URL(fileURLWithPath: folder).standardizedFileURL
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
    return url.path
  }
}
