import BatchRecord
import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import lotwire

@Suite("Keeping of the ledger: configuration, and the record of a former version")
struct LedgerKeepingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("keeping") }

  private func read(_ text: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try (ConfigurationTests.good + text).write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  @Test("what is written becomes what is kept; nothing written keeps everything and packs")
  func good() throws {
    let keeping = try read(
      """
      keeping:
        backup: {folder: /mnt/backup, at: "23:05", keep: 7}
        copy: {folder: copy, every_seconds: 2.5}
        retention: {readings_years: 10}
        packing: false
        checkpoint_minutes: 15

      """
    ).keeping
    #expect(
      keeping.backup
        == KeepingConfiguration.Backup(
          folder: "/mnt/backup", schedule: BackupSchedule(minuteOfDay: 23 * 60 + 5), keep: 7))
    #expect(
      keeping.copy
        == KeepingConfiguration.Copy(folder: folder.file("copy").path, intervalMicroseconds: 2_500_000))
    #expect(keeping.retention == RetentionRules(readingsDays: 3_653))
    #expect(!keeping.packsReadings)
    #expect(keeping.checkpointMicroseconds == 900_000_000)
    let silent = try read("").keeping
    #expect(silent == KeepingConfiguration())
    #expect(silent.backup == nil && silent.retention == nil && silent.packsReadings)
  }

  @Test(
    "a mistake is named with its place",
    arguments: [
      ("backup: {at: \"02:30\"}", "folder"), ("backup: {folder: /b, at: \"24:00\"}", "24:00"),
      ("backup: {folder: /b, at: \"2:30\"}", "2:30"), ("backup: {folder: /b, keep: 0}", "keep"),
      ("copy: {folder: /c, every_seconds: 0}", "outside"), ("copy: {every_seconds: 1}", "folder"),
      ("retention: {readings_years: 0}", "outside"), ("retention: {}", "readings_years"),
      ("packing: sometimes", "true or false"), ("checkpoint_minutes: 0", "minutes"), ("packaging: true", "packaging"),
    ])
  func bad(entry: String, named: String) throws {
    do {
      _ = try read("keeping:\n  \(entry)\n")
      Issue.record("the mistake was not found")
    } catch let issues as DocumentIssues {
      let text = "\(issues)"
      #expect(text.contains(named))
      #expect(text.contains("lotwire.yaml:"))
    }
  }

  @Test("a copy into the folder of the ledger itself is refused")
  func sameFolder() throws {
    let data = try read("").dataFolder.path
    #expect(throws: DocumentIssues.self) { try read("keeping: {copy: {folder: \(data)}}\n") }
  }

  @Test("the sealed record of a ledger of version 4 verifies after the ledger was brought up to date")
  func formerRecord() throws {
    let cases = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Cases/ledger-files/v4").standardizedFileURL
    let path = folder.file("lotwire.sqlite")
    try Data().write(to: path)
    let output = try FileHandle(forWritingTo: path)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", cases.appendingPathComponent("lotwire.sqlite.gz").path]
    process.standardOutput = output
    try process.run()
    process.waitUntilExit()
    try output.close()
    let store = try LedgerStore(path: path.path)
    defer { store.close() }
    let record = try #require(try store.reader.sealedRecord(of: "L-2026-001"))
    let key = try #require(
      VerifyingKey(text: try String(contentsOf: cases.appendingPathComponent("plant-key.pem"), encoding: .utf8)))
    #expect(RecordVerifier.verify(record, trustedKey: key).isVerified)
  }

  @Test("figures are told as a person reads them")
  func figures() {
    #expect(LedgerInfoText.size(999) == "999 bytes")
    #expect(LedgerInfoText.size(1_536) == "1.5 KiB")
    #expect(LedgerInfoText.size(3 << 40) == "3.0 TiB")
    #expect(LedgerInfoText.percent(0.996) == "100 %")
  }
}
