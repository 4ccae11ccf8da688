import ArgumentParser
import BatchRecord
import Foundation
import Ledger
import Shopfloor

struct RecordShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Write the sealed batch record of a lot, byte for byte, or as a public standard has it.",
    discussion: """
      Works with and without a running daemon. The record goes to the standard output, or to --output.
      --as batchml writes BatchML V7 (XML), --as epcis EPCIS 2.0 (JSON-LD). Both name the SHA-256 of the sealed record, which
      is the original: keep it.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The lot number as it stands on the label.")
  var lot: String?

  @Option(help: "A sealed record in a file, instead of a lot of the ledger.")
  var file: String?

  @Option(name: .customLong("as"), help: "json (the record itself), batchml or epcis.")
  var form = RecordForm.json

  @Option(help: "What names in EPCIS begin with that no GTIN says: an https URL in a domain of your own, or a URN.")
  var base: String?

  @Option(name: [.short, .long, .customLong("out")], help: "File to write instead of the standard output.")
  var output: String?

  @Flag(help: "A summary for people instead of the record.")
  var summary = false

  @Flag(help: "The summary in Chinese.")
  var chinese = false

  func validate() throws {
    guard (lot == nil) != (file == nil) else {
      throw ValidationError("Name a lot, or a sealed record with --file: one of the two.")
    }
    guard !summary || form == .json else { throw ValidationError("--summary and --as exclude each other.") }
    guard base == nil || form == .epcis else { throw ValidationError("--base is for --as epcis.") }
  }

  func run() async throws {
    try await reporting {
      let bytes = try sealed()
      if summary {
        printLine(try RecordSummary(sealedBytes: bytes).text(in: chinese ? .chinese : .english))
        return
      }
      let rendered = try form.rendering(of: bytes, base: base)
      if let output {
        try Data(rendered).write(to: URL(fileURLWithPath: output), options: .atomic)
      } else {
        printBytes(rendered)
      }
    }
  }

  private func sealed() throws -> [UInt8] {
    if let file { return try bytesOfFile(file) }
    let number = try lotNumber(lot ?? "")
    guard let bytes = try options.ledger().sealedRecord(of: number) else {
      throw CommandFailure(
        "There is no sealed record of lot \(number). A record is sealed shortly after the last operation of the lot; "
          + "see \"lotwire trace \(number)\".", EX_NOINPUT)
    }
    return bytes
  }
}

/// The bytes of a file that somebody named.
func bytesOfFile(_ path: String) throws -> [UInt8] {
  do {
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  } catch {
    throw CommandFailure("\(path) cannot be read. Check the path and that this user may read it.", EX_NOINPUT)
  }
}

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a sealed record without daemon or ledger; name the first thing that does not fit.",
    discussion: """
      Without --key anybody may have sealed the file: give the plant's public key, from "lotwire key", to know that this
      plant did.
      """)

  @Argument(help: "The record, as \"lotwire record\" wrote it.")
  var file: String

  @Option(help: "File with the public key that the record must be sealed with (PEM or base64).")
  var key: String?

  @Flag(help: "Answer in Chinese.")
  var chinese = false

  func run() async throws {
    try await reporting {
      let report = RecordVerifier.verify(try bytesOfFile(file), trustedKey: try trustedKey())
      printLine(report.text(in: chinese ? .chinese : .english))
      guard report.isVerified else { throw CommandFailure("\(file) is not verified.", EX_DATAERR) }
    }
  }

  private func trustedKey() throws -> VerifyingKey? {
    guard let key else { return nil }
    guard let found = VerifyingKey(text: String(decoding: try bytesOfFile(key), as: UTF8.self)) else {
      throw CommandFailure("\(key) holds no Ed25519 public key. Take the file that \"lotwire key\" writes.", EX_DATAERR)
    }
    return found
  }
}

struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Print the plant's public key, to be given to those who verify records.")

  @OptionGroup var options: ConfigurationOption

  func run() async throws {
    try await reporting {
      guard let key = try SigningKey.load(from: try options.plant().keyPath) else {
        throw CommandFailure("There is no key yet; the daemon makes it at its first start.", EX_NOINPUT)
      }
      printLine(key.verifyingKey.pem)
    }
  }
}
