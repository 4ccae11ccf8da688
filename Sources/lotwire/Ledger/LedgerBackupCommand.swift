import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct LedgerBackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Write a verified backup of the ledger into a folder, beside a running daemon or without one.",
    discussion: """
      The folder must be there. The backup is read back and its chains are checked before it gets its name; its manifest
      stands beside it. A running daemon takes it up in the ledger.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The folder; without it that of \"keeping: backup:\" in the configuration.")
  var folder: String?

  func run() async throws {
    try await reporting {
      let plant = try options.plant()
      guard let folder = folder ?? plant.keeping.backup?.folder else {
        throw CommandFailure(
          "Name a folder: lotwire ledger backup /mnt/backup, or write keeping: backup: in the configuration.", EX_USAGE)
      }
      let manifest = try LedgerBackup(
        ledgerPath: plant.ledgerPath, folder: absolute(folder), programVersion: lotwireVersion
      ).make(at: KeepingClock.now)
      try KeptNotices(ledgerPath: plant.ledgerPath).leave(manifest.copied)
      printLine("\(manifest.file): \(manifest.bytes) bytes, SHA-256 \(manifest.sha256)")
      printLine("verified: \(manifest.standing.words)")
    }
  }
}

/// The instant at which a command of the keeping began.
enum KeepingClock {
  static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}

/// Paths of the command line are meant from the folder it was called in.
func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

extension LedgerStanding {
  /// "191 events to 2026-…, 637 commits".
  var words: String {
    "\(throughSequence) events up to \(lastEventAt.map { "\($0)" } ?? "none"), \(throughBatch) commits; last event "
      + eventHeadSHA256.prefix(16) + "…"
  }
}
