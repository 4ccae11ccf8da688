import BatchRecord
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// Exchange folders in which a BatchML document lies beside every record.
@Suite struct BatchMLFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("batchml-files") }

  private static let movement = """
    {"at":"2026-11-21T10:04:11.250000Z","delivery":"PO-55-1","event":1207,"event_hash":"5d","item":"FILM-70",\
    "material_lot":"ML-000007","movement":"receipt","person":"P-12","quantity":"500.25","station":"dock",\
    "supplier_lot":"S-1009","unusable_from":"2032-01-01T00:00:00.000000Z"}
    """

  private func row(_ kind: String = "material-movement", content: String = movement) -> OutboxRow {
    var row = outboxRow(1, content: content)
    row.kind = kind
    return row
  }

  private func connector(awaitsAcknowledgement: Bool = false) -> FileDropConnector {
    FileDropConnector(
      FileDropSettings(
        outboundFolder: folder.url.path, format: .batchML, awaitsAcknowledgement: awaitsAcknowledgement))
  }

  private func file(_ row: OutboxRow, _ ending: String) -> URL {
    folder.file(FileDropName.of(key: row.idempotencyKey) + ending)
  }

  @Test func theRecordItselfAlwaysLiesBesideTheDocument() async throws {
    let row = row()
    for _ in 1...2 {
      #expect(try await connector().deliver(row) == .delivered(receipt: file(row, ".json").lastPathComponent))
    }
    #expect(try Array(Data(contentsOf: file(row, ".json"))) == row.payload)
    #expect(try Array(Data(contentsOf: file(row, ".xml"))) == RecordRendering.batchML(ofMovement: row.payload))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 2)
    #expect(try await connector().compare([row]) == [])
  }

  /// A daemon that was killed between the two files.
  @Test func aMissingDocumentIsAddedAndAnotherOneIsBlocked() async throws {
    let row = row()
    try Data(row.payload).write(to: file(row, ".json"))
    _ = try await connector().deliver(row)
    #expect(FileManager.default.fileExists(atPath: file(row, ".xml").path))
    try Data("<other/>".utf8).write(to: file(row, ".xml"))
    guard case .blocked(let reason) = try await connector().deliver(row) else {
      Issue.record("another document counted as ours")
      return
    }
    #expect(reason.contains(".xml"))
  }

  @Test(arguments: [".json", ".xml"]) func anImporterAcknowledgesTheFileThatItRead(ending: String) async throws {
    let row = row()
    let connector = connector(awaitsAcknowledgement: true)
    await #expect(throws: ERPFailure.self) { try await connector.deliver(row) }
    let read = [UInt8](try Data(contentsOf: file(row, ending)))
    try Data(hexadecimalSHA256(read).utf8).write(to: file(row, ".ack"))
    for taken in [".json", ".xml"] { try FileManager.default.removeItem(at: file(row, taken)) }
    #expect(try await connector.deliver(row) == .delivered(receipt: file(row, ".json").lastPathComponent))
    #expect(!FileManager.default.fileExists(atPath: file(row, ".xml").path))
  }

  @Test(arguments: ["batch-record", "material-movement", "production-report"])
  func whatCannotBeRenderedIsBlockedWithTheReason(kind: String) async throws {
    guard case .blocked(let reason) = try await connector().deliver(row(kind, content: "{\"no\":\"record\"}")) else {
      Issue.record("no reason was given")
      return
    }
    #expect(reason.contains("no BatchML document can be made") && !reason.contains("\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func whatTheStandardHasNoWordsForGoesAsItIs() async throws {
    let row = row("something-new", content: "{}")
    _ = try await connector().deliver(row)
    #expect(!FileManager.default.fileExists(atPath: file(row, ".xml").path))
  }
}
