import ArgumentParser
import BatchRecord
import Devices
import Foundation
import Ledger
import Shopfloor

struct LedgerVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the ledger: chains, tree, columns, index, records, what is owed, kept state.",
    discussion: """
      Without --full what came after the latest signed checkpoint is verified. Works beside a running daemon, without \
      one, and on a copy. Ends with status 0 where everything is as it was written, and with 65 where it is not: the \
      first damage is named first, with the time, the lots and the runs that it concerns.
      """)

  @OptionGroup var options: ConfigurationOption

  @Option(help: "A ledger file instead of the plant's, such as a backup.")
  var ledger: String?

  @Flag(help: "Verify everything from the first event on.")
  var full = false

  @Option(help: "Verify what came after the checkpoint of a tree of so many events.")
  var since: Int64?

  @Option(
    help:
      "File with the line's public key (PEM or base64): signatures of checkpoints are checked with it. The plant's own, unless given."
  )
  var key: String?

  @Flag(
    help:
      "Set damaged stretches aside: they stay as they are, are read by nobody, and an event tells of them. The daemon must not run."
  )
  var quarantine = false

  @Flag(help: "JSON instead of text.")
  var json = false

  @Flag(help: "Answer in Chinese.")
  var chinese = false

  func run() async throws {
    try await reporting {
      let path = try ledger ?? options.plant().ledgerPath
      let publicKey = try key.map { try LedgerKey.read($0) } ?? plantKey()
      let report = try verify(path, publicKey)
      let language: Language = chinese ? .chinese : .english
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        printLine(String(decoding: try encoder.encode(report), as: UTF8.self))
      } else {
        printLine(report.summary.text(in: language))
        for finding in report.findings { printLine("- " + finding.words.text(in: language)) }
      }
      if quarantine, !report.findings.isEmpty {
        let store = try LedgerStore(path: path)
        defer { store.close() }
        let count = try store.setAside(report.findings, foundAt: SystemClock().now().utc)
        printLine("\(count) set aside and told of in the ledger")
      }
      guard report.isSound else { throw CommandFailure("\(path) is damaged.", EX_DATAERR) }
    }
  }

  /// The line's own key, where the plant's ledger is verified and has one. An auditor brings the key from elsewhere.
  private func plantKey() throws -> [UInt8]? {
    guard ledger == nil else { return nil }
    return try SigningKey.load(from: try options.plant().keyPath)?.verifyingKey.bytes
  }

  private func verify(_ path: String, _ publicKey: [UInt8]?) throws -> LedgerVerificationReport {
    let reader = try LedgerReader(path: path)
    let latest = try full ? nil : since ?? LedgerVerification.latestCheckpoint(reader)
    var bar = LedgerVerifyProgress(isTerminal: isatty(STDERR_FILENO) == 1)
    var verification = LedgerVerification(reader, options: .init(since: latest, publicKey: publicKey)) { progress in
      bar.show(progress)
      return true
    }
    let report = verification.run()
    bar.end()
    return report
  }
}

/// One line that is written over on a terminal; a line a tenth elsewhere. On the standard error.
private struct LedgerVerifyProgress {
  private static let width = 30
  let isTerminal: Bool
  private let clock = ContinuousClock()
  private let start = ContinuousClock().now
  private var shown = -1

  init(isTerminal: Bool) { self.isTerminal = isTerminal }

  mutating func show(_ progress: LedgerVerificationProgress) {
    let percent = Int(progress.fraction * 100)
    guard isTerminal ? percent != shown : percent / 10 != shown / 10 || shown < 0 else { return }
    shown = percent
    let filled = percent * Self.width / 100
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    let seconds = (clock.now - start).components.seconds
    let left = percent > 0 ? "\(Int(seconds) * (100 - percent) / percent) s left" : ""
    let text =
      "\(progress.stage.rawValue) [\(bar)] \(percent) % \(left)\(progress.findings > 0 ? ", damage found" : "")"
    FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[K" + text : text + "\n").utf8))
  }

  func end() {
    if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }
}

/// Public keys from files.
enum LedgerKey {
  static func read(_ path: String) throws -> [UInt8] {
    // Why it cannot be read is of no use beyond the sentence below.
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw CommandFailure("\(path) cannot be read. Check the path and that this user may read it.", EX_NOINPUT)
    }
    guard let key = VerifyingKey(text: text) else {
      throw CommandFailure(
        "\(path) holds no Ed25519 public key. Take the file that \"lotwire key\" writes.", EX_DATAERR)
    }
    return key.bytes
  }
}
