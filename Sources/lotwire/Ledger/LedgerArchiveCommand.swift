import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct LedgerArchiveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive",
    abstract: "Write everything about sealed lots into folders that nobody needs Lotwire to read.",
    discussion: """
      Each lot gets a folder: its sealed records byte for byte, its events, its readings as CSV, its proof where a
      checkpoint closed it, and a manifest with the SHA-256 of every file. A lot whose archive holds everything is left
      out with --before; one with later readings or a later record gets another folder, +r1. A running daemon takes the archive
      up in the ledger, which retention asks for.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The lot number as it stands on the label.")
  var lot: String?

  @Option(help: "All lots whose record was sealed before this date (YYYY-MM-DD, UTC).")
  var before: String?

  @Option(help: "The folder that gets a folder for each lot; it must be there.")
  var into: String

  func validate() throws {
    guard (lot == nil) != (before == nil) else { throw ValidationError("Name one lot, or give --before DATE.") }
  }

  func run() async throws {
    try await reporting {
      let plant = try options.plant()
      let reader = try options.ledger()
      let archive = LotArchive(folder: absolute(into), programVersion: lotwireVersion)
      let notices = KeptNotices(ledgerPath: plant.ledgerPath)
      var made = 0
      for lot in try lots(reader) {
        do {
          let proof = try reader.proof(of: lot).map {
            LotArchive.Extra(name: "proof.json", bytes: Array(try $0.fileBytes()))
          }
          let result = try archive.make(
            of: lot, from: reader, extras: [proof].compactMap { $0 }, at: KeepingClock.now)
          _ = try LotArchive.verify(result.path)
          try notices.leave(result.fact)
          printLine("\(result.path): \(result.manifest.files.count) files, \(result.fact.bytes) bytes")
          made += 1
        } catch KeepingFault.exists where before != nil {
          continue
        }
      }
      printLine("\(made) lots archived")
    }
  }

  private func lots(_ reader: LedgerReader) throws -> [LotNumber] {
    if let lot { return [try lotNumber(lot)] }
    guard let before, let time = Timestamp(iso8601: before) else {
      throw CommandFailure("\"\(displayable(before ?? ""))\" is not a date. Write YYYY-MM-DD.", EX_USAGE)
    }
    return try reader.lotsSealed(before: time)
  }
}
