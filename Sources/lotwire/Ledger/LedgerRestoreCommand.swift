import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct LedgerRestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Bring a ledger back from a backup or a copy, after proof; never over an existing one.",
    discussion: """
      The backup is compared with its manifest and its chains are checked; the restored file is read back. With --later the
      command says what was recorded after the backup and is not in it. Give the former signing key back by hand: backups
      hold no keys.
      """)

  @Argument(help: "The backup (ledger-….sqlite), or lotwire.sqlite in the folder of a copy.")
  var backup: String

  @Option(help: "The folder that gets lotwire.sqlite: \"data:\" of the configuration.")
  var into: String

  @Option(
    name: [.long, .customLong("head")],
    help: "The manifest of a later backup, a later ledger, or a signed checkpoint, to compare with.")
  var later: String?

  func run() async throws {
    try await reporting {
      let now = KeepingClock.now
      let later = try later.map { try LaterStanding(path: absolute($0)) }
      let report = try LedgerRestore(source: absolute(backup), folder: absolute(into))
        .run(comparing: later?.standing, checkpoint: later?.note, at: now)
      printLine("\(report.path): \(report.standing.words)")
      if let missing = report.missing {
        printLine(
          "missing since: \(missing.events) events and \(missing.commits) commits, from "
            + "\(missing.from.map { "\($0)" } ?? "the beginning") to \(missing.until.map { "\($0)" } ?? "a time unknown")"
        )
      } else if later != nil {
        printLine("nothing is missing up to what was compared with")
      }
      printLine("The next start of the daemon says in the ledger that it was restored.")
    }
  }
}

/// What a restored ledger is compared with.
private struct LaterStanding {
  var standing: LedgerStanding?
  var note: CheckpointNote?

  init(path: String) throws {
    if path.hasSuffix(".sqlite") {
      standing = try LedgerReader(path: path).standing()
      // What is no checkpoint must be a manifest, which says why it is none.
    } else if let text = try? String(contentsOfFile: path, encoding: .utf8), let note = CheckpointNote(text: text) {
      self.note = note
    } else {
      standing = try BackupManifest(path: path).standing
    }
  }
}
