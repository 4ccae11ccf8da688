import Foundation
import Glibc
import Harness
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// Folders that cannot be used, importers that take files away, and what a killed daemon leaves.
@Suite struct ExchangeFolderFaultTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("folder-faults") }

  private func connector(_ path: String? = nil, awaitsAcknowledgement: Bool = false) -> FileDropConnector {
    FileDropConnector(
      FileDropSettings(outboundFolder: path ?? folder.url.path, awaitsAcknowledgement: awaitsAcknowledgement))
  }

  private func failure(_ connector: FileDropConnector, _ row: OutboxRow) async -> ERPFailure? {
    do throws(ERPFailure) {
      _ = try await connector.deliver(row)
      return nil
    } catch {
      return error
    }
  }

  private func file(_ row: OutboxRow, _ ending: String = ".json") -> URL {
    folder.file(FileDropName.of(key: row.idempotencyKey) + ending)
  }

  /// A device that is always full: the write itself fails, as on a full disk.
  @Test func aFullDiskIsSaidAndNothingCountsAsWritten() throws {
    let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
    #expect(descriptor >= 0)
    defer { close(descriptor) }
    #expect {
      try DurableFile.writeAll(Array("content".utf8), to: descriptor, path: "/share/.1")
    } throws: { error in
      let fault = error as? DurableFile.Fault
      return fault?.code == ENOSPC && fault?.reason.contains("No space left on device") == true
    }
  }

  /// The kernel's own folder takes no files, whoever asks.
  @Test func aFolderThatTakesNoFiles() async throws {
    let told = await failure(connector("/proc"), outboxRow(1))
    #expect(told?.code == .local && told?.remedy.contains("belongs to the account") == true)
  }

  @Test func aWriteThatFailsLeavesNothingBehind() throws {
    let tooLong = String(repeating: "n", count: 300)
    #expect(throws: DurableFile.Fault.self) {
      try DurableFile.write([1, 2, 3], folder: folder.url.path, name: tooLong)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func aFileInThePlaceOfTheFolder() async throws {
    let path = folder.file("no-folder").path
    try Data("x".utf8).write(to: URL(fileURLWithPath: path))
    #expect(await failure(connector(path), outboxRow(1))?.code == .local)
  }

  @Test func anImporterThatTakesAwayAcknowledgesFirstAndTheFileDoesNotComeBack() async throws {
    let row = outboxRow(1, lot: "L-1")
    let connector = connector(awaitsAcknowledgement: true)
    #expect(await failure(connector, row)?.code == .awaitingReceiver)
    try Data(row.payloadSHA256.utf8).write(to: file(row, ".ack"))
    try FileManager.default.removeItem(at: file(row))
    for _ in 1...3 { _ = try await connector.deliver(row) }
    #expect(!FileManager.default.fileExists(atPath: file(row).path))
    // What was taken away is the importer's; what still lies there must be ours.
    #expect(try await connector.compare([row]) == [])
    try Data("changed".utf8).write(to: file(row))
    #expect(try await connector.compare([row]).map(\.field) == ["file sha256"])
  }

  @Test func aRefusalInWordsOfAllScriptsComesOnOneLine() async throws {
    let row = outboxRow(1)
    let connector = connector(awaitsAcknowledgement: true)
    try Data("refused\n期间已关闭\u{202E}\n".utf8).write(to: file(row, ".ack"))
    guard case .blocked(let reason) = try await connector.deliver(row) else {
      Issue.record("a refusal counted as taken")
      return
    }
    #expect(reason.contains("期间已关闭") && !reason.contains("\n") && !reason.contains("\u{202E}"))
    // The person puts it right and takes the refusal away: the row goes on.
    try FileManager.default.removeItem(at: file(row, ".ack"))
    #expect(await failure(connector, row)?.code == .awaitingReceiver)
    try Data().write(to: file(row, ".ack"))
    guard case .delivered = try await connector.deliver(row) else {
      Issue.record("an acknowledgement was not seen")
      return
    }
  }

  @Test func anEndlessAcknowledgementIsReadOnlyInPart() async throws {
    let row = outboxRow(1)
    try Data(("refused " + String(repeating: "x", count: 1_000_000)).utf8).write(to: file(row, ".ack"))
    guard case .blocked(let reason) = try await connector(awaitsAcknowledgement: true).deliver(row) else {
      Issue.record("a refusal counted as taken")
      return
    }
    #expect(reason.count < 400)
  }

  @Test func whatAKilledDaemonLeftIsRemovedOnceAndOthersFilesStay() async throws {
    let names = [".1" + DurableFile.temporarySuffix, ".2" + DurableFile.temporarySuffix, ".importer", "other.json"]
    for name in names { try Data("half".utf8).write(to: folder.file(name)) }
    let connector = connector()
    _ = try await connector.deliver(outboxRow(1))
    let left = Set(try FileManager.default.contentsOfDirectory(atPath: folder.url.path))
    #expect(left == [".importer", "other.json", file(outboxRow(1)).lastPathComponent])
    #expect(try String(contentsOf: folder.file("other.json"), encoding: .utf8) == "half")
  }
}
