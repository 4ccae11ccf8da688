import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct LedgerInfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Say how large the ledger is, of what, how fast it grows, and how it is kept.")

  @OptionGroup var options: ConfigurationOption

  @Flag(help: "The figures as JSON.")
  var json = false

  func run() async throws {
    try await reporting {
      let plant = try options.plant()
      let info = try options.ledger().info(path: plant.ledgerPath)
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        printLine(String(decoding: try encoder.encode(info), as: UTF8.self))
      } else {
        for line in LedgerInfoText.lines(info, copy: copyState(plant, info)) { printLine(line) }
      }
    }
  }

  /// How the copy stands, or why that cannot be told; nil where none is configured.
  private func copyState(_ plant: PlantConfiguration, _ info: LedgerInfo) -> String? {
    guard let copy = plant.keeping.copy else { return nil }
    do {
      let standing = try LedgerReader(path: copy.folder + "/lotwire.sqlite").standing()
      let state = CopyState(of: standing, behind: info.standing)
      return "\(state.behindCommits) commits behind (\(state.behindMicroseconds / 1_000_000) s)"
    } catch {
      return "\(error)"
    }
  }
}

/// The figures of a ledger as a person reads them.
enum LedgerInfoText {
  static func lines(_ info: LedgerInfo, copy: String?) -> [String] {
    var lines = [
      "ledger       version \(info.schemaVersion), \(info.standing.words)",
      "file         \(size(info.fileBytes)), of that \(size(info.freePageBytes)) free; log \(size(info.logBytes))",
      "readings     \(info.packedReadings + info.openReadings), \(percent(info.packedShare)) packed",
      "packed       \(info.segments) segments, \(size(info.packedBytes))"
        + (info.bytesPerPackedReading.map { ", \(decimal($0)) bytes a reading" } ?? ""),
      "not packed   \(info.openCommits) commits, \(size(info.openBytes))",
      "records      \(info.records), \(size(info.recordBytes))",
      "growth       about \(size(Int64(info.bytesOfLastDay))) in the last day"
        + (info.daysLeft.map { "; the disk lasts \(Int(min($0, 1e6))) days at this rate" } ?? ""),
      "last backup  \(info.lastBackupAt.map { "\($0) \(info.lastBackup?.name ?? "")" } ?? "none is known")",
      "checkpoint   \(info.lastCheckpointAt.map { "\($0)" } ?? "none yet")",
    ]
    if let copy { lines.append("copy         \(copy)") }
    if info.retiredSegments > 0 { lines.append("removed      \(info.retiredSegments) segments by rule") }
    if info.quarantinedStretches > 0 { lines.append("set aside    \(info.quarantinedStretches) damaged stretches") }
    return lines
  }

  static func size(_ bytes: Int64) -> String {
    var value = Double(bytes)
    for unit in ["bytes", "KiB", "MiB", "GiB"] {
      if value < 1024 { return unit == "bytes" ? "\(bytes) bytes" : "\(decimal(value)) \(unit)" }
      value /= 1024
    }
    return "\(decimal(value)) TiB"
  }

  static func decimal(_ value: Double) -> String { String((value * 100).rounded() / 100) }

  static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
