import Devices
import Foundation
import Ledger
import Shopfloor

/// Reads `keeping:`, how the ledger is kept.
struct KeepingReader {
  let root: DocumentNode
  let reader: ConfigurationReader
  /// The folder of the ledger itself: no copy of it may lie there.
  let dataFolder: URL

  /// More than these are a mistake in writing.
  static let maximumBackups = 3_660
  static let maximumYears = 100.0

  func read() -> KeepingConfiguration {
    var keeping = KeepingConfiguration()
    guard let node = root["keeping"] else { return keeping }
    node.allowKeys(["backup", "copy", "retention", "packing", "checkpoint_minutes"])
    keeping.backup = node["backup"].flatMap(backup)
    keeping.copy = node["copy"].flatMap(copy)
    keeping.retention = node["retention"].flatMap(retention)
    keeping.packsReadings = node["packing"]?.flag("Write true or false") ?? true
    if let minutes = node["checkpoint_minutes"] {
      if let value = minutes.integer(in: 1...1_440, "Write minutes, such as 60") {
        keeping.checkpointMicroseconds = Int64(value) * 60_000_000
      }
    }
    return keeping
  }

  private func backup(_ node: DocumentNode) -> KeepingConfiguration.Backup? {
    node.allowKeys(["folder", "at", "keep"])
    let folder = folder(node, "Write a folder on another disk: folder: /mnt/backup/line-1")
    let minute = node["at"].map(minuteOfDay) ?? 150
    let keep = node["keep"].map { $0.integer(in: 1...Self.maximumBackups, "Write how many stay, such as 14") } ?? 14
    guard let folder, let minute, let keep else { return nil }
    return KeepingConfiguration.Backup(
      folder: folder, schedule: BackupSchedule(minuteOfDay: minute), keep: keep)
  }

  private func copy(_ node: DocumentNode) -> KeepingConfiguration.Copy? {
    node.allowKeys(["folder", "every_seconds"])
    let folder = folder(node, "Write a folder on another disk: folder: /mnt/copy/line-1")
    let interval = node["every_seconds"].map { $0.seconds(in: 0.1...3_600, "Write seconds, such as 1") } ?? 1_000_000
    guard let folder, let interval else { return nil }
    return KeepingConfiguration.Copy(folder: folder, intervalMicroseconds: interval)
  }

  private func retention(_ node: DocumentNode) -> RetentionRules? {
    node.allowKeys(["readings_years"])
    let remedy = "Write how long readings are kept: readings_years: 10"
    guard let place = node.required("readings_years", remedy), let years = place.number(remedy) else { return nil }
    guard (0.1...Self.maximumYears).contains(years) else {
      place.fault("\(years) years is outside 0.1 to \(Self.maximumYears) years", remedy)
      return nil
    }
    // A year of 365.2425 days, up to the next whole day.
    return RetentionRules(readingsDays: Int((years * 365.2425).rounded(.up)))
  }

  private func folder(_ node: DocumentNode, _ remedy: String) -> String? {
    guard let place = node.required("folder", remedy), let text = place.string(remedy) else { return nil }
    guard let folder = PlainText.path(text).map(reader.path) else {
      place.fault("\"\(displayable(text))\" is not a path", remedy)
      return nil
    }
    guard folder.standardizedFileURL.path != dataFolder.standardizedFileURL.path else {
      place.fault("this is the folder of the ledger itself", remedy)
      return nil
    }
    return folder.path
  }

  private enum PlainText {
    static func path(_ text: String) -> String? { text.isEmpty || text.contains("\0") ? nil : text }
  }

  /// `HH:MM`, local time.
  private func minuteOfDay(_ node: DocumentNode) -> Int? {
    let remedy = "Write the time of the day in quotes: at: \"02:30\""
    guard let text = node.string(remedy) else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isNumber) }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else {
      node.fault("\"\(displayable(text, maximumCharacters: 20))\" is not a time of the day", remedy)
      return nil
    }
    return hour * 60 + minute
  }
}
